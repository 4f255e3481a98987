"""Let a member of staff cover a territory from a day on."""

from dataclasses import dataclass
from datetime import date, datetime

from qunlian.channel import access, steps
from qunlian.channel.models import TerritoryAssignment
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignedTerritory:
    """Who covers it now, and who did until then."""

    territory_id: int
    staff_id: int
    relieved: tuple[int, ...]


def assign_territory(
    *, actor: Actor, territory_id: int, staff_id: int, from_on: date, now: datetime
) -> AssignedTerritory:
    """
    Assign a territory; whoever of the same role covered it is relieved on that day.

    :raises Forbidden: members, partners and reps do not assign
    :raises NotFound: no such territory or staff within the actor's reach
    """
    with scope.writing(actor):
        access.planners_only(actor)
        steps.lock_trees(actor)
        territory = access.territory_for(actor, territory_id)
        staff = access.staff_for(actor, staff_id)
        relieved = _relieve(territory.pk, staff.role, staff.pk, from_on)
        TerritoryAssignment.objects.get_or_create(
            enterprise_id=actor.enterprise_id,
            territory=territory,
            staff=staff,
            until_on=None,
            defaults={"from_on": from_on},
        )
        journal.record(
            "channel.territory_assigned", actor=actor, at=now,
            about={"territory": [territory.pk], "staff": [staff.pk, *relieved]}, from_on=from_on,
        )  # fmt: skip
        return AssignedTerritory(
            territory_id=territory.pk, staff_id=staff.pk, relieved=tuple(relieved)
        )


def _relieve(territory_id: int, role: str, successor_id: int, on: date) -> list[int]:
    """End the open assignments of the same role; one that had not begun yet is dropped."""
    others = TerritoryAssignment.objects.filter(
        territory_id=territory_id, until_on=None, staff__role=role
    ).exclude(staff_id=successor_id)
    relieved = list(others.values_list("staff_id", flat=True))
    others.filter(from_on__gte=on).delete()
    ids = list(others.values_list("pk", flat=True))
    TerritoryAssignment.objects.filter(pk__in=ids).update(until_on=on)
    return relieved
