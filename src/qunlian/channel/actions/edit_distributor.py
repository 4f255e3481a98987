"""Change what is kept about a distributor."""

from dataclasses import dataclass
from datetime import datetime

from qunlian.channel import access, steps
from qunlian.channel.rules import entries
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class DistributorEntry:
    """What headquarters may change; its place in the tree is moved separately."""

    code: str
    name: str
    address: str
    territory_id: int | None
    is_active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EditedDistributor:
    """Which one was changed."""

    distributor_id: int


def edit_distributor(
    *, actor: Actor, distributor_id: int, entry: DistributorEntry, now: datetime
) -> EditedDistributor:
    """
    Change a distributor's names, address, territory, or whether it still works with us.

    :raises Forbidden: only headquarters does this
    :raises NotFound: no such distributor or territory
    :raises Invalid: something cannot be used
    :raises CodeTaken: another distributor has this code
    """
    with scope.writing(actor):
        access.headquarters_only(actor)
        row = access.distributor_for(actor, distributor_id)
        place = access.territory_for(actor, entry.territory_id) if entry.territory_id else None
        row.code, row.name = entries.code(entry.code), entries.text(entry.name, 80)
        row.address, row.is_active = entry.address.strip()[:200], entry.is_active
        row.territory = place
        with steps.code_free(row.code):
            row.save(update_fields=["code", "name", "address", "is_active", "territory"])
        journal.record(
            "channel.distributor_edited", actor=actor, at=now, about={"distributor": [row.pk]},
            name=row.name, is_active=row.is_active,
        )  # fmt: skip
        return EditedDistributor(distributor_id=row.pk)
