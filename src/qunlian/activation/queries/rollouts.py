"""Roll-outs, their waves, the stores in them, and what each wave brought beside those not yet invited."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from qunlian.activation import access
from qunlian.activation.models import Rollout, TerritoryView, Wave
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.paging import Page
from qunlian.kernel.typed import whole

#: The same days for every row, those since the newest wave was opened, so that they can be compared.
_RESULTS = """
WITH stores AS MATERIALIZED (
    SELECT ws.store_id, CASE WHEN v.opened_at IS NULL THEN 0 ELSE ws.number END AS number
    FROM activation_wave_store ws JOIN activation_wave v
        ON v.enterprise_id = ws.enterprise_id AND v.rollout_id = ws.rollout_id AND v.number = ws.number
    WHERE ws.enterprise_id = %(enterprise)s AND ws.rollout_id = %(rollout)s
), sits AS MATERIALIZED (
    SELECT DISTINCT m.store_id, m.group_id, m.person_id FROM community_member_view m
    JOIN stores s ON s.store_id = m.store_id
    WHERE m.enterprise_id = %(enterprise)s AND m.left_at IS NULL
), receipts AS MATERIALIZED (
    SELECT s.store_id, r.read_at, r.answered_at, r.is_understood FROM sits s
    JOIN messaging_receipt_view r ON r.enterprise_id = %(enterprise)s AND r.group_id = s.group_id
     AND r.person_id = s.person_id AND (r.read_at >= %(since)s OR r.answered_at >= %(since)s)
), proof AS (
    SELECT store_id, bool_or(coalesce(is_understood, false)) AS understood,
           bool_or(read_at >= %(lately)s OR answered_at >= %(lately)s) AS lately
    FROM receipts GROUP BY store_id
), said AS (
    SELECT DISTINCT s.store_id FROM sits s JOIN messaging_message_view m
        ON m.enterprise_id = %(enterprise)s AND m.group_id = s.group_id
        AND m.sender_person_id = s.person_id AND m.posted_at >= %(lately)s
), orders AS MATERIALIZED (
    SELECT o.store_id, bool_or(o.placed_at >= %(since)s) AS after,
           bool_or(o.placed_at < %(since)s) AS before, bool_or(o.placed_at >= %(lately)s) AS lately
    FROM commerce_order_view o JOIN stores s ON s.store_id = o.store_id
    WHERE o.enterprise_id = %(enterprise)s AND o.placed_at >= %(before)s
      AND o.placed_at <= %(now)s GROUP BY o.store_id
)
SELECT st.number, count(*), count(j.store_id),
       count(*) FILTER (WHERE j.store_id IS NOT NULL
           AND (coalesce(p.lately, false) OR w.store_id IS NOT NULL OR coalesce(o.lately, false))),
       count(p.store_id), count(*) FILTER (WHERE p.understood), count(*) FILTER (WHERE o.after),
       count(*) FILTER (WHERE o.before)
FROM stores st
LEFT JOIN (SELECT DISTINCT store_id FROM sits) j USING (store_id)
LEFT JOIN proof p USING (store_id) LEFT JOIN said w USING (store_id) LEFT JOIN orders o USING (store_id)
GROUP BY st.number ORDER BY st.number
"""
_STORES = """
SELECT ws.place, ws.store_id, s.code, s.name, g.id, coalesce(g.name, ''), ws.score, ws.activity,
       ws.influence, ws.closeness, ws.nomination,
       coalesce((SELECT true FROM community_member_view m WHERE m.enterprise_id = ws.enterprise_id
                 AND m.store_id = ws.store_id AND m.left_at IS NULL LIMIT 1), false)
FROM activation_wave_store ws
JOIN channel_store_view s ON s.enterprise_id = ws.enterprise_id AND s.id = ws.store_id
LEFT JOIN community_group_view g ON g.enterprise_id = ws.enterprise_id AND g.id = ws.group_id
WHERE ws.enterprise_id = %(enterprise)s AND ws.rollout_id = %(rollout)s AND ws.number = %(number)s
  AND ws.place > %(after)s
