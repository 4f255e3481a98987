"""Check every row of a file against the database; the background half of ``check_roster``."""

from datetime import datetime

from qunlian.channel import access
from qunlian.channel.progress import NoProgress, RunProgress
from qunlian.channel.queries import imports
from qunlian.channel.queries.import_rows import sheet_of
from qunlian.channel.queries.imports import ImportCard
from qunlian.channel.queries.rosters import DatabaseKnown
from qunlian.channel.rosters import examine as rosters
from qunlian.channel.rosters.fields import Kind
from qunlian.channel.staging import keep_bad_rows, summary_of
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor


def examine_roster(
    *, actor: Actor, run_id: int, progress: RunProgress | NoProgress, now: datetime
) -> ImportCard:
    """
    Count what would be new, changed, the same and bad, and keep the bad rows; nothing is loaded.

    Does nothing when the import is no longer waiting for its check.

    :raises NotFound: there is no such import within the actor's reach
    """
    with scope.writing(actor):
        run = access.import_run_for(actor, run_id)
        if run.state != "checking":
            return imports.card_of(run, now)
        sheet = sheet_of(run)
        progress.at("checking")
        examined = rosters.examine(
            Kind(run.kind),
            sheet.rows,
            run.mapping,
            DatabaseKnown(actor),
            rosters.choices(run.options, run.mapping, sheet, today=now.date()),
        )
        keep_bad_rows(imports.bad_path(run), sheet, examined)
        progress.end()
        run.refresh_from_db()
        run.state, run.phase, run.changed_at = "checked", "", now
        run.summary = summary_of(examined)
        run.rows_total = run.rows_done = sheet.rows.height
        run.save()
        journal.record(
            "channel.roster_examined",
            actor=actor,
            at=now,
            about={"import": [run.pk]},
            rows=run.rows_total,
            bad=run.summary["bad"],
        )
        return imports.card_of(run, now)
