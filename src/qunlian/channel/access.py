"""
The only doors from an outside id to a row of the channel; reach is checked here.

``…_within(actor)`` narrows a list to the actor's reach, ``…_for(actor, id)`` opens one row or says
NotFound. All of them are called inside a scope, so another enterprise's rows aren't there at all.
"""

from collections.abc import Iterable
from datetime import date
from functools import reduce
from operator import or_
from typing import TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import Now, TruncDate

from qunlian.channel.models import (
    Account,
    Contact,
    Distributor,
    ImportRun,
    LikelyDuplicate,
    Person,
    PersonMerge,
    Staff,
    Store,
    Territory,
    TerritoryAssignment,
)
from qunlian.channel.rules.staff import CHINA
from qunlian.kernel.actor import Actor, Role
from qunlian.kernel.errors import Forbidden, NotFound

Row = TypeVar("Row", bound=Model)
_NOTHING = Q(pk__in=[])
#: Today for lists of who covers what. An actor's own reach is computed for the day of ``now``.
DATABASE_DAY = TruncDate(Now(), tzinfo=CHINA)


def headquarters_only(actor: Actor) -> None:
    """
    Let only headquarters go on.

    :raises Forbidden: the actor has another role
    """
    if not actor.is_headquarters:
        raise Forbidden


def own_people_only(actor: Actor) -> None:
    """
    Let only the enterprise's own people go on who look after stores, not partners or members.

    :raises Forbidden: the actor has another role
    """
    if not actor.is_headquarters and actor.role not in (Role.MANAGER, Role.REP):
        raise Forbidden


def planners_only(actor: Actor) -> None:
    """
    Let only headquarters and managers go on.

    :raises Forbidden: the actor has another role
    """
    if not actor.is_headquarters and actor.role is not Role.MANAGER:
        raise Forbidden


def account_for(actor: Actor, account_id: int) -> Account:
    """
    Open one account of the actor's own enterprise (accounts stand in the registry, outside the fence).

    :raises NotFound: there is none
    """
    return _one(Account.objects.filter(enterprise_id=actor.enterprise_id), "account", account_id)


def own_account(actor: Actor) -> int:
    """
    Return the id of the actor's own account.

    :raises NotFound: the system has none
    """
    if actor.account_id is None:
        raise NotFound(kind="account")
    return actor.account_id


def under(paths: Iterable[str], field: str = "path") -> Q:
    """Match the subtrees of ``paths``: one index range each, in comparisons that are leak-proof."""
    ranges = (Q(**{f"{field}__gte": path, f"{field}__lt": path[:-1] + "0"}) for path in paths)
    return reduce(or_, ranges, _NOTHING)


def territories_within(actor: Actor) -> QuerySet[Territory]:
    """Return the territories within reach: the actor's subtrees, or those of his stores."""
    reach = actor.reach
    if reach.is_everything:
        return Territory.objects.all()
    if reach.territory_paths:
        return Territory.objects.filter(under(reach.territory_paths))
    ids = stores_within(actor).values("territory_id")
    return Territory.objects.filter(pk__in=ids)


def distributors_within(actor: Actor) -> QuerySet[Distributor]:
    """Return the distributors within reach."""
    reach = actor.reach
    if reach.is_everything:
        return Distributor.objects.all()
    if reach.distributor_paths:
        return Distributor.objects.filter(under(reach.distributor_paths))
    if reach.territory_paths:
        return Distributor.objects.filter(under(reach.territory_paths, "territory__path"))
    return Distributor.objects.none()


def stores_within(actor: Actor) -> QuerySet[Store]:
    """Return the stores within reach."""
    reach = actor.reach
    if reach.is_everything:
        return Store.objects.all()
    inside = Q(pk__in=reach.store_ids) if reach.store_ids else _NOTHING
    if reach.territory_paths:
        territories = Territory.objects.filter(under(reach.territory_paths))
        inside |= Q(territory_id__in=territories.values("pk"))
    if reach.distributor_paths:
        distributors = Distributor.objects.filter(under(reach.distributor_paths))
        inside |= Q(distributor_id__in=distributors.values("pk"))
    return Store.objects.filter(inside)


def standing_on(day: date | Combinable) -> Q:
    """Match the assignments in force on a day: begun by then, and not ended yet."""
    return Q(from_on__lte=day) & (Q(until_on=None) | Q(until_on__gt=day))


