"""Hand all that somebody covers to a successor."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from django.db.models import Q

from qunlian.channel import access, steps
from qunlian.channel.models import Staff, TerritoryAssignment
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict


class OwnSuccessor(Conflict):
    """Nobody is his own successor."""

    code: ClassVar[str] = "channel.own_successor"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOverStaff:
    """Which territories changed hands, and how many people have another superior now."""

    staff_id: int
    successor_id: int
    territory_ids: tuple[int, ...]
    people: int


def hand_over_staff(
    *, actor: Actor, staff_id: int, successor_id: int, on: date, now: datetime
) -> HandedOverStaff:
    """
    Hand territories and the people below to a successor from a day on.

    :raises Forbidden: members, partners and reps do not assign
    :raises NotFound: no such staff within the actor's reach
    :raises OwnSuccessor: both are the same
    """
    with scope.writing(actor):
        access.planners_only(actor)
        steps.lock_trees(actor)
        staff, successor = access.staff_for(actor, staff_id), access.staff_for(actor, successor_id)
        if staff.pk == successor.pk:
            raise OwnSuccessor(field="successor")
        territory_ids = _hand_over(actor, staff, successor, on)
        below = Staff.objects.filter(superior=staff).exclude(pk=successor.pk)
        people = below.update(superior=successor)
        Staff.objects.filter(pk=successor.pk, superior=staff).update(superior=staff.superior_id)
        journal.record(
            "channel.staff_handed_over", actor=actor, at=now,
            about={"staff": [staff.pk, successor.pk], "territory": territory_ids},
            on=on, people=people,
        )  # fmt: skip
        return HandedOverStaff(
            staff_id=staff.pk,
            successor_id=successor.pk,
            territory_ids=tuple(territory_ids),
            people=people,
        )


def _hand_over(actor: Actor, staff: Staff, successor: Staff, on: date) -> list[int]:
    """Pass on what he covers from that day, and what he was to cover later."""
    lasting = Q(until_on=None) | Q(until_on__gt=on)
    mine = list(TerritoryAssignment.objects.filter(lasting, staff=staff).order_by("territory_id"))
    TerritoryAssignment.objects.filter(lasting, staff=staff, from_on__gte=on).delete()
    TerritoryAssignment.objects.filter(lasting, staff=staff).update(until_on=on)
    covered = TerritoryAssignment.objects.filter(lasting, staff=successor)
    known = set(covered.values_list("territory_id", flat=True))
    TerritoryAssignment.objects.bulk_create(
        TerritoryAssignment(
            enterprise_id=actor.enterprise_id,
            staff=successor,
            territory_id=row.territory_id,
            from_on=max(on, row.from_on),
            until_on=row.until_on,
        )
        for row in mine
        if row.territory_id not in known
    )
    return sorted({row.territory_id for row in mine})
