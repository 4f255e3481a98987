"""Ask that everybody be looked through again for likely duplicates."""

from datetime import datetime

from qunlian.channel import access
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.queue import enqueue


def look_for_duplicates(*, actor: Actor, now: datetime) -> None:
    """
    Have a worker look again; while one look waits, asking again changes nothing.

    :raises Forbidden: only the enterprise's own people who look after stores ask
    """
    with scope.writing(actor):
        access.own_people_only(actor)
        journal.record("channel.duplicates_asked_for", actor=actor, at=now)
        enqueue(
            "channel.find_likely_duplicates",
            queueing_lock=f"channel.find_likely_duplicates:{actor.enterprise_id}",
            enterprise_id=actor.enterprise_id,
        )
