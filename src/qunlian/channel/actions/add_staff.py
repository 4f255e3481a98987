"""Take somebody onto the staff."""

from dataclasses import dataclass
from datetime import date, datetime

from qunlian.channel import access, steps
from qunlian.channel.models import Person, Staff
from qunlian.channel.rules import entries
from qunlian.channel.rules.staff import STAFF_ROLES
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStaff:
    """Who joins; the phone may be empty, the superior None."""

    code: str
    name: str
    role: str
    joined_on: date
    phone: str = ""
    superior_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedStaff:
    """Who he is now."""

    staff_id: int
    person_id: int


def add_staff(*, actor: Actor, new: NewStaff, now: datetime) -> AddedStaff:
    """
    Add a member of staff; a log-in is opened for him separately.

    :raises Forbidden: only headquarters does this
    :raises NotFound: no such superior
    :raises Invalid: the code, name, role or phone cannot be used
    :raises CodeTaken: another member of staff has this code
    """
    with scope.writing(actor):
        access.headquarters_only(actor)
        superior = access.staff_for(actor, new.superior_id) if new.superior_id else None
        person = Person.objects.create(
            enterprise_id=actor.enterprise_id,
            name=entries.text(new.name, 60),
            phone=entries.phone(new.phone),
            created_at=now,
        )
        row = Staff(
            enterprise_id=actor.enterprise_id,
            person=person,
            code=entries.code(new.code),
            role=entries.choice(new.role, STAFF_ROLES, field="role"),
            superior=superior,
            joined_on=new.joined_on,
        )
        with steps.code_free(row.code):
            row.save(force_insert=True)
        about = {"staff": [row.pk], "person": [person.pk]}
        journal.record("channel.staff_added", actor=actor, at=now, about=about, role=row.role)
        return AddedStaff(staff_id=row.pk, person_id=person.pk)
