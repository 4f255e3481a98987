"""Distributors: the tree a level at a time, one of them, and choices for forms."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import Q, QuerySet

from qunlian.channel import access
from qunlian.channel.models import Contact, Distributor, Territory
from qunlian.channel.queries.contacts import ContactCard, contact_cards
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.paging import Page

#: Counting stops here: beyond, the page says "more than".
MOST_COUNTED = 10_000
_STORES = """
SELECT d.id, (SELECT count(*) FROM (SELECT FROM channel_store s WHERE s.enterprise_id = d.enterprise_id
    AND s.distributor_id = d.id LIMIT %s) AS some_of_them)
FROM channel_distributor d WHERE d.enterprise_id = %s AND d.id = ANY (%s)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DistributorRow:
    """One distributor; ``stores`` are those it serves itself, ``below`` the distributors that buy from it."""

    id: int
    parent_id: int | None
    tier: int
    code: str
    name: str
    territory_id: int | None
    territory: str
    address: str
    is_active: bool
    stores: int
    below: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DistributorPage:
    """One distributor with those above and below it and the people behind it, numbers masked."""

    row: DistributorRow
    above: tuple[tuple[int, str], ...]
    children: tuple[DistributorRow, ...]
    contacts: tuple[ContactCard, ...]


def list_distributors(
    actor: Actor, *, typed: str = "", tier: int | None = None, after: str = "", take: int = 50
) -> Page[DistributorRow]:
    """List distributors within reach by code; ``typed`` is a piece of the name or begin of the code."""
    with scope.reading(actor):
        rows = access.distributors_within(actor).filter(code__gt=after)
        if typed:
            rows = rows.filter(Q(name__contains=typed) | Q(code__istartswith=typed))
        if tier:
            rows = rows.filter(tier=tier)
        known = list(rows.order_by("code")[: take + 1])
        shown = _rows(actor, known[:take])
    return Page(rows=shown, next_key=shown[-1].code if len(known) > take else None)


def top_distributors(actor: Actor) -> tuple[DistributorRow, ...]:
    """Return where the actor's tree of distributors begins."""
    with scope.reading(actor):
        within = access.distributors_within(actor)
        if actor.reach.distributor_paths:
            within = within.filter(path__in=actor.reach.distributor_paths)
        else:
            within = within.exclude(parent_id__in=within.values("pk"))
        return _rows(actor, list(within.order_by("code")[:500]))


def distributor_children(actor: Actor, distributor_id: int) -> tuple[DistributorRow, ...]:
    """
    Return the distributors that buy from this one.

    :raises NotFound: no such distributor within the actor's reach
    """
    with scope.reading(actor):
        parent = access.distributor_for(actor, distributor_id)
        return _rows(actor, list(_children(actor, parent)))


def distributor_page(actor: Actor, distributor_id: int) -> DistributorPage:
    """
    Return one distributor.

    :raises NotFound: no such distributor within the actor's reach
    """
    with scope.reading(actor):
        found = access.distributor_for(actor, distributor_id)
        ids = [int(part) for part in found.path.strip("/").split("/")][:-1]
        above = access.distributors_within(actor).filter(pk__in=ids).order_by("tier")
        return DistributorPage(
            row=_rows(actor, [found])[0],
            above=tuple(above.values_list("pk", "name")),
            children=_rows(actor, list(_children(actor, found))),
            contacts=contact_cards(Contact.objects.filter(distributor=found).order_by("pk")),
        )


def distributor_name(actor: Actor, distributor_id: int) -> str:
    """
    Return a distributor's name, for the head of a filtered list.

    :raises NotFound: no such distributor within the actor's reach
    """
    with scope.reading(actor):
        return access.distributor_for(actor, distributor_id).name


def _children(actor: Actor, parent: Distributor) -> QuerySet[Distributor]:
    return access.distributors_within(actor).filter(parent=parent).order_by("code")[:500]


def _rows(actor: Actor, known: list[Distributor]) -> tuple[DistributorRow, ...]:
    ids = [row.pk for row in known]
    places = dict(
        Territory.objects.filter(pk__in={r.territory_id for r in known if r.territory_id})
        .values_list("pk", "name")
    )  # fmt: skip
    below: dict[int | None, int] = {}
    for parent_id in Distributor.objects.filter(parent_id__in=ids).values_list(
        "parent_id", flat=True
    ):
        below[parent_id] = below.get(parent_id, 0) + 1
    with connection.cursor() as cursor:
        cursor.execute(_STORES, [MOST_COUNTED, actor.enterprise_id, ids])
        stores = dict(cursor.fetchall())
    return tuple(
        DistributorRow(
            id=row.pk,
            parent_id=row.parent_id,
            tier=row.tier,
            code=row.code,
            name=row.name,
            territory_id=row.territory_id,
            territory=places.get(row.territory_id or 0, ""),
            address=row.address,
            is_active=row.is_active,
            stores=stores[row.pk],
            below=below.get(row.pk, 0),
        )
        for row in known
    )
