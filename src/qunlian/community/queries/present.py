"""The groups there are, as arrays beside a roster: what a plan from the present matrix starts from."""

import io
from dataclasses import dataclass
from typing import Any, LiteralString

import numpy as np
import numpy.typing as npt
import polars as pl
from django.db import connection

from qunlian.community.queries.roster import WHOLE, RosterRead
from qunlian.community.rules.life import OPEN
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor

IntArray = npt.NDArray[np.int64]

_PLACED = """
COPY (
    SELECT gs.store_id, gs.group_id
    FROM community_group_store gs
    JOIN community_group g ON g.enterprise_id = gs.enterprise_id AND g.id = gs.group_id
    JOIN channel_store_view s ON s.id = gs.store_id
    JOIN channel_territory_view t ON t.id = s.territory_id
    WHERE gs.layer = 'store' AND g.life = ANY(%s) AND s.status = 'open'
      AND t.path >= %s COLLATE "C" AND t.path < %s COLLATE "C"
    ORDER BY gs.store_id
) TO STDOUT (FORMAT csv)
"""
_PEOPLE = """
COPY (
    SELECT m.store_id, count(*)
    FROM community_member m JOIN community_group_store gs
        ON gs.enterprise_id = m.enterprise_id AND gs.store_id = m.store_id AND gs.group_id = m.group_id
    WHERE m.left_at IS NULL AND gs.layer = 'store'
    GROUP BY m.store_id ORDER BY m.store_id
) TO STDOUT (FORMAT csv)
"""
#: A group belongs to the patch where most of its open stores are, its own among equals.
_GROUPS = """
SELECT DISTINCT ON (g.id) g.id, g.name, g.territory_id, g.steward_staff_id, held.territory_id,
    (SELECT min(o.id) FROM channel_staff_view o WHERE o.person_id = g.owner_person_id AND o.left_on IS NULL),
    team.superiors, team.managers
FROM community_group g
LEFT JOIN LATERAL (
    SELECT array_agg(o.id ORDER BY m.joined_at, m.id) FILTER (WHERE m.role = 'superior') AS superiors,
        array_agg(o.id ORDER BY m.joined_at, m.id) FILTER (WHERE m.role = 'manager') AS managers
    FROM community_member m JOIN channel_staff_view o ON o.person_id = m.person_id AND o.left_on IS NULL
    WHERE m.enterprise_id = g.enterprise_id AND m.group_id = g.id AND m.left_at IS NULL
      AND m.role IN ('superior', 'manager')
) team ON true
JOIN (SELECT gs.group_id, s.territory_id, count(*) AS stores
      FROM community_group_store gs JOIN channel_store_view s ON s.id = gs.store_id
      WHERE gs.layer = 'store' AND s.status = 'open' AND gs.group_id = ANY(%s)
      GROUP BY gs.group_id, s.territory_id) held ON held.group_id = g.id
WHERE g.id = ANY(%s)
ORDER BY g.id, held.stores DESC, (held.territory_id = g.territory_id) DESC, held.territory_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentGroup:
    """
    A group as it is, with its team as staff.

    :ivar patch_id: where most of its stores are, whatever it was made for
    """

    group_id: int
    name: str
    territory_id: int | None
    owner_staff_id: int | None
    steward_staff_id: int | None
    superior_staff_ids: tuple[int, ...]
    manager_staff_id: int | None
    patch_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentRead:
    """
    The matrix as it is, in the order of a roster.

    :ivar groups: the groups that have a store of the roster, by id
    :ivar group: (n,) the present group of each store as a position in ``groups``, -1 for none
    :ivar patch: (g,) the patch of each group as the roster numbers it; -1 for one outside the part
    :ivar people: (n,) who sits in the group for the store
    """

    groups: tuple[PresentGroup, ...]
    group: npt.NDArray[np.int32]
    patch: IntArray
    people: IntArray


def read_present(actor: Actor, read: RosterRead, territory_path: str = "") -> PresentRead:
    """Read which group each store of a roster has now, and who sits in it for the store."""
    low, high = (territory_path, territory_path[:-1] + "0") if territory_path else WHOLE
    with scope.reading(actor):
        placed = _copied(_PLACED, [sorted(OPEN), low, high], ("store", "group"))
        people = _copied(_PEOPLE, [], ("store", "people"))
        ids = np.unique(placed["group"].to_numpy())
        with connection.cursor() as cursor:
            cursor.execute(_GROUPS, [ids.tolist(), ids.tolist()])
            groups = tuple(
                PresentGroup(
                    group_id=group_id,
                    name=name,
                    territory_id=territory_id,
                    owner_staff_id=owner,
                    steward_staff_id=steward,
                    superior_staff_ids=tuple(superiors or ()),
                    manager_staff_id=managers[0] if managers else None,
                    patch_id=patch_id,
                )
                for group_id, name, territory_id, steward, patch_id, owner, superiors, managers in (
                    cursor.fetchall()
                )
            )
    known = np.array([group.group_id for group in groups], dtype=np.int64)
    held = _looked_up(read.store_ids, placed["store"].to_numpy(), placed["group"].to_numpy())
    patches = np.array([group.patch_id for group in groups], dtype=np.int64)
    return PresentRead(
        groups=groups,
        group=_place(held, known).astype(np.int32),
        patch=_place(patches, read.territory_ids),
        people=np.maximum(
            _looked_up(read.store_ids, people["store"].to_numpy(), people["people"].to_numpy()), 0
        ),
    )


def _copied(query: LiteralString, values: list[Any], names: tuple[str, str]) -> pl.DataFrame:
    """Return two columns of whole numbers."""
    schema = {name: pl.Int64() for name in names}
    buffer = io.BytesIO()
    with connection.cursor() as cursor, cursor.copy(query, values) as rows:
        for block in rows:
            buffer.write(block)
    buffer.seek(0)
    if not buffer.getbuffer().nbytes:
        return pl.DataFrame(schema=schema)
    return pl.read_csv(buffer, has_header=False, schema=schema)


def _looked_up(wanted: IntArray, keys: IntArray, values: IntArray) -> IntArray:
    """Return the value of each wanted key, -1 where there is none; keys ascend."""
    place = _place(wanted, keys)
    found: IntArray = np.where(place >= 0, np.append(values, -1)[place], -1)
    return found


def _place(wanted: IntArray, keys: IntArray) -> IntArray:
    """Return where each wanted value stands among ascending keys, -1 where it does not."""
    if not len(keys):
        return np.full(len(wanted), -1, dtype=np.int64)
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    place: IntArray = np.where(keys[at] == wanted, at, -1)
    return place
