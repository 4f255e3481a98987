"""Add a territory to the sales tree."""

from dataclasses import dataclass
from datetime import datetime

from qunlian.channel import access, steps
from qunlian.channel.models import Territory
from qunlian.channel.rules import entries
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTerritory:
    """``parent_id`` None makes a root; a patch is what one rep covers."""

    parent_id: int | None
    code: str
    name: str
    is_patch: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedTerritory:
    """Where it stands."""

    territory_id: int
    path: str


def add_territory(*, actor: Actor, new: NewTerritory, now: datetime) -> AddedTerritory:
    """
    Add a territory below its parent, or as a root.

    :raises Forbidden: only headquarters changes the tree
    :raises NotFound: no such parent
    :raises Invalid: the code or name cannot be used
    :raises CodeTaken: another territory has this code
    """
    with scope.writing(actor):
        access.headquarters_only(actor)
        steps.lock_trees(actor)
        parent = access.territory_for(actor, new.parent_id) if new.parent_id else None
        row = Territory(
            enterprise_id=actor.enterprise_id,
            parent=parent,
            depth=parent.depth + 1 if parent else 0,
            code=entries.code(new.code),
            name=entries.text(new.name, 80),
            is_patch=new.is_patch,
        )
        row.path = steps.next_path("channel_territory", parent.path if parent else "/", row)
        with steps.code_free(row.code):
            row.save(force_insert=True)
        journal.record(
            "channel.territory_added", actor=actor, at=now, about={"territory": [row.pk]},
            code=row.code, name=row.name,
        )  # fmt: skip
        return AddedTerritory(territory_id=row.pk, path=row.path)
