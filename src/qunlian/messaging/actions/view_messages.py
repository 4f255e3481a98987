"""Show what was said in a group to somebody at the console, and keep who looked."""

from datetime import datetime

from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.messaging.queries.messages import MessageLine, messages_before


def view_messages(
    *, actor: Actor, group_id: int, before_seq: int | None = None, now: datetime
) -> tuple[MessageLine, ...]:
    """
    Return a page of messages in their order; the journal keeps that they were read here.

    :param before_seq: where the page ends; None: the newest
    :raises NotFound: there is no such group within the actor's reach
    """
    with scope.writing(actor):
        lines = messages_before(actor, group_id, before_seq=before_seq)
        journal.record(
            "messaging.messages_viewed",
            actor=actor,
            at=now,
            about={"group": [group_id]},
            messages=len(lines),
        )
        return lines
