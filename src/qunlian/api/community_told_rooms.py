"""The API of groups on people's own WeChat, which only their owners can tell of: one by one, or by sheet."""

import os
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from django.http import HttpRequest
from ninja import File, Router, Schema, Status
from ninja.files import UploadedFile

from qunlian.api.asking import actor_of
from qunlian.community.actions.read_room_sheet import read_room_sheet
from qunlian.community.actions.register_room import Registration, register_room
from qunlian.community.actions.take_in_room_sheet import take_in_room_sheet
from qunlian.community.actions.tell_room import Telling, tell_room
from qunlian.community.queries import personal
from qunlian.kernel import clock

router = Router(tags=["community"])


class RegistrationIn(Schema):
    """
    A group on somebody's own WeChat. ``owner_staff_id``: whose phone it is on, null one's own.

    ``code_token``: the picture of its QR code as ``messaging`` keeps it; may be empty.
    """

    name: str
    people: int
    layer: str = "store"
    territory_id: int | None = None
    owner_staff_id: int | None = None
    code_token: str = ""


class RegisteredOut(Schema):
    """The group, and whether it was not known before."""

    group_id: int
    is_new: bool


class TellingIn(Schema):
    """How many sit in it now, or the picture of its new QR code; what is left out stays."""

    people: int | None = None
    code_token: str = ""


class SheetGroupOut(Schema):
    """A group of a sheet; ``members`` nicknames stand there, of ``stores`` of them the store is known."""

    line: int
    name: str
    layer: str
    people: int | None
    members: int
    stores: int


class SheetOut(Schema):
    """
    A sheet of groups. ``state``: read, taking or taken.

    ``problems`` are [line, code, text] of rows that cannot be taken, ``refused`` [line, code, group] of those
    that were refused as they were taken in.
    """

    sheet_id: int
    name: str
    state: str
    groups: list[SheetGroupOut]
    problems: list[tuple[int, str, str]]
    refused: list[tuple[int, str, str]]
    done: int
    new: int
    changed: int
    same: int
    read_at: datetime


@router.post("/told-rooms", response=RegisteredOut, operation_id="community_register_room")
def register(request: HttpRequest, told: RegistrationIn) -> object:
    """Make a group of ours of a group on somebody's own WeChat, or bring one that is known up to it."""
    return register_room(actor=actor_of(request), told=Registration(**told.dict()), now=clock.now())


@router.post("/groups/{group_id}/room", response={204: None}, operation_id="community_tell_room")
def tell(request: HttpRequest, group_id: int, told: TellingIn) -> object:
    """Tell how many sit in such a group, or show its new QR code; tasks that asked for it are done."""
    telling = Telling(group_id=group_id, **told.dict())
    tell_room(actor=actor_of(request), telling=telling, now=clock.now())
    return Status(204, None)


@router.get("/room-sheets", response=list[SheetOut], operation_id="community_list_room_sheets")
def list_sheets(request: HttpRequest) -> list[Any]:
    """List one's newest sheets."""
    return list(personal.list_room_sheets(actor_of(request)))


@router.post("/room-sheets", response=SheetOut, operation_id="community_read_room_sheet")
def read_sheet(request: HttpRequest, file: File[UploadedFile]) -> object:
    """Read an .xlsx or .csv of groups and check every row; nothing is taken in yet."""
    actor = actor_of(request)
    handle, path = tempfile.mkstemp(prefix="qunlian-upload-")
    try:
        with os.fdopen(handle, "wb") as stream:
            for chunk in file.chunks():
                stream.write(chunk)
        sheet_id = read_room_sheet(
            actor=actor, file=Path(path), file_name=file.name or "", now=clock.now()
        )
    finally:
        Path(path).unlink()
    return personal.room_sheet(actor, sheet_id)


@router.get("/room-sheets/{sheet_id}", response=SheetOut, operation_id="community_room_sheet")
def read_room_sheet_card(request: HttpRequest, sheet_id: int) -> object:
    """Return what a sheet would make, what is wrong in it, and how far it was taken in."""
    return personal.room_sheet(actor_of(request), sheet_id)


@router.post(
    "/room-sheets/{sheet_id}/take-in",
    response={202: SheetOut},
    operation_id="community_take_in_room_sheet",
)
def take_in_sheet(request: HttpRequest, sheet_id: int) -> Status[object]:
    """Have a worker make groups of the sheet's good rows; ask ``community_room_sheet`` how far it is."""
    actor = actor_of(request)
    take_in_room_sheet(actor=actor, sheet_id=sheet_id, now=clock.now())
    return Status(202, personal.room_sheet(actor, sheet_id))
