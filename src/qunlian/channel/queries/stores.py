"""Stores: lists by key over a million rows, search, one store, its sales."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from qunlian.channel import access
from qunlian.channel.models import (
    Contact,
    Distributor,
    PublicCode,
    Store,
    Territory,
)
from qunlian.channel.queries.contacts import ContactCard, contact_cards
from qunlian.channel.rules import search
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.paging import Page, every_row
from qunlian.kernel.typed import wholes

#: A search shows this many at most; who wants others types more.
MOST_FOUND = 50
_EXPORT_STEP = 2000
#: Above so many territories at once one key-ordered scan is quicker than one look into each.
_MOST_BRANCHES = 3000

_COPIED = (
    *("id", "code", "name", "type", "management", "size_fen", "closeness", "status"),
    *(
        "expected_people",
        "territory_id",
        "division_code",
        "distributor_id",
        "address",
        "lng",
        "lat",
    ),
)

_SEARCH = "SELECT id FROM channel_search_stores(%s, %s, %s, %s)"
#: The first rows of each branch by its own index, then the first of them all.
_BY_BRANCH = """
SELECT s.id FROM unnest(%s::bigint[]) AS branch CROSS JOIN LATERAL (
    SELECT id, code FROM channel_store
    WHERE enterprise_id = %s AND {column} = branch AND code > %s {rest}
    ORDER BY code LIMIT %s) AS s
ORDER BY s.code LIMIT %s
"""
_TYPES = """
WITH RECURSIVE found AS (
    (SELECT type FROM channel_store WHERE enterprise_id = %(enterprise)s ORDER BY type LIMIT 1)
    UNION ALL
    SELECT (SELECT s.type FROM channel_store s
            WHERE s.enterprise_id = %(enterprise)s AND s.type > found.type ORDER BY s.type LIMIT 1)
    FROM found WHERE found.type IS NOT NULL
)
SELECT type FROM found WHERE type <> '' LIMIT 60
"""
_SALES = """
SELECT date_trunc('month', sold_on)::date, sum(amount_fen)::bigint FROM channel_sale
WHERE enterprise_id = %s AND store_id = %s AND sold_on >= %s GROUP BY 1
"""


_SIGNS = {"gte": ">=", "lte": "<=", "lt": "<"}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreFilter:
    """
    What a list of stores is narrowed to. Sizes in fen; closeness 0 to 100; ``""`` and None: all.

    ``division``: a code and all below it; ``is_unplaced``: only stores without coordinates.
    """

    typed: str = ""
    territory_id: int | None = None
    distributor_id: int | None = None
    type: str = ""
    management: str = ""
    status: str = ""
    tag: str = ""
    division: str = ""
    is_unplaced: bool = False
    size_fen_from: int | None = None
    size_fen_to: int | None = None
    closeness_from: int | None = None
    closeness_to: int | None = None
    sort: str = "code"

    def plain_terms(self) -> dict[str, Any]:
        """Return the filters on columns of the row itself, as Django look-ups."""
        terms: dict[str, Any] = {
            name: getattr(self, name)
            for name in ("type", "management", "status")
            if getattr(self, name)
        }
        for column in ("size_fen", "closeness"):
            for end, lookup in (("from", "gte"), ("to", "lte")):
                bound = getattr(self, f"{column}_{end}")
                if bound is not None:
                    terms[f"{column}__{lookup}"] = bound
        if self.division:
            terms |= {
                "division_code__gte": self.division,
                "division_code__lt": f"{self.division}:",  # the character after 9
            }
        if self.is_unplaced:
            terms["lng__isnull"] = True
        return terms


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreRow:
    """One line of the list."""

    id: int
    code: str
    name: str
    type: str
    management: str
    size_fen: int
    closeness: int
    status: str
    expected_people: int
    territory_id: int
    territory: str
    division_code: str
    distributor_id: int | None
    distributor: str
    address: str
    tags: tuple[str, ...]
    lng: float | None
    lat: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StorePage:
    """All that the store's own page shows of the channel."""

    row: StoreRow
    territories: tuple[tuple[int, str], ...]
    contacts: tuple[ContactCard, ...]
    created_at: datetime


def list_stores(
    actor: Actor, wanted: StoreFilter, *, after: str = "", take: int = 50
) -> Page[StoreRow]:
    """
    List stores within reach in key order; a search lists its first ``MOST_FOUND`` and has no next page.

    :raises NotFound: the territory or distributor of the filter is not within reach
    """
    with scope.reading(actor):
        if search.plain(wanted.typed):
            ids = _found(actor, wanted, "", MOST_FOUND)
            found = _rows(ids, by_code=wanted.sort == "code")[:MOST_FOUND]
            return Page(rows=found, next_key=None)
        if wanted.sort == "size":
            return _by_size(actor, wanted, after, take)
        ids = _ids_by_code(actor, wanted, after, take + 1)
        rows = _rows(ids)
    return Page(rows=rows[:take], next_key=rows[take - 1].code if len(rows) > take else None)


