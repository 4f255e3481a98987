"""Let a distributor, with all below it, buy from another one."""

from dataclasses import dataclass
from datetime import datetime

from qunlian.channel import access, steps
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedDistributor:
    """Where it stands now, and how many moved with it (itself included)."""

    distributor_id: int
    path: str
    moved: int


def move_distributor(
    *, actor: Actor, distributor_id: int, parent_id: int | None, now: datetime
) -> MovedDistributor:
    """
    Move a distributor; paths and tiers of all below it are rewritten in one statement.

    :raises Forbidden: only headquarters does this
    :raises NotFound: no such distributor or parent
    :raises InsideItself: the new parent is the distributor itself or below it
    """
    with scope.writing(actor):
        access.headquarters_only(actor)
        steps.lock_trees(actor)
        row = access.distributor_for(actor, distributor_id)
        parent = access.distributor_for(actor, parent_id) if parent_id else None
        path, moved = steps.move_subtree(
            "channel_distributor", "tier", row, parent, depth=parent.tier + 1 if parent else 1
        )
        journal.record(
            "channel.distributor_moved", actor=actor, at=now, about={"distributor": [row.pk]},
            was=row.path, path=path, moved=moved,
        )  # fmt: skip
        return MovedDistributor(distributor_id=row.pk, path=path, moved=moved)
