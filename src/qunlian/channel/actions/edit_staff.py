"""Change what is kept about a member of staff."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from qunlian.channel import access, steps
from qunlian.channel.models import Account, Person, Staff
from qunlian.channel.rules import entries
from qunlian.channel.rules.staff import STAFF_ROLES, is_above
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict


class OwnSuperior(Conflict):
    """Somebody below a person cannot be his superior."""

    code: ClassVar[str] = "channel.own_superior"


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffEntry:
    """What headquarters may change; ``phone`` None leaves the number as it is."""

    name: str
    role: str
    superior_id: int | None
    phone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EditedStaff:
    """What changed, by name of the field."""

    staff_id: int
    changed: tuple[str, ...]


def edit_staff(*, actor: Actor, staff_id: int, entry: StaffEntry, now: datetime) -> EditedStaff:
    """
    Change name, role, superior or phone; a changed role is his account's at once.

    :raises Forbidden: only headquarters does this
    :raises NotFound: no such staff or superior
    :raises OwnSuperior: the superior stands below him, or is himself
    :raises Invalid: the name, role or phone cannot be used
    """
    with scope.writing(actor):
        access.headquarters_only(actor)
        steps.lock_trees(actor)
        row = access.staff_for(actor, staff_id)
        superior = access.staff_for(actor, entry.superior_id) if entry.superior_id else None
        if superior is not None and is_above(_superiors(), row.pk, superior.pk):
            raise OwnSuperior(field="superior")
        person = Person.objects.get(pk=row.person_id)
        before = (person.name, row.role, row.superior_id, person.phone)
        person.name = entries.text(entry.name, 60)
        if entry.phone is not None:
            person.phone = entries.phone(entry.phone)
        row.role = entries.choice(entry.role, STAFF_ROLES, field="role")
        row.superior_id = superior.pk if superior else None
        after = (person.name, row.role, row.superior_id, person.phone)
        names = ("name", "role", "superior", "phone")
        changed = tuple(n for n, a, b in zip(names, before, after, strict=True) if a != b)
        person.save(update_fields=["name", "phone"])
        row.save(update_fields=["role", "superior"])
        mine = Account.objects.filter(enterprise_id=actor.enterprise_id, staff_id=row.pk)
        mine.update(role=row.role)
        journal.record(
            "channel.staff_edited", actor=actor, at=now,
            about={"staff": [row.pk], "person": [person.pk]}, changed=changed,
        )  # fmt: skip
        return EditedStaff(staff_id=row.pk, changed=changed)


def _superiors() -> dict[int, int | None]:
    return dict(Staff.objects.values_list("pk", "superior_id"))
