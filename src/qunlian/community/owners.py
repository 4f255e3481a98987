"""Who owns a group's room on its platform: taking over, once the platform has done it."""

from datetime import datetime

from django.db.models import F

from qunlian.channel.rules.staff import day_of
from qunlian.community.models import Group, Member, StaffView
from qunlian.community.rules import life


def take_over(group_id: int, to_person_id: int, at: datetime) -> None:
    """
    Make a member of the group its owner. The old one stays as a member, or goes if he has left the staff.

    One who was taken out meanwhile is seated again: he owns the room, whatever our list said. Of a group that
    has ended only the room is taken over: nobody sits in it here any more.
    """
    group = Group.objects.select_for_update().get(pk=group_id)
    if group.life not in life.OPEN:
        Group.objects.filter(pk=group_id).update(owner_person_id=to_person_id, changed_at=at)
        return
    stays = Member.objects.filter(group_id=group_id, left_at=None)
    old = group.owner_person_id
    if old != to_person_id:
        _step_down(group, old, at)
    made = stays.filter(person_id=to_person_id).update(role="owner")
    if not made:
        Member.objects.create(
            enterprise_id=group.enterprise_id,
            group_id=group_id,
            person_id=to_person_id,
            role="owner",
            source="staff",
            joined_at=at,
        )
        Group.objects.filter(pk=group_id).update(seats_taken=F("seats_taken") + 1)
    Group.objects.filter(pk=group_id).update(owner_person_id=to_person_id, changed_at=at)


def _step_down(group: Group, old: int | None, at: datetime) -> None:
    stay = Member.objects.filter(group=group, person_id=old or 0, left_at=None)
    jobs = list(StaffView.objects.filter(person_id=old or 0).values_list("pk", "left_on"))
    is_gone = bool(jobs) and all(left_on and left_on <= day_of(at) for _, left_on in jobs)
    if is_gone:
        ended = stay.update(left_at=at, left_reason="handed over")
        Group.objects.filter(pk=group.pk).update(seats_taken=F("seats_taken") - ended)
        return
    is_steward = group.steward_staff_id in {pk for pk, _ in jobs}
    stay.update(role="steward" if is_steward else "member")
