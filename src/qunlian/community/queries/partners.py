"""What the other layers are planned over: the distributors of a part, and the places for seed users."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q

from qunlian.community import access
from qunlian.community.models import DistributorView, TerritoryView
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import NotFound

_DISTRIBUTORS = """
SELECT d.id, d.name, d.tier, d.path, t.path, count(p.person_id)
FROM channel_distributor_view d
LEFT JOIN channel_territory_view t ON t.id = d.territory_id
LEFT JOIN channel_distributor_person_view p ON p.distributor_id = d.id
WHERE d.is_active AND {within}
GROUP BY d.id, d.name, d.tier, d.path, t.path ORDER BY d.tier, d.path
"""
_WITHIN = 't.path >= %(path)s COLLATE "C" AND t.path < (left(%(path)s, -1) || \'0\') COLLATE "C"'
_IN_GROUP = """
SELECT d.id, d.code, d.name, d.tier, pd.seats
FROM community_plan_distributor pd JOIN channel_distributor_view d
    ON d.enterprise_id = pd.enterprise_id AND d.id = pd.distributor_id
WHERE pd.plan_id = %s AND pd.plan_group_id = %s ORDER BY d.code
"""
_BASE = """
SELECT d.id, d.code, d.name, d.tier,
       (SELECT count(*) FROM community_member_view m
        WHERE m.group_id = gd.group_id AND m.left_at IS NULL AND m.role = 'member'
          AND m.person_id IN (SELECT p.person_id FROM channel_distributor_person_view p
                              WHERE p.distributor_id = d.id))
FROM community_group_distributor gd JOIN channel_distributor_view d
    ON d.enterprise_id = gd.enterprise_id AND d.id = gd.distributor_id
WHERE gd.group_id = %s ORDER BY d.code
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DistributorToGroup:
    """A distributor to be placed: its ancestors and its territory's as ids from the root."""

    distributor_id: int
    name: str
    tier: int
    path: tuple[int, ...]
    territory_path: tuple[int, ...]
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedDistributor:
    """A distributor in a group; ``seats`` are the people it sends."""

    distributor_id: int
    code: str
    name: str
    tier: int
    seats: int


def distributors_to_group(actor: Actor, path: str = "") -> tuple[DistributorToGroup, ...]:
    """Return the active distributors at home in a part of the tree (empty: all), tier by tier."""
    query = _DISTRIBUTORS.format(within=_WITHIN if path else "true")
    with scope.reading(actor), connection.cursor() as cursor:
        cursor.execute(query, {"path": path})
        return tuple(
            DistributorToGroup(
                distributor_id=pk,
                name=name,
                tier=tier,
                path=ids_of(own),
                territory_path=ids_of(place or ""),
                people=people,
            )
            for pk, name, tier, own, place, people in cursor.fetchall()
        )


def distributor_names(actor: Actor, ids: Iterable[int]) -> dict[int, str]:
    """Return what these distributors are called, of those within reach."""
    with scope.reading(actor):
        rows = DistributorView.objects.filter(pk__in=set(ids))
        return dict(rows.values_list("pk", "name"))


def districts(actor: Actor, path: str = "") -> tuple[TerritoryView, ...]:
    """Return the districts of a part (empty: all): the places right above the reps' patches."""
    with scope.reading(actor):
        patches = TerritoryView.objects.filter(is_patch=True)
        above = patches.exclude(parent_id=None).values("parent_id")
        rows = TerritoryView.objects.filter(Q(pk__in=above) | Q(is_patch=True, parent_id=None))
        if path:
            rows = rows.filter(access.under((path,)))
        return tuple(rows.order_by("path"))


def distributors_of_plan_group(
    actor: Actor, plan_id: int, number: int
) -> tuple[ProposedDistributor, ...]:
    """
    Return the distributors of a proposed group, by code.

    :raises NotFound: there is no such group within the actor's reach
    """
    with scope.reading(actor):
        group = access.plan_group_for(actor, plan_id, number)
        with connection.cursor() as cursor:
            cursor.execute(_IN_GROUP, [plan_id, group.pk])
            return tuple(_proposed(*row) for row in cursor.fetchall())


def distributors_of_group(actor: Actor, group_id: int) -> tuple[ProposedDistributor, ...]:
    """
    Return the distributors within reach whose base group it is, each with its people who sit in it.

    :raises NotFound: there is no such group within the actor's reach
    """
    with scope.reading(actor):
        if not access.groups_within(actor).filter(pk=group_id).exists():
            raise NotFound(kind="group", id=group_id)
        with connection.cursor() as cursor:
            cursor.execute(_BASE, [group_id])
            return tuple(_proposed(*row) for row in cursor.fetchall())


def _proposed(pk: int, code: str, name: str, tier: int, seats: int) -> ProposedDistributor:
    return ProposedDistributor(distributor_id=pk, code=code, name=name, tier=tier, seats=seats)


def ids_of(path: str) -> tuple[int, ...]:
    """Return the ids of a path from the root down."""
    return tuple(int(part) for part in path.strip("/").split("/") if part)
