"""Show who of a group has a broadcast, name by name, and keep who looked."""

from datetime import datetime

from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.paging import Page
from qunlian.messaging.queries.proofs import PersonProof, people_of_delivery


def view_receipts(
    *, actor: Actor, broadcast_id: int, group_id: int, after: str = "", now: datetime
) -> Page[PersonProof]:
    """
    Return a page of who got, read and understood a broadcast; the journal keeps that it was seen.

    :raises NotFound: there is no such broadcast or group within the actor's reach
    """
    with scope.writing(actor):
        found = people_of_delivery(actor, broadcast_id, group_id, after=after)
        journal.record(
            "messaging.receipts_viewed",
            actor=actor,
            at=now,
            about={"broadcast": [broadcast_id], "group": [group_id]},
            people=len(found.rows),
        )
        return found
