"""Plans from the groups there are: the ways to choose between, who moves and why, and declining."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from qunlian.community.actions.choose_moves import MovesChoice
from qunlian.community.actions.choose_moves import choose_moves as choose
from qunlian.community.actions.decline_moves import MovesDeclined
from qunlian.community.actions.decline_moves import decline_moves as decline
from qunlian.community.queries.moves import all_moves, moves_shape
from qunlian.community.queries.moves import list_moves as read_moves
from qunlian.community.queries.plans import plan_card
from qunlian.community.rules.moves import CHOICES
from qunlian.console.nav import PLANNERS
from qunlian.console.page import actor_of, page
from qunlian.kernel import clock, sheets
from qunlian.kernel.sheets import Cell, Column
from qunlian.kernel.typed import whole

CHOICE_NAMES = {
    "must": _("Only what must be"),
    "few": _("Few moves"),
    "usual": _("Usual"),
    "more": _("More moves"),
    "best": _("Best groups"),
}
REASONS = {
    "new": _("Has no group yet"),
    "elsewhere": _("Came to another patch"),
    "full": _("Its group outgrew its seats"),
    "dissolved": _("Its group became too small"),
    "alike": _("More alike to the other group"),
    "by_hand": _("Moved by hand"),
}
REASON_TONES = {"new": "info", "elsewhere": "warn", "full": "warn"}


def choices(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the ways to choose between, each with its figures."""
    found = summary.get("choices", {})
    return [
        {"choice": choice, "name": CHOICE_NAMES[choice], "price": price, **found[choice]}
        for choice, price in CHOICES.items()
        if choice in found
    ]


@page(PLANNERS)
def list_moves(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Show who moves from where to where and why, those that must be first."""
    actor = actor_of(request)
    plan = plan_card(actor, plan_id)
    reason = request.GET.get("reason", "")
    facts = {
        "plan": plan,
        "choices": choices(plan.summary),
        "moves": read_moves(actor, plan_id, reason=reason, after=request.GET.get("after", "")),
        "moving": moves_shape(actor, plan_id),
        "reasons": list(REASONS.items()),
        "reason_names": REASONS,
        "tones": REASON_TONES,
        "is_open": plan.state == "planned",
        "export_url": reverse("community_export_moves", args=[plan_id]),
        "crumbs": [
            (gettext("Plans"), reverse("community_list_plans")),
            (plan.name or gettext("Plan"), reverse("community_plan_card", args=[plan_id])),
        ],
    }
    return render(request, "console/community/list_moves.html", facts)


@page(PLANNERS)
def export_moves(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Hand out all moves of a plan as a spreadsheet."""
    actor = actor_of(request)
    plan_card(actor, plan_id)  # the door, before a file is begun
    columns = (
        Column(gettext("Code")),
        Column(gettext("Store"), width=28),
        Column(gettext("Patch")),
        Column(gettext("From"), width=28),
        Column(gettext("To"), width=28),
        Column(gettext("Why"), width=24),
        Column(gettext("Unlikeness saved"), Cell.NUMBER),
    )
    rows = (
        (
            move.code,
            move.name,
            move.territory_name,
            move.from_name,
            move.to_name,
            str(REASONS[move.reason]),
            round(move.gain, 2),
        )
        for move in all_moves(actor, plan_id)
    )
    return sheets.answer("moves", request.GET.get("format", "xlsx"), columns, rows)  # type: ignore[return-value]


@require_POST
@page(PLANNERS)
def decline_moves(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Leave the ticked stores where they are."""
    declined = MovesDeclined(
        plan_id=plan_id,
        version=int(request.POST.get("version", "0")),
        store_ids=tuple(whole(text) or 0 for text in request.POST.getlist("selected")),
    )
    decline(actor=actor_of(request), declined=declined, now=clock.now())
    messages.success(request, gettext("Declined; these stores stay in their groups."))
    return redirect("community_list_moves", plan_id=plan_id)


@require_POST
@page(PLANNERS)
def choose_moves(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Take another way between few moves and best groups."""
    chosen = MovesChoice(
        plan_id=plan_id,
        version=int(request.POST.get("version", "0")),
        choice=request.POST.get("choice", ""),
    )
    choose(actor=actor_of(request), chosen=chosen, now=clock.now())
    return redirect("community_plan_card", plan_id=plan_id)
