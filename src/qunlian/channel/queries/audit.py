"""Who did what: the journal, read for people; never past what every open transaction has finished."""

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection

from qunlian.channel import access
from qunlian.channel.models import Account, Person
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.paging import Page, moment_key, read_moment_key

_FACTS = """
SELECT f.id, f.name, f.account_id, f.happened_at, f.payload, f.request_id
FROM kernel_fact f
WHERE f.enterprise_id = %(enterprise)s
    AND f.transaction_id < pg_snapshot_xmin(pg_current_snapshot()) {terms}
ORDER BY f.happened_at DESC, f.id DESC LIMIT %(take)s
"""
_OF_ENTITY = """
AND (f.happened_at, f.id) IN (
    SELECT e.happened_at, e.fact_id FROM kernel_fact_entity e
    WHERE e.enterprise_id = %(enterprise)s AND e.kind = %(kind)s AND e.entity_id = %(entity_id)s
    ORDER BY e.happened_at DESC LIMIT 5000)
"""
_ENTITIES = """
SELECT e.fact_id, e.kind, e.entity_id FROM kernel_fact_entity e
WHERE e.enterprise_id = %s AND e.happened_at BETWEEN %s AND %s AND e.fact_id = ANY (%s)
ORDER BY e.id LIMIT 2000
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """
    What to look for; empty is all. ``name`` is a whole fact or a slice with its dot.

    Without ``has_looks`` what somebody merely looked at is left out.
    """

    name: str = ""
    kind: str = ""
    entity_id: int | None = None
    account_id: int | None = None
    from_on: date | None = None
    to_on: date | None = None
    has_looks: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """One fact. ``about`` holds (kind, id) pairs; ``who`` is empty for the system itself."""

    id: int
    name: str
    who: str
    account_id: int | None
    happened_at: datetime
    payload: dict[str, Any] = field(default_factory=dict)
    about: tuple[tuple[str, int], ...] = ()
    request_id: str = ""

    @property
    def key(self) -> str:
        """Return where a list goes on after this line."""
        return moment_key(self.happened_at, self.id)


def read_audit(
    actor: Actor, wanted: AuditFilter, *, after: str = "", take: int = 50
) -> Page[AuditLine]:
    """
    Read the journal, the newest first.

    :raises Forbidden: only headquarters reads all of it
    """
    with scope.reading(actor):
        access.headquarters_only(actor)
        return _lines(actor, wanted, after, take)


def history(
    actor: Actor,
    kind: str,
    entity_id: int,
    *,
    after: str = "",
    take: int = 20,
    has_looks: bool = True,
) -> Page[AuditLine]:
    """Return a page of the facts about one thing, the newest first; the caller has opened its door."""
    wanted = AuditFilter(kind=kind, entity_id=entity_id, has_looks=has_looks)
    with scope.reading(actor):
        return _lines(actor, wanted, after, take)


def _lines(actor: Actor, wanted: AuditFilter, after: str, take: int) -> Page[AuditLine]:
    terms, values = _terms(wanted, after)
    values |= {"enterprise": actor.enterprise_id, "take": take + 1}
    with connection.cursor() as cursor:
        cursor.execute(_FACTS.format(terms=terms), values)
        found = cursor.fetchall()
        shown = found[:take]
        about = _about(cursor, actor, shown)
    names = _names(actor, {row[2] for row in shown if row[2]})
    lines = tuple(
        AuditLine(
            id=fact_id,
            name=name,
            who=names.get(account_id, ""),
            account_id=account_id,
            happened_at=at,
            payload=payload if isinstance(payload, dict) else _decoded(payload),
            about=tuple(about.get(fact_id, ())),
            request_id=request_id,
        )
        for fact_id, name, account_id, at, payload, request_id in shown
    )
    return Page(rows=lines, next_key=lines[-1].key if len(found) > take else None)


def _terms(wanted: AuditFilter, after: str) -> tuple[str, dict[str, Any]]:
    terms: list[str] = [] if wanted.has_looks else ["AND right(f.name, 7) <> '_viewed'"]
    values: dict[str, Any] = {}
    if wanted.name.endswith("."):
        terms.append("AND f.name >= %(name)s AND f.name < %(name_end)s")
        values |= {"name": wanted.name, "name_end": wanted.name[:-1] + "/"}
    elif wanted.name:
        terms.append("AND f.name = %(name)s")
        values["name"] = wanted.name
    if wanted.account_id is not None:
        terms.append("AND f.account_id = %(account_id)s")
        values["account_id"] = wanted.account_id
    if wanted.from_on:
        terms.append("AND f.happened_at >= %(from_on)s::timestamp AT TIME ZONE 'Asia/Shanghai'")
        values["from_on"] = wanted.from_on
    if wanted.to_on:
        terms.append(
            "AND f.happened_at < (%(to_on)s::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'"
        )
        values["to_on"] = wanted.to_on
    if wanted.kind and wanted.entity_id is not None:
        terms.append(_OF_ENTITY)
        values |= {"kind": wanted.kind, "entity_id": wanted.entity_id}
    if (key := read_moment_key(after)) is not None:
        terms.append("AND (f.happened_at, f.id) < (%(at)s::timestamptz, %(last)s)")
        values |= {"at": key[0], "last": key[1]}
    return " ".join(terms), values


def _about(cursor: Any, actor: Actor, rows: list[Any]) -> dict[int, list[tuple[str, int]]]:
    if not rows:
        return {}
    times = [row[3] for row in rows]
    cursor.execute(
        _ENTITIES, [actor.enterprise_id, min(times), max(times), [row[0] for row in rows]]
    )
    found: dict[int, list[tuple[str, int]]] = {}
    for fact_id, kind, entity_id in cursor.fetchall():
        found.setdefault(fact_id, []).append((kind, entity_id))
    return found


def _names(actor: Actor, account_ids: set[int]) -> dict[int, str]:
    accounts = Account.objects.filter(pk__in=account_ids, enterprise_id=actor.enterprise_id)
    persons = {pk: (person_id, login) for pk, person_id, login in
               accounts.values_list("pk", "person_id", "login")}  # fmt: skip
    known = Person.objects.in_bulk({person_id for person_id, _ in persons.values() if person_id})
    return {
        pk: known[person_id].name if person_id in known else login
        for pk, (person_id, login) in persons.items()
    }


def _decoded(payload: str) -> dict[str, Any]:
    found = json.loads(payload)
    return found if isinstance(found, dict) else {}
