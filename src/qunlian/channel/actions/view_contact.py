"""Show somebody's telephone number in full, and keep who saw it."""

from dataclasses import dataclass
from datetime import datetime

from qunlian.channel import access
from qunlian.channel.rules import phones
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewedContact:
    """The number as people at home write it; empty when none is known."""

    person_id: int
    name: str
    phone: str


def view_contact(*, actor: Actor, person_id: int, now: datetime) -> ViewedContact:
    """
    Reveal a contact; the journal keeps that it was seen, not the number.

    :raises NotFound: no such person within the actor's reach
    """
    with scope.writing(actor):
        person = access.person_for(actor, person_id)
        journal.record("channel.contact_viewed", actor=actor, at=now, about={"person": [person.pk]})
        return ViewedContact(
            person_id=person.pk, name=person.name, phone=phones.local_phone(person.phone)
        )
