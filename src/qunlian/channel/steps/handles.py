"""
People met on outside platforms: whose account is whose.

Whoever is not of our organisation becomes a person when first met; an account of our own organisation becomes
that member of staff whose number or name it bears, and stays unknown where none or several do.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Lower

from qunlian.channel.models import Contact, Handle, Person, Staff, Store
from qunlian.channel.rules.handles import match_staff
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import NotFound

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """
    What our staff noted of an account: ``{"by": …, "remark": …, "phones": […]}`` each.

    :ivar is_all: of everybody who knows him; else only of those who are named
    """

    key: str
    remarks: Sequence[Mapping[str, object]] = ()
    is_all: bool = True


_WRITE_REMARKS = """
UPDATE channel_handle h SET remarks = told.remarks::jsonb, read_at = %s
FROM unnest(%s::bigint[], %s::text[]) AS told (id, remarks) WHERE h.id = told.id
"""


def note_remarks(platform: str, noted: Sequence[Noted], at: datetime) -> None:
    """Keep what was noted of accounts that belong to no store yet; of others only that they were read."""
    rows = {
        row.key: row
        for row in Handle.objects.filter(
            platform=platform, is_staff=False, key__in=[one.key for one in noted]
        )
    }
    bound = set(
        Contact.objects.filter(person__in=[row.person_id for row in rows.values()]).values_list(
            "person_id", flat=True
        )
    )
    changed: dict[int, str] = {}
    for one in noted:
        row = rows.get(one.key)
        if row is None:
            continue
        remarks = [] if row.person_id in bound else _noted(row, one)
        if row.read_at is None or remarks != row.remarks:
            row.remarks = remarks
            changed[row.pk] = json.dumps(remarks)
    if changed:
        with connection.cursor() as cursor:
            cursor.execute(_WRITE_REMARKS, [at, list(changed), list(changed.values())])


def _noted(row: Handle, one: Noted) -> list[dict[str, object]]:
    told = [dict(remark) for remark in one.remarks]
    named = {remark["by"] for remark in told}
    return [*([] if one.is_all else [r for r in row.remarks if r["by"] not in named]), *told]


def take_as_read(platform: str, met_before: datetime, at: datetime) -> None:
    """Take it that nobody noted anything of those who were met before and never read: all was told."""
    rows = Handle.objects.filter(platform=platform, is_staff=False, read_at=None)
    rows.filter(met_at__lt=met_before).update(read_at=at)


def tie_to_stores(actor: Actor, stores: Mapping[int, int], at: datetime) -> dict[int, int]:
    """
    Make the people behind accounts people of stores (handle → store); what was noted of them goes.

    :returns: handle → person
    :raises NotFound: one is no account of somebody outside our organisation
    """
    rows = Handle.objects.filter(pk__in=list(stores), is_staff=False, person__isnull=False)
    held = rows.order_by("pk").select_for_update(of=("self",))
    people = {row.pk: row.person_id for row in held if row.person_id is not None}
    if len(people) < len(stores):
        raise NotFound(kind="account")
    Contact.objects.bulk_create(
        (
            Contact(
                enterprise_id=actor.enterprise_id,
                person_id=people[handle_id],
                store_id=store_id,
                role="clerk",
                since_at=at,
            )
            for handle_id, store_id in stores.items()
        ),
        ignore_conflicts=True,
    )
    rows.exclude(remarks=[]).update(remarks=[])
    return people


def untie_from_store(handle_id: int, store_id: int) -> int | None:
    """Take back that the person behind an account is one of a store's; return who that is."""
    handle = Handle.objects.filter(pk=handle_id, is_staff=False).first()
    if handle is None:
        return None
    ties = Contact.objects.filter(person=handle.person_id, store=store_id)
    ties.exclude(
        person__in=Store.objects.filter(pk=store_id, owner__isnull=False).values("owner")
    ).delete()
    return handle.person_id


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
    """Return the persons of those of our staff whose number or name an account bears; leavers come last."""
    taken = Handle.objects.filter(platform=platform, is_staff=True).exclude(person=None)
    free = Staff.objects.exclude(person__in=taken.values("person"))
    found = _bearing(free.filter(left_on=None), met)
    rest = [one for one in met if one.key not in found]
    return found | (_bearing(free.exclude(left_on=None), rest) if rest else {})


def _bearing(free: QuerySet[Staff], met: Sequence[Met]) -> dict[str, int]:
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
