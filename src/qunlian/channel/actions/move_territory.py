"""Hang a territory, with all below it, under another one."""

from dataclasses import dataclass
from datetime import datetime

from qunlian.channel import access, steps
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedTerritory:
    """Where it stands now, and how many territories moved with it (itself included)."""

    territory_id: int
    path: str
    moved: int


def move_territory(
    *, actor: Actor, territory_id: int, parent_id: int | None, now: datetime
) -> MovedTerritory:
    """
    Move a territory; the paths of all below it are rewritten in one statement.

    :raises Forbidden: only headquarters changes the tree
    :raises NotFound: no such territory or parent
    :raises InsideItself: the new parent is the territory itself or below it
    """
    with scope.writing(actor):
        access.headquarters_only(actor)
        steps.lock_trees(actor)
        row = access.territory_for(actor, territory_id)
        parent = access.territory_for(actor, parent_id) if parent_id else None
        path, moved = steps.move_subtree(
            "channel_territory", "depth", row, parent, depth=parent.depth + 1 if parent else 0
        )
        journal.record(
            "channel.territory_moved", actor=actor, at=now, about={"territory": [row.pk]},
            was=row.path, path=path, moved=moved,
        )  # fmt: skip
        return MovedTerritory(territory_id=row.pk, path=path, moved=moved)
