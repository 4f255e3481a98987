"""Ask for two versions of the matrix to be put side by side."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from qunlian.community import access
from qunlian.community.models import Comparison, Plan, TerritoryView
from qunlian.community.queries.comparisons import WITH_GROUPS
from qunlian.kernel import journal, queue, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict, Forbidden, Invalid

#: After this long somebody who asks again gets a new job: the worker died.
PATIENCE = timedelta(minutes=2)


class SameVersion(Invalid):
    """Choose two different versions to compare."""

    code: ClassVar[str] = "community.same_version"


class NothingToCompare(Conflict):
    """A plan without proposed groups of stores cannot be compared."""

    code: ClassVar[str] = "community.nothing_to_compare"


class NothingInCommon(Conflict):
    """These plans cover different parts of the tree; choose two that share one."""

    code: ClassVar[str] = "community.nothing_in_common"


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonAsked:
    """A comparison that a worker counts, or has counted already."""

    comparison_id: int


def compare_plans(
    *, actor: Actor, one_id: int | None, other_id: int | None, now: datetime
) -> ComparisonAsked:
    """
    Let a worker count what changes from one version of the store groups to the other; None: as they stand.

    Plans over different parts are compared in the part that both cover. What was counted of two plans that
    nobody has edited since is not counted again.

    :raises Forbidden: the actor does not plan
    :raises SameVersion: both are the same
    :raises NotFound: no such plan within the actor's reach
    :raises NothingToCompare: a plan has no proposed groups of stores
    :raises NothingInCommon: the plans cover different parts
    """
    with scope.writing(actor):
        if actor.role not in access.PLANNERS:
            raise Forbidden
        if one_id == other_id:
            raise SameVersion(field="other")
        one, other = (access.plan_for(actor, pk) if pk else None for pk in (one_id, other_id))
        for plan in (one, other):
            if plan and (plan.state not in WITH_GROUPS or "store" not in plan.layers):
                raise NothingToCompare(plan=plan.pk)
        territory_id = _part(one, other)
        versions = {
            "one_id": one_id,
            "other_id": other_id,
            "one_version": one.version if one else 0,
            "other_version": other.version if other else 0,
        }
        known = _known(versions, now)
        if known is not None:
            return ComparisonAsked(comparison_id=known)
        made = Comparison.objects.create(
            enterprise_id=actor.enterprise_id,
            territory_id=territory_id,
            asked_by=actor.account_id,
            asked_at=now,
            **versions,
        )
        journal.record(
            "community.comparison_asked",
            actor=actor,
            at=now,
            about={"plan": [plan.pk for plan in (one, other) if plan]},
            comparison=made.pk,
        )
        queue.enqueue(
            "community.count_comparison",
            enterprise_id=actor.enterprise_id,
            comparison_id=made.pk,
        )
        return ComparisonAsked(comparison_id=made.pk)


def _known(versions: dict[str, int | None], now: datetime) -> int | None:
    """Return a comparison of just these versions: being counted, or counted where both stand still."""
    rows = Comparison.objects.filter(**versions)
    waiting = rows.filter(state="waiting", asked_at__gt=now - PATIENCE)
    counted = rows.filter(state="counted") if None not in versions.values() else rows.none()
    applied = counted.exclude(one__state="applying").exclude(other__state="applying")
    found = (waiting | applied).order_by("-pk").values_list("pk", flat=True).first()
    return int(found) if found else None


def _part(one: Plan | None, other: Plan | None) -> int | None:
    """
    Return the part of the tree that both cover.

    :raises NothingInCommon: there is none
    """
    mine, theirs = (plan.territory_id if plan else None for plan in (one, other))
    if mine is None or theirs is None or mine == theirs:
        return mine or theirs
    paths = dict(TerritoryView.objects.filter(pk__in=[mine, theirs]).values_list("pk", "path"))
    if paths[mine].startswith(paths[theirs]):
        return mine
    if paths[theirs].startswith(paths[mine]):
        return theirs
    raise NothingInCommon
