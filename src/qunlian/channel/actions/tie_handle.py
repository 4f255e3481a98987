"""Say which member of staff an account of our organisation on a platform belongs to."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from qunlian.channel import access
from qunlian.channel.models import Handle
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict, NotFound


class StaffHasHandle(Conflict):
    """“%(name)s” has the account “%(key)s” there already; take that away first."""

    code: ClassVar[str] = "channel.staff_has_handle"


@dataclass(frozen=True, slots=True, kw_only=True)
class TiedHandle:
    """Whose account it is now; None: nobody's that we know."""

    handle_id: int
    platform: str
    person_id: int | None


def tie_handle(*, actor: Actor, handle_id: int, staff_id: int | None, now: datetime) -> TiedHandle:
    """
    Tie an account to a member of staff, or to nobody; his rooms follow when they are read next.

    :raises Forbidden: only headquarters does this
    :raises NotFound: no such account of our organisation, or no such member of staff
    :raises StaffHasHandle: he has another account on that platform
    """
    with scope.writing(actor):
        access.headquarters_only(actor)
        rows = Handle.objects.filter(pk=handle_id, is_staff=True)
        handle = rows.select_for_update(of=("self",)).first()
        if handle is None:
            raise NotFound(kind="account", id=handle_id)
        person_id = _person(actor, handle, staff_id)
        was, handle.person_id = handle.person_id, person_id
        handle.save(update_fields=["person"])
        journal.record(
            "channel.handle_tied",
            actor=actor,
            at=now,
            about={"person": [one for one in (was, person_id) if one is not None]},
            platform=handle.platform,
            key=handle.key,
        )
        return TiedHandle(handle_id=handle.pk, platform=handle.platform, person_id=person_id)


def _person(actor: Actor, handle: Handle, staff_id: int | None) -> int | None:
    if staff_id is None:
        return None
    staff = access.staff_for(actor, staff_id)
    same = Handle.objects.filter(platform=handle.platform, is_staff=True, person=staff.person_id)
    other = same.exclude(pk=handle.pk).first()
    if other is not None:
        raise StaffHasHandle(name=staff.person.name, key=other.key)
    return staff.person_id
