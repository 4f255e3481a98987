"""Who of our people works on an outside platform: whoever has a territory, or runs groups there."""

from datetime import datetime

from django.db.models import Q

from qunlian.channel.rules.staff import day_of
from qunlian.community.models import AssignmentView, Group, HandleView, StaffView
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.platforms.findings import OurPerson


def people_of_platform(actor: Actor, platform: str, *, now: datetime) -> tuple[OurPerson, ...]:
    """Return staff with a territory or a room on the platform now, by name, with their accounts there."""
    with scope.reading(actor):
        rooms = Group.objects.filter(platform=platform).exclude(platform_key="")
        runs = set(rooms.values_list("steward_staff_id", flat=True).distinct())
        owns = set(rooms.values_list("owner_person_id", flat=True).distinct())
        covers = AssignmentView.objects.filter(_runs_on(now)).values("staff_id")
        concerned = Q(pk__in=covers) | Q(pk__in=runs) | Q(person_id__in=owns)
        staff = StaffView.objects.filter(concerned).exclude(left_on__lte=day_of(now))
        rows = list(staff.order_by("name", "pk").values_list("pk", "person_id", "name"))
        handles = HandleView.objects.filter(platform=platform, is_staff=True)
        keys = dict(handles.exclude(person_id=None).values_list("person_id", "key"))
    return tuple(
        OurPerson(
            name=name,
            key=keys.get(person_id, ""),
            runs_rooms=staff_id in runs or person_id in owns,
        )
        for staff_id, person_id, name in rows
    )


def _runs_on(now: datetime) -> Q:
    today = day_of(now)
    return Q(from_on__lte=today) & (Q(until_on=None) | Q(until_on__gt=today))
