"""Let a member of staff cover a territory from a day on."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from qunlian.channel import access, steps
from qunlian.channel.models import Staff, Territory, TerritoryAssignment
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
        _let_cover(territory, staff, from_on)
        journal.record(
            "channel.territory_assigned", actor=actor, at=now,
            about={"territory": [territory.pk], "staff": [staff.pk, *relieved]}, from_on=from_on,
        )  # fmt: skip
        return AssignedTerritory(
            territory_id=territory.pk, staff_id=staff.pk, relieved=tuple(relieved)
        )


def _let_cover(territory: Territory, staff: Staff, from_on: date) -> None:
    """Make one open assignment from that day, or from an earlier one on which he covers it already."""
    lasting = TerritoryAssignment.objects.filter(
        Q(until_on=None) | Q(until_on__gte=from_on), territory=territory, staff=staff
    )
    begins = list(lasting.order_by("from_on").values_list("from_on", flat=True))
    lasting.delete()
    TerritoryAssignment.objects.create(
        enterprise_id=territory.enterprise_id,
        territory=territory,
        staff=staff,
        from_on=min([from_on, *begins]),
    )


def _relieve(territory_id: int, role: str, successor_id: int, on: date) -> list[int]:
    """End those of the same role on that day; one that would not have begun by then is dropped."""
    others = TerritoryAssignment.objects.filter(
        Q(until_on=None) | Q(until_on__gt=on), territory_id=territory_id, staff__role=role
    ).exclude(staff_id=successor_id)
    relieved = list(others.order_by("staff_id").values_list("staff_id", flat=True).distinct())
    others.filter(from_on__gte=on).delete()
    ids = list(others.values_list("pk", flat=True))
    TerritoryAssignment.objects.filter(pk__in=ids).update(until_on=on)
    return relieved