def every_store(actor: Actor, wanted: StoreFilter) -> Iterator[StoreRow]:
    """Yield all stores of a list, for an export; a scope is opened for each step."""
    if search.plain(wanted.typed):
        yield from list_stores(actor, wanted).rows
        return
    yield from every_row(lambda after: list_stores(actor, wanted, after=after, take=_EXPORT_STEP))


def store_page(actor: Actor, store_id: int) -> StorePage:
    """
    Return one store with its place in the tree and the people behind it, numbers masked.

    :raises NotFound: no such store within the actor's reach
    """
    with scope.reading(actor):
        store = access.store_for(actor, store_id)
        (row,) = _rows([store.pk])
        above = Territory.objects.filter(pk__in=_ids_in(store.territory_id))
        contacts = Contact.objects.filter(store_id=store.pk).order_by("since_at", "pk")
        return StorePage(
            row=row,
            territories=tuple(above.order_by("depth").values_list("pk", "name")),
            contacts=contact_cards(contacts),
            created_at=store.created_at,
        )


def sales_by_month(actor: Actor, store_id: int, *, today: date) -> tuple[tuple[date, int], ...]:
    """
    Return (first of the month, fen) of the last twelve months, this one included; none sold is 0.

    :raises NotFound: no such store within the actor's reach
    """
    months = [_month(today, back) for back in range(11, -1, -1)]
    with scope.reading(actor), connection.cursor() as cursor:
        store = access.store_for(actor, store_id)
        cursor.execute(_SALES, [actor.enterprise_id, store.pk, months[0]])
        sold = dict(cursor.fetchall())
    return tuple((month, sold.get(month, 0)) for month in months)


def join_code(actor: Actor, store_id: int) -> str:
    """
    Return the code of the store's join link, empty when none was made yet.

    :raises NotFound: no such store within the actor's reach
    """
    with scope.reading(actor):
        store = access.store_for(actor, store_id)
    codes = PublicCode.objects.filter(
        enterprise_id=actor.enterprise_id, kind="store", target_id=store.pk
    )
    return codes.values_list("code", flat=True).first() or ""


def own_stores(actor: Actor) -> tuple[tuple[int, str], ...]:
    """Return a member's own stores: id and name, by code."""
    if not actor.reach.store_ids:
        return ()
    with scope.reading(actor):
        own = Store.objects.filter(pk__in=actor.reach.store_ids).order_by("code")
        return tuple(own.values_list("pk", "name"))


def store_types(actor: Actor) -> tuple[str, ...]:
    """Return the types of stores there are, by skipping from one to the next along the index."""
    with scope.reading(actor), connection.cursor() as cursor:
        cursor.execute(_TYPES, {"enterprise": actor.enterprise_id})
        return tuple(found for (found,) in cursor.fetchall())


def _ids_by_code(actor: Actor, wanted: StoreFilter, after: str, take: int) -> list[int]:
    """Return ids in code order, by whichever index serves the filter and the reach."""
    if wanted.tag:
        found = _found(actor, wanted, after, 100_000)
        rows = Store.objects.filter(pk__in=found).order_by("code")
        return list(rows.values_list("pk", flat=True)[:take])
    column, branches = _branches(actor, wanted)
    if branches is None or len(branches) > _MOST_BRANCHES:
        rows = _narrowed(actor, wanted).filter(code__gt=after).order_by("code")
        return list(rows.values_list("pk", flat=True)[:take])
    terms, values = _sql_terms(wanted, column)
    with connection.cursor() as cursor:
        cursor.execute(
            _BY_BRANCH.format(column=column, rest=terms),
            [branches, actor.enterprise_id, after, *values, take, take],
        )
        return [store_id for (store_id,) in cursor.fetchall()]


def _branches(actor: Actor, wanted: StoreFilter) -> tuple[str, list[int] | None]:
    """Return the territories or distributors to look into; None: all stores of the enterprise."""
    reach = actor.reach
    if reach.store_ids:
        return "id", list(reach.store_ids)
    if wanted.distributor_id is not None or reach.distributor_paths:
        dealers = access.distributors_within(actor)
        if wanted.distributor_id is not None:
            path = access.distributor_for(actor, wanted.distributor_id).path
            dealers = dealers.filter(access.under([path]))
        return "distributor_id", list(dealers.values_list("pk", flat=True))
    if wanted.territory_id is not None or not reach.is_everything:
        return "territory_id", _territory_ids(actor, wanted.territory_id)
    return "", None


def _territory_ids(actor: Actor, below: int | None) -> list[int]:
    within = access.territories_within(actor)
    if below is not None:
        path = access.territory_for(actor, below).path
        within = within.filter(access.under([path]))
    return list(within.values_list("pk", flat=True))


