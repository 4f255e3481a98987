"""Rosters as tests write them: a sheet in, the import's card out, and what the database then holds."""

import csv
import io
from pathlib import Path
from typing import Any

from django.db import connection

from qunlian.channel.actions.commit_roster import commit_roster
from qunlian.channel.actions.load_roster import load_roster
from qunlian.channel.actions.upload_roster import upload_roster
from qunlian.channel.models import ImportRun
from qunlian.channel.progress import NoProgress
from qunlian.channel.queries import import_rows
from qunlian.channel.queries.imports import ImportCard
from qunlian.channel.rosters.fields import Kind
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from tests.cast_words import NOON


def csv_file(folder: Path, *lines: str, encoding: str = "utf-8", name: str = "roster.csv") -> Path:
    path = folder / name
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return path


def upload(actor: Actor, path: Path, kind: Kind = Kind.STORES, **options: Any) -> ImportCard:
    card = upload_roster(actor=actor, kind=kind, file=path, file_name=path.name, now=NOON)
    if options:
        with scope.writing(actor):
            run = ImportRun.objects.get(pk=card.id)
            run.options |= options
            run.save()
    return card


def bring_in(
    actor: Actor, path: Path, kind: Kind = Kind.STORES, *, strict: bool = False, **options: Any
) -> ImportCard:
    card = upload(actor, path, kind, **options)
    load_roster(actor=actor, run_id=card.id, is_all_or_nothing=strict, now=NOON)
    return commit_roster(actor=actor, run_id=card.id, progress=NoProgress(), now=NOON)


def counts(card: ImportCard) -> tuple[int, int, int, int]:
    return tuple(card.summary[name] for name in ("new", "changed", "same", "bad"))


def reasons(card: ImportCard) -> set[tuple[str, str]]:
    return {(each["field"], each["code"]) for each in card.summary["reasons"]}


def handed_back(actor: Actor, card: ImportCard) -> list[list[Any]]:
    _, headings, rows = import_rows.bad_rows(actor, card.id)
    return [headings, *map(list, rows)]


def fetch(actor: Actor, query: str) -> list[tuple[Any, ...]]:
    with scope.reading(actor), connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def as_csv(rows: list[list[Any]]) -> bytes:
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    return stream.getvalue().encode("utf-8-sig")
