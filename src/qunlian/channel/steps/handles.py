"""
People met on outside platforms: whose account is whose.

Whoever is not of our organisation becomes a person when first met; an account of our own organisation becomes
that member of staff whose number or name it bears, and stays unknown where none or several do.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models.functions import Lower

from qunlian.channel.models import Handle, Person, Staff
from qunlian.channel.rules.handles import match_staff
from qunlian.kernel.actor import Actor

_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('channel_handle', %s))"


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """An account as its platform tells it."""

    key: str
    is_staff: bool = False
    name: str = ""
    union_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Whose account it is; ``person_id`` is None while nobody knows which of our staff it is."""

    handle_id: int
    person_id: int | None


def meet(actor: Actor, platform: str, met: Sequence[Met], at: datetime) -> dict[str, Known]:
    """
    Find the accounts we know, note those we don't, and return whose they are, by key.

    A nickname that has changed is noted; a person who bore it as his name follows.
    """
    by_key = {one.key: one for one in met}
    rows = _rows(platform, by_key)
    if len(rows) < len(by_key):
        with connection.cursor() as cursor:
            cursor.execute(_ONE_AT_A_TIME, [actor.enterprise_id])
        rows = _rows(platform, by_key)
        fresh = [one for one in met if one.key not in rows]
        _note(actor, platform, list({one.key: one for one in fresh}.values()), at)
        rows = _rows(platform, by_key)
    _follow_names(rows, by_key)
    return {key: Known(handle_id=row.pk, person_id=row.person_id) for key, row in rows.items()}


def _rows(platform: str, by_key: Mapping[str, Met]) -> dict[str, Handle]:
    rows = Handle.objects.filter(platform=platform, key__in=list(by_key))
    return {row.key: row for row in rows}


def _note(actor: Actor, platform: str, fresh: Sequence[Met], at: datetime) -> None:
    ours = [one for one in fresh if one.is_staff]
    owners: dict[str, int] = _staff_of(platform, ours) if ours else {}
    others = [one for one in fresh if not one.is_staff]
    owners |= _same_elsewhere(others)
    strangers = [one for one in others if one.key not in owners]
    people = Person.objects.bulk_create(
        Person(enterprise_id=actor.enterprise_id, name=(one.name or one.key)[:60], created_at=at)
        for one in strangers
    )
    owners |= {one.key: person.pk for one, person in zip(strangers, people, strict=True)}
    Handle.objects.bulk_create(
        Handle(
            enterprise_id=actor.enterprise_id,
            platform=platform,
            key=one.key,
            is_staff=one.is_staff,
            person_id=owners.get(one.key),
            name=one.name[:60],
            union_key=one.union_key,
            met_at=at,
        )
        for one in fresh
    )


def _staff_of(platform: str, met: Sequence[Met]) -> dict[str, int]:
    """Return the persons of those of our staff whose number or name an account bears."""
    taken = Handle.objects.filter(platform=platform, is_staff=True).exclude(person=None)
    free = Staff.objects.filter(left_on=None).exclude(person__in=taken.values("person"))
    likely = free.annotate(low=Lower("code")).filter(
        low__in=[one.key.lower() for one in met]
    ) | free.annotate(low=Lower("code")).filter(
        person__name__in=[one.name for one in met if one.name]
    )
    staff = [
        (code, name, person)
        for code, name, person in likely.values_list("code", "person__name", "person_id")
    ]
    return match_staff([(one.key, one.name) for one in met], staff)


def _same_elsewhere(met: Sequence[Met]) -> dict[str, int]:
    """Return the persons of those who are known from another app of the platform's family."""
    unions = {one.union_key: one.key for one in met if one.union_key}
    rows = Handle.objects.filter(union_key__in=list(unions), is_staff=False).order_by("pk")
    return {unions[row.union_key]: row.person_id for row in rows if row.person_id is not None}


def _follow_names(rows: Mapping[str, Handle], by_key: Mapping[str, Met]) -> None:
    renamed = [
        (row, by_key[key].name[:60])
        for key, row in rows.items()
        if by_key[key].name and row.name != by_key[key].name[:60]
    ]
    for row, name in renamed:
        if not row.is_staff:
            Person.objects.filter(pk=row.person_id or 0, name=row.name or row.key).update(name=name)
        Handle.objects.filter(pk=row.pk).update(name=name)
