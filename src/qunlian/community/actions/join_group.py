"""Join the group of one's store by the store's link or QR code, or a seed users' group by its own."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from qunlian.channel.steps import enlist_member
from qunlian.community import access, founding
from qunlian.community.models import Group, Member, Waiting
from qunlian.community.steps import Newcomer, admit_member
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict, Invalid, NotFound

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """
    Who comes for which store, or as a consumer to which group of seed users.

    :ivar kind: what ``target_id`` is: ``store`` or ``group``, as the registry of codes has it
    :ivar source: ``link`` or ``poster``
    :ivar member: he himself when his phone is logged in already
    """

    target_id: int
    kind: str = "store"
    name: str = ""
    phone: str = ""
    source: str = "link"
    member: Actor | None = None

    @property
    def store_id(self) -> int | None:
        """Return the store he comes for; None: a consumer."""
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
    Enlist somebody and let him into his store's base group, or a seed users' group, while it has seats.

    :param actor: the enterprise's own machinery, as the registry resolved it from the code
    :raises NotFound: no such store; no such group of seed users
    :raises NameMissing: a stranger without a name
    :raises PhoneMissing: a stranger without a telephone number
    :raises NotAPhone: the number cannot be one
    :raises AlreadyEnlisted: somebody joined with that number before
    :raises StoreFull: improbably many people came for this store
    :raises GroupFull: every seat is taken
    :raises GroupClosed: the group has ended
    """
    with scope.writing(actor):
        if joining.member is None:
            _check(joining)
        is_consumer = joining.kind == "group"
        group_id = _seed_group(joining) if is_consumer else _base_group(actor, joining)
        enlisted = enlist_member(
            actor=joining.member or actor,
            store_id=joining.store_id,
            name=joining.name,
            phone=joining.phone,
            at=now,
        )
        if group_id is None:
            return _wait(actor, joining, enlisted.person_id, enlisted.account_id, now)
        newcomer = Newcomer(
            person_id=enlisted.person_id, store_id=joining.store_id, source=joining.source
        )
        admission = admit_member(actor=actor, group_id=group_id, newcomer=newcomer, at=now)
        return Joined(
            person_id=enlisted.person_id,
            account_id=enlisted.account_id,
            group_id=group_id,
            group_name=Group.objects.get(pk=group_id).name,
            is_new=admission.is_new,
        )


def _base_group(actor: Actor, joining: Joining) -> int | None:
    """Hold the store's place and return its group, if it has one."""
    store = access.store_for(actor, joining.target_id)
    placed = founding.placement_of(store.pk)
    there = Member.objects.filter(store_id=store.pk, left_at=None).values("person_id")
    waiting = Waiting.objects.filter(store_id=store.pk)
    if joining.member is None and there.distinct().count() + waiting.count() >= MOST_PER_STORE:
        raise StoreFull(store=store.name)
    return placed.group_id if placed else None


def _seed_group(joining: Joining) -> int:
    """Return the group; only those of seed users are open to whoever comes."""
    if not Group.objects.filter(pk=joining.target_id, layer="consumer").exists():
        raise NotFound(kind="group", id=joining.target_id)
    return joining.target_id


def _check(joining: Joining) -> None:
    if not joining.name.strip():
        raise NameMissing(field="name")
    if not joining.phone.strip():
        raise PhoneMissing(field="phone")


def _wait(actor: Actor, joining: Joining, person_id: int, account_id: int, now: datetime) -> Joined:
    """Note that somebody is here before his store's group."""
    _, is_new = Waiting.objects.get_or_create(
        enterprise_id=actor.enterprise_id,
        store_id=joining.target_id,
        person_id=person_id,
        defaults={"source": joining.source, "since_at": now},
    )
    journal.record(
        "community.member_waiting",
        actor=actor,
        at=now,
        about={"store": [joining.target_id], "person": [person_id]},
        source=joining.source,
    )
    return Joined(
        person_id=person_id, account_id=account_id, group_id=None, group_name="", is_new=is_new
    )
