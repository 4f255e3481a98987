"""Plan a matrix: from the roster to proposed groups."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from qunlian.channel.queries.enterprises import enterprise_card
from qunlian.channel.rules.staff import day_of
from qunlian.community import access, again, edits, layered, matrix, planner, proposals, rows
from qunlian.community.models import Plan, PlanGroup, TerritoryView
from qunlian.community.queries.present import read_present
from qunlian.community.queries.roster import RosterRead, read_roster
from qunlian.community.queries.staffing import Replaced, paths_and_names, staffing_of
from qunlian.community.rules.terms import MODES, PlanTerms
from qunlian.kernel import journal, scope, statistics
from qunlian.kernel.actor import Actor

STORES_PER_BATCH = 20_000
GROUPS_PER_BATCH = 2_000
_PROBLEM_STORES = 20


class _NothingToPlan(Exception):
    """Neither stores nor distributors nor districts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixPlanned:
    """What became of it: ``planned``, ``failed`` or ``cancelled``."""

    plan_id: int
    state: str
    groups: int = 0


def plan_matrix(*, actor: Actor, plan_id: int, now: datetime) -> MatrixPlanned:
    """
    Propose groups for every open store of the plan's part; the work of a background job.

    The arithmetic runs between transactions; its rows are written in batches, each under the plan's
    row. Run again after a crash it begins anew and leaves the same plan.

    :raises NotFound: no such plan
    :raises WorkTaken: another worker took the plan over meanwhile
    """
    key = uuid.uuid4().hex
    plan, path = _claim(actor, plan_id, key)
    if plan.lease_key != key:
        return MatrixPlanned(plan_id=plan_id, state=plan.state)
    try:
        around, groups = _surroundings(actor, plan, path, now), 0
        summary: dict[str, Any] = {}
        if "store" in plan.layers:
            with scope.writing(actor):
                statistics.refresh("channel_store", "channel_territory")
            read = read_roster(actor, path)
            if not read.roster.count:
                return _fail(actor, plan_id, key, {"code": "no_stores"})
            made, summary = _propose(actor, plan, read, path)
            groups = made.proposed
            _write(actor, plan, read, made, around)
        _write_others(actor, plan, path, around, groups)
        return _finish(actor, plan, {**summary, "read_at": now.isoformat()}, now)
    except _NothingToPlan:
        return _fail(actor, plan_id, key, {"code": "nothing_to_plan"})
    except planner.StoreTooLarge as why:
        ids = [int(read.store_ids[index]) for index in why.indices[:_PROBLEM_STORES]]
        return _fail(
            actor,
            plan_id,
            key,
            {"code": "store_too_large", "store_ids": ids, "room": why.room},
        )
    except proposals.WorkCancelled:
        return _stop(actor, plan_id, key, "cancelled", {})


def _claim(actor: Actor, plan_id: int, key: str) -> tuple[Plan, str]:
    """Take the plan over, whoever had it, and clear what a dead worker left."""
    with scope.writing(actor):
        plan = access.plan_to_change(actor, plan_id)
        if plan.state not in ("waiting", "planning"):
            return plan, ""
        proposals.forget_rows(actor.enterprise_id, plan_id)
        plan.state, plan.stage, plan.lease_key = "planning", "reading", key
        plan.save(update_fields=["state", "stage", "lease_key"])
        part = TerritoryView.objects.filter(pk=plan.territory_id or 0).first()
        return plan, part.path if part else ""


def _propose(
    actor: Actor, plan: Plan, read: RosterRead, path: str
) -> tuple[matrix.Made, dict[str, Any]]:
    """Return the plan's groups, and the figures to choose by; from the groups there are, if it is asked."""
    terms = PlanTerms.of(plan.terms)

    def step(done: int, total: int) -> None:
        _note(actor, plan, stage="planning", steps_done=done, steps_total=total)

    if plan.is_again:
        present = read_present(actor, read, path)
        made, summary = again.propose(read, present, terms, plan.choice, step)
    else:
        made, summary = _from_scratch(read, terms, step)
    scale = matrix.scale_of(read, matrix.planner_terms(terms))
    return made, {"scale": scale.as_json(), **summary}


