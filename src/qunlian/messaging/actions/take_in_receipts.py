"""Take in what a platform reports, in bulk, about who got, read and answered a broadcast."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.db import connection

from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor, Role
from qunlian.kernel.errors import Forbidden, Invalid
from qunlian.messaging import access
from qunlian.messaging.models import Broadcast

_PROVE = """
INSERT INTO messaging_receipt AS r (enterprise_id, broadcast_id, group_id, person_id, delivered_at, read_at,
    clicked_at, answered_at, answer, is_understood, is_member)
SELECT d.enterprise_id, d.broadcast_id, d.group_id, p.person_id, p.delivered_at, p.read_at, p.clicked_at,
    p.answered_at, p.answer, p.answer = %(right)s, m.is_member
FROM unnest(%(groups)s::bigint[], %(people)s::bigint[], %(delivered)s::timestamptz[],
    %(read)s::timestamptz[], %(clicked)s::timestamptz[], %(answered)s::timestamptz[],
    %(answers)s::smallint[])
    AS p (group_id, person_id, delivered_at, read_at, clicked_at, answered_at, answer)
JOIN messaging_delivery d ON d.enterprise_id = %(enterprise)s AND d.broadcast_id = %(broadcast)s
    AND d.group_id = p.group_id AND d.seq IS NOT NULL
JOIN (SELECT group_id, person_id, bool_or(role = 'member') AS is_member FROM community_member_view
      WHERE left_at IS NULL AND group_id IN (SELECT unnest(%(groups)s::bigint[]))
      GROUP BY group_id, person_id) m ON m.group_id = p.group_id AND m.person_id = p.person_id
ON CONFLICT (enterprise_id, broadcast_id, group_id, person_id) DO UPDATE
SET delivered_at = coalesce(r.delivered_at, EXCLUDED.delivered_at),
    read_at = coalesce(r.read_at, EXCLUDED.read_at),
    clicked_at = coalesce(r.clicked_at, EXCLUDED.clicked_at),
    answered_at = coalesce(r.answered_at, EXCLUDED.answered_at),
    answer = CASE WHEN r.answered_at IS NULL THEN EXCLUDED.answer ELSE r.answer END,
    is_understood = CASE WHEN r.answered_at IS NULL THEN EXCLUDED.is_understood ELSE r.is_understood END
"""
#: Who got or read the broadcast got or read all before it.
_MARK = """
INSERT INTO messaging_read AS r (enterprise_id, group_id, person_id, delivered_seq, read_seq, changed_at)
SELECT t.enterprise_id, t.group_id, t.person_id, CASE WHEN t.delivered_at IS NULL THEN 0 ELSE d.seq END,
    CASE WHEN t.read_at IS NULL THEN 0 ELSE d.seq END, %(now)s
FROM messaging_receipt t
JOIN messaging_delivery d ON d.enterprise_id = t.enterprise_id AND d.broadcast_id = t.broadcast_id
    AND d.group_id = t.group_id AND d.seq IS NOT NULL
WHERE t.enterprise_id = %(enterprise)s AND t.broadcast_id = %(broadcast)s
    AND t.delivered_at IS NOT NULL AND t.group_id = ANY(%(groups)s)
ON CONFLICT (enterprise_id, person_id, group_id) DO UPDATE
SET delivered_seq = greatest(r.delivered_seq, EXCLUDED.delivered_seq),
    read_seq = greatest(r.read_seq, EXCLUDED.read_seq), changed_at = EXCLUDED.changed_at
"""


class ReportUnsound(Invalid):
    """Entry %(entry)s of this report cannot be (its moments or its answer); nothing was taken in."""

    code = "messaging.report_unsound"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonProof:
    """What is known of one person; ``answer``: index of the option chosen. A click comes after reading."""

    group_id: int
    person_id: int
    delivered_at: datetime
    read_at: datetime | None = None
    clicked_at: datetime | None = None
    answered_at: datetime | None = None
    answer: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptsTakenIn:
    """How many people of the report sit in a group that the broadcast reached."""

    people: int


def take_in_receipts(
    *, actor: Actor, broadcast_id: int, proofs: Sequence[PersonProof], now: datetime
) -> ReceiptsTakenIn:
    """
    Prove a broadcast at many people at once; a moment once proved stays, the first answer counts.

    People who do not sit in a group that it reached are left out. The same report twice is once.

    :raises NotFound: there is no such broadcast
    :raises Forbidden: only headquarters and the machinery bring in reports
    :raises ReportUnsound: moments out of order or to come, or an answer that was not given to choose
    """
    with scope.writing(actor):
        broadcast = access.broadcast_for(actor, broadcast_id)
        if actor.role not in (Role.HEADQUARTERS, Role.SYSTEM):
            raise Forbidden
        for place, proof in enumerate(proofs, start=1):
            if not _is_sound(proof, broadcast, now):
                raise ReportUnsound(entry=place)
        facts: dict[str, Any] = {
            "enterprise": actor.enterprise_id,
            "broadcast": broadcast_id,
            "right": broadcast.right_option,
            "groups": [proof.group_id for proof in proofs],
            "people": [proof.person_id for proof in proofs],
            "delivered": [proof.delivered_at for proof in proofs],
            "read": [proof.read_at for proof in proofs],
            "clicked": [proof.clicked_at for proof in proofs],
            "answered": [proof.answered_at for proof in proofs],
            "answers": [proof.answer for proof in proofs],
            "now": now,
        }
        with connection.cursor() as cursor:
            cursor.execute(_PROVE, facts)
            people = int(cursor.rowcount)
            cursor.execute(_MARK, facts)
        journal.record(
            "messaging.receipts_taken_in",
            actor=actor,
            at=now,
            about={"broadcast": [broadcast_id]},
            people=people,
        )
        return ReceiptsTakenIn(people=people)


def _is_sound(proof: PersonProof, broadcast: Broadcast, now: datetime) -> bool:
    moments = [proof.delivered_at, proof.read_at]
    known = [moment for moment in moments if moment is not None]
    later = (proof.clicked_at, proof.answered_at)
    has_gap = proof.read_at is None and any(moment is not None for moment in later)
    is_after = proof.read_at is None or all(
        proof.read_at <= moment <= now for moment in later if moment is not None
    )
    is_answered = proof.answered_at is not None
    fits = proof.answer is None or 0 <= proof.answer < len(broadcast.options)
    return (
        not has_gap
        and is_after
        and fits
        and is_answered == (proof.answer is not None)
        and all(earlier <= later for earlier, later in pairwise([*known, now]))
    )
