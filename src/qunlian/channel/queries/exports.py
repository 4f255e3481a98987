"""Rosters on their way out: the columns of the import, so that export → edit → import works."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext

from qunlian.channel import access
from qunlian.channel.models import Sale, TerritoryAssignment
from qunlian.channel.rosters.fields import FIELDS, Field, Kind, Shape, shown
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.sheets import Cell, Column

_CHUNK = 2_000
#: What says how to reach somebody: only in exports that ask for it, and the journal knows.
CONTACTS = frozenset({"owner_name", "owner_phone", "contact_name", "contact_phone", "phone"})
_CELLS = {
    Shape.MONEY: Cell.MONEY,
    Shape.INTEGER: Cell.INTEGER,
    Shape.NUMBER: Cell.NUMBER,
    Shape.DATE: Cell.DATE,
}
_Rows = Callable[[Actor], QuerySet[Any]]


def _covering(field: str, key: str) -> Subquery:
    """Return who covers a territory, or what somebody covers; the first of several."""
    open_ones = TerritoryAssignment.objects.filter(**{key: OuterRef("pk"), "until_on": None})
    return Subquery(open_ones.order_by("from_on", "pk").values(field)[:1])


#: kind → its rows in reach, and field → where it is read
_SOURCES: Mapping[Kind, tuple[_Rows, dict[str, Any]]] = MappingProxyType(
    {
        Kind.TERRITORIES: (
            access.territories_within,
            {
                **{name: F(name) for name in ("code", "name", "is_patch")},
                "parent": F("parent__code"),
                "rep": _covering("staff__code", "territory_id"),
            },
        ),
        Kind.STAFF: (
            access.staff_within,
            {
                **{name: F(name) for name in ("code", "role", "joined_on", "left_on")},
                "name": F("person__name"),
                "superior": F("superior__code"),
                "phone": F("person__phone"),
                "territory": _covering("territory__code", "staff_id"),
            },
        ),
        Kind.DISTRIBUTORS: (
            access.distributors_within,
            {
                **{name: F(name) for name in ("code", "name", "address")},
                "parent": F("parent__code"),
                "territory": F("territory__code"),
                "contact_name": F("contact__name"),
                "contact_phone": F("contact__phone"),
                "status": F("is_active"),
            },
        ),
        Kind.STORES: (
            access.stores_within,
            {
                **{name: F(name) for name in ("code", "name", "type", "management", "closeness")},
                **{name: F(name) for name in ("status", "expected_people", "address")},
                **{name: F(name) for name in ("lng", "lat", "tags")},
                "size": F("size_fen"),
                "territory": F("territory__code"),
                "distributor": F("distributor__code"),
                "owner_name": F("owner__name"),
                "owner_phone": F("owner__phone"),
            },
        ),
    }
)


def export_fields(kind: Kind, *, has_contacts: bool) -> tuple[Field, ...]:
    """Return the fields an export of this kind has; contact data only where it was asked for."""
    source = _SOURCES[kind][1] if kind in _SOURCES else {"store": 0, "date": 0, "amount": 0}
    return tuple(
        field
        for field in FIELDS[kind]
        if field.name in source and (has_contacts or field.name not in CONTACTS)
    )


def export_columns(fields: Sequence[Field]) -> tuple[Column, ...]:
    """Return the columns of an export in the reader's language; the import knows them again."""
    return tuple(
        Column(gettext(field.label), _CELLS.get(field.shape, Cell.TEXT)) for field in fields
    )


def export_rows(actor: Actor, kind: Kind, fields: Sequence[Field]) -> Iterator[tuple[Any, ...]]:
    """Yield everything within reach, some thousand rows per transaction, in constant memory."""
    if kind is Kind.SALES:
        yield from _sales(actor)
        return
    within, source = _SOURCES[kind]
    after = 0
    while True:
        with scope.reading(actor):
            rows = within(actor).filter(pk__gt=after).order_by("pk")
            named = {f"x_{field.name}": source[field.name] for field in fields}
            chunk = list(rows.annotate(**named).values_list("pk", *named)[:_CHUNK])
        for _, *values in chunk:
            yield tuple(_told(field, value) for field, value in zip(fields, values, strict=True))
        if len(chunk) < _CHUNK:
            return
        after = chunk[-1][0]


def _told(field: Field, value: Any) -> Any:
    """Return a value as people write it in a roster."""
    if isinstance(value, bool):
        value = "open" if value and field.name == "status" else ("yes" if value else "no")
        value = "closed" if field.name == "status" and value == "no" else value
    if field.choices:
        return shown(field, str(value or ""))
    return ",".join(value) if isinstance(value, list) else value


def _sales(actor: Actor) -> Iterator[tuple[Any, ...]]:
    """Yield sales store by store."""
    after = ""
    while True:
        with scope.reading(actor):
            stores = access.stores_within(actor).filter(code__gt=after).order_by("code")
            codes = dict(stores.values_list("pk", "code")[:_CHUNK])
            sales = Sale.objects.filter(store_id__in=codes).order_by("store_id", "sold_on")
            found = list(sales.values_list("store_id", "sold_on", "amount_fen"))
        for store_id, sold_on, amount_fen in found:
            yield codes[store_id], sold_on, amount_fen
        if len(codes) < _CHUNK:
            return
        after = list(codes.values())[-1]
