"""Put two versions of the matrix side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from qunlian.community.models import ComparedLoad, Comparison, Plan, TerritoryView
from qunlian.community.queries.comparisons import COUNTS
from qunlian.community.queries.roster import RosterRead, read_roster
from qunlian.community.queries.versions import VersionRead, loads_of, read_version
from qunlian.kernel import journal, scope, statistics
from qunlian.kernel.actor import Actor

#: Older comparisons than so many are forgotten; they are counted anew when somebody asks.
KEPT = 20
_BY_STAFF = 1_000
_AMONG_EQUALS = 1e-6
_FORGET = """
DELETE FROM community_comparison WHERE id IN (
    SELECT id FROM community_comparison WHERE state <> 'waiting' AND id <> %s
    ORDER BY asked_at DESC, id DESC OFFSET %s)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonCounted:
    """What became of it; ``moves`` are the stores whose group is not the same."""

    comparison_id: int
    state: str
    moves: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What is compared, read at one moment."""

    asked: Comparison
    plans: tuple[int, ...]
    roster: RosterRead
    one: VersionRead
    other: VersionRead
    loads: tuple[dict[int, dict[str, float]], dict[int, dict[str, float]]]
    minimum: int


def count_comparison(*, actor: Actor, comparison_id: int, now: datetime) -> ComparisonCounted:
    """
    Count a comparison that somebody asked for; the work of a background job.

    What is read is read in one transaction, so that both sides stand as they were at one moment. Run again
    after a crash it does the same; one that was forgotten or counted meanwhile stays so.
    """
    from qunlian.community import comparing  # noqa: PLC0415  (the planner loads slowly)

    read = _read(actor, comparison_id)
    if read is None:
        return ComparisonCounted(comparison_id=comparison_id, state="gone")
    found = comparing.compare(read.roster, read.one, read.other, read.minimum)
    with scope.writing(actor):
        held = Comparison.objects.filter(pk=comparison_id, state="waiting").select_for_update()
        if held.first() is None:
            return ComparisonCounted(comparison_id=comparison_id, state="gone")
        comparing.write_rows(read.asked, found)
        _write_loads(read)
        held.update(
            state="counted", summary=found.summary | {"loads": _loads(read.loads)}, read_at=now
        )
        with connection.cursor() as cursor:
            cursor.execute(_FORGET, [comparison_id, KEPT - 1])
        journal.record(
            "community.plans_compared",
            actor=actor,
            at=now,
            about={"plan": list(read.plans)},
            comparison=comparison_id,
            moves=len(found.moves),
        )
    with scope.writing(actor):
        statistics.refresh("community_compared_group", "community_compared_store")
    return ComparisonCounted(comparison_id=comparison_id, state="counted", moves=len(found.moves))


def _read(actor: Actor, comparison_id: int) -> _Read | None:
    with scope.reading(actor):
        asked = Comparison.objects.filter(pk=comparison_id, state="waiting").first()
        if asked is None:
            return None
        plans = Plan.objects.in_bulk([pk for pk in (asked.one_id, asked.other_id) if pk])
        part = TerritoryView.objects.filter(pk=asked.territory_id or 0).first()
        roster = read_roster(actor, part.path if part else "")
        one, other = (
            read_version(actor, plans.get(pk or 0), roster) for pk in (asked.one_id, asked.other_id)
        )
        return _Read(
            asked=asked,
            plans=tuple(sorted(plans)),
            roster=roster,
            one=one,
            other=other,
            loads=(
                loads_of(actor, plans.get(asked.one_id or 0), one.groups),
                loads_of(actor, plans.get(asked.other_id or 0), other.groups),
            ),
            minimum=max((plan.terms["minimum"] for plan in plans.values()), default=0),
        )


def _write_loads(read: _Read) -> None:
    one, other = read.loads
    ComparedLoad.objects.bulk_create(
        (
            ComparedLoad(
                enterprise_id=read.asked.enterprise_id,
                comparison=read.asked,
                staff_id=staff_id,
                one=one.get(staff_id, {}),
                other=other.get(staff_id, {}),
                change=_change(one.get(staff_id, {}), other.get(staff_id, {})),
            )
            for staff_id in sorted({*one, *other})
        ),
        batch_size=_BY_STAFF,
    )


def _change(one: dict[str, float], other: dict[str, float]) -> float:
    """Return how much changes for a colleague; among equals those with most groups come first."""
    changes = sum(abs(other.get(name, 0) - one.get(name, 0)) for name in COUNTS)
    return changes + _AMONG_EQUALS * max(one.get("groups", 0), other.get("groups", 0))


def _loads(sides: Sequence[dict[int, dict[str, float]]]) -> dict[str, Any]:
    """Return for each side how many colleagues it takes, and what the busiest of each post has."""
    return {
        name: {
            "people": len(side),
            "confirms": sum(each["confirms"] for each in side.values()),
            "most_confirms": max((each["confirms"] for each in side.values()), default=0),
            "most_owned": max((each["owned"] for each in side.values()), default=0),
            "most_managed": max((each["managed"] for each in side.values()), default=0),
            "most_groups": max((each["groups"] for each in side.values()), default=0),
        }
        for name, side in zip(("one", "other"), sides, strict=True)
    }
