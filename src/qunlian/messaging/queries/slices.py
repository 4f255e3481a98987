"""Which groups a slice of the matrix means right now, and how many people sit in them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q, QuerySet

from qunlian.channel.queries.choices import Choice, offered
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.messaging import access
from qunlian.messaging.models import GroupView
from qunlian.messaging.rules.slices import Slice

#: What narrows ``community_group_view g`` to a slice; its parameters come from ``parameters``.
WHERE = """
g.life = ANY (%(lives)s) AND g.platform_key <> ''
AND (%(layers)s::text[] = '{}' OR g.layer = ANY (%(layers)s))
AND (%(groups)s::bigint[] = '{}' OR g.id = ANY (%(groups)s))
AND (%(tags)s::text[] = '{}' OR g.tags ?| %(tags)s)
AND (%(territories)s::bigint[] = '{}' OR g.territory_id IN (
    SELECT t.id FROM channel_territory_view t JOIN channel_territory_view root
      ON root.id = ANY (%(territories)s)
     AND t.path >= root.path AND t.path < (left(root.path, -1) || '0') COLLATE "C"))
AND (%(distributors)s::bigint[] = '{}' OR EXISTS (
    SELECT FROM channel_distributor_view d JOIN channel_distributor_view root
      ON root.id = ANY (%(distributors)s)
     AND d.path >= root.path AND d.path < (left(root.path, -1) || '0') COLLATE "C"
    WHERE d.id = g.distributor_id OR d.id IN (
        SELECT s.distributor_id FROM community_group_store_view gs
        JOIN channel_store_view s ON s.enterprise_id = gs.enterprise_id AND s.id = gs.store_id
        WHERE gs.enterprise_id = g.enterprise_id AND gs.group_id = g.id)))
AND (%(types)s::text[] = '{}' OR EXISTS (
    SELECT FROM community_group_store_view gs
    JOIN channel_store_view s ON s.enterprise_id = gs.enterprise_id AND s.id = gs.store_id
    WHERE gs.enterprise_id = g.enterprise_id AND gs.group_id = g.id AND s.type = ANY (%(types)s)))
"""
_PREVIEW = f"""
WITH chosen AS (SELECT g.id, g.steward_staff_id FROM community_group_view g WHERE {WHERE}),
     seated AS (SELECT m.person_id FROM community_member_view m JOIN chosen c ON c.id = m.group_id
                WHERE m.left_at IS NULL AND m.role = 'member')
SELECT (SELECT count(*) FROM chosen), (SELECT count(*) FROM seated),
       (SELECT count(DISTINCT person_id) FROM seated),
       (SELECT count(*) FROM chosen WHERE steward_staff_id IS NULL)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceSize:
    """How far a broadcast would go. ``seats`` counts a person once per group, ``people`` once."""

    groups: int
    seats: int
    people: int
    groups_without_steward: int
    sample: tuple[str, ...]


def parameters(of: Slice) -> dict[str, list[int] | list[str]]:
    """Return what ``WHERE`` asks for."""
    return {
        "lives": list(of.lives),
        "layers": list(of.layers),
        "groups": list(of.group_ids),
        "tags": list(of.tags),
        "types": list(of.store_types),
        "territories": list(of.territory_ids),
        "distributors": list(of.distributor_ids),
    }


def slice_size(actor: Actor, of: Slice) -> SliceSize:
    """Return the exact number of groups and people a slice holds now, within the actor's reach."""
    facts = parameters(of)
    with scope.reading(actor), connection.cursor() as cursor:
        cursor.execute(_PREVIEW, facts)
        groups, seats, people, unled = cursor.fetchone()
        cursor.execute(
            f"SELECT g.name FROM community_group_view g WHERE {WHERE} ORDER BY g.name LIMIT 8",
            facts,
        )
        sample = tuple(name for (name,) in cursor.fetchall())
    return SliceSize(
        groups=groups, seats=seats, people=people, groups_without_steward=unled, sample=sample
    )


def groups_to_choose(actor: Actor, text: str, chosen: Sequence[int] = ()) -> tuple[Choice, ...]:
    """Return the chosen groups, then those within reach whose name holds the text."""
    with scope.reading(actor):
        rows = _open(access.groups_within(actor)).order_by("name", "pk")
        wanted = Q(name__icontains=text) if text else Q(pk__in=[])
        found = offered(rows, text, wanted, chosen)
        return tuple(Choice(id=row.pk, name=row.name, note="") for row in found)


def tags_in_use(actor: Actor) -> tuple[str, ...]:
    """Return the tags of groups within reach."""
    with scope.reading(actor), connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT tag FROM community_group_view g, jsonb_array_elements_text(g.tags) tag"
            " ORDER BY tag LIMIT 60"
        )
        return tuple(tag for (tag,) in cursor.fetchall())


def _open(groups: QuerySet[GroupView]) -> QuerySet[GroupView]:
    return groups.filter(~Q(life__in=["merged", "retired", "planned"]))
