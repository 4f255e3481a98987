"""Accounts on outside platforms, and whose they are."""

from collections.abc import Iterable
from dataclasses import dataclass

from qunlian.channel import access
from qunlian.channel.models import Handle, Staff
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffHandle:
    """An account of our organisation; ``staff_id`` is None while nobody has said whose it is."""

    handle_id: int
    platform: str
    key: str
    name: str
    staff_id: int | None
    staff_name: str
    staff_code: str


def staff_handles(actor: Actor, platform: str = "") -> tuple[StaffHandle, ...]:
    """
    List the accounts of our own organisation, those that are nobody's first.

    :param platform: one only; empty: all
    :raises Forbidden: only headquarters looks after them
    """
    with scope.reading(actor):
        access.headquarters_only(actor)
        every = Handle.objects.filter(is_staff=True).order_by("platform", "key")
        rows = list(every.filter(platform=platform) if platform else every)
        people = [row.person_id for row in rows if row.person_id is not None]
        staff = {
            one.person_id: one
            for one in Staff.objects.filter(person__in=people).select_related("person")
        }
    found = []
    for row in rows:
        whose = staff.get(row.person_id or 0)
        found.append(
            StaffHandle(
                handle_id=row.pk,
                platform=row.platform,
                key=row.key,
                name=row.name,
                staff_id=whose.pk if whose else None,
                staff_name=whose.person.name if whose else "",
                staff_code=whose.code if whose else "",
            )
        )
    return tuple(sorted(found, key=lambda one: (one.staff_id is not None, one.key)))


def people_of_handles(actor: Actor, platform: str, keys: Iterable[str]) -> dict[str, int]:
    """Return whose accounts on a platform these are, by key; what is nobody's known is missing."""
    with scope.reading(actor):
        rows = Handle.objects.filter(platform=platform, key__in=set(keys)).exclude(person=None)
        return {key: pk for key, pk in rows.values_list("key", "person_id") if pk is not None}
