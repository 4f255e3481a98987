"""Plans: propose groups, look at them, decide."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from qunlian.channel.queries.divisions import district_name
from qunlian.community.actions.apply_plan import apply_plan as apply_
from qunlian.community.actions.approve_plan import approve_plan as approve
from qunlian.community.actions.cancel_plan import cancel_plan as cancel
from qunlian.community.actions.reopen_plan import reopen_plan as reopen
from qunlian.community.queries.loads import plan_loads
from qunlian.community.queries.moves import moves_shape
from qunlian.community.queries.plan_groups import PlanGroupFilter, list_plan_groups
from qunlian.community.queries.plans import list_plans as read_plans
from qunlian.community.queries.plans import plan_card as read_plan
from qunlian.community.queries.plans import plan_shape
from qunlian.console.community import plan_moves, plan_plots, words
from qunlian.console.nav import PLANNERS
from qunlian.console.page import actor_of, page
from qunlian.kernel import clock
from qunlian.kernel.actor import Role
from qunlian.kernel.typed import digits

MODE_NAMES = {"balanced": _("Balanced"), "strict": _("Strict"), "fewest": _("Fewest")}
STATES = {
    "waiting": _("Waiting for a worker"),
    "planning": _("Planning"),
    "planned": _("Waits for approval"),
    "approved": _("Approved"),
    "applying": _("Being applied"),
    "applied": _("Applied"),
    "failed": _("Failed"),
    "cancelled": _("Cancelled"),
}
STAGES = {
    "reading": _("Reading the roster"),
    "planning": _("Trying the three modes"),
    "writing": _("Writing the proposed groups"),
}
REASONS = {
    "too_small": _("Too small"),
    "nearly_full": _("Nearly full"),
    "mixed": _("Mixed types"),
    "unlike": _("Unlike"),
    "outlier": _("An outlier inside"),
    "no_account": _("Its owner has no account there"),
}
ORDERS = {
    "unlike": _("Least alike first"),
    "small": _("Smallest first"),
    "large": _("Fullest first"),
}
PROBLEMS = {
    "store_too_large": _("A store expects more people than a group has seats for."),
    "no_stores": _("There are no open stores in this part of the tree."),
    "nothing_to_plan": _("There are no distributors and no districts in this part of the tree."),
}


@page(PLANNERS)
def list_plans(request: HttpRequest) -> HttpResponse:
    """Show the plans, newest first."""
    state = request.GET.get("state", "")
    listing = read_plans(
        actor_of(request),
        state=state if state in STATES else "",
        after=request.GET.get("after", ""),
    )
    facts = {
        "listing": listing,
        "states": STATES,
        "state_choices": list(STATES.items()),
        "is_narrowed": bool(state),
        "modes": MODE_NAMES,
    }
    return render(request, "console/community/list_plans.html", facts)


@page(PLANNERS)
def plan_card(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Show one plan: its progress, or its figures, pictures and groups."""
    actor = actor_of(request)
    plan = read_plan(actor, plan_id)
    facts: dict[str, Any] = {
        "plan": plan,
        "state": STATES[plan.state],
        "mode": MODE_NAMES[plan.mode],
        "crumbs": [(gettext("Plans"), reverse("community_list_plans"))],
        "problem": _problem(plan.problem),
        "is_approver": actor.role in (Role.HEADQUARTERS, Role.MANAGER),
        **_progress(plan_id, plan),
    }
    if plan.summary and plan.state not in ("failed", "cancelled"):
        shape = plan_shape(actor, plan_id)
        narrow = PlanGroupFilter(
            text=request.GET.get("q", "").strip(),
            reason=request.GET.get("reason", ""),
            layer=request.GET.get("layer", ""),
            order=request.GET.get("order", ""),
            division=digits(request.GET.get("division")),
        )
        groups = list_plan_groups(actor, plan_id, narrow=narrow, after=request.GET.get("after", ""))
        facts |= {
            "shape": shape,
            "groups": groups,
            "reasons": [(key, REASONS[key]) for key in REASONS],
            "reason_names": REASONS,
            "orders": list(ORDERS.items()),
            "modes": plan_plots.modes(plan.summary, MODE_NAMES),
            "choices": plan_moves.choices(plan.summary),
            "moving": moves_shape(actor, plan_id) if plan.choice else None,
            "over_bound": _over(shape.groups, plan.summary.get("bound_soft", 0)),
            "layer_names": words.LAYERS,
            "loads": plan_loads(actor, plan_id),
            "accounts_url": reverse("channel_staff_handles") if actor.is_headquarters else "",
            "layer_choices": [(each.layer, words.LAYERS[each.layer]) for each in shape.layers],
            "division_name": district_name(narrow.division),
            "curve": plan_plots.curve(plan.summary),
            "curve_note": plan_plots.curve_note(plan.summary),
            "sizes": plan_plots.sizes(shape),
            "likeness": plan_plots.likeness(shape),
        }
    return render(request, "console/community/plan_card.html", facts)


def _over(groups: int, bound: int) -> float | None:
    return groups / bound - 1 if bound else None


def _problem(problem: dict[str, Any]) -> str:
    if not problem:
        return ""
    known = PROBLEMS.get(str(problem.get("code", "")))
    return str(known or problem.get("text") or problem.get("code") or "")


def _progress(plan_id: int, plan: Any) -> dict[str, Any]:
    return {
        "progress_url": reverse("community_plan_progress", args=[plan_id]),
        "cancel_url": reverse("community_cancel_plan", args=[plan_id]),
        "stage": STAGES.get(plan.stage, STATES[plan.state]),
        "total": plan.total or 100,
    }


@page(PLANNERS)
def plan_progress(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Answer how far the work on a plan is; when it ends, the page shows itself anew."""
    plan = read_plan(actor_of(request), plan_id)
    facts = {"plan": plan, **_progress(plan_id, plan)}
    response = render(request, "console/community/plan_progress.html", facts)
    if not plan.is_working:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@page(PLANNERS)
def approve_plan(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Approve the version that was looked at."""
    version = int(request.POST.get("version", "0"))
    approve(actor=actor_of(request), plan_id=plan_id, version=version, now=clock.now())
    messages.success(request, gettext("The plan is approved. Apply it when you are ready."))
    return redirect("community_plan_card", plan_id=plan_id)


@require_POST
@page(PLANNERS)
def apply_plan(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Let a worker make the groups."""
    in_waves = "in_waves" in request.POST
    made = apply_(actor=actor_of(request), plan_id=plan_id, now=clock.now(), in_waves=in_waves)
    if made.without_account:
        sentence = ngettext(
            "%(n)s group is made whose owner has no account on its platform that we know.",
            "%(n)s groups are made whose owners have no account on their platform that we know.",
            made.without_account,
        )
        messages.warning(request, sentence % {"n": made.without_account})
    return redirect("community_plan_card", plan_id=plan_id)


@require_POST
@page(PLANNERS)
def cancel_plan(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Stop the work, or drop the plan."""
    cancel(actor=actor_of(request), plan_id=plan_id, now=clock.now())
    messages.success(request, gettext("Cancelled. What was already applied stays."))
    return redirect("community_plan_card", plan_id=plan_id)


@require_POST
@page(PLANNERS)
def reopen_plan(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Take an approval back."""
    reopen(actor=actor_of(request), plan_id=plan_id, now=clock.now())
    messages.success(request, gettext("The approval is taken back; the plan can be edited again."))
    return redirect("community_plan_card", plan_id=plan_id)
