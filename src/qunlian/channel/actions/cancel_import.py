"""Stop an import before it is committed."""

from datetime import datetime

from qunlian.channel import access
from qunlian.channel.models import ImportRun
from qunlian.channel.queries import imports
from qunlian.channel.queries.imports import ImportCard
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor


def cancel_import(*, actor: Actor, run_id: int, now: datetime) -> ImportCard:
    """
    Stop an import: at once when nobody works on it, else within a second; nothing of it is loaded.

    One that was loaded in the meantime stays loaded.

    :raises NotFound: there is no such import within the actor's reach
    """
    with scope.writing(actor):
        run = access.import_run_for(actor, run_id)
        card = imports.card_of(run, now)
        if card.is_running:
            ImportRun.objects.filter(pk=run_id).update(is_cancel_asked=True)
        elif card.state != "loaded":
            ImportRun.objects.filter(pk=run_id).update(state="cancelled", changed_at=now)
        journal.record("channel.import_cancelled", actor=actor, at=now, about={"import": [run_id]})
        run.refresh_from_db()
        return imports.card_of(run, now)
