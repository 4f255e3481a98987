"""What a member of staff covers and leads passes to others; he leaves."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from qunlian.channel import access
from qunlian.channel.models import Account, ApiToken, Staff, TerritoryAssignment
from qunlian.channel.steps import end_sessions, lock_trees
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict, Invalid

#: The database's own guards against a leaver who still holds groups (community's migration).
HOLDS_GROUPS = "channel_staff_holds_groups"

_HOLD = """
SELECT id FROM channel_staff WHERE enterprise_id = %s AND id = ANY(%s) AND left_on IS NULL
ORDER BY id FOR SHARE
"""


class OwnSuccessor(Invalid):
    """Nobody is his own successor."""

    code: ClassVar[str] = "channel.own_successor"


class StillHoldsGroups(Conflict):
    """Groups are still in these hands; hand them over first, on the person's page."""

    code: ClassVar[str] = "channel.still_holds_groups"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passing:
    """
    What passes from one member of staff to others from a day on.

    :ivar territories: territory → who covers it next
    :ivar superior_id: who leads the people below him next; None leaves them as they are
    """

    staff_id: int
    on: date
    territories: Mapping[int, int]
    superior_id: int | None = None


@contextmanager
def hands_empty() -> Iterator[None]:
    """
    Let somebody leave or be locked out.

    :raises StillHoldsGroups: the database says that groups are in his hands
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as trouble:
        diagnosis = getattr(trouble.__cause__, "diag", None)
        if diagnosis and diagnosis.constraint_name == HOLDS_GROUPS:
            raise StillHoldsGroups from None
        raise


def hold_staff(actor: Actor, staff_ids: Iterable[int]) -> set[int]:
    """
    Keep these from leaving until the transaction ends; return those who are still here.

    Call before a group's row is held: whoever hands over holds the leaver first and the groups after.
    """
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [actor.enterprise_id, sorted(set(staff_ids))])
        return {staff_id for (staff_id,) in cursor.fetchall()}


def hold_leaver(actor: Actor, staff_id: int) -> Staff:
    """
    Hold the one who hands over: nobody can give him anything meanwhile, nor hand over beside us.

    :raises Forbidden: members, partners and reps do not hand over
    :raises NotFound: no such staff within the actor's reach
    """
    access.planners_only(actor)
    lock_trees(actor)
    staff = access.staff_for(actor, staff_id)
    return Staff.objects.select_for_update(of=("self",), no_key=True).get(pk=staff.pk)


def pass_on(actor: Actor, passing: Passing) -> int:
    """Give his territories (and the people below) to others from the day on; return how many people."""
    territories = passing.territories
    lasting = Q(until_on=None) | Q(until_on__gt=passing.on)
    mine = TerritoryAssignment.objects.filter(
        lasting, staff_id=passing.staff_id, territory_id__in=list(territories)
    )
    rows = list(mine.order_by("territory_id"))
    mine.filter(from_on__gte=passing.on).delete()
    mine.update(until_on=passing.on)
    known = set(
        TerritoryAssignment.objects.filter(
            lasting, staff_id__in=set(territories.values()), territory_id__in=list(territories)
        ).values_list("staff_id", "territory_id")
    )
    TerritoryAssignment.objects.bulk_create(
        TerritoryAssignment(
            enterprise_id=actor.enterprise_id,
            staff_id=territories[row.territory_id],
            territory_id=row.territory_id,
            from_on=max(passing.on, row.from_on),
            until_on=row.until_on,
        )
        for row in rows
        if (territories[row.territory_id], row.territory_id) not in known
    )
    return _give_superior(passing)


def _give_superior(passing: Passing) -> int:
    if passing.superior_id is None:
        return 0
    leaver = Staff.objects.get(pk=passing.staff_id)
    below = Staff.objects.filter(superior_id=passing.staff_id).exclude(pk=passing.superior_id)
    people = below.update(superior_id=passing.superior_id)
    Staff.objects.filter(pk=passing.superior_id, superior_id=passing.staff_id).update(
        superior_id=leaver.superior_id
    )
    return people


def see_off(actor: Actor, staff_id: int, on: date) -> None:
    """
    Note that somebody leaves on a day.

    :raises StillHoldsGroups: groups are still in his hands
    """
    with hands_empty():
        Staff.objects.filter(pk=staff_id, enterprise_id=actor.enterprise_id).update(left_on=on)


def close_accounts(actor: Actor, staff_ids: Iterable[int]) -> int:
    """
    Lock leavers out: browsers are logged out at once, API keys are gone; return how many.

    :raises StillHoldsGroups: groups are still in their hands
    """
    accounts = Account.objects.filter(
        enterprise_id=actor.enterprise_id, staff_id__in=list(staff_ids)
    )
    ids = list(accounts.values_list("pk", flat=True))
    with hands_empty():
        Account.objects.filter(pk__in=ids).update(is_active=False)
    ApiToken.objects.filter(account_id__in=ids).delete()
    end_sessions(ids)
    return len(ids)


def leavers_still_let_in(actor: Actor, on: date) -> dict[int, int]:
    """Return staff → person of those whose last day has passed and whose account still opens."""
    open_ones = Account.objects.filter(
        enterprise_id=actor.enterprise_id, is_active=True, staff_id__isnull=False
    )
    gone = Staff.objects.filter(left_on__lte=on, pk__in=open_ones.values("staff_id"))
    return dict(gone.values_list("pk", "person_id"))
