"""How suited stores are, from what is known of them: in one statement, for one store or for all of a part."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from qunlian.activation import access
from qunlian.activation.models import Weighting
from qunlian.activation.rules import (
    BROUGHT,
    HALF_ACTIVITY,
    HALF_INFLUENCE,
    HALF_LIFE_DAYS,
    SIGNS,
    Weights,
)
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor

#: Older signs count next to nothing: 2^(−90/14) ≈ 1 %.
WINDOW = timedelta(days=90)

#: Begins with ``chosen (store_id, group_id, closeness)``; ends with ``scored``, the parts 0 to 100.
SCORED = """
sits AS MATERIALIZED (
    SELECT DISTINCT m.store_id, m.group_id, m.person_id FROM community_member_view m
    JOIN chosen c ON c.store_id = m.store_id
    WHERE m.enterprise_id = %(enterprise)s AND m.left_at IS NULL AND m.role = 'member'
), said AS MATERIALIZED (
    SELECT m.group_id, m.seq, m.posted_at, m.sender_person_id, m.reply_to_seq
    FROM messaging_message_view m
    WHERE m.enterprise_id = %(enterprise)s AND m.posted_at >= %(since)s AND m.posted_at <= %(now)s
      AND m.broadcast_id IS NULL AND m.kind <> 'system'
      AND m.group_id IN (SELECT group_id FROM sits)
), signs AS (
    SELECT s.store_id, r.read_at AS at, %(read)s AS weight FROM sits s
    JOIN messaging_receipt_view r ON r.enterprise_id = %(enterprise)s AND r.group_id = s.group_id
     AND r.person_id = s.person_id AND r.read_at >= %(since)s
    UNION ALL
    SELECT s.store_id, r.answered_at, %(answer)s FROM sits s
    JOIN messaging_receipt_view r ON r.enterprise_id = %(enterprise)s AND r.group_id = s.group_id
     AND r.person_id = s.person_id AND r.answered_at >= %(since)s
    UNION ALL
    SELECT s.store_id, m.posted_at, %(word)s FROM sits s
    JOIN said m ON m.group_id = s.group_id AND m.sender_person_id = s.person_id
    UNION ALL
    SELECT c.store_id, o.placed_at, %(order)s FROM chosen c
    JOIN commerce_order_view o ON o.enterprise_id = %(enterprise)s AND o.store_id = c.store_id
     AND o.placed_at >= %(since)s
), active AS (
    SELECT store_id, sum(weight * power(2,
        -greatest(extract(epoch FROM %(now)s - at), 0) / 86400 / %(half_life)s)) AS amount
    FROM signs GROUP BY store_id
), replied AS (
    SELECT s.store_id, count(*) AS replies FROM said r
    JOIN said m ON m.group_id = r.group_id AND m.seq = r.reply_to_seq
     AND m.sender_person_id <> r.sender_person_id
    JOIN sits s ON s.group_id = m.group_id AND s.person_id = m.sender_person_id
    GROUP BY s.store_id
), brought AS (
    SELECT m.store_id, count(DISTINCT m.person_id) - 1 AS people FROM community_member_view m
    JOIN chosen c ON c.store_id = m.store_id
    WHERE m.enterprise_id = %(enterprise)s AND m.source IN ('link', 'poster') GROUP BY m.store_id
), named AS (
    SELECT n.store_id, count(DISTINCT coalesce(k.known_as_id, n.person_id)) AS people
    FROM activation_nomination n
    JOIN chosen c ON c.store_id = n.store_id
    LEFT JOIN channel_merged_person_view k ON k.enterprise_id = n.enterprise_id AND k.person_id = n.person_id
    WHERE n.enterprise_id = %(enterprise)s AND n.withdrawn_at IS NULL GROUP BY n.store_id
), parts AS (
    SELECT c.store_id, c.group_id, coalesce(a.amount, 0)::float8 AS acts,
           coalesce(r.replies, 0)::float8 AS replies, greatest(coalesce(b.people, 0), 0)::float8 AS people,
           c.closeness, coalesce(n.people, 0)::float8 AS namings
    FROM chosen c LEFT JOIN active a USING (store_id) LEFT JOIN replied r USING (store_id)
    LEFT JOIN brought b USING (store_id) LEFT JOIN named n USING (store_id)
), scaled AS (
    SELECT p.*, 100 * acts / (acts + %(half_activity)s) AS activity,
           100 * (replies + %(brought)s * people)
               / (replies + %(brought)s * people + %(half_influence)s) AS influence,
           closeness::float8 AS close, 100 * (1 - power(0.5, namings)) AS nomination
    FROM parts p
), scored AS (
    SELECT s.*, (%(w_activity)s * activity + %(w_influence)s * influence + %(w_closeness)s * close
        + %(w_nomination)s * nomination) / %(w_all)s AS score
    FROM scaled s
)
"""
_ONE = f"""
WITH chosen AS MATERIALIZED (
    SELECT s.id AS store_id, NULL::bigint AS group_id, s.closeness FROM channel_store_view s
    WHERE s.id = %(store)s
), {SCORED}
SELECT score, activity, influence, close, nomination, acts, replies, people, namings FROM scored
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suitability:
    """
    A store's score, 0 to 100, and its parts, 0 to 100 each.

    ``acts`` is the decayed sum of signs of life; ``replies`` what others answered to its people;
    ``brought`` who came by its link after the first; ``namings`` how many named it.
    """

    score: float
    activity: float
    influence: float
    closeness: float
    nomination: float
    acts: float
    replies: int
    brought: int
    namings: int


def weights_of(actor: Actor) -> Weights:
    """Return what the parts weigh for the enterprise."""
    with scope.reading(actor):
        kept = Weighting.objects.first()
    if kept is None:
        return Weights()
    return Weights(
        activity=kept.activity,
        influence=kept.influence,
        closeness=kept.closeness,
        nomination=kept.nomination,
    )


def values_of(actor: Actor, weights: Weights, now: datetime) -> dict[str, Any]:
    """Return the values that ``SCORED`` asks for."""
    heavy = asdict(weights)
    return {
        "enterprise": actor.enterprise_id,
        "now": now,
        "since": now - WINDOW,
        "half_life": HALF_LIFE_DAYS,
        "half_activity": HALF_ACTIVITY,
        "half_influence": HALF_INFLUENCE,
        "brought": BROUGHT,
        "w_all": sum(heavy.values()),
        **{f"w_{name}": value for name, value in heavy.items()},
        **SIGNS,
    }


def suitability_of(actor: Actor, store_id: int, *, now: datetime) -> Suitability:
    """
    Return how suited one store is, and why.

    :raises NotFound: no such store within the actor's reach
    """
    with scope.reading(actor), connection.cursor() as cursor:
        access.store_for(actor, store_id)
        cursor.execute(_ONE, values_of(actor, weights_of(actor), now) | {"store": store_id})
        score, activity, influence, close, nomination, acts, replies, brought, namings = (
            cursor.fetchone()
        )
    return Suitability(
        score=score,
        activity=activity,
        influence=influence,
        closeness=close,
        nomination=nomination,
        acts=acts,
        replies=int(replies),
        brought=int(brought),
        namings=int(namings),
    )
