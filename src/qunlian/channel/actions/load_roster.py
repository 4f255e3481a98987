"""Ask for a file to be loaded: its good rows, or all or nothing."""

from datetime import datetime

from qunlian.channel import access
from qunlian.channel.actions.check_roster import (
    ColumnsMissing,
    FileForgotten,
    ImportBusy,
    ImportDone,
)
from qunlian.channel.queries import imports
from qunlian.channel.queries.imports import ImportCard
from qunlian.channel.rosters.fields import Kind, missing_fields
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.queue import enqueue


def load_roster(
    *, actor: Actor, run_id: int, is_all_or_nothing: bool = False, now: datetime
) -> ImportCard:
    """
    Have a file loaded in the background; the bad rows are handed back with their reasons.

    :param is_all_or_nothing: load nothing unless every row is good
    :raises NotFound: there is no such import within the actor's reach
    :raises ColumnsMissing: a required field has no column
    :raises ImportBusy: it is being checked or loaded
    :raises ImportDone: it was loaded
    :raises FileForgotten: it lay too long, and its file was deleted
    """
    with scope.writing(actor):
        run = access.import_run_for(actor, run_id)
        card = imports.card_of(run, now)
        if card.state == "loaded":
            raise ImportDone(id=run_id)
        if not card.is_kept:
            raise FileForgotten(id=run_id)
        if not card.can_load:
            raise ImportBusy(id=run_id)
        missing = missing_fields(Kind(run.kind), run.mapping)
        if missing:
            fields = ", ".join(imports.label_of(card.kind, field) for field in missing)
            raise ColumnsMissing(fields=fields)
        run.options = {**run.options, "is_all_or_nothing": is_all_or_nothing}
        run.state, run.is_cancel_asked, run.problem = "loading", False, {}
        run.phase, run.rows_done, run.changed_at = "", 0, now
        run.save()
        journal.record("channel.roster_load_asked", actor=actor, at=now, about={"import": [run.pk]})
        enqueue(
            "channel.commit_roster",
            enterprise_id=actor.enterprise_id,
            account_id=actor.account_id,
            run_id=run.pk,
        )
        return imports.card_of(run, now)
