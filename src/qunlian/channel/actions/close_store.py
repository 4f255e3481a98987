"""Close a store, or open it again."""

from dataclasses import dataclass
from datetime import datetime

from qunlian.channel import access
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedStore:
    """How the store stands now; ``was`` is what undoing would bring back."""

    store_id: int
    status: str
    was: str


def close_store(
    *, actor: Actor, store_id: int, now: datetime, is_reopened: bool = False
) -> ClosedStore:
    """
    Close a store: it leaves counts and plans but keeps its history. The other way round reopens it.

    :raises Forbidden: partners and members do not keep the roster
    :raises NotFound: no such store within the actor's reach
    """
    with scope.writing(actor):
        access.own_people_only(actor)
        row = access.store_for(actor, store_id)
        was, row.status = row.status, "open" if is_reopened else "closed"
        row.changed_at = now
        row.save(update_fields=["status", "changed_at"])
        fact = "channel.store_reopened" if is_reopened else "channel.store_closed"
        journal.record(fact, actor=actor, at=now, about={"store": [row.pk]}, was=was)
        return ClosedStore(store_id=row.pk, status=row.status, was=was)
