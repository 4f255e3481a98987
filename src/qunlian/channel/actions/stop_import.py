"""Note that the background work on an import ended without loading anything."""

from datetime import datetime
from typing import Any

from qunlian.channel import access
from qunlian.channel.queries import imports
from qunlian.channel.queries.imports import ImportCard
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor


def stop_import(
    *, actor: Actor, run_id: int, state: str, problem: dict[str, Any], now: datetime
) -> ImportCard:
    """
    Leave a running import cancelled or failed, so that it can be run again.

    :param state: ``cancelled`` or ``failed``
    :param problem: ``code`` and facts of the refusal, or ``request_id`` of what broke
    :raises NotFound: there is no such import within the actor's reach
    """
    with scope.writing(actor):
        run = access.import_run_for(actor, run_id)
        if run.state in imports.RUNNING:
            run.state, run.problem, run.phase, run.changed_at = state, problem, "", now
            run.is_cancel_asked = False
            run.save()
            journal.record(
                "channel.import_stopped",
                actor=actor,
                at=now,
                about={"import": [run_id]},
                state=state,
            )
        return imports.card_of(run, now)
