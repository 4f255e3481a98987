"""The people behind a store or distributor, their numbers masked."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from qunlian.channel import access
from qunlian.channel.models import Account, Contact, Person
from qunlian.channel.rules import phones
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, Role
from qunlian.kernel.errors import NotFound


def has_number_ending(actor: Actor, store_id: int, digits: str) -> bool:
    """Tell whether a number the roster has with a store ends with these digits; the number stays in here."""
    with scope.reading(actor):
        store = access.store_for(actor, store_id)
        numbers = Contact.objects.filter(store=store).values_list("person__phone", flat=True)
        return bool(digits) and any(number.endswith(digits) for number in numbers)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactCard:
    """Somebody behind a partner; the number is masked. A member has joined and can log a phone in."""

    person_id: int
    name: str
    role: str
    masked_phone: str
    since_at: datetime
    is_member: bool


def contact_cards(contacts: QuerySet[Contact]) -> tuple[ContactCard, ...]:
    """Return the people of a partner with their numbers masked; inside a scope."""
    known = list(contacts)
    persons = Person.objects.in_bulk({contact.person_id for contact in known})
    joined = Account.objects.filter(
        enterprise_id__in={contact.enterprise_id for contact in known},
        person_id__in=persons,
        role=Role.MEMBER,
        is_active=True,
    )
    members = set(joined.values_list("person_id", flat=True))
    return tuple(
        ContactCard(
            person_id=contact.person_id,
            name=persons[contact.person_id].name,
            role=contact.role,
            masked_phone=phones.masked_phone(persons[contact.person_id].phone),
            since_at=contact.since_at,
            is_member=contact.person_id in members,
        )
        for contact in known
    )


def contact_of(contacts: tuple[ContactCard, ...], person_id: int) -> ContactCard:
    """
    Return one of the people behind a partner.

    :raises NotFound: the person is none of them
    """
    for contact in contacts:
        if contact.person_id == person_id:
            return contact
    raise NotFound(kind="person", id=person_id)
