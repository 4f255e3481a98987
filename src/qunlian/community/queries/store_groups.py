"""
Groups that stores run themselves: each store sees its own, everybody else sums.

Sums are of the tables, added up by part of the tree or by store; no name of a group or of a person is read.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count

from qunlian.channel.queries.enterprises import enterprise_card
from qunlian.channel.queries.public_codes import codes_of
from qunlian.community import access
from qunlian.community.models import Group, StoreGroup, StoreGroupJoin, StoreView, TerritoryView
from qunlian.community.rules import life
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, Role
from qunlian.kernel.errors import NotFound
from qunlian.kernel.paging import Page

_MOST_PARTS = 500
#: By part of the tree: stores that run groups, groups, people; and who came into ours by them.
_BY_PART = """
SELECT part.id, count(DISTINCT g.store_id) FILTER (WHERE g.closed_at IS NULL),
       count(*) FILTER (WHERE g.closed_at IS NULL),
       coalesce(sum(g.people) FILTER (WHERE g.closed_at IS NULL), 0), coalesce(sum(j.n), 0)
FROM (SELECT id, path FROM channel_territory_view WHERE id = ANY(%s)) part
JOIN channel_territory_view t
    ON t.path >= part.path AND t.path < (left(part.path, -1) || '0') COLLATE "C"
JOIN channel_store_view s ON s.territory_id = t.id
JOIN community_store_group_view g ON g.enterprise_id = s.enterprise_id AND g.store_id = s.id
LEFT JOIN (SELECT enterprise_id, store_group_id, count(*) AS n FROM community_store_group_join
           GROUP BY 1, 2) j ON j.enterprise_id = g.enterprise_id AND j.store_group_id = g.id
GROUP BY part.id
"""
_BY_STORE = """
SELECT s.id, s.code, s.name, count(*) FILTER (WHERE g.closed_at IS NULL),
       coalesce(sum(g.people) FILTER (WHERE g.closed_at IS NULL), 0), coalesce(sum(j.n), 0)
FROM community_store_group_view g
JOIN channel_store_view s ON s.enterprise_id = g.enterprise_id AND s.id = g.store_id
LEFT JOIN (SELECT enterprise_id, store_group_id, count(*) AS n FROM community_store_group_join
           GROUP BY 1, 2) j ON j.enterprise_id = g.enterprise_id AND j.store_group_id = g.id
WHERE s.code > %(after)s AND (%(territories)s::bigint[] IS NULL OR s.territory_id = ANY(%(territories)s))
GROUP BY s.id, s.code, s.name ORDER BY s.code LIMIT %(take)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnStoreGroup:
    """A store's own group, as its own people see it; ``has_code``: its QR code is good still."""

    store_group_id: int
    store_id: int
    name: str
    platform: str
    people: int
    joins: int
    code: str
    has_code: bool
    told_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreGroupSums:
    """What a part of the tree adds up to; ``joins`` came into groups of ours by these groups' links."""

    territory_id: int | None
    name: str
    stores: int
    groups: int
    people: int
    joins: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSums:
    """What a store's own groups add up to."""

    store_id: int
    code: str
    name: str
    groups: int
    people: int
    joins: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """Where a store group's link leads: the brand, the store, our group its people may join."""

    store_group_id: int
    brand: str
    store_id: int
    store_name: str
    seed_code: str
    seed_name: str
    code_token: str


def own_store_groups(actor: Actor, *, now: datetime) -> tuple[OwnStoreGroup, ...]:
    """List the open groups of a member's own stores; nobody else has any."""
    if actor.role is not Role.MEMBER:
        return ()
    with scope.reading(actor):
        rows = list(
            StoreGroup.objects.filter(store_id__in=actor.reach.store_ids, closed_at=None).order_by(
                "store_id", "name"
            )
        )
        ids = [row.pk for row in rows]
        counted = StoreGroupJoin.objects.filter(store_group__in=ids).values("store_group")
        joins = dict(counted.annotate(n=Count("person_id")).values_list("store_group", "n"))
    codes = codes_of(actor.enterprise_id, "store_group", ids)
    return tuple(
        OwnStoreGroup(
            store_group_id=row.pk,
            store_id=row.store_id,
            name=row.name,
            platform=row.platform,
            people=row.people,
            joins=joins.get(row.pk, 0),
            code=codes.get(row.pk, ""),
            has_code=bool(row.code_token and row.code_until_at and row.code_until_at > now),
            told_at=row.told_at,
        )
        for row in rows
    )


