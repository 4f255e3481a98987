"""Look through everybody for records that are likely one human; the background half of the work list."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from qunlian.channel.models import LikelyDuplicate
from qunlian.channel.queries.blocks import Pair, blocks, humans
from qunlian.channel.rules.likeness import LIKELY, Likeness, likeness
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor

_LOCK = 7_346_012
_SLICE = 5000
#: Two whom somebody told apart stay apart also when either was merged into another since.
_KEEP = """
INSERT INTO channel_likely_duplicate AS d
    (enterprise_id, first_id, second_id, score, reasons, state, found_at)
SELECT %(enterprise)s, f.first, f.second, f.score, f.reasons::jsonb, 'open', %(now)s
FROM unnest(%(firsts)s::bigint[], %(seconds)s::bigint[], %(scores)s::smallint[], %(reasons)s::text[])
    AS f (first, second, score, reasons)
WHERE NOT EXISTS (
    SELECT FROM channel_likely_duplicate t
    LEFT JOIN channel_merged_person_view a ON a.enterprise_id = t.enterprise_id AND a.person_id = t.first_id
    LEFT JOIN channel_merged_person_view b ON b.enterprise_id = t.enterprise_id AND b.person_id = t.second_id
    WHERE t.enterprise_id = %(enterprise)s AND t.state = 'different'
      AND least(coalesce(a.known_as_id, t.first_id), coalesce(b.known_as_id, t.second_id)) = f.first
      AND greatest(coalesce(a.known_as_id, t.first_id), coalesce(b.known_as_id, t.second_id)) = f.second)
ON CONFLICT (enterprise_id, first_id, second_id) DO UPDATE
SET score = EXCLUDED.score, reasons = EXCLUDED.reasons, found_at = EXCLUDED.found_at
WHERE d.state = 'open'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDuplicates:
    """How many pairs were compared, and how many wait to be decided now."""

    compared: int
    waiting: int


def find_likely_duplicates(*, actor: Actor, now: datetime) -> FoundDuplicates:
    """
    Compare people who share a number, a partner, or a sound of name in one place; keep the likely ones.

    What no longer looks alike leaves the list; what somebody decided stays decided. One look per enterprise
    at a time.
    """
    with scope.writing(actor):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, actor.enterprise_id])
        compared: set[Pair] = set()
        for pairs in blocks(actor.enterprise_id):
            fresh = pairs - compared
            compared |= fresh
            _keep(actor, _likely(actor, fresh), now)
        gone = LikelyDuplicate.objects.filter(state="open", found_at__lt=now)
        gone.delete()
        waiting = LikelyDuplicate.objects.filter(state="open").count()
        journal.record(
            "channel.likely_duplicates_found",
            actor=actor,
            at=now,
            compared=len(compared),
            waiting=waiting,
        )
        return FoundDuplicates(compared=len(compared), waiting=waiting)


def _likely(actor: Actor, pairs: set[Pair]) -> dict[Pair, Likeness]:
    known = humans(actor.enterprise_id, {person_id for pair in pairs for person_id in pair})
    both_there = (pair for pair in sorted(pairs) if pair[0] in known and pair[1] in known)
    compared = {pair: likeness(known[pair[0]], known[pair[1]]) for pair in both_there}
    return {pair: found for pair, found in compared.items() if found.score >= LIKELY}


def _keep(actor: Actor, likely: dict[Pair, Likeness], now: datetime) -> None:
    rows = list(likely.items())
    with connection.cursor() as cursor:
        for start in range(0, len(rows), _SLICE):
            some = rows[start : start + _SLICE]
            cursor.execute(
                _KEEP,
                {
                    "enterprise": actor.enterprise_id,
                    "now": now,
                    "firsts": [first for (first, _), _ in some],
                    "seconds": [second for (_, second), _ in some],
                    "scores": [found.score for _, found in some],
                    "reasons": [json.dumps(found.reasons) for _, found in some],
                },
            )
