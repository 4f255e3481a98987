"""Let a member come back on a new phone: a link that works once, made by who looks after his store."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db.models import Q

from qunlian.channel import access, steps
from qunlian.channel.models import Account, Contact, Person, ReturnLink
from qunlian.channel.rules import accounts, phones
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor, Role
from qunlian.kernel.errors import Conflict, NotFound


class NotJoinedYet(Conflict):
    """%(name)s has not joined yet; the link of the store lets him in."""

    code: ClassVar[str] = "channel.not_joined_yet"


class PhoneTaken(Conflict):
    """This number is somebody else's already."""

    code: ClassVar[str] = "channel.phone_taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class LostPhone:
    """Who lost his phone. ``phone`` is his new number as typed, empty when he kept it."""

    store_id: int
    person_id: int
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeReturnLink:
    """The link's secret, shown this once; ``ended`` phones were logged out."""

    token: str
    person_id: int
    name: str
    expires_at: datetime
    ended: int


def make_return_link(*, actor: Actor, lost: LostPhone, now: datetime) -> MadeReturnLink:
    """
    Log all phones of a member out and make the link for his next one; an older link no longer works.

    :raises Forbidden: the actor does not look after stores
    :raises NotFound: no such store within the actor's reach, or the person is none of its people
    :raises NotJoinedYet: the person has no member account to come back to
    :raises NotAPhone: the new number cannot be one
    :raises PhoneTaken: the new number is another person's
    """
    with scope.writing(actor):
        access.own_people_only(actor)
        store = access.store_for(actor, lost.store_id)
        person = _contact(store.pk, lost.person_id)
        account = Account.objects.filter(
            enterprise_id=actor.enterprise_id, person_id=person.pk, role=Role.MEMBER, is_active=True
        ).first()
        if account is None:
            raise NotJoinedYet(name=person.name)
        is_new_number = _number(person, lost.phone)
        ended = steps.end_sessions([account.pk])
        token = secrets.token_urlsafe(24)
        expires_at = now + accounts.RETURN_LINK_LASTS
        ReturnLink.objects.filter(account_id=account.pk).delete()
        ReturnLink.objects.create(
            digest=accounts.token_digest(token), account_id=account.pk, expires_at=expires_at
        )
        journal.record(
            "channel.return_link_made", actor=actor, at=now,
            about={"store": [store.pk], "person": [person.pk]},
            ended=ended, is_new_number=is_new_number,
        )  # fmt: skip
        return MadeReturnLink(
            token=token, person_id=person.pk, name=person.name, expires_at=expires_at, ended=ended
        )


def _contact(store_id: int, person_id: int) -> Person:
    known = Contact.objects.filter(store_id=store_id, person_id=person_id)
    person = Person.objects.select_for_update().filter(pk__in=known.values("person_id")).first()
    if person is None:
        raise NotFound(kind="person", id=person_id)
    return person


def _number(person: Person, typed: str) -> bool:
    """Keep a new number; tell whether it is one."""
    if not typed.strip():
        return False
    try:
        number = phones.normal_phone(typed)
    except ValueError:
        raise steps.NotAPhone(phone=typed[:40], field="phone") from None
    own = Q(pk=person.pk) | Q(merged_into=person)
    if Person.objects.filter(phone=number).exclude(own).exists():
        raise PhoneTaken(field="phone")
    is_new = number != person.phone
    Person.objects.filter(pk=person.pk).update(phone=number)
    return is_new
