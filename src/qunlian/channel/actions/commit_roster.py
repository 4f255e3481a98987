"""Load a file in one transaction; the background half of ``load_roster``."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import polars as pl
from django.db import connection

from qunlian.channel import access
from qunlian.channel.loading import load
from qunlian.channel.models import ImportRun
from qunlian.channel.progress import NoProgress, RunProgress
from qunlian.channel.queries import imports
from qunlian.channel.queries.import_rows import sheet_of
from qunlian.channel.queries.imports import ImportCard
from qunlian.channel.queries.rosters import DatabaseKnown
from qunlian.channel.rosters import examine as rosters
from qunlian.channel.rosters.fields import Kind
from qunlian.channel.rosters.known import Examined
from qunlian.channel.staging import Load, keep_bad_rows, summary_of
from qunlian.channel.steps.leaving import hands_empty
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.queue import enqueue

_LOCK = 7_346_011
_NOBODY = pl.DataFrame()


def commit_roster(
    *, actor: Actor, run_id: int, progress: RunProgress | NoProgress, now: datetime
) -> ImportCard:
    """
    Examine a file once more and write what is new and changed, all of it or nothing.

    One import per enterprise at a time. Killed before the commit, nothing is there and it can run
    again; after it, the import says so in the same transaction and a second run does nothing.

    :raises NotFound: there is no such import within the actor's reach
    :raises StillHoldsGroups: somebody should leave who still holds groups
    """
    with _collector_at_rest(), scope.writing(actor):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL work_mem = '64MB'")
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, actor.enterprise_id])
        run = access.import_run_for(actor, run_id)
        if run.state != "loading":
            return imports.card_of(run, now)
        sheet = sheet_of(run)
        progress.at("checking")
        choices = rosters.choices(run.options, run.mapping, sheet, today=now.date())
        examined = rosters.examine(
            Kind(run.kind), sheet.rows, run.mapping, DatabaseKnown(actor), choices
        )
        keep_bad_rows(imports.bad_path(run), sheet, examined)
        rows = sheet.rows.height
        del sheet
        is_refused = bool(run.options.get("is_all_or_nothing")) and examined.count("bad") > 0
        if not is_refused:
            work = Load(
                enterprise_id=actor.enterprise_id,
                examined=examined,
                choices=choices,
                now=now,
                progress=progress,
            )
            with hands_empty():
                load(Kind(run.kind), work)
            if run.kind == Kind.STORES:
                enqueue("channel.index_stores", enterprise_id=actor.enterprise_id)
            if not examined.made.get("persons", _NOBODY).is_empty():
                enqueue(
                    "channel.find_likely_duplicates",
                    queueing_lock=f"channel.find_likely_duplicates:{actor.enterprise_id}",
                    enterprise_id=actor.enterprise_id,
                )
        progress.end()
        return _ended(actor, run, examined, "refused" if is_refused else "loaded", rows, now)


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Keep the collector from walking the same millions of cells over and over: a tenth of the time."""
    was_at_work = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_at_work:
            gc.enable()


def _ended(
    actor: Actor, run: ImportRun, examined: Examined, state: str, rows: int, now: datetime
) -> ImportCard:
    """Write the import's end beside what it loaded."""
    run.state, run.phase, run.changed_at = state, "", now
    run.summary = summary_of(examined)
    run.rows_total = run.rows_done = rows
    run.save()
    counts = {name: run.summary[name] for name in ("new", "changed", "same", "bad")}
    journal.record(
        f"channel.roster_{state}",
        actor=actor,
        at=now,
        about={"import": [run.pk]},
        kind=run.kind,
        **counts,
    )
    return imports.card_of(run, now)
