"""Writes of the community inside another slice's transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.db import connection
from django.db.models import F

from qunlian.community import doors
from qunlian.community.models import Group, GroupStore, Member, StaffView
from qunlian.community.rules import life
from qunlian.kernel import journal, queue
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict, NotFound
from qunlian.platforms import registry
from qunlian.platforms.port import Feature


class GroupFull(Conflict):
    """“%(group)s” is full (%(seats_cap)s people). Ask %(steward)s for help."""

    code: ClassVar[str] = "community.group_full"


class GroupClosed(Conflict):
    """“%(group)s” takes no new members any more."""

    code: ClassVar[str] = "community.group_closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """A person's stay in a group. ``is_new`` is false when he sat in it already."""

    member_id: int
    group_id: int
    person_id: int
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """Who comes, for which store, where from (``link``, ``poster``, ``plan``, ``staff`` …), by which door."""

    person_id: int
    store_id: int | None = None
    source: str = "staff"
    role: str = "member"
    door_id: int | None = None


def admit_member(*, actor: Actor, group_id: int, newcomer: Newcomer, at: datetime) -> Admission:
    """
    Let a person into a group while it has seats; whoever sits in it already stays as he is.

    :raises NotFound: no such group in the enterprise
    :raises GroupClosed: it is merged or retired
    :raises GroupFull: every seat is taken
    """
    known = _stay(group_id, newcomer.person_id)
    if known is not None:
        return _admission(known, is_new=False)
    _take_seat(group_id)
    member, is_new = Member.objects.get_or_create(
        enterprise_id=actor.enterprise_id,
        group_id=group_id,
        person_id=newcomer.person_id,
        left_at=None,
        defaults={
            "store_id": newcomer.store_id,
            "source": newcomer.source,
            "door_id": newcomer.door_id,
            "role": newcomer.role,
            "joined_at": at,
        },
    )
    if not is_new:  # he came in through another door while we waited for the seat
        Group.objects.filter(pk=group_id).update(seats_taken=F("seats_taken") - 1)
        return _admission(member, is_new=False)
    may_live(group_id, at)
    about = {"group": [group_id], "person": [newcomer.person_id]}
    if newcomer.store_id is not None:
        about["store"] = [newcomer.store_id]
    journal.record(
        "community.member_joined", actor=actor, at=at, about=about, source=newcomer.source
    )
    return _admission(member, is_new=True)


def take_stewardship(*, actor: Actor, group_id: int, person_id: int, at: datetime) -> None:
    """
    Seat a colleague as the steward of a group; the old one stays as a plain member.

    :raises GroupFull: the group has no seat for him
    """
    newcomer = Newcomer(person_id=person_id, role="steward", source="staff")
    admit_member(actor=actor, group_id=group_id, newcomer=newcomer, at=at)
    seated = Member.objects.filter(group_id=group_id, left_at=None)
    seated.filter(role="steward").update(role="member")
    seated.filter(person_id=person_id).exclude(role="owner").update(role="steward")


def _stay(group_id: int, person_id: int) -> Member | None:
    return Member.objects.filter(group_id=group_id, person_id=person_id, left_at=None).first()


def _admission(member: Member, *, is_new: bool) -> Admission:
    return Admission(
        member_id=member.pk,
        group_id=member.group_id,
        person_id=member.person_id,
        is_new=is_new,
    )


def _take_seat(group_id: int) -> None:
    """Take one seat, guarded: the row decides, and a CHECK stands behind it."""
    taken = Group.objects.filter(
        pk=group_id, life__in=life.OPEN, seats_taken__lt=F("seats_cap")
    ).update(seats_taken=F("seats_taken") + 1)
    if taken:
        return
    group = Group.objects.filter(pk=group_id).first()
    if group is None:
        raise NotFound(kind="group", id=group_id)
    if group.life not in life.OPEN:
        raise GroupClosed(group=group.name)
    raise GroupFull(group=group.name, seats_cap=group.seats_cap, steward=_steward(group))


def _steward(group: Group) -> str:
    found = StaffView.objects.filter(pk=group.steward_staff_id or 0).first()
    return found.name if found else ""


