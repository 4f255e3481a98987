"""Rank the stores of a roll-out and cut them into waves."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from qunlian.activation import access
from qunlian.activation.models import Rollout, TerritoryView
from qunlian.activation.queries.scores import SCORED, values_of
from qunlian.activation.rules import Weights
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor

#: Open stores of the part that have a group but nobody in it yet, and wait in no other roll-out.
_CHOSEN = """
WITH chosen AS MATERIALIZED (
    SELECT s.id AS store_id, gs.group_id, s.closeness
    FROM channel_store_view s
    JOIN community_group_store_view gs ON gs.enterprise_id = s.enterprise_id AND gs.store_id = s.id
     AND gs.layer = 'store'
    JOIN community_group_view g ON g.enterprise_id = gs.enterprise_id AND g.id = gs.group_id
     AND g.life IN ('planned', 'inviting', 'live', 'fading')
    WHERE s.enterprise_id = %(enterprise)s AND s.status = 'open' {within}
      AND NOT EXISTS (SELECT FROM community_member_view m WHERE m.enterprise_id = s.enterprise_id
                      AND m.store_id = s.id AND m.group_id = gs.group_id AND m.left_at IS NULL)
      AND NOT EXISTS (SELECT FROM activation_wave_store w JOIN activation_wave v
              ON v.enterprise_id = w.enterprise_id AND v.rollout_id = w.rollout_id
             AND v.number = w.number AND v.opened_at IS NULL
          WHERE w.enterprise_id = s.enterprise_id AND w.store_id = s.id)
)"""
_WITHIN = """AND s.territory_id IN (SELECT t.id FROM channel_territory_view t
    WHERE t.path >= %(path)s COLLATE "C" AND t.path < (left(%(path)s, -1) || '0') COLLATE "C")"""
#: How much of all, in percent, lies before a store, or before its whole group.
_BY_STORE = "100.0 * (row_number() OVER (ORDER BY score DESC, store_id) - 1) / count(*) OVER ()"
_BY_GROUP = """100.0 * sum(1) OVER (ORDER BY mean DESC, group_id
    RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) / count(*) OVER ()
    - 100.0 * of_group / count(*) OVER ()"""
_RANK = """
INSERT INTO activation_wave_store (enterprise_id, rollout_id, store_id, group_id, number, place, score,
    activity, influence, closeness, nomination)
SELECT %(enterprise)s, %(rollout)s, store_id, group_id, dense_rank() OVER (ORDER BY raw),
       row_number() OVER (ORDER BY raw, score DESC, store_id), score, activity, influence, close, nomination
FROM (
    SELECT ahead.*, (SELECT count(*) FROM unnest(%(bounds)s::int[]) b WHERE b <= before + 1e-9) AS raw
    FROM (SELECT meant.*, {before} AS before FROM (
        SELECT scored.*, avg(score) OVER (PARTITION BY group_id) AS mean,
               count(*) OVER (PARTITION BY group_id) AS of_group FROM scored
    ) meant) ahead
) cut
"""
_WAVES = """
INSERT INTO activation_wave (enterprise_id, rollout_id, number, stores, groups, lowest, highest,
    decision, seen)
SELECT enterprise_id, rollout_id, number, count(*), count(DISTINCT group_id), min(score), max(score), '', '[]'
FROM activation_wave_store WHERE enterprise_id = %s AND rollout_id = %s
GROUP BY enterprise_id, rollout_id, number
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutRanked:
    """How many stores stand in the order."""

    rollout_id: int
    stores: int


def rank_rollout(*, actor: Actor, rollout_id: int, now: datetime) -> RolloutRanked:
    """
    Put the stores of a roll-out in order and cut them into waves; the work of a background job.

    Whole groups follow the mean score of their stores; a group goes into the wave in which it begins.

    :raises NotFound: no such roll-out
    """
    with scope.writing(actor):
        rollout = access.rollout_for(actor, rollout_id, is_for_change=True)
        if rollout.state != "ranking":
            return RolloutRanked(rollout_id=rollout_id, stores=rollout.stores)
        values = values_of(actor, Weights(**rollout.weights), now)
        values |= {"rollout": rollout.pk, "bounds": rollout.bounds}
        if rollout.territory_id is not None:
            values["path"] = TerritoryView.objects.get(pk=rollout.territory_id).path
        chosen = _CHOSEN.format(within=_WITHIN if rollout.territory_id is not None else "")
        insert = _RANK.format(before=_BY_STORE if rollout.unit == "store" else _BY_GROUP)
        with connection.cursor() as cursor:
            cursor.execute(f"{chosen}, {SCORED} {insert}", values)
            stores = cursor.rowcount
            cursor.execute(_WAVES, [actor.enterprise_id, rollout.pk])
        Rollout.objects.filter(pk=rollout.pk).update(state="ready", stores=stores)
        journal.record(
            "activation.rollout_ranked",
            actor=actor,
            at=now,
            about={"rollout": [rollout.pk]},
            stores=stores,
        )
        return RolloutRanked(rollout_id=rollout.pk, stores=stores)
