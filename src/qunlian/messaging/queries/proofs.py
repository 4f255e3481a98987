"""
What a broadcast proved: in all, by level of staff, by territory, by group, by person; pages by key.

Some platforms never tell who has a message (the truth table's ``read_marks``): of people in groups there that
have it nothing is known, and no share counts them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.paging import Page
from qunlian.kernel.typed import whole
from qunlian.messaging import access
from qunlian.messaging.models import Relay
from qunlian.platforms import registry
from qunlian.platforms.port import Feature

PAGE_ROWS = 100
#: One row per group within reach: people who should have it, and how many showed what, out of the tallies:
#: no receipt is read. ``{chosen}`` narrows and pages the groups.
_BY_GROUP = """
WITH chosen AS (
    SELECT d.enterprise_id, d.broadcast_id, d.group_id, d.state, d.people, g.name, g.territory_id,
           g.steward_staff_id, g.platform, d.state <> 'sent' OR g.platform <> ALL(%(silent)s) AS is_known
    FROM messaging_delivery_view d
    JOIN community_group_view g ON g.enterprise_id = d.enterprise_id AND g.id = d.group_id
    WHERE d.broadcast_id = %(broadcast)s {chosen}
), proof AS (
    SELECT c.group_id, c.name, c.territory_id, c.steward_staff_id, c.state, c.platform, c.is_known,
           greatest(c.people, coalesce(t.delivered, 0)) AS people, coalesce(t.delivered, 0) AS delivered,
           coalesce(t.read, 0) AS read, coalesce(t.clicked, 0) AS clicked,
           coalesce(t.answered, 0) AS answered, coalesce(t.understood, 0) AS understood
    FROM chosen c
    LEFT JOIN messaging_proof_tally t ON t.enterprise_id = c.enterprise_id
         AND t.broadcast_id = c.broadcast_id AND t.group_id = c.group_id
)
"""
_SUMS = """count(*), coalesce(sum(p.people), 0), coalesce(sum(p.people) FILTER (WHERE p.state = 'sent'), 0),
    coalesce(sum(CASE WHEN p.is_known THEN p.people ELSE p.delivered END), 0),
    coalesce(sum(p.delivered), 0), coalesce(sum(p.read), 0), coalesce(sum(p.clicked), 0),
    coalesce(sum(p.answered), 0), coalesce(sum(p.understood), 0)"""
_TOTAL = f"""{_BY_GROUP}
SELECT coalesce(array_agg(DISTINCT p.platform) FILTER (WHERE NOT p.is_known), '{{}}'), {_SUMS} FROM proof p
"""
_TERRITORIES = f"""{_BY_GROUP}
SELECT * FROM (
    SELECT coalesce(t.path, '') COLLATE "C" AS path, coalesce(t.id, 0) AS id, coalesce(t.name, '') AS name,
           {_SUMS}
    FROM proof p LEFT JOIN channel_place_view t ON t.id = p.territory_id
    GROUP BY t.path, t.id, t.name
) q WHERE (q.path, q.id) > (%(path)s COLLATE "C", %(id)s) ORDER BY q.path, q.id LIMIT %(limit)s
"""
_GROUPS = f"""{_BY_GROUP}
SELECT p.group_id, p.name, p.platform, p.territory_id, coalesce(t.name, ''), coalesce(s.name, ''), p.state,
       p.people,
       CASE WHEN p.state = 'sent' THEN p.people ELSE 0 END,
       CASE WHEN p.is_known THEN p.people ELSE p.delivered END, p.delivered, p.read, p.clicked, p.answered,
       p.understood
FROM proof p
LEFT JOIN channel_place_view t ON t.id = p.territory_id
LEFT JOIN channel_staff_view s ON s.id = p.steward_staff_id
ORDER BY p.name, p.group_id
"""
_PAGE_OF_GROUPS = """
AND (%(territory)s::bigint IS NULL OR g.territory_id = %(territory)s)
AND (%(group)s::bigint IS NULL OR d.group_id = %(group)s)
AND (%(after)s::bigint IS NULL OR (g.name, d.group_id) >
    ((SELECT a.name FROM community_group_view a WHERE a.id = %(after)s), %(after)s))