ORDER BY ws.place LIMIT %(take)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutCard:
    """A roll-out; ``opened`` of ``waves`` are open."""

    rollout_id: int
    name: str
    territory_id: int | None
    territory: str
    unit: str
    bounds: tuple[int, ...]
    weights: Mapping[str, int]
    wait_days: int
    state: str
    stores: int
    waves: int
    opened: int
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveCard:
    """A wave; ``decision`` are the words with which it was opened after the look at those before."""

    number: int
    stores: int
    groups: int
    lowest: float
    highest: float
    opened_at: datetime | None
    decision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveResult:
    """
    What stores of a wave did since the newest wave was opened; ``number`` 0: those not yet invited.

    ``active``: joined, and read, said, answered or ordered something in the last ``wait_days`` days.
    ``ordered_before``: in as many days before, for the comparison. All are counts of stores.
    """

    number: int
    stores: int
    joined: int
    active: int
    read: int
    understood: int
    ordered: int
    ordered_before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """The results at a moment, over the days since ``since``; none before the first wave is open."""

    taken_at: datetime
    since: datetime | None
    rows: tuple[WaveResult, ...]

    def as_json(self) -> list[dict[str, int]]:
        """Return what is kept with the decision."""
        return [asdict(row) for row in self.rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreInWave:
    """A store's place and the parts of its score when it was ranked."""

    place: int
    store_id: int
    code: str
    name: str
    group_id: int | None
    group: str
    score: float
    activity: float
    influence: float
    closeness: float
    nomination: float
    has_joined: bool


def list_rollouts(actor: Actor, *, after: str = "", take: int = 50) -> Page[RolloutCard]:
    """Return the roll-outs of parts within reach, newest first."""
    with scope.reading(actor):
        rows = access.rollouts_within(actor).order_by("-pk")
        if (last := whole(after)) is not None:
            rows = rows.filter(pk__lt=last)
        cards = _cards(list(rows[: take + 1]))
    key = str(cards[take - 1].rollout_id) if len(cards) > take else None
    return Page(rows=cards[:take], next_key=key)


def rollout_card(actor: Actor, rollout_id: int) -> RolloutCard:
    """
    Return one roll-out.

    :raises NotFound: there is none within the actor's reach
    """
    with scope.reading(actor):
        return _cards([access.rollout_for(actor, rollout_id)])[0]


def waves_of(actor: Actor, rollout_id: int) -> tuple[WaveCard, ...]:
    """
    Return the waves of a roll-out in order.

    :raises NotFound: there is none within the actor's reach
    """
    with scope.reading(actor):
        rollout = access.rollout_for(actor, rollout_id)
        return tuple(
            WaveCard(
                number=wave.number,
                stores=wave.stores,
                groups=wave.groups,
                lowest=wave.lowest,
                highest=wave.highest,
                opened_at=wave.opened_at,
                decision=wave.decision,
            )
            for wave in Wave.objects.filter(rollout=rollout).order_by("number")
        )


def stores_in_wave(
    actor: Actor, rollout_id: int, number: int, *, after: str = "", take: int = 50
) -> Page[StoreInWave]:
    """
    Return the stores of a wave within reach, the best suited first.

    :raises NotFound: there is no such roll-out within the actor's reach
    """
    values = {
        "enterprise": actor.enterprise_id,
        "rollout": rollout_id,
        "number": number,
        "after": whole(after) or 0,
        "take": take + 1,
    }
    names = tuple(StoreInWave.__dataclass_fields__)
    with scope.reading(actor), connection.cursor() as cursor:
        access.rollout_for(actor, rollout_id)
        cursor.execute(_STORES, values)
        found = [StoreInWave(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]
    rows = tuple(found[:take])
    return Page(rows=rows, next_key=str(rows[-1].place) if len(found) > take else None)


def results_of(actor: Actor, rollout_id: int, *, now: datetime) -> Results:
    """
    Return what each open wave did, beside those not yet invited, over the same days.

    :raises NotFound: there is no such roll-out within the actor's reach
    """
    with scope.reading(actor), connection.cursor() as cursor:
        rollout = access.rollout_for(actor, rollout_id)
        since = newest_opening(rollout)
        if since is None:
            return Results(taken_at=now, since=None, rows=())
        cursor.execute(_RESULTS, _window(actor, rollout, since, now))
        rows = [WaveResult(**dict(zip(_NAMES, row, strict=True))) for row in cursor.fetchall()]
    rows.sort(key=lambda row: (row.number == 0, row.number))
    return Results(taken_at=now, since=since, rows=tuple(rows))


_NAMES = tuple(WaveResult.__dataclass_fields__)


def newest_opening(rollout: Rollout) -> datetime | None:
    """Return when the newest open wave was opened; inside a scope."""
    opened = Wave.objects.filter(rollout=rollout).exclude(opened_at=None)
    newest = opened.order_by("-number").first()
    return newest.opened_at if newest else None


def _window(actor: Actor, rollout: Rollout, since: datetime, now: datetime) -> dict[str, Any]:
    return {
        "enterprise": actor.enterprise_id,
        "rollout": rollout.pk,
        "since": since,
        "before": since - (now - since),
        "lately": max(since, now - timedelta(days=rollout.wait_days)),
        "now": now,
    }


def _cards(rows: list[Rollout]) -> tuple[RolloutCard, ...]:
    """Return the cards of these, with the same number of queries for one and for many."""
    ids = [row.pk for row in rows]
    waves = list(Wave.objects.filter(rollout_id__in=ids).values_list("rollout_id", "opened_at"))
    places = TerritoryView.objects.filter(pk__in=[row.territory_id for row in rows])
    names = dict(places.values_list("pk", "name"))
    return tuple(
        RolloutCard(
            rollout_id=row.pk,
            name=row.name,
            territory_id=row.territory_id,
            territory=names.get(row.territory_id or 0, ""),
            unit=row.unit,
            bounds=tuple(row.bounds),
            weights=row.weights,
            wait_days=row.wait_days,
            state=row.state,
            stores=row.stores,
            waves=sum(rollout_id == row.pk for rollout_id, _at in waves),
            opened=sum(rollout_id == row.pk and at is not None for rollout_id, at in waves),
            created_at=row.created_at,
        )
        for row in rows
    )
