"""Imports: what became of each file. The rows themselves are read in import_rows.py."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext

from qunlian.channel import access
from qunlian.channel.models import ImportRun
from qunlian.channel.rosters.fields import FIELDS, Kind
from qunlian.channel.rosters.reasons import REASONS
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.paging import Page

RUNNING = ("checking", "loading")
SILENT_AFTER = timedelta(seconds=60)
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


def in_words(code: str, value: str) -> str:
    """Say why a cell cannot be loaded, in the reader's language."""
    return gettext(REASONS[code]) % {"value": value}


def label_of(kind: Kind, field: str) -> str:
    """Return a field's label in the reader's language."""
    return next((gettext(each.label) for each in FIELDS[kind] if each.name == field), field)


def bad_path(run: ImportRun) -> Path:
    """Return where an import's bad rows are kept."""
    return path_of(run).with_suffix(".bad.parquet")
