"""Who covers what today, ready to staff groups with."""

from collections import defaultdict
from datetime import date

from django.db.models import Q

from qunlian.community.models import AssignmentView, StaffView, TerritoryView
from qunlian.community.rules.staffing import Colleague, Staffing
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import NotFound


def staffing_of(actor: Actor, *, on: date) -> Staffing:
    """Return the staff who are still here and the territories they cover on a day."""
    with scope.reading(actor):
        staff = {
            pk: Colleague(pk, role, superior_id)
            for pk, role, superior_id in StaffView.objects.filter(left_on=None).values_list(
                "pk", "role", "superior_id"
            )
        }
        covering: defaultdict[int, list[int]] = defaultdict(list)
        standing = AssignmentView.objects.filter(_standing(on)).order_by("staff_id")
        for territory_id, staff_id in standing.values_list("territory_id", "staff_id"):
            if staff_id in staff:
                covering[territory_id].append(staff_id)
        return Staffing(staff, dict(covering))


def paths_and_names(actor: Actor) -> dict[int, tuple[tuple[int, ...], str]]:
    """Return each territory's ids from the root down to itself, and its name."""
    with scope.reading(actor):
        rows = TerritoryView.objects.values_list("pk", "path", "name")
        return {pk: (tuple(map(int, path.strip("/").split("/"))), name) for pk, path, name in rows}


def colleagues(actor: Actor, *, on: date) -> tuple[tuple[int, str], ...]:
    """Return who could be a steward on a day: (staff id, name) of all who cover something within reach."""
    with scope.reading(actor):
        inside = TerritoryView.objects.values("pk")
        covering = AssignmentView.objects.filter(_standing(on), territory_id__in=inside)
        rows = StaffView.objects.filter(pk__in=covering.values("staff_id"), left_on=None)
        return tuple(rows.order_by("name", "pk").values_list("pk", "name")[:500])


def _standing(on: date) -> Q:
    return Q(from_on__lte=on) & (Q(until_on=None) | Q(until_on__gt=on))


def territory_by_code(actor: Actor, code: str) -> int:
    """
    Return the territory of this code.

    :raises NotFound: there is none within the actor's reach
    """
    with scope.reading(actor):
        found = TerritoryView.objects.filter(code=code).values_list("pk", flat=True).first()
    if found is None:
        raise NotFound(kind="territory", code=code)
    return found
