"""Rosters by program: an ERP or DMS sends rows or a file, and asks what became of them."""

import csv
import os
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.http import HttpRequest
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile

from qunlian.api.asking import actor_of
from qunlian.channel.actions.cancel_import import cancel_import
from qunlian.channel.actions.upload_roster import Straight, upload_roster
from qunlian.channel.queries import imports
from qunlian.channel.queries.imports import ImportCard
from qunlian.channel.rosters.fields import FIELDS, Kind
from qunlian.kernel import clock
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Invalid

router = Router(tags=["channel"])
MOST_ROWS = 20_000


class TooManyRows(Invalid):
    """At most %(most)s rows per call; send a file instead."""

    code = "channel.too_many_rows"


class UnknownField(Invalid):
    """There is no field “%(field)s” in this kind of roster."""

    code = "channel.unknown_field"


class RosterIn(Schema):
    """
    Rows of a roster, by our own field names (store: ``code``, ``name``, ``territory`` …), as text or numbers.

    ``is_all_or_nothing``: load nothing unless every row is good. ``creates``: make the territories,
    patches and reps that rows name and nobody knows yet. ``sets_size``: after sales, a store's size
    becomes its last year.
    """

    rows: list[dict[str, str | int | float | None]]
    is_all_or_nothing: bool = False
    creates: bool = False
    sets_size: bool = False


class ChoiceIn(Schema):
    """How a file is to be loaded; see RosterIn."""

    is_all_or_nothing: bool = False
    creates: bool = False
    sets_size: bool = False


class ReasonOut(Schema):
    """Why rows were bad: field and code, how many, some of their lines."""

    field: str
    code: str
    text: str
    count: int
    lines: list[int]


class ImportOut(Schema):
    """An import. ``state``: loading, loaded, refused, cancelled or failed; counts once they are known."""

    id: int
    kind: str
    state: str
    phase: str
    file_name: str
    rows_total: int
    rows_done: int
    new: int | None
    changed: int | None
    same: int | None
    bad: int | None
    reasons: list[ReasonOut]
    created_at: datetime
    changed_at: datetime


class BadRow(Schema):
    """A row that was handed back: its own cells by heading, and why."""

    line: int
    cells: dict[str, str | None]
    why: str


def _told(card: ImportCard) -> dict[str, Any]:
    counts = {name: card.summary.get(name) for name in ("new", "changed", "same", "bad")}
    names = "id state phase file_name rows_total rows_done created_at changed_at".split()  # noqa: SIM905
    reasons = [
        {**each, "text": imports.in_words(each["code"], each["value"])}
        for each in card.summary.get("reasons", ())
    ]
    return {
        **{name: getattr(card, name) for name in names},
        **counts,
        "kind": card.kind.value,
        "reasons": reasons,
    }


@router.post("rosters/{kind}", response={202: ImportOut}, operation_id="channel_load_roster")
def load_roster(request: HttpRequest, kind: Kind, body: RosterIn) -> Status[dict[str, Any]]:
    """Load rows in the background; ask ``channel_import_card`` what became of them."""
    if len(body.rows) > MOST_ROWS:
        raise TooManyRows(most=MOST_ROWS)
    names = list(dict.fromkeys(name for row in body.rows for name in row))
    known = {field.name for field in FIELDS[kind]}
    for name in names:
        if name not in known:
            raise UnknownField(field=name[:40])
    straight = Straight(**body.dict(exclude={"rows"}))

    def write(stream: IO[bytes]) -> None:
        with open(os.dup(stream.fileno()), "w", encoding="utf-8", newline="") as text:  # noqa: PTH123
            sheet = csv.DictWriter(text, names, restval="")
            sheet.writeheader()
            sheet.writerows(body.rows)

    return Status(202, _told(_sent(actor_of(request), kind, "api.csv", straight, write)))


@router.post("rosters/{kind}/file", response={202: ImportOut}, operation_id="channel_upload_roster")
def upload(
    request: HttpRequest, kind: Kind, file: File[UploadedFile], choice: Form[ChoiceIn]
) -> Status[dict[str, Any]]:
    """Load an .xlsx or .csv in the background, its columns guessed from the headings."""
    straight = Straight(**choice.dict())

    def write(stream: IO[bytes]) -> None:
        for chunk in file.chunks():
            stream.write(chunk)

    return Status(202, _told(_sent(actor_of(request), kind, file.name or "", straight, write)))


def _sent(
    actor: Actor, kind: Kind, name: str, straight: Straight, write: Callable[[IO[bytes]], None]
) -> ImportCard:
    handle, path = tempfile.mkstemp(prefix="qunlian-upload-")
    try:
        with os.fdopen(handle, "wb") as stream:
            write(stream)
        return upload_roster(
            actor=actor,
            kind=kind,
            file=Path(path),
            file_name=name,
            straight=straight,
            now=clock.now(),
        )
    finally:
        Path(path).unlink()


@router.get("imports/{run_id}", response=ImportOut, operation_id="channel_import_card")
def import_card(request: HttpRequest, run_id: int) -> dict[str, Any]:
    """Return how far an import is, and what became of its rows."""
    return _told(imports.import_card(actor_of(request), run_id, now=clock.now()))


@router.get("imports/{run_id}/bad-rows", response=list[BadRow], operation_id="channel_bad_rows")
def bad_rows(request: HttpRequest, run_id: int) -> list[dict[str, Any]]:
    """Return the rows that were handed back, the first 20,000."""
    from qunlian.channel.queries import import_rows  # noqa: PLC0415  (polars loads slowly)

    _, headings, rows = import_rows.bad_rows(actor_of(request), run_id)
    found = []
    for number, (*cells, line, why) in enumerate(rows):
        if number == MOST_ROWS:
            break
        named = dict(zip(headings, cells, strict=False))
        found.append({"line": line, "cells": named, "why": why})
    return found


@router.post("imports/{run_id}/cancel", response=ImportOut, operation_id="channel_cancel_import")
def cancel(request: HttpRequest, run_id: int) -> dict[str, Any]:
    """Stop an import before it is committed."""
    return _told(cancel_import(actor=actor_of(request), run_id=run_id, now=clock.now()))
