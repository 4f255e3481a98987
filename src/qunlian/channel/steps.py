"""Writes of the channel inside another slice's transaction."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from qunlian.channel.models import Account, Contact, Person, PublicCode, Store
from qunlian.channel.rules import accounts, phones
from qunlian.kernel.actor import Actor, Role
from qunlian.kernel.errors import Conflict, Invalid, NotFound


class NotAPhone(Invalid):
    """“%(phone)s” is not a telephone number."""

    code: ClassVar[str] = "channel.not_a_phone"


class AlreadyEnlisted(Conflict):
    """This telephone number has joined already; ask your rep for a new link."""

    code: ClassVar[str] = "channel.already_enlisted"


@dataclass(frozen=True, slots=True, kw_only=True)
class EnlistedMember:
    """Who joined, and the account that his phone logs in with."""

    person_id: int
    account_id: int
    is_new_contact: bool


def enlist_member(
    *, actor: Actor, store_id: int, name: str, phone: str, at: datetime
) -> EnlistedMember:
    """
    Make somebody a member for a store: the person, his tie to the store, and a member account.

    One who is on the store's roster by this number and has not joined yet becomes that person. A
    number that has joined before is refused, because whoever types it need not be its owner; when the
    actor is that very member (he is logged in), he gets this store on top.

    :param phone: as typed; may be empty
    :raises NotFound: no such store
    :raises NotAPhone: the number cannot be one
    :raises AlreadyEnlisted: that number belongs to another member
    """
    if not Store.objects.filter(pk=store_id).exists():
        raise NotFound(kind="store", id=store_id)
    number = _number(phone)
    person = _known(actor, number)
    if person is None:
        person = Person.objects.create(
            enterprise_id=actor.enterprise_id, name=name.strip()[:60], phone=number, created_at=at
        )
    _, is_new = Contact.objects.get_or_create(
        enterprise_id=actor.enterprise_id,
        person_id=person.pk,
        store_id=store_id,
        distributor__isnull=True,
        defaults={"role": "owner" if _becomes_owner(store_id, person) else "clerk", "since_at": at},
    )
    account = _account(actor, person, at)
    return EnlistedMember(person_id=person.pk, account_id=account.pk, is_new_contact=is_new)


def public_code(*, actor: Actor, kind: str, target_id: int) -> str:
    """
    Return the code that strangers may bring for a thing of this enterprise; made when there is none.

    :param kind: what the code opens: ``store``, ``group``, ``product`` …
    """
    known = PublicCode.objects.filter(
        enterprise_id=actor.enterprise_id, kind=kind, target_id=target_id
    )
    while True:
        row = known.first()
        if row is not None:
            return row.code
        try:
            with transaction.atomic():
                PublicCode.objects.create(
                    code=_fresh_code(),
                    enterprise_id=actor.enterprise_id,
                    kind=kind,
                    target_id=target_id,
                )
        except IntegrityError:
            continue


def public_codes(*, actor: Actor, kind: str, target_ids: Iterable[int]) -> dict[int, str]:
    """Return the public codes of many things at once, making those that are missing."""
    ids = list(target_ids)
    known = PublicCode.objects.filter(enterprise_id=actor.enterprise_id, kind=kind)
    codes = dict(known.filter(target_id__in=ids).values_list("target_id", "code"))
    while missing := [target_id for target_id in ids if target_id not in codes]:
        PublicCode.objects.bulk_create(
            (
                PublicCode(
                    code=_fresh_code(),
                    enterprise_id=actor.enterprise_id,
                    kind=kind,
                    target_id=target_id,
                )
                for target_id in missing
            ),
            ignore_conflicts=True,
        )
        codes |= dict(known.filter(target_id__in=missing).values_list("target_id", "code"))
    return codes


def _number(phone: str) -> str:
    if not phone.strip():
        return ""
    try:
        return phones.normal_phone(phone)
    except ValueError:
        raise NotAPhone(phone=phone[:40]) from None


def _known(actor: Actor, number: str) -> Person | None:
    """Return the person to join as: the logged-in member himself, or one on the roster not joined yet."""
    if actor.role is Role.MEMBER and actor.person_id is not None:
        return Person.objects.filter(pk=actor.person_id).first()
    if not number:
        return None
    persons = Person.objects.filter(enterprise_id=actor.enterprise_id, phone=number)
    found = persons.order_by("pk").select_for_update().first()
    if found is not None and _accounts(actor, found).exists():
        raise AlreadyEnlisted
    return found


def _accounts(actor: Actor, person: Person) -> QuerySet[Account]:
    return Account.objects.filter(enterprise_id=actor.enterprise_id, person_id=person.pk)


def _becomes_owner(store_id: int, person: Person) -> bool:
    """Make the first who joins a store without an owner its owner."""
    free = Store.objects.filter(pk=store_id, owner=None).update(owner=person)
    return bool(free) or Store.objects.filter(pk=store_id, owner=person).exists()


def _account(actor: Actor, person: Person, at: datetime) -> Account:
    known = _accounts(actor, person).filter(role=Role.MEMBER).first()
    if known is not None:
        return known
    return Account.objects.create(
        login=f"member-{person.pk}@{actor.enterprise_id}",
        enterprise_id=actor.enterprise_id,
        role=Role.MEMBER,
        person_id=person.pk,
        password=make_password(None),
        created_at=at,
    )


def _fresh_code() -> str:
    return "".join(secrets.choice(accounts.CODE_ALPHABET) for _ in range(accounts.CODE_LENGTH))
