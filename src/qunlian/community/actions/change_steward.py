"""Hand a group to another steward."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from qunlian.channel.steps.leaving import hold_staff
from qunlian.community import access
from qunlian.community.models import Group, StaffView
from qunlian.community.queries.groups import GroupCard, group_card
from qunlian.community.steps import take_stewardship, tasks
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor, Role
from qunlian.kernel.errors import Forbidden, Invalid


class NoSuchSteward(Invalid):
    """Choose a colleague who still works here."""

    code: ClassVar[str] = "community.no_such_steward"


@dataclass(frozen=True, slots=True, kw_only=True)
class StewardChange:
    """Which group gets which steward; the old one stays as a plain member of it."""

    group_id: int
    staff_id: int


def change_steward(*, actor: Actor, change: StewardChange, now: datetime) -> GroupCard:
    """
    Make somebody of the staff the steward of a group, seating him first; it is never without one.

    What waited there for the old one to be done by hand waits for him.

    :raises NotFound: no such group within the actor's reach
    :raises Forbidden: the actor does not look after it, or is a rep himself
    :raises NoSuchSteward: no such colleague, or he has left
    :raises GroupFull: the group has no seat for him
    """
    with scope.writing(actor):
        is_here = bool(hold_staff(actor, [change.staff_id]))  # before the group: the order of locks
        group = access.group_to_change(actor, change.group_id)
        if actor.role is Role.REP:
            raise Forbidden
        steward = StaffView.objects.filter(pk=change.staff_id, left_on=None).first()
        if steward is None or not is_here:
            raise NoSuchSteward(field="staff_id")
        take_stewardship(actor=actor, group_id=group.pk, person_id=steward.person_id, at=now)
        Group.objects.filter(pk=group.pk).update(steward_staff_id=steward.pk, changed_at=now)
        if group.steward_staff_id is not None:
            tasks.pass_on(
                staff_id=group.steward_staff_id,
                follows={group.pk: steward.pk},
                heirs=(None, None),
            )
        journal.record(
            "community.steward_changed",
            actor=actor,
            at=now,
            about={"group": [group.pk], "staff": [steward.pk]},
            old_staff_id=group.steward_staff_id,
        )
        return group_card(actor, group.pk)
