"""Who covers what today, ready to staff groups with."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db import connection
from django.db.models import Q

from qunlian.community.models import AssignmentView, StaffView, TerritoryView
from qunlian.community.rules.layers import DEFAULTS
from qunlian.community.rules.staffing import Colleague, Staffing
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import NotFound

#: Who manages and who owns groups now; those that a plan will replace left out.
_BUSY = """
SELECT s.id, m.role, g.layer, count(*)
FROM community_member m
JOIN community_group g ON g.enterprise_id = m.enterprise_id AND g.id = m.group_id
    AND g.life IN ('planned', 'inviting', 'live', 'fading')
JOIN channel_staff_view s ON s.enterprise_id = m.enterprise_id AND s.person_id = m.person_id
    AND s.left_on IS NULL
WHERE m.left_at IS NULL AND m.role IN ('owner', 'manager')
    AND NOT (g.plan_id IS NOT NULL AND g.layer = ANY(%(layers)s) AND (%(path)s = '' OR g.territory_id IN (
        SELECT t.id FROM channel_territory_view t WHERE t.path >= %(path)s COLLATE "C"
            AND t.path < (left(%(path)s, -1) || '0') COLLATE "C")))
GROUP BY 1, 2, 3
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """The groups that a plan will replace: those of these layers in a part (empty path: everywhere)."""

    layers: tuple[str, ...] = ()
    path: str = ""
    #: messages a day of each layer, as the plan expects them
    messages: Mapping[str, float] = field(default_factory=dict)


def staffing_of(actor: Actor, *, on: date, replaced: Replaced | None = None) -> Staffing:
    """
    Return the staff who are still here, the territories they cover on a day, and what they have to do.

    :param replaced: groups that no longer count as their work
    """
    with scope.reading(actor):
        staff = {
            pk: Colleague(pk, role, superior_id)
            for pk, role, superior_id in StaffView.objects.filter(left_on=None).values_list(
                "pk", "role", "superior_id"
            )
        }
        covering: defaultdict[int, list[int]] = defaultdict(list)
        assigned = AssignmentView.objects.filter(standing(on)).order_by("staff_id")
        for territory_id, staff_id in assigned.values_list("territory_id", "staff_id"):
            if staff_id in staff:
                covering[territory_id].append(staff_id)
        staffing = Staffing(staff, dict(covering))
        _count_work(staffing, replaced or Replaced())
        return staffing


def _count_work(staffing: Staffing, replaced: Replaced) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_BUSY, {"layers": list(replaced.layers), "path": replaced.path})
        for staff_id, role, layer, groups in cursor.fetchall():
            if role == "manager":
                staffing.load[staff_id] += groups
            else:
                usual = DEFAULTS[layer].messages_per_day if layer in DEFAULTS else 1.0
                staffing.owned[staff_id] += groups * replaced.messages.get(layer, usual)


def paths_and_names(actor: Actor) -> dict[int, tuple[tuple[int, ...], str]]:
    """Return each territory's ids from the root down to itself, and its name."""
    with scope.reading(actor):
        rows = TerritoryView.objects.values_list("pk", "path", "name")
        return {pk: (tuple(map(int, path.strip("/").split("/"))), name) for pk, path, name in rows}


def standing(on: date) -> Q:
    """Match the assignments that hold on a day."""
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
