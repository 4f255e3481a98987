"""Finding one of very many by a part of its name or code, to choose it in a form."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from qunlian.channel import access
from qunlian.channel.models import Territory
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, Role

#: How many a search offers beside those chosen, and how many stand there before anybody searches.
CHOICES, FIRST_CHOICES = 20, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One thing to choose; ``note`` tells it from others of its name."""

    id: int
    name: str
    note: str


def offered(rows: QuerySet[Any], text: str, wanted: Q, chosen: Sequence[int]) -> list[Any]:
    """Return the chosen rows, then others wanted, more once a text was typed; inside a scope."""
    first = list(rows.filter(pk__in=list(chosen))) if chosen else []
    most = CHOICES if text else FIRST_CHOICES
    return first + list(rows.filter(wanted).exclude(pk__in=list(chosen))[:most])


def territories_to_choose(
    actor: Actor, text: str, chosen: Sequence[int] = ()
) -> tuple[Choice, ...]:
    """Return the chosen territories, then those within reach; without a text the tree's top."""
    with scope.reading(actor):
        rows = access.territories_within(actor).order_by("depth", "path")
        found = offered(rows, text, _named(text), chosen)
        above = Territory.objects.filter(pk__in=[row.parent_id for row in found if row.parent_id])
        names = dict(above.values_list("pk", "name"))
        return tuple(
            Choice(
                id=row.pk,
                name=row.name,
                note=" · ".join(filter(None, (names.get(row.parent_id or 0), row.code))),
            )
            for row in found
        )


def distributors_to_choose(
    actor: Actor, text: str, chosen: Sequence[int] = ()
) -> tuple[Choice, ...]:
    """Return the chosen distributors, then active ones within reach; first the first tier."""
    with scope.reading(actor):
        rows = access.distributors_within(actor).order_by("tier", "code")
        found = offered(rows, text, _named(text) & Q(is_active=True), chosen)
        return tuple(Choice(id=row.pk, name=row.name, note=row.code) for row in found)


def staff_to_choose(actor: Actor, text: str, chosen: Sequence[int] = ()) -> tuple[Choice, ...]:
    """Return the chosen staff, then those within reach who have not left, by code."""
    return _staff(actor, text, chosen, Q())


def managers_to_choose(actor: Actor, text: str, chosen: Sequence[int] = ()) -> tuple[Choice, ...]:
    """Return the chosen staff, then group managers within reach who have not left, by code."""
    return _staff(actor, text, chosen, Q(role=Role.GROUP_MANAGER))


def _staff(actor: Actor, text: str, chosen: Sequence[int], able: Q) -> tuple[Choice, ...]:
    with scope.reading(actor):
        rows = access.staff_within(actor).select_related("person").order_by("code")
        wanted = _named(text, "person__name") & Q(left_on=None) & able
        found = offered(rows, text, wanted, chosen)
        return tuple(Choice(id=row.pk, name=row.person.name, note=row.code) for row in found)


def _named(text: str, name: str = "name") -> Q:
    """Match a part of the name or the beginning of the code; no text matches all."""
    return Q(**{f"{name}__icontains": text}) | Q(code__istartswith=text) if text else Q()
