"""
An import's rows: what would become of them, and those that were handed back.

Whoever serves pages imports this where it is called: the library that reads rows loads slowly.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
from django.utils.translation import gettext

from qunlian.channel import access
from qunlian.channel.models import ImportRun
from qunlian.channel.queries.imports import bad_path, in_words, path_of
from qunlian.channel.queries.rosters import DatabaseKnown
from qunlian.channel.rosters import examine as rosters
from qunlian.channel.rosters.fields import FIELDS, Field, Kind, missing_fields
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.sheet_files import Sheet, read

PREVIEW_ROWS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewCell:
    """One value: what the database holds, what the file says, and why it cannot be loaded."""

    text: str
    old: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewRow:
    """One line of the file and what would become of it."""

    line: int
    state: str
    cells: tuple[PreviewCell, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPreview:
    """The first rows of a file against the database."""

    fields: tuple[Field, ...]
    rows: tuple[PreviewRow, ...]
    missing: tuple[str, ...]


def import_preview(
    actor: Actor,
    run_id: int,
    *,
    mapping: Mapping[str, int],
    options: Mapping[str, Any],
    now: datetime,
) -> ImportPreview:
    """
    Examine the first rows of a file as they would be loaded.

    :raises NotFound: there is no such import within the actor's reach
    """
    with scope.reading(actor):
        run = access.import_run_for(actor, run_id)
        kind = Kind(run.kind)
        missing = missing_fields(kind, mapping)
        fields = tuple(field for field in FIELDS[kind] if field.name in mapping)
        if missing or not fields:
            return ImportPreview(fields=fields, rows=(), missing=tuple(missing))
        sheet = read(path_of(run), is_heading=rosters.is_heading(kind), limit=PREVIEW_ROWS + 30)
        rows = sheet.rows.head(PREVIEW_ROWS)
        choices = rosters.choices(options, mapping, sheet, today=now.date())
        examined = rosters.examine(kind, rows, mapping, DatabaseKnown(actor), choices)
    troubles = _by_line(examined.problems, {field.name: field for field in fields})
    shown = []
    states = examined.rows["state"].to_list()
    for place, raw in enumerate(rows.iter_rows(named=True)):
        line, state = raw["line"], states[place]
        trouble = troubles.get(line, {})
        cells = tuple(
            PreviewCell(
                text=raw[f"c{mapping[field.name]}"] or "",
                old=_old(examined.old, place, field.name) if state == "changed" else "",
                problem=trouble.get(field.name, ""),
            )
            for field in fields
        )
        others = tuple(
            text for name, text in trouble.items() if name not in {f.name for f in fields}
        )
        shown.append(PreviewRow(line=line, state=state, cells=cells, problems=others))
    return ImportPreview(fields=fields, rows=tuple(shown), missing=())


_OLD_NAMES = {"size": "size_fen", "parent": "parent_code", "superior": "superior_code"}
_FEN = 100


def _old(old: pl.DataFrame, place: int, field: str) -> str:
    """Return what the database holds for a field whose column says it in plain words."""
    name = _OLD_NAMES.get(field, field)
    if name not in old.columns:
        return ""
    value = old[name][place]
    if name in {"size_fen", "amount_fen"} and value is not None:
        value = f"{value / _FEN:.2f}"
    return "" if value is None else str(value)


def _by_line(problems: pl.DataFrame, fields: Mapping[str, Field]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    for row in problems.iter_rows(named=True):
        found.setdefault(row["line"], {})[row["field"]] = in_words(row["code"], row["value"])
    return found


def sheet_of(run: ImportRun) -> Sheet:
    """Read an import's whole file."""
    return read(path_of(run), is_heading=rosters.is_heading(Kind(run.kind)))


def bad_rows(actor: Actor, run_id: int) -> tuple[str, list[str], Iterator[Sequence[Any]]]:
    """
    Return the rows that were handed back: a name for the file, its headings, the rows with their reasons.

    :raises NotFound: there is no such import within the actor's reach
    """
    with scope.reading(actor):
        run = access.import_run_for(actor, run_id)
    kind = Kind(run.kind)
    headings = [*run.options.get("headings", ()), gettext("Line"), gettext("Why it was not loaded")]
    path = bad_path(run) if run.file_path else None
    if path is None or not path.exists():
        return run.file_name, headings, iter(())
    rows = pl.read_parquet(path)
    return run.file_name, headings, _told(rows, kind)


def _told(rows: pl.DataFrame, kind: Kind) -> Iterator[Sequence[Any]]:
    """Yield each bad row's own cells, its line, and its reasons in words."""
    labels = {field.name: gettext(field.label) for field in FIELDS[kind]}
    joint = gettext("; ")
    for *cells, line, problems in rows.iter_rows():
        reasons = (
            f"{labels.get(each['field'], each['field'])} {in_words(each['code'], each['value'])}"
            for each in problems
        )
        yield (*cells, line, joint.join(reasons))