ORDER BY g.name, d.group_id LIMIT %(limit)s
"""
#: How far one came: 0 nothing, 1 delivered, 2 read, 3 answered otherwise, 4 all that was asked.
_WHO = """
SELECT * FROM (
    SELECT m.person_id, coalesce(p.name, '') AS name, coalesce(s.name, '') AS store, r.delivered_at,
           r.read_at, r.clicked_at, r.answered_at, r.is_understood,
           CASE WHEN r.delivered_at IS NULL THEN 0 WHEN r.read_at IS NULL THEN 1
                WHEN NOT %(asked)s THEN 4 WHEN r.answered_at IS NULL THEN 2
                WHEN r.is_understood THEN 4 ELSE 3 END AS rank
    FROM community_member_view m
    LEFT JOIN messaging_receipt_view r ON r.enterprise_id = m.enterprise_id
         AND r.broadcast_id = %(broadcast)s AND r.group_id = m.group_id AND r.person_id = m.person_id
    LEFT JOIN channel_person_view p ON p.enterprise_id = m.enterprise_id AND p.id = m.person_id
    LEFT JOIN channel_store_view s ON s.enterprise_id = m.enterprise_id AND s.id = m.store_id
    WHERE m.group_id = %(group)s AND m.left_at IS NULL AND m.role = 'member'
) q WHERE (q.rank, q.person_id) > (%(rank)s, %(person)s) ORDER BY q.rank, q.person_id LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """
    People: how many should have the message, into whose groups it went, of how many it is known what came
    of it (all but those in groups that have it on a platform that does not tell), and how many showed what.
    """

    people: int
    sent: int
    known: int
    delivered: int
    read: int
    clicked: int
    answered: int
    understood: int

    @property
    def sent_known(self) -> int:
        """Return into whose groups it went, of those of whom the rest is known."""
        return self.sent - (self.people - self.known)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupProof(Proof):
    """The proof of one group."""

    group_id: int
    name: str
    platform: str
    territory_id: int | None
    territory: str
    steward: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TerritoryProof(Proof):
    """The proof of one territory's groups; groups without a territory have ``territory_id`` 0."""

    territory_id: int
    name: str
    groups: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HopProof:
    """The proof of one level of staff in a cascade; ``passed`` handed it on."""

    hop: int
    people: int
    delivered: int
    read: int
    answered: int
    understood: int
    passed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BroadcastResult:
    """
    What a broadcast proved in all; groups within the actor's reach only.

    :ivar silent: platforms with groups that have it, which do not tell who of them does
    """

    groups: int
    silent: tuple[str, ...]
    total: Proof
    hops: tuple[HopProof, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonProof:
    """One member of a group: has he it? The store stands for who he is."""

    person_id: int
    name: str
    store: str
    is_delivered: bool
    is_read: bool
    is_clicked: bool
    is_answered: bool
    is_understood: bool | None


def broadcast_result(actor: Actor, broadcast_id: int) -> BroadcastResult:
    """
    Return what a broadcast proved, in the groups within the actor's reach.

    :raises NotFound: there is none within the actor's reach
    """
    with scope.reading(actor):
        broadcast = access.broadcast_for(actor, broadcast_id)
        (row,) = _rows(_TOTAL, {"broadcast": broadcast_id})
        line = access.line_of(actor, broadcast)
    silent, groups, *counts = row
    return BroadcastResult(
        groups=groups, silent=tuple(silent), total=Proof(**_counts(counts)), hops=_by_hop(line)
    )


def territories_of_result(
    actor: Actor, broadcast_id: int, *, after: str = "", limit: int = PAGE_ROWS
) -> Page[TerritoryProof]:
    """
    Return a page of what a broadcast proved by territory, in the tree's order.

    :raises NotFound: there is none within the actor's reach
    """
    path, _, number = after.rpartition("~")
    facts = {
        "broadcast": broadcast_id,
        "path": path,
        "id": -1 if (at := whole(number)) is None else at,
        "limit": limit + 1,
    }
    with scope.reading(actor):
        access.broadcast_for(actor, broadcast_id)
        rows = _rows(_TERRITORIES, facts)
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(
        rows=tuple(
            TerritoryProof(territory_id=row[1], name=row[2], groups=row[3], **_counts(row[4:]))
            for row in rows[:limit]
        ),
        next_key=f"{last[0]}~{last[1]}" if last else None,
    )


def groups_of_result(
    actor: Actor,
    broadcast_id: int,
    *,
    territory_id: int | None = None,
    after: str = "",
    limit: int = PAGE_ROWS,
) -> Page[GroupProof]:
    """
    Return a page of what a broadcast proved by group, by name.

    :param territory_id: only groups of this very territory
    :raises NotFound: there is none within the actor's reach
    """
    facts = {
        "broadcast": broadcast_id,
        "territory": territory_id,
        "group": None,
        "after": whole(after),
        "limit": limit + 1,
    }
    with scope.reading(actor):
        access.broadcast_for(actor, broadcast_id)
        found = [_group(row) for row in _rows(_GROUPS, facts, chosen=_PAGE_OF_GROUPS)]
    return Page(
        rows=tuple(found[:limit]),
        next_key=str(found[limit - 1].group_id) if len(found) > limit else None,
    )


def people_of_delivery(
    actor: Actor, broadcast_id: int, group_id: int, *, after: str = "", limit: int = PAGE_ROWS
) -> Page[PersonProof]:
    """
    Return a page of who of a group has the message, those without it first.

    One who moves on while somebody pages may be seen twice, never not at all.

    :raises NotFound: there is no such broadcast or group within the actor's reach
    """
    rank, _, person = after.partition("~")
    with scope.reading(actor):
        broadcast = access.broadcast_for(actor, broadcast_id)
        access.group_for(actor, group_id)
        facts = {
            "broadcast": broadcast_id,
            "group": group_id,
            "asked": bool(broadcast.question),
            "rank": -1 if (at := whole(rank)) is None else at,
            "person": whole(person) or 0,
            "limit": limit + 1,
        }
        rows = _rows(_WHO, facts)
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(
        rows=tuple(
            PersonProof(
                person_id=row[0],
                name=row[1],
                store=row[2],
                is_delivered=row[3] is not None,
                is_read=row[4] is not None,
                is_clicked=row[5] is not None,
                is_answered=row[6] is not None,
                is_understood=row[7],
            )
            for row in rows[:limit]
        ),
        next_key=f"{last[8]}~{last[0]}" if last else None,
    )


def group_of_result(actor: Actor, broadcast_id: int, group_id: int) -> GroupProof | None:
    """
    Return what a broadcast proved in one group; None when it does not go there.

    :raises NotFound: there is none within the actor's reach
    """
    facts = {
        "broadcast": broadcast_id,
        "territory": None,
        "group": group_id,
        "after": None,
        "limit": 1,
    }
    with scope.reading(actor):
        access.broadcast_for(actor, broadcast_id)
        rows = _rows(_GROUPS, facts, chosen=_PAGE_OF_GROUPS)
    return _group(rows[0]) if rows else None


def all_groups(broadcast_id: int) -> list[GroupProof]:
    """Return every group within reach, inside an open scope; for the arithmetic of decay."""
    return [_group(row) for row in _rows(_GROUPS, {"broadcast": broadcast_id})]


def _rows(query: str, facts: dict[str, Any], *, chosen: str = "") -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        facts = facts | {"silent": list(registry.without(Feature.READ_MARKS))}
        cursor.execute(query.replace("{chosen}", chosen), facts)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _counts(row: Sequence[Any]) -> dict[str, int]:
    names = ("people", "sent", "known", "delivered", "read", "clicked", "answered", "understood")
    return {name: int(count) for name, count in zip(names, row, strict=True)}


def _group(row: tuple[Any, ...]) -> GroupProof:
    return GroupProof(
        group_id=row[0],
        name=row[1],
        platform=row[2],
        territory_id=row[3],
        territory=row[4],
        steward=row[5],
        state=row[6],
        **_counts(row[7:]),
    )


def _by_hop(line: list[Relay]) -> tuple[HopProof, ...]:
    hops = []
    for hop in sorted({relay.hop for relay in line}):
        rows = [relay for relay in line if relay.hop == hop]
        hops.append(
            HopProof(
                hop=hop,
                people=len(rows),
                delivered=sum(row.received_at is not None for row in rows),
                read=sum(row.read_at is not None for row in rows),
                answered=sum(row.answered_at is not None for row in rows),
                understood=sum(row.is_understood is True for row in rows),
                passed=sum(row.state == "passed" for row in rows),
            )
        )
    return tuple(hops)
