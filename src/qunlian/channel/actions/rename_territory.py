"""Give a territory another name or code."""

from dataclasses import dataclass
from datetime import datetime

from qunlian.channel import access, steps
from qunlian.channel.rules import entries
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class RenamedTerritory:
    """How it is called now."""

    territory_id: int
    code: str
    name: str


def rename_territory(
    *, actor: Actor, territory_id: int, code: str, name: str, now: datetime
) -> RenamedTerritory:
    """
    Rename a territory; nothing else about it changes.

    :raises Forbidden: only headquarters changes the tree
    :raises NotFound: no such territory
    :raises Invalid: the code or name cannot be used
    :raises CodeTaken: another territory has this code
    """
    with scope.writing(actor):
        access.headquarters_only(actor)
        row = access.territory_for(actor, territory_id)
        was = {"code": row.code, "name": row.name}
        row.code, row.name = entries.code(code), entries.text(name, 80)
        with steps.code_free(row.code):
            row.save(update_fields=["code", "name"])
        journal.record(
            "channel.territory_renamed", actor=actor, at=now, about={"territory": [row.pk]},
            code=row.code, name=row.name, was=was,
        )  # fmt: skip
        return RenamedTerritory(territory_id=row.pk, code=row.code, name=row.name)
