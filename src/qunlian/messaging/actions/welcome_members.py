"""Say in each group who has come, from the community's facts."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from qunlian.community.queries.groups import group_card
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.messaging.models import IntakeCursor, PersonView, ReadMark
from qunlian.messaging.steps import Incoming, take_in

READER = "journal"
BATCH = 200
NAMES_SHOWN = 5
_LOOK_BACK = timedelta(days=1)

#: Below the oldest transaction still open, so that no fact can appear behind the cursor later. A cursor of
#: before a restore (its transaction lies in the future here) starts over; keys keep lines from doubling.
_FACTS = """
SELECT f.id, f.transaction_id::text, g.entity_id, p.entity_id
FROM kernel_fact f
JOIN kernel_fact_entity g ON g.enterprise_id = f.enterprise_id AND g.happened_at = f.happened_at
     AND g.fact_id = f.id AND g.kind = 'group'
JOIN kernel_fact_entity p ON p.enterprise_id = f.enterprise_id AND p.happened_at = f.happened_at
     AND p.fact_id = f.id AND p.kind = 'person'
WHERE f.enterprise_id = %(enterprise)s AND f.name = 'community.member_joined'
  AND f.happened_at >= %(since)s
  AND (%(xid)s::xid8 >= pg_snapshot_xmax(pg_current_snapshot())
       OR (f.transaction_id, f.id) > (%(xid)s::xid8, %(id)s))
  AND f.transaction_id < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY f.transaction_id, f.id LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class _Joined:
    fact_id: int
    transaction_id: str
    group_id: int
    person_id: int


def welcome_members(*, actor: Actor, now: datetime) -> int:
    """
    Read on in the journal and write one line per group for those who joined. Returns how many joined.

    Newcomers start with everything before them read. Inbound messages are not journalled.
    """
    with scope.writing(actor):
        IntakeCursor.objects.bulk_create(
            [IntakeCursor(enterprise_id=actor.enterprise_id, platform=READER, changed_at=now)],
            ignore_conflicts=True,
        )
        mark = IntakeCursor.objects.select_for_update().get(platform=READER)
        joined = _read_on(actor, mark, now)
        if not joined:
            return 0
        by_group: dict[int, list[_Joined]] = defaultdict(list)
        for one in joined:
            by_group[one.group_id].append(one)
        people = PersonView.objects.filter(pk__in={one.person_id for one in joined})
        names = dict(people.values_list("pk", "name"))
        for group_id in sorted(by_group):
            _welcome(actor, by_group[group_id], names, now)
        mark.cursor, mark.changed_at = f"{joined[-1].transaction_id}:{joined[-1].fact_id}", now
        mark.save(update_fields=["cursor", "changed_at"])
        return len(joined)


def _read_on(actor: Actor, mark: IntakeCursor, now: datetime) -> list[_Joined]:
    transaction_id, _, fact_id = (mark.cursor or "0:0").partition(":")
    facts: dict[str, Any] = {
        "enterprise": actor.enterprise_id,
        "xid": transaction_id,
        "id": int(fact_id),
        "since": min(mark.changed_at, now) - _LOOK_BACK,
        "limit": BATCH,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FACTS, facts)
        return [_Joined(*row) for row in cursor.fetchall()]


def _welcome(actor: Actor, joined: list[_Joined], names: dict[int, str], now: datetime) -> None:
    group_id = joined[0].group_id
    line = Incoming(
        key=f"joined:{joined[0].fact_id}-{joined[-1].fact_id}",
        kind="system",
        body={
            "event": "joined",
            "people": [one.person_id for one in joined],
            "names": [names.get(one.person_id, "") for one in joined[:NAMES_SHOWN]],
            "count": len(joined),
            **({"welcome": words} if (words := group_card(actor, group_id).welcome) else {}),
        },
        posted_at=now,
    )
    (taken,) = take_in(actor, group_id, [line])
    ReadMark.objects.bulk_create(
        [
            ReadMark(
                enterprise_id=actor.enterprise_id,
                group_id=group_id,
                person_id=one.person_id,
                delivered_seq=taken.seq - 1,
                read_seq=taken.seq - 1,
                changed_at=now,
            )
            for one in joined
        ],
        ignore_conflicts=True,
    )
