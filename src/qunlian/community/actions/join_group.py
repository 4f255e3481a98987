"""Join the group of one's store by the store's link or QR code, or a seed users' group by its own."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from qunlian.channel.steps import enlist_member
from qunlian.community import access, doors, founding, opening
from qunlian.community.models import Door, Group, Member, StoreGroup, StoreGroupJoin, Waiting
from qunlian.community.queries.ladder import is_taken_out
from qunlian.community.rules.doors import TAKING
from qunlian.community.steps import Admission, GroupClosed, GroupFull, Newcomer, admit_member
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from qunlian.platforms import registry

MOST_PER_STORE = 20


class NameMissing(Invalid):
    """Please enter your name."""

    code: ClassVar[str] = "community.name_missing"


class StoreFull(Conflict):
    """Very many people have joined for this store already; ask your rep."""

    code: ClassVar[str] = "community.store_full"


class PhoneMissing(Invalid):
    """Please enter your telephone number."""

    code: ClassVar[str] = "community.phone_missing"


class TakenOut(Forbidden):
    """You were taken out of this group; under “Rules” on your own page you can say how you see it."""

    code: ClassVar[str] = "community.taken_out"


class JoinsElsewhere(Conflict):
    """This group is on another app: scan its code there."""

    code: ClassVar[str] = "community.joins_elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """
    Who comes for which store, as a consumer to which group of seed users, or by which door.

    :ivar kind: what ``target_id`` is: ``store``, ``group`` or ``door``, as the registry of codes has it
    :ivar source: ``link`` or ``poster``; a door knows its own
    :ivar member: he himself when his phone is logged in already
    :ivar store_group_id: the store's own group by whose link he came
    """

    target_id: int
    kind: str = "store"
    name: str = ""
    phone: str = ""
    source: str = "link"
    member: Actor | None = None
    store_group_id: int | None = None

    @property
    def store_id(self) -> int | None:
        """Return the store whose own code he brings; None: another."""
        return self.target_id if self.kind == "store" else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """What became of it. ``group_id`` is None while the store has no group: he waits for it."""

    person_id: int
    account_id: int
    group_id: int | None
    group_name: str
    is_new: bool


def join_group(*, actor: Actor, joining: Joining, now: datetime) -> Joined:
    """
    Enlist somebody and let him into his store's base group, a seed users' group, or where his door leads.

    Of the groups behind a door he gets the first with a seat; when all are full, the next one is opened.

    :param actor: the enterprise's own machinery, as the registry resolved it from the code
    :raises NotFound: no such store; no such group of seed users; the door is closed or leads nowhere
    :raises JoinsElsewhere: only its own platform's people fill the group's room
    :raises NameMissing: a stranger without a name
    :raises PhoneMissing: a stranger without a telephone number
    :raises NotAPhone: the number cannot be one
    :raises AlreadyEnlisted: somebody joined with that number before
    :raises StoreFull: improbably many people came for this store
    :raises TakenOut: the group took him out for breaking its rules
    :raises GroupFull: every seat is taken
    :raises GroupClosed: the group has ended
    """
    with scope.writing(actor):
        if joining.member is None:
            _check(joining)
        door = _door(joining)
        store_id = joining.store_id if door is None else door.store_id
        groups = _groups(actor, joining, door)
        if any(group.platform in registry.with_own_accounts() for group in groups[:1]):
            raise JoinsElsewhere
        enlisted = enlist_member(
            actor=joining.member or actor,
            store_id=store_id,
            name=joining.name,
            phone=joining.phone,
            at=now,
        )
        if is_taken_out((group.pk for group in groups), enlisted.person_id, now):
            raise TakenOut
        newcomer = Newcomer(
            person_id=enlisted.person_id,
            store_id=store_id,
            source=door.source if door else joining.source,
            door_id=door.pk if door else None,
        )
        if not groups:
            return _wait(actor, newcomer, store_id or 0, enlisted.account_id, now)
        admission = _admit(actor, groups, door, newcomer, now)
        _note_store_group(actor, joining, enlisted.person_id, now)
        return Joined(
            person_id=enlisted.person_id,
            account_id=enlisted.account_id,
            group_id=admission.group_id,
            group_name=Group.objects.get(pk=admission.group_id).name,
            is_new=admission.is_new,
        )


def _note_store_group(actor: Actor, joining: Joining, person_id: int, now: datetime) -> None:
    """Count him for the store whose own group's link he came by, once."""
    own = StoreGroup.objects.filter(pk=joining.store_group_id or 0, closed_at=None)
    if own.exists():
        StoreGroupJoin.objects.get_or_create(
            enterprise_id=actor.enterprise_id,
            store_group_id=joining.store_group_id,
            person_id=person_id,
            defaults={"joined_at": now},
        )