def _sql_terms(wanted: StoreFilter, column: str) -> tuple[str, list[Any]]:
    """Write the filters as SQL; a territory beside branches of distributors is one of them."""
    terms, values = [], []
    for lookup, value in wanted.plain_terms().items():
        name, _, kind = lookup.partition("__")
        if kind == "isnull":
            terms.append(f"AND {name} IS NULL")
            continue
        terms.append(f"AND {name} {_SIGNS.get(kind, '=')} %s")
        values.append(value)
    if column != "territory_id" and wanted.territory_id is not None:
        terms.append(
            "AND territory_id IN (SELECT t.id FROM channel_territory t JOIN channel_territory top"
            " ON top.id = %s AND t.path >= top.path AND t.path < left(top.path, -1) || '0')"
        )
        values.append(wanted.territory_id)
    return " ".join(terms), values


def _narrowed(actor: Actor, wanted: StoreFilter) -> QuerySet[Store]:
    rows = access.stores_within(actor).filter(
        enterprise_id=actor.enterprise_id, **wanted.plain_terms()
    )
    if wanted.tag:
        rows = rows.filter(tags__contains=[wanted.tag])
    if wanted.territory_id is not None:
        rows = rows.filter(territory_id__in=_territory_ids(actor, wanted.territory_id))
    if wanted.distributor_id is not None:
        path = access.distributor_for(actor, wanted.distributor_id).path
        below = access.distributors_within(actor).filter(access.under([path]))
        rows = rows.filter(distributor_id__in=list(below.values_list("pk", flat=True)))
    return rows


def _by_size(actor: Actor, wanted: StoreFilter, after: str, take: int) -> Page[StoreRow]:
    """List the largest first; the key is ``<size in fen>:<id>``."""
    rows = _narrowed(actor, wanted).order_by("-size_fen", "-pk")
    size, _, last = after.partition(":")
    if begin := wholes(size, last):
        rows = rows.extra(
            where=["(channel_store.size_fen, channel_store.id) < (%s, %s)"], params=list(begin)
        )
    ids = list(rows.values_list("pk", flat=True)[: take + 1])
    shown = _rows(ids[:take], by_code=False)
    key = f"{shown[-1].size_fen}:{shown[-1].id}" if len(ids) > take else None
    return Page(rows=shown, next_key=key)


def _found(actor: Actor, wanted: StoreFilter, after: str, take: int) -> list[int]:
    ways: list[dict[str, Any]] = [
        {"grams": way.grams, "needle": way.needle, "is_name": way.is_name}
        for way in search.ways(wanted.typed)
    ]
    ways += [{"code": code} for code in search.code_starts(wanted.typed)]
    filters: dict[str, Any] = {
        lookup.replace("__gte", "_from").replace("__lte", "_to"): value
        for lookup, value in wanted.plain_terms().items()
        if not lookup.startswith(("division_code", "lng"))
    }
    if wanted.division:
        filters["division"] = wanted.division
    if wanted.is_unplaced:
        filters["unplaced"] = True
    if wanted.tag:
        filters["tag"] = wanted.tag
    if wanted.territory_id is not None:
        filters["territories"] = _territory_ids(actor, wanted.territory_id)
    if wanted.distributor_id is not None:
        path = access.distributor_for(actor, wanted.distributor_id).path
        below = access.distributors_within(actor).filter(access.under([path]))
        filters["distributors"] = list(below.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(_SEARCH, [json.dumps(ways), json.dumps(filters), after, take])
        return [store_id for (store_id,) in cursor.fetchall()]


def _rows(ids: list[int], *, by_code: bool = True) -> tuple[StoreRow, ...]:
    """Read whole rows, with the names of territory and distributor in two further queries."""
    stores = list(Store.objects.filter(pk__in=ids))
    if by_code:
        stores.sort(key=lambda store: store.code)
    else:
        stores.sort(key=lambda store: (-store.size_fen, -store.pk))
    territories = dict(
        Territory.objects.filter(pk__in={s.territory_id for s in stores}).values_list("pk", "name")
    )
    dealers = {s.distributor_id for s in stores if s.distributor_id is not None}
    distributors = dict(Distributor.objects.filter(pk__in=dealers).values_list("pk", "name"))
    return tuple(_row(store, territories, distributors) for store in stores)


def _row(store: Store, territories: dict[int, str], distributors: dict[int, str]) -> StoreRow:
    return StoreRow(
        **{name: getattr(store, name) for name in _COPIED},
        territory=territories.get(store.territory_id, ""),
        distributor=distributors.get(store.distributor_id or 0, ""),
        tags=tuple(store.tags),
    )


def _ids_in(territory_id: int) -> list[int]:
    path = Territory.objects.values_list("path", flat=True).get(pk=territory_id)
    return [int(part) for part in path.strip("/").split("/")]


def _month(today: date, back: int) -> date:
    months = today.year * 12 + today.month - 1 - back
    return date(months // 12, months % 12 + 1, 1)
