"""Who named which store as one to begin with."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.paging import Page
from qunlian.kernel.typed import whole

_LIST = """
SELECT n.id, n.store_id, s.code, s.name, p.name, n.role, n.reason, n.nominated_at, n.person_id
FROM activation_nomination n
JOIN channel_store_view s ON s.enterprise_id = n.enterprise_id AND s.id = n.store_id
JOIN channel_person_view p ON p.enterprise_id = n.enterprise_id AND p.id = n.person_id
WHERE n.enterprise_id = %(enterprise)s AND n.withdrawn_at IS NULL AND n.id < %(below)s {of_store}
ORDER BY n.id DESC LIMIT %(take)s
"""
_HIGHEST = 2**62


@dataclass(frozen=True, slots=True, kw_only=True)
class NominationRow:
    """One standing nomination; ``is_own`` when the reader made it."""

    nomination_id: int
    store_id: int
    code: str
    name: str
    by: str
    role: str
    reason: str
    nominated_at: datetime
    is_own: bool


def list_nominations(
    actor: Actor, *, store_id: int | None = None, after: str = "", take: int = 50
) -> Page[NominationRow]:
    """Return the standing nominations of stores within reach, newest first."""
    values: dict[str, Any] = {
        "enterprise": actor.enterprise_id,
        "below": whole(after) or _HIGHEST,
        "store": store_id,
        "take": take + 1,
    }
    query = _LIST.format(of_store="AND n.store_id = %(store)s" if store_id is not None else "")
    with scope.reading(actor), connection.cursor() as cursor:
        cursor.execute(query, values)
        found = [
            NominationRow(
                nomination_id=pk,
                store_id=store,
                code=code,
                name=name,
                by=by,
                role=role,
                reason=reason,
                nominated_at=at,
                is_own=person == actor.person_id,
            )
            for pk, store, code, name, by, role, reason, at, person in cursor.fetchall()
        ]
    rows = tuple(found[:take])
    return Page(rows=rows, next_key=str(rows[-1].nomination_id) if len(found) > take else None)