def store_group_sums(actor: Actor, territory_id: int | None = None) -> tuple[StoreGroupSums, ...]:
    """
    Add up the parts below a territory (None: the topmost within reach), those without groups too.

    :raises NotFound: there is no such part within the actor's reach
    """
    with scope.reading(actor):
        if territory_id is None:
            inside = TerritoryView.objects.values("pk")
            parts = TerritoryView.objects.exclude(parent_id__in=inside)
        else:
            access.territory_for(actor, territory_id)
            parts = TerritoryView.objects.filter(parent_id=territory_id)
        found = list(parts.order_by("name", "pk")[:_MOST_PARTS])
        with connection.cursor() as cursor:
            cursor.execute(_BY_PART, [[part.pk for part in found]])
            sums = {part: tuple(map(int, counts)) for part, *counts in cursor.fetchall()}
    return tuple(
        StoreGroupSums(
            territory_id=part.pk,
            name=part.name,
            **dict(
                zip(
                    ("stores", "groups", "people", "joins"),
                    sums.get(part.pk, (0,) * 4),
                    strict=True,
                )
            ),
        )
        for part in found
    )


def list_store_sums(
    actor: Actor, *, territory_id: int | None = None, after: str = "", limit: int = 50
) -> Page[StoreSums]:
    """
    Add up the groups of each store that has run one, by its code.

    :param after: ``next_key`` of the page before
    :raises NotFound: there is no such part within the actor's reach
    """
    with scope.reading(actor), connection.cursor() as cursor:
        territories = None
        if territory_id is not None:
            path = access.territory_for(actor, territory_id).path
            territories = list(access.territories_under((path,)))
        cursor.execute(_BY_STORE, {"after": after, "territories": territories, "take": limit + 1})
        found = cursor.fetchall()
    rows = tuple(
        StoreSums(store_id=pk, code=code, name=name, groups=n, people=int(people), joins=int(joins))
        for pk, code, name, n, people, joins in found[:limit]
    )
    return Page(rows=rows, next_key=rows[-1].code if len(found) > limit else None)


def kit_of(actor: Actor, store_group_id: int, *, now: datetime) -> Kit:
    """
    Return where a store group's link leads; the nearest group of seed users is the one to join.

    :raises NotFound: it is closed
    """
    with scope.reading(actor):
        row = StoreGroup.objects.filter(pk=store_group_id, closed_at=None).first()
        if row is None:
            raise NotFound(kind="store group", id=store_group_id)
        store = access.store_for(actor, row.store_id)
        seed = _seed_group_near(store)
        brand = enterprise_card(actor).name
    codes = codes_of(actor.enterprise_id, "group", [seed.pk] if seed is not None else [])
    is_good = row.code_until_at is not None and row.code_until_at > now
    return Kit(
        store_group_id=row.pk,
        brand=brand,
        store_id=store.pk,
        store_name=store.name,
        seed_code=codes.get(seed.pk, "") if seed else "",
        seed_name=seed.name if seed else "",
        code_token=row.code_token if is_good else "",
    )


def _seed_group_near(store: StoreView) -> Group | None:
    """Return the open seed users' group of the store's place, or of the next place above it."""
    place = TerritoryView.objects.filter(pk=store.territory_id).first()
    above = [int(one) for one in place.path.strip("/").split("/")] if place else []
    groups = {
        group.territory_id: group
        for group in Group.objects.filter(
            layer="consumer", life__in=life.OPEN, territory_id__in=above
        ).order_by("-pk")
    }
    return next((groups[one] for one in reversed(above) if one in groups), None)
