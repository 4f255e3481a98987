"""Imports: what became of a file, what would become of it, and the rows that were handed back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext

from qunlian.channel import access
from qunlian.channel.models import ImportRun
from qunlian.channel.queries.rosters import DatabaseKnown
from qunlian.channel.rosters import examine as rosters
from qunlian.channel.rosters.fields import FIELDS, Field, Kind
from qunlian.channel.rosters.problems import REASONS
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.paging import Page
from qunlian.kernel.sheet_files import Sheet, read

RUNNING = ("checking", "loading")
SILENT_AFTER = timedelta(seconds=60)
PREVIEW_ROWS = 200
PAGE_ROWS = 30


_WAITING = Q(state__in=("checked", "refused", "failed")) & ~Q(file_path="")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCard:
    """
    One import.

    :ivar is_silent: it should be running but has not been heard of for a minute; it may be started again
    :ivar summary: ``new``, ``changed``, ``same``, ``bad`` and ``reasons``, once they are known
    """

    id: int
    kind: Kind
    state: str
    phase: str
    file_name: str
    headings: tuple[str, ...]
    mapping: Mapping[str, int]
    options: Mapping[str, Any]
    summary: Mapping[str, Any]
    problem: Mapping[str, Any]
    rows_total: int
    rows_done: int
    is_cancel_asked: bool
    is_silent: bool
    is_kept: bool
    created_at: datetime
    changed_at: datetime

    @property
    def is_running(self) -> bool:
        """Tell whether a job works on it, or will."""
        return self.state in RUNNING and not self.is_silent

    @property
    def percent(self) -> int:
        """Return how much of the rows is done."""
        return min(100, self.rows_done * 100 // self.rows_total) if self.rows_total else 0

    @property
    def can_load(self) -> bool:
        """Tell whether it may be loaded now; a file that is no longer kept cannot be."""
        return self.is_kept and self._is_resting

    @property
    def _is_resting(self) -> bool:
        return self.state in {"uploaded", "checked", "cancelled", "failed", "refused"} or (
            self.state in RUNNING and self.is_silent
        )


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


def folder() -> Path:
    """Return where uploaded files are kept."""
    return Path(settings.HOME) / "imports"


def path_of(run: ImportRun) -> Path:
    """Return an import's file."""
    return folder() / run.file_path


def import_card(actor: Actor, run_id: int, *, now: datetime) -> ImportCard:
    """
    Return one import.

    :raises NotFound: there is none within the actor's reach
    """
    with scope.reading(actor):
        return card_of(access.import_run_for(actor, run_id), now)


def list_imports(
    actor: Actor, *, now: datetime, before: int | None = None, is_waiting: bool = False
) -> Page[ImportCard]:
    """Return past imports, or those that wait for somebody, the newest first."""
    with scope.reading(actor):
        runs = access.import_runs_within(actor).order_by("-pk")
        if is_waiting:
            runs = runs.filter(_WAITING)
        if before is not None:
            runs = runs.filter(pk__lt=before)
        found = [card_of(run, now) for run in runs[: PAGE_ROWS + 1]]
    more = len(found) > PAGE_ROWS
    rows = tuple(found[:PAGE_ROWS])
    return Page(rows=rows, next_key=str(rows[-1].id) if more else None)


def imports_waiting(actor: Actor) -> int:
    """Count the checked, refused and failed imports that somebody has to load, correct or drop."""
    with scope.reading(actor):
        return access.import_runs_within(actor).filter(_WAITING).count()


def card_of(run: ImportRun, now: datetime) -> ImportCard:
    """Return a row as a card."""
    return ImportCard(
        id=run.pk,
        kind=Kind(run.kind),
        state=run.state,
        phase=run.phase,
        file_name=run.file_name,
        headings=tuple(run.options.get("headings", ())),
        mapping=run.mapping,
        options=run.options,
        summary=run.summary,
        problem=run.problem,
        rows_total=run.rows_total,
        rows_done=run.rows_done,
        is_cancel_asked=run.is_cancel_asked,
        is_kept=bool(run.file_path),
        is_silent=run.state in RUNNING and run.changed_at < now - SILENT_AFTER,
        created_at=run.created_at,
        changed_at=run.changed_at,
    )


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
        missing = rosters.missing_fields(kind, mapping)
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


def in_words(code: str, value: str) -> str:
    """Say why a cell cannot be loaded, in the reader's language."""
    return gettext(REASONS[code]) % {"value": value}


def label_of(kind: Kind, field: str) -> str:
    """Return a field's label in the reader's language."""
    return next((gettext(each.label) for each in FIELDS[kind] if each.name == field), field)


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


def bad_path(run: ImportRun) -> Path:
    """Return where an import's bad rows are kept."""
    return path_of(run).with_suffix(".bad.parquet")


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
