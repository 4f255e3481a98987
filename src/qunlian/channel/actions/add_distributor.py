"""Add a distributor of any tier."""

from dataclasses import dataclass
from datetime import datetime

from qunlian.channel import access, steps
from qunlian.channel.models import Contact, Distributor, Person
from qunlian.channel.rules import entries
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDistributor:
    """``parent_id`` None buys from the brand (tier 1). The contact may be empty."""

    parent_id: int | None
    territory_id: int | None
    code: str
    name: str
    address: str = ""
    contact_name: str = ""
    contact_phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedDistributor:
    """Where it stands."""

    distributor_id: int
    tier: int
    path: str


def add_distributor(*, actor: Actor, new: NewDistributor, now: datetime) -> AddedDistributor:
    """
    Add a distributor below its parent, with the person to talk to.

    :raises Forbidden: only headquarters does this
    :raises NotFound: no such parent or territory
    :raises Invalid: something cannot be used
    :raises CodeTaken: another distributor has this code
    """
    with scope.writing(actor):
        access.headquarters_only(actor)
        steps.lock_trees(actor)
        parent = access.distributor_for(actor, new.parent_id) if new.parent_id else None
        territory = access.territory_for(actor, new.territory_id) if new.territory_id else None
        row = Distributor(
            enterprise_id=actor.enterprise_id,
            parent=parent,
            tier=parent.tier + 1 if parent else 1,
            code=entries.code(new.code),
            name=entries.text(new.name, 80),
            territory=territory,
            contact=_contact(actor, new, now),
            address=new.address.strip()[:200],
        )
        row.path = steps.next_path("channel_distributor", parent.path if parent else "/", row)
        with steps.code_free(row.code):
            row.save(force_insert=True)
        if row.contact_id:
            Contact.objects.create(
                enterprise_id=actor.enterprise_id,
                person_id=row.contact_id,
                distributor=row,
                since_at=now,
            )
        about = {"distributor": [row.pk]}
        journal.record("channel.distributor_added", actor=actor, at=now, about=about, name=row.name)
        return AddedDistributor(distributor_id=row.pk, tier=row.tier, path=row.path)


def _contact(actor: Actor, new: NewDistributor, now: datetime) -> Person | None:
    if not new.contact_name.strip():
        return None
    return Person.objects.create(
        enterprise_id=actor.enterprise_id,
        name=entries.text(new.contact_name, 60, field="contact_name"),
        phone=entries.phone(new.contact_phone, field="contact_phone"),
        created_at=now,
    )