def may_live(group_id: int, at: datetime) -> None:
    """
    Note that the group lives once enough of its stores have somebody in it, after somebody joined.

    One that is full by it is taken out of its doors.
    """
    group = Group.objects.get(pk=group_id)
    if group.seats_taken >= group.seats_cap:
        doors.mark_due(group.enterprise_id, [group_id], at)
    if group.life not in ("inviting", "fading"):
        return
    stores = GroupStore.objects.filter(group_id=group_id).count()
    members = Member.objects.filter(group_id=group_id, left_at=None)
    joined = members.exclude(store_id=None)
    following = life.after_joining(
        group.life,
        stores=stores,
        stores_joined=joined.values("store_id").distinct().count(),
        people=members.filter(role="member").count(),
    )
    if following != group.life:
        Group.objects.filter(pk=group_id).update(life=following, changed_at=at)
        doors.mark_due(group.enterprise_id, [group_id], at)


@dataclass(frozen=True, slots=True, kw_only=True)
class LivesFollowed:
    """The groups that began to fade, and those that woke."""

    faded: tuple[int, ...]
    woken: tuple[int, ...]


_FADE = """
UPDATE community_group g SET life = 'fading', changed_at = %(at)s
WHERE g.enterprise_id = %(enterprise)s AND g.life = 'live' AND g.created_at < %(since)s
  AND NOT g.id = ANY(%(alive)s) AND (NOT g.platform = ANY(%(unheard)s) OR g.id = ANY(%(heard)s))
  AND NOT EXISTS (SELECT FROM community_member m WHERE m.enterprise_id = g.enterprise_id
                  AND m.group_id = g.id AND m.role = 'member' AND m.joined_at >= %(since)s)
RETURNING g.id
"""
_WAKE = """
UPDATE community_group g SET life = 'live', changed_at = %(at)s
FROM unnest(%(alive)s::bigint[], %(signs)s::timestamptz[]) AS sign (group_id, seen_at)
WHERE g.enterprise_id = %(enterprise)s AND g.life = 'fading' AND g.id = sign.group_id
  AND sign.seen_at > g.changed_at
RETURNING g.id
"""


def follow_signs(
    *,
    actor: Actor,
    signs: Mapping[int, datetime],
    heard: Iterable[int],
    since: datetime,
    at: datetime,
) -> LivesFollowed:
    """
    Let live groups without a sign of life since then fade, and fading ones with a newer sign live again.

    Where a platform lets nobody read what is said, silence says nothing: such a group does not fade by it.

    :param signs: group → its last sign of life, of those that had one since ``since``
    :param heard: groups that were heard talking in the time before that, wherever they are
    """
    values: dict[str, Any] = {
        "enterprise": actor.enterprise_id,
        "alive": list(signs),
        "signs": list(signs.values()),
        "heard": list(heard),
        "unheard": list(registry.without(Feature.READ_MESSAGES)),
        "since": since,
        "at": at,
    }
    found = []
    with connection.cursor() as cursor:
        for query in (_WAKE, _FADE):
            cursor.execute(query, values)
            found.append(tuple(sorted(group_id for (group_id,) in cursor.fetchall())))
    doors.mark_due(actor.enterprise_id, [*found[0], *found[1]], at)
    return LivesFollowed(woken=found[0], faded=found[1])


_RELEASE = """
UPDATE community_request r SET state = 'asked', asked_at = %s
WHERE r.enterprise_id = %s AND r.group_id = ANY(%s) AND r.kind = 'create' AND r.state = 'held'
RETURNING r.group_id
"""


def release_groups(*, actor: Actor, group_ids: Sequence[int], at: datetime) -> list[int]:
    """Let groups that were held back be made and invite; return those that were held, in order."""
    with connection.cursor() as cursor:
        cursor.execute(_RELEASE, [at, actor.enterprise_id, list(group_ids)])
        released = sorted(group_id for (group_id,) in cursor.fetchall())
    if released:
        queue.enqueue(
            "community.settle_requests",
            queueing_lock=f"community.settle_requests:{actor.enterprise_id}",
            enterprise_id=actor.enterprise_id,
        )
    return released