def _from_scratch(
    read: RosterRead, terms: PlanTerms, step: Callable[[int, int], None]
) -> tuple[matrix.Made, dict[str, Any]]:
    """Plan in all three modes, so that they can be compared; return the chosen one's groups."""
    modes: dict[str, Any] = {}
    made: planner.Plan | None = None
    for done, mode in enumerate(MODES):
        step(done, len(MODES))
        each = planner.plan(read.roster, matrix.planner_terms(terms, mode))
        modes[mode] = matrix.figures(each)
        made = each if mode == terms.mode else made
    assert made is not None  # noqa: S101  (the terms were checked when the plan was drafted)
    return matrix.Made.of(made), {
        "modes": modes,
        **matrix.bounds(made.bounds),
        **matrix.curve_of(made),
    }


def _surroundings(actor: Actor, plan: Plan, path: str, now: datetime) -> rows.Surroundings:
    """Read names, tree and staff; groups that the plan replaces are no longer anybody's work."""
    messages = layered.messages_per_day(plan)
    replaced = Replaced(layers=tuple(plan.layers), path=path, messages=messages)
    around = rows.Surroundings(
        brand=enterprise_card(actor).name,
        territories=paths_and_names(actor),
        staffing=staffing_of(actor, on=day_of(now), replaced=replaced),
    )
    if "store" in plan.layers:
        around = replace(around, posts=layered.template_of(plan, "store")[1])
    return around


def _write_others(
    actor: Actor, plan: Plan, path: str, around: rows.Surroundings, groups: int
) -> None:
    """Write the proposed groups of the other layers behind those of the stores."""
    proposed = list(layered.propose(actor, plan, path, around))
    for first in range(0, len(proposed), GROUPS_PER_BATCH):
        with scope.writing(actor):
            proposals.hold(plan.pk, plan.lease_key, stage="writing")
            layered.write(plan, proposed[first : first + GROUPS_PER_BATCH], groups + first + 1)
    if not groups + len(proposed):
        raise _NothingToPlan


def _write(
    actor: Actor,
    plan: Plan,
    read: RosterRead,
    made: matrix.Made,
    around: rows.Surroundings,
) -> None:
    terms = PlanTerms.of(plan.terms)
    done = 0
    for batch in rows.batches(read, made, terms, around, size=STORES_PER_BATCH):
        if done <= STORES_PER_BATCH:  # before the first and the second: from empty to something
            with scope.writing(actor):
                statistics.refresh("community_plan_group", "community_plan_store")
        done += len(batch.stores)
        with scope.writing(actor):
            proposals.hold(
                plan.pk,
                plan.lease_key,
                stage="writing",
                steps_done=done,
                steps_total=read.roster.count,
            )
            proposals.add_rows(plan, batch.groups, batch.stores)
    with scope.writing(actor):
        statistics.refresh("community_plan_group", "community_plan_store")


def _note(actor: Actor, plan: Plan, **progress: Any) -> None:
    with scope.writing(actor):
        proposals.hold(plan.pk, plan.lease_key, **progress)


def _finish(actor: Actor, plan: Plan, summary: dict[str, Any], now: datetime) -> MatrixPlanned:
    with scope.writing(actor):
        proposals.hold(plan.pk, plan.lease_key)
        groups = PlanGroup.objects.filter(plan=plan).exclude(layer="store", stores=0)
        gaps = groups.aggregate(
            groups=Count("pk"),
            without_steward=Count("pk", filter=Q(steward_staff_id=None)),
            without_manager=Count("pk", filter=Q(manager_staff_id=None)),
        )
        Plan.objects.filter(pk=plan.pk).update(
            state="planned",
            stage="",
            summary={**summary, **gaps},
            lease_until=None,
            changed_at=now,
            map_version=None,
        )
        if "store" in plan.layers:
            edits.draw_map_soon(plan)
        journal.record(
            "community.matrix_planned", actor=actor, at=now, about={"plan": [plan.pk]}, **gaps
        )
    return MatrixPlanned(plan_id=plan.pk, state="planned", groups=gaps["groups"])


def _fail(actor: Actor, plan_id: int, key: str, problem: dict[str, Any]) -> MatrixPlanned:
    return _stop(actor, plan_id, key, "failed", problem)


def _stop(
    actor: Actor, plan_id: int, key: str, state: str, problem: dict[str, Any]
) -> MatrixPlanned:
    with scope.writing(actor):
        mine = Plan.objects.filter(pk=plan_id, lease_key=key)
        if mine.update(state=state, stage="", problem=problem, lease_until=None):
            proposals.forget_rows(actor.enterprise_id, plan_id)
    return MatrixPlanned(plan_id=plan_id, state=state)