def _door(joining: Joining) -> Door | None:
    """Return the open door he comes by, if it is one."""
    if joining.kind != "door":
        return None
    row = Door.objects.filter(pk=joining.target_id, closed_at=None).first()
    if row is None:
        raise NotFound(kind="door", id=joining.target_id)
    return row


def _groups(actor: Actor, joining: Joining, door: Door | None) -> list[Group]:
    """Return the groups he may be let into, the first to be tried first; none: he waits for his store's."""
    if joining.kind == "group":
        return [_seed_group(joining)]
    store_id = joining.store_id if door is None else door.store_id
    if door is None or store_id is not None:
        return _base_group(actor, joining, store_id or 0)
    found = doors.groups_of(door)
    if not found:
        raise NotFound(kind="group", id=door.group_id or door.pk)
    return found


def _admit(
    actor: Actor, groups: list[Group], door: Door | None, newcomer: Newcomer, now: datetime
) -> Admission:
    """Let him into the first group with a seat; where a door leads on and all are full, into the next one."""
    if door is None or not opening.leads_on(door):
        return admit_member(actor=actor, group_id=groups[0].pk, newcomer=newcomer, at=now)
    ids = [group.pk for group in groups]
    known = Member.objects.filter(group__in=ids, person_id=newcomer.person_id, left_at=None).first()
    if known is not None:
        return admit_member(actor=actor, group_id=known.group_id, newcomer=newcomer, at=now)
    found = _first_seat(actor, groups, newcomer, now)
    if found is None:
        opening.hold(groups[-1])
        groups = doors.groups_of(door)
        found = _first_seat(actor, groups, newcomer, now)
    if found is None:
        made = opening.open_next(actor, groups, now)
        found = admit_member(actor=actor, group_id=made.pk, newcomer=newcomer, at=now)
        doors.mark_due(actor.enterprise_id, [made.pk], now)
    return found


def _first_seat(
    actor: Actor, groups: list[Group], newcomer: Newcomer, now: datetime
) -> Admission | None:
    for group in groups:
        if group.life not in TAKING or group.seats_taken >= group.seats_cap:
            continue
        try:
            return admit_member(actor=actor, group_id=group.pk, newcomer=newcomer, at=now)
        except (GroupFull, GroupClosed):
            continue
    return None


def _base_group(actor: Actor, joining: Joining, store_id: int) -> list[Group]:
    """Hold the store's place and return its group, if it has one."""
    store = access.store_for(actor, store_id)
    placed = founding.placement_of(store.pk)
    there = Member.objects.filter(store_id=store.pk, left_at=None).values("person_id")
    waiting = Waiting.objects.filter(store_id=store.pk)
    if joining.member is None and there.distinct().count() + waiting.count() >= MOST_PER_STORE:
        raise StoreFull(store=store.name)
    return [Group.objects.get(pk=placed.group_id)] if placed else []


def _seed_group(joining: Joining) -> Group:
    """Return the group; only those of seed users are open to whoever comes."""
    group = Group.objects.filter(pk=joining.target_id, layer="consumer").first()
    if group is None:
        raise NotFound(kind="group", id=joining.target_id)
    return group


def _check(joining: Joining) -> None:
    if not joining.name.strip():
        raise NameMissing(field="name")
    if not joining.phone.strip():
        raise PhoneMissing(field="phone")


def _wait(
    actor: Actor, newcomer: Newcomer, store_id: int, account_id: int, now: datetime
) -> Joined:
    """Note that somebody is here before his store's group."""
    person_id = newcomer.person_id
    _, is_new = Waiting.objects.get_or_create(
        enterprise_id=actor.enterprise_id,
        store_id=store_id,
        person_id=person_id,
        defaults={"source": newcomer.source, "since_at": now},
    )
    journal.record(
        "community.member_waiting",
        actor=actor,
        at=now,
        about={"store": [store_id], "person": [person_id]},
        source=newcomer.source,
    )
    return Joined(
        person_id=person_id, account_id=account_id, group_id=None, group_name="", is_new=is_new
    )