def staff_within(actor: Actor) -> QuerySet[Staff]:
    """Return the staff within reach: those who cover or are to cover one of the actor's, and himself."""
    reach = actor.reach
    if reach.is_everything:
        return Staff.objects.all()
    covering = TerritoryAssignment.objects.filter(
        under(reach.territory_paths, "territory__path"),
        Q(until_on=None) | Q(until_on__gt=DATABASE_DAY),
    )
    return Staff.objects.filter(Q(pk__in=covering.values("staff_id")) | Q(pk=actor.staff_id))


def persons_within(actor: Actor) -> QuerySet[Person]:
    """Return the people behind stores, distributors and staff within reach, and the actor himself."""
    if actor.reach.is_everything:
        return Person.objects.all()
    contacts = Contact.objects.filter(
        Q(store_id__in=stores_within(actor).values("pk"))
        | Q(distributor_id__in=distributors_within(actor).values("pk"))
    )
    return Person.objects.filter(
        Q(pk__in=contacts.values("person_id"))
        | Q(pk__in=staff_within(actor).values("person_id"))
        | Q(pk=actor.person_id)
    )


def duplicates_within(actor: Actor) -> QuerySet[LikelyDuplicate]:
    """Return the likely duplicates of which both are within reach."""
    if actor.reach.is_everything:
        return LikelyDuplicate.objects.all()
    return LikelyDuplicate.objects.filter(_has_tie(actor, "first"), _has_tie(actor, "second"))


def _has_tie(actor: Actor, person: str) -> Exists:
    """Match rows whose person belongs to a partner within reach: looked up row by row, for short lists."""
    reach = actor.reach
    inside = (
        under(reach.territory_paths, "store__territory__path")
        | under(reach.territory_paths, "distributor__territory__path")
        | under(reach.distributor_paths, "store__distributor__path")
        | under(reach.distributor_paths, "distributor__path")
        | Q(store_id__in=reach.store_ids)
    )
    return Exists(Contact.objects.filter(inside, person_id=OuterRef(person)))


def import_runs_within(actor: Actor) -> QuerySet[ImportRun]:
    """Return the imports one may see: headquarters all, others their own."""
    runs = ImportRun.objects.all()
    return runs if actor.is_headquarters else runs.filter(created_by=actor.account_id)


def territory_for(actor: Actor, territory_id: int) -> Territory:
    """
    Open one territory.

    :raises NotFound: there is none within the actor's reach
    """
    return _one(territories_within(actor), "territory", territory_id)


def store_for(actor: Actor, store_id: int) -> Store:
    """
    Open one store.

    :raises NotFound: there is none within the actor's reach
    """
    return _one(stores_within(actor), "store", store_id)


def distributor_for(actor: Actor, distributor_id: int) -> Distributor:
    """
    Open one distributor.

    :raises NotFound: there is none within the actor's reach
    """
    return _one(distributors_within(actor), "distributor", distributor_id)


def staff_for(actor: Actor, staff_id: int) -> Staff:
    """
    Open one member of staff.

    :raises NotFound: there is none within the actor's reach
    """
    return _one(staff_within(actor), "staff", staff_id)


def person_for(actor: Actor, person_id: int) -> Person:
    """
    Open one person; whoever was merged into another is reached with him.

    :raises NotFound: there is none within the actor's reach
    """
    person = _one(Person.objects.all(), "person", person_id)
    _one(persons_within(actor), "person", person.merged_into_id or person.pk)
    return person


def merge_for(actor: Actor, merge_id: int) -> PersonMerge:
    """
    Open one merge of two people, by the one that was kept.

    :raises NotFound: there is none within the actor's reach
    """
    merge = _one(PersonMerge.objects.all(), "merge", merge_id)
    person_for(actor, merge.kept_id)
    return merge


def duplicate_for(actor: Actor, duplicate_id: int) -> LikelyDuplicate:
    """
    Open one pair of likely duplicates.

    :raises NotFound: there is none within the actor's reach
    """
    return _one(duplicates_within(actor), "duplicate", duplicate_id)


def import_run_for(actor: Actor, run_id: int) -> ImportRun:
    """
    Open one import.

    :raises NotFound: there is none within the actor's reach
    """
    return _one(import_runs_within(actor), "import", run_id)


def _one(rows: QuerySet[Row], kind: str, row_id: int) -> Row:
    row = rows.filter(pk=row_id).first()
    if row is None:
        raise NotFound(kind=kind, id=row_id)
    return row
