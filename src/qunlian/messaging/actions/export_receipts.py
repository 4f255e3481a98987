"""Let the proof of a broadcast leave the house, and remember who took it."""

from datetime import datetime

from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.messaging import access


def export_receipts(
    *, actor: Actor, broadcast_id: int, group_id: int | None, now: datetime
) -> None:
    """
    Note that somebody exports who of a group has a broadcast, or (no group) its figures.

    The rows themselves are read afterwards, as they are sent (``queries.proofs``).

    :raises NotFound: there is no such broadcast or group within the actor's reach
    """
    with scope.writing(actor):
        access.broadcast_for(actor, broadcast_id)
        about = {"broadcast": [broadcast_id]}
        if group_id is not None:
            access.group_for(actor, group_id)
            about["group"] = [group_id]
        journal.record("messaging.receipts_exported", actor=actor, at=now, about=about)
