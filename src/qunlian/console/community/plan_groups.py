"""One proposed group: its stores, and editing it by hand."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from qunlian.community.actions.merge_plan_groups import PlanMerge
from qunlian.community.actions.merge_plan_groups import merge_plan_groups as merge
from qunlian.community.actions.move_stores import StoreMove
from qunlian.community.actions.move_stores import move_stores as move
from qunlian.community.actions.rename_plan_group import PlanRename
from qunlian.community.actions.rename_plan_group import rename_plan_group as rename
from qunlian.community.actions.split_plan_group import PlanSplit
from qunlian.community.actions.split_plan_group import split_plan_group as split
from qunlian.community.actions.staff_plan_group import PlanStaffing
from qunlian.community.actions.staff_plan_group import staff_plan_group as staff
from qunlian.community.queries.partners import distributors_of_plan_group
from qunlian.community.queries.plan_groups import plan_group_card as read_group
from qunlian.community.queries.plan_groups import siblings_of, stores_of_plan_group
from qunlian.community.queries.plans import plan_card
from qunlian.community.rules.staffing import POSTS
from qunlian.console.channel.choices import pick
from qunlian.console.community import words
from qunlian.console.community.plans import REASONS
from qunlian.console.nav import PLANNERS
from qunlian.console.page import actor_of, page
from qunlian.kernel import clock
from qunlian.kernel.typed import whole


@page(PLANNERS)
def plan_group_card(request: HttpRequest, plan_id: int, number: int) -> HttpResponse:
    """Show a proposed group with its stores, its team and where its stores could go."""
    actor = actor_of(request)
    plan, group = plan_card(actor, plan_id), read_group(actor, plan_id, number)
    facts: dict[str, Any] = {
        "plan": plan,
        "group": group,
        "stores": stores_of_plan_group(actor, plan_id, number),
        "distributors": distributors_of_plan_group(actor, plan_id, number),
        "layer_names": words.LAYERS,
        "siblings": siblings_of(actor, plan_id, number),
        "reason_names": REASONS,
        "is_open": plan.state == "planned",
        "is_of_stores": group.layer == "store",
        "crumbs": [
            (gettext("Plans"), reverse("community_list_plans")),
            (plan.name or gettext("Plan"), reverse("community_plan_card", args=[plan_id])),
        ],
    }
    if plan.state == "planned":
        facts["posts"] = {
            post: pick(request, "manager" if role == "manager" else "staff", post, staff_id)
            for (post, role), staff_id in zip(POSTS, group.staff_ids, strict=True)
        }
    return render(request, "console/community/plan_group_card.html", facts)


@require_POST
@page(PLANNERS)
def move_stores(request: HttpRequest, plan_id: int, number: int) -> HttpResponse:
    """Move the ticked stores to another group of the patch."""
    moved = StoreMove(
        plan_id=plan_id,
        version=_number(request, "version"),
        from_number=number,
        to_number=_number(request, "to_number"),
        store_ids=_ticked(request),
    )
    move(actor=actor_of(request), move=moved, now=clock.now())
    messages.success(request, gettext("Moved."))
    return _back(plan_id, moved.to_number)


@require_POST
@page(PLANNERS)
def merge_plan_groups(request: HttpRequest, plan_id: int, number: int) -> HttpResponse:
    """Put the whole group into another of the patch."""
    merged = PlanMerge(
        plan_id=plan_id,
        version=_number(request, "version"),
        from_number=number,
        into_number=_number(request, "into_number"),
    )
    merge(actor=actor_of(request), merge=merged, now=clock.now())
    messages.success(request, gettext("Merged."))
    return _back(plan_id, merged.into_number)


@require_POST
@page(PLANNERS)
def split_plan_group(request: HttpRequest, plan_id: int, number: int) -> HttpResponse:
    """Split the group: the ticked stores leave, or its less alike half."""
    parted = PlanSplit(
        plan_id=plan_id,
        version=_number(request, "version"),
        number=number,
        store_ids=_ticked(request),
    )
    split(actor=actor_of(request), split=parted, now=clock.now())
    messages.success(request, gettext("Split in two."))
    return _back(plan_id, number)


@require_POST
@page(PLANNERS)
def staff_plan_group(request: HttpRequest, plan_id: int, number: int) -> HttpResponse:
    """Give the group another team."""
    posts = {post: _number(request, post) or None for post, _role in POSTS}
    chosen = PlanStaffing(
        plan_id=plan_id, version=_number(request, "version"), number=number, **posts
    )
    staff(actor=actor_of(request), staffing=chosen, now=clock.now())
    messages.success(request, gettext("Saved."))
    return _back(plan_id, number)


@require_POST
@page(PLANNERS)
def rename_plan_group(request: HttpRequest, plan_id: int, number: int) -> HttpResponse:
    """Name the group by hand."""
    renamed = PlanRename(
        plan_id=plan_id,
        version=_number(request, "version"),
        number=number,
        name=request.POST.get("name", ""),
    )
    rename(actor=actor_of(request), rename=renamed, now=clock.now())
    messages.success(request, gettext("Renamed."))
    return _back(plan_id, number)


def _number(request: HttpRequest, name: str) -> int:
    return whole(request.POST.get(name)) or 0


def _ticked(request: HttpRequest) -> tuple[int, ...]:
    return tuple(whole(text) or 0 for text in request.POST.getlist("selected"))


def _back(plan_id: int, number: int) -> HttpResponse:
    return redirect("community_plan_group_card", plan_id=plan_id, number=number)
