"""The API of ways into groups: links and codes that are counted, and the posters that show them."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from qunlian.api.asking import actor_of, page_size
from qunlian.channel.queries.enterprises import enterprise_card
from qunlian.community.actions.close_door import close_door
from qunlian.community.actions.make_posters import PosterWish, make_posters
from qunlian.community.actions.open_door import NewDoor, open_door
from qunlian.community.queries import doors, posters
from qunlian.kernel import clock

router = Router(tags=["community"])
_MOST_STORES = 20_000


class DoorQuery(Schema):
    """Which ways in: ``group_id`` those that lead to this group now; where to go on, and how many."""

    group_id: int | None = None
    after: str = ""
    take: int = 100


class DoorOut(Schema):
    """
    A way in: a group's, a store's or a place's (``kind``), with its link.

    ``groups`` are [id, name] of those it leads to now; ``people`` came by it and are still there;
    ``is_coming``: something about it is still to be seen to.
    """

    door_id: int
    kind: str
    code: str
    link: str
    name: str
    source: str
    layer: str
    leads_to: str
    groups: list[tuple[int, str]]
    people: int
    platform: str
    has_code: bool
    is_coming: bool
    problem: str
    opened_at: datetime
    closed_at: datetime | None


class DoorList(Schema):
    """A page of ways in, the newest first; send ``next_key`` as ``after`` for the next."""

    rows: list[DoorOut]
    next_key: str | None


class NewDoorIn(Schema):
    """
    Where it leads: one group (and those after it), or the groups of a layer in a part of the tree.

    ``source`` says where who comes by it comes from, ``name`` what it is for.
    """

    group_id: int | None = None
    territory_id: int | None = None
    layer: str = "consumer"
    source: str = "poster"
    name: str = ""


class ClosedDoorOut(Schema):
    """The way in that leads nowhere any more."""

    door_id: int


class PostersIn(Schema):
    """
    Whom posters shall invite: stores, a group's stores, those of a part of the tree, or who comes by a door.

    ``size``: a4, or a6 for a table.
    """

    store_ids: Annotated[list[int], Field(max_length=_MOST_STORES)] = []
    group_id: int | None = None
    territory_id: int | None = None
    door_id: int | None = None
    size: str = "a4"


class PostersOut(Schema):
    """The files that are being drawn, and how many posters they will hold."""

    run_ids: list[int]
    posters: int


class PosterFileOut(Schema):
    """A file that was asked for. ``state``: waiting, drawing, ready or failed."""

    run_id: int
    size: str
    state: str
    total: int
    done: int
    asked_at: datetime


@router.get("/doors", response=DoorList, operation_id="community_list_doors")
def list_doors(request: HttpRequest, wanted: Query[DoorQuery]) -> dict[str, Any]:
    """Return one page of the ways into groups and places; stores' own are left out."""
    page = doors.list_doors(
        actor_of(request),
        group_id=wanted.group_id,
        after=wanted.after,
        limit=page_size(wanted.take),
    )
    return {"rows": [_told(request, row) for row in page.rows], "next_key": page.next_key}


@router.post("/doors", response={201: DoorOut}, operation_id="community_open_door")
def open_a_door(request: HttpRequest, door: NewDoorIn) -> Status[dict[str, Any]]:
    """Open a way in; where it leads, and its code on the groups' platform, are seen to in the background."""
    actor = actor_of(request)
    made = open_door(actor=actor, door=NewDoor(**door.dict()), now=clock.now())
    return Status(201, _told(request, doors.door_card(actor, made.door_id)))


@router.get("/doors/{door_id}", response=DoorOut, operation_id="community_door_card")
def door_card(request: HttpRequest, door_id: int) -> dict[str, Any]:
    """Return one way in."""
    return _told(request, doors.door_card(actor_of(request), door_id))


@router.post("/doors/{door_id}/close", response=ClosedDoorOut, operation_id="community_close_door")
def close(request: HttpRequest, door_id: int) -> object:
    """Close a way in: its link and posters lead nowhere any more. Again changes nothing."""
    return close_door(actor=actor_of(request), door_id=door_id, now=clock.now())


@router.get("/posters", response=list[PosterFileOut], operation_id="community_poster_files")
def poster_files(request: HttpRequest) -> list[Any]:
    """List the files of posters that one asked for, the newest first."""
    return list(posters.poster_files(actor_of(request)))


@router.post("/posters", response={202: PostersOut}, operation_id="community_make_posters")
def ask_for_posters(request: HttpRequest, wish: PostersIn) -> Status[object]:
    """Have posters drawn in the background; ask ``community_poster_files`` how far they are."""
    actor = actor_of(request)
    asked = PosterWish(
        **wish.dict(),
        address=_join_address(request),
        words=posters.poster_words(enterprise_card(actor).name),
    )
    return Status(202, make_posters(actor=actor, wish=asked, now=clock.now()))


@router.get("/posters/{poster_run_id}/pdf", operation_id="community_poster_pdf")
def poster_pdf(request: HttpRequest, poster_run_id: int) -> HttpResponse:
    """Return a file of posters that is ready."""
    content = posters.poster_pdf(actor_of(request), poster_run_id)
    return HttpResponse(content, content_type="application/pdf")


def _told(request: HttpRequest, row: doors.DoorRow) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in DoorOut.model_fields if name != "link"}
    return told | {"link": f"{_join_address(request)}{row.code}"}


def _join_address(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("community_join_group", args=["x"]))[:-1]
