"""Take somebody out of a group."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db.models import F

from qunlian.community import access, doors, requests
from qunlian.community.models import Group, Member, Request
from qunlian.community.rules.asking import OPEN
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict, NotFound


class OwnerStays(Conflict):
    """The owner's account stays in the group, and its steward until there is another."""

    code: ClassVar[str] = "community.owner_stays"


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """Whom to take out, and why; the reason is kept in the group's history."""

    group_id: int
    person_id: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRemoved:
    """Whose seat is free again."""

    group_id: int
    person_id: int


def remove_member(*, actor: Actor, removal: Removal, now: datetime) -> MemberRemoved:
    """
    End a person's stay in a group and free the seat; where only a person can take him out, one is asked.

    :raises NotFound: no such group within the actor's reach, or the person does not sit in it
    :raises Forbidden: the actor does not look after the group
    :raises OwnerStays: the person owns the group, is to own it, or is its steward
    """
    with scope.writing(actor):
        group = access.group_to_change(actor, removal.group_id)
        stay = Member.objects.filter(group=group, person_id=removal.person_id, left_at=None).first()
        if stay is None:
            raise NotFound(kind="member", id=removal.person_id)
        if stay.role in ("owner", "steward") or _is_to_own(group, stay):
            raise OwnerStays(group=group.name)
        stay.left_at, stay.left_reason = now, removal.reason.strip()[:120]
        stay.save(update_fields=["left_at", "left_reason"])
        Group.objects.filter(pk=group.pk).update(seats_taken=F("seats_taken") - 1)
        if group.seats_taken >= group.seats_cap:
            doors.mark_due(actor.enterprise_id, [group.pk], now)
        requests.ask_person(actor, group, "remove", now, person_id=stay.person_id)
        journal.record(
            "community.member_removed",
            actor=actor,
            at=now,
            about={"group": [group.pk], "person": [removal.person_id]},
            reason=stay.left_reason,
        )
        return MemberRemoved(group_id=group.pk, person_id=removal.person_id)


def _is_to_own(group: Group, stay: Member) -> bool:
    """Tell whether the platform has been asked to make him the owner."""
    asked = Request.objects.filter(group=group, kind="owner", state__in=OPEN)
    return asked.filter(payload__to_person_id=stay.person_id).exists()
