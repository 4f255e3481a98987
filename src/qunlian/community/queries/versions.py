"""A version of the matrix, a plan or the groups as they stand, over a roster; and who carries it."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString

import numpy as np
import numpy.typing as npt
import polars as pl
from django.db import connection

from qunlian.community.models import Group, Layer, Plan, PlanGroup
from qunlian.community.queries.comparisons import COUNTS
from qunlian.community.queries.roster import RosterRead
from qunlian.community.rules.layers import DEFAULTS, LayerTemplate
from qunlian.community.rules.life import OPEN
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.platforms import registry
from qunlian.platforms.port import Feature, Means

IntArray = npt.NDArray[np.int64]

_OF_PLAN = """
COPY (SELECT store_id, plan_group_id FROM community_plan_store WHERE plan_id = %s ORDER BY store_id)
TO STDOUT (FORMAT csv)
"""
_AS_IT_IS = """
COPY (SELECT gs.store_id, gs.group_id FROM community_group_store gs
      JOIN community_group g ON g.enterprise_id = gs.enterprise_id AND g.id = gs.group_id
      WHERE gs.layer = 'store' AND g.life = ANY(%s) ORDER BY gs.store_id)
TO STDOUT (FORMAT csv)
"""
#: Each colleague once in each group, as he will sit in it: whoever owns it is nothing else besides.
_POSTS = """
SELECT DISTINCT ON (g.id, p.staff_id) p.staff_id, p.post, g.id AS group_id,
    %(messages)s::float AS messages, %(by_hand)s AS by_hand
FROM community_plan_group g CROSS JOIN LATERAL (VALUES
    (1, g.owner_staff_id, 'owner'), (2, g.steward_staff_id, 'steward'),
    (3, g.superior_staff_id, 'superior'), (4, g.second_superior_staff_id, 'superior'),
    (5, g.manager_staff_id, 'manager')) AS p (turn, staff_id, post)
WHERE g.id = ANY(%(groups)s) AND p.staff_id IS NOT NULL
ORDER BY g.id, p.staff_id, p.turn
"""
_SEATS = """
SELECT s.id AS staff_id, m.role AS post, g.id AS group_id, %(messages)s::float AS messages,
       g.platform = ANY(%(confirming)s) AS by_hand
FROM community_group g
JOIN community_member m ON m.enterprise_id = g.enterprise_id AND m.group_id = g.id
    AND m.left_at IS NULL AND m.role <> 'member'
JOIN channel_staff_view s ON s.enterprise_id = m.enterprise_id AND s.person_id = m.person_id
    AND s.left_on IS NULL
WHERE g.id = ANY(%(groups)s)
"""
_LOADS = """
SELECT staff_id, count(DISTINCT group_id), count(*) FILTER (WHERE post = 'owner'),
       count(*) FILTER (WHERE post = 'steward'), count(*) FILTER (WHERE post = 'superior'),
       count(*) FILTER (WHERE post = 'manager'),
       coalesce(sum(messages) FILTER (WHERE post = 'owner' AND by_hand), 0)
FROM ({rows}) posts GROUP BY staff_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionGroup:
    """A group of a version: ``number`` as a plan counts it; ``chat``: the living group that it goes on as."""

    key: int
    number: int | None
    chat: int | None
    name: str
    territory_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRead:
    """
    A version over a roster.

    :ivar groups: those with a store of the roster
    :ivar group: (n,) each store's group as a position in ``groups``, -1 for none
    """

    groups: tuple[VersionGroup, ...]
    group: IntArray

    @property
    def chats(self) -> IntArray:
        """Return (g,) the living group that each group is, 0 for none."""
        return np.array([group.chat or 0 for group in self.groups], dtype=np.int64)


def read_version(actor: Actor, plan: Plan | None, read: RosterRead) -> VersionRead:
    """Read where a plan, or None: the present matrix, has the stores of a roster."""
    with scope.reading(actor):
        placed = _copied(_OF_PLAN, [plan.pk]) if plan else _copied(_AS_IT_IS, [sorted(OPEN)])
        stores, keys = placed["store"].to_numpy(), placed["group"].to_numpy()
        at = np.minimum(np.searchsorted(stores, read.store_ids), max(len(stores) - 1, 0))
        found = np.zeros(len(read.store_ids), dtype=bool)
        if len(stores):
            found = stores[at] == read.store_ids
        known, place = np.unique(keys[at[found]], return_inverse=True)
        group = np.full(len(read.store_ids), -1, dtype=np.int64)
        group[found] = place
        groups = _plan_groups(known.tolist()) if plan else _living(known.tolist())
    return VersionRead(groups=tuple(groups[key] for key in known.tolist()), group=group)


def _plan_groups(keys: list[int]) -> Mapping[int, VersionGroup]:
    rows = PlanGroup.objects.filter(pk__in=keys).values_list(
        "pk", "number", "group_id", "present_id", "name", "territory_id"
    )
    return {
        pk: VersionGroup(
            key=pk, number=number, chat=made or present, name=name, territory_id=territory
        )
        for pk, number, made, present, name, territory in rows
    }


def _living(keys: list[int]) -> Mapping[int, VersionGroup]:
    rows = Group.objects.filter(pk__in=keys).values_list("pk", "name", "territory_id")
    return {
        pk: VersionGroup(key=pk, number=None, chat=pk, name=name, territory_id=territory)
        for pk, name, territory in rows
    }


def loads_of(
    actor: Actor, plan: Plan | None, groups: Sequence[VersionGroup]
) -> dict[int, dict[str, float]]:
    """Count what each colleague has to do with these groups of a version: staff id → ``COUNTS``."""
    confirming = [
        name for name in registry.names() if registry.means(name, Feature.POST) is Means.PERSON
    ]
    with scope.reading(actor), connection.cursor() as cursor:
        template = _template(plan)
        values: dict[str, Any] = {
            "groups": [group.key for group in groups],
            "messages": template.messages_per_day,
            "by_hand": template.platform in confirming,
            "confirming": confirming,
        }
        cursor.execute(_LOADS.format(rows=_POSTS if plan else _SEATS), values)
        return {
            staff_id: dict(zip(COUNTS, (*counts, float(confirms)), strict=True))
            for staff_id, *counts, confirms in cursor.fetchall()
        }


def _template(plan: Plan | None) -> LayerTemplate:
    kept = plan.templates.get("store") if plan else None
    if kept is None:
        row = Layer.objects.filter(layer="store").first()
        kept = row.template if row else None
    return LayerTemplate.of(kept) if kept else DEFAULTS["store"]


def _copied(query: LiteralString, values: list[Any]) -> pl.DataFrame:
    """Return store and group, by store."""
    schema = {"store": pl.Int64(), "group": pl.Int64()}
    buffer = io.BytesIO()
    with connection.cursor() as cursor, cursor.copy(query, values) as rows:
        for block in rows:
            buffer.write(block)
    buffer.seek(0)
    if not buffer.getbuffer().nbytes:
        return pl.DataFrame(schema=schema)
    return pl.read_csv(buffer, has_header=False, schema=schema)
