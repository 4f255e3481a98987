"""Two versions of the matrix side by side: choosing them, figures, groups, who moves, who carries it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from qunlian.community.actions.compare_plans import compare_plans as compare
from qunlian.community.queries import compared_stores
from qunlian.community.queries import comparisons as queries
from qunlian.community.queries.compared_stores import MoveFilter
from qunlian.community.queries.comparisons import ComparisonCard, Version
from qunlian.console.community import comparison_plots
from qunlian.console.community.plan_moves import CHOICE_NAMES
from qunlian.console.community.plans import MODE_NAMES, STATES
from qunlian.console.nav import PLANNERS
from qunlian.console.page import actor_of, page
from qunlian.kernel import clock, sheets
from qunlian.kernel.errors import Conflict, Invalid
from qunlian.kernel.sheets import Cell, Column
from qunlian.kernel.typed import whole
from qunlian.kernel.wording import in_words

#: How the groups as they stand are named in an address and a form.
NOW = "now"
ORDERS = {
    "better": _("Those that win most first"),
    "worse": _("Those that lose most first"),
}
WHICH = {
    "changed": _("With other stores"),
    "ended": _("Ended"),
    "new": _("New"),
}


@page(PLANNERS)
def compare_plans(request: HttpRequest) -> HttpResponse:
    """Choose two versions; those compared before are listed below."""
    actor = actor_of(request)
    versions = queries.list_versions(actor)
    typed = request.POST or request.GET
    facts: dict[str, Any] = {}
    if request.method == "POST":
        try:
            asked = compare(
                actor=actor,
                one_id=whole(typed.get("one")),
                other_id=whole(typed.get("other")),
                now=clock.now(),
            )
        except (Invalid, Conflict) as refusal:
            facts = {"errors": {"other": in_words(refusal)}}
        else:
            return redirect("community_comparison_card", comparison_id=asked.comparison_id)
    newest = str(versions[0].plan_id) if versions else ""
    facts |= {
        "versions": [(NOW, name_of(None)), *((str(v.plan_id), name_of(v)) for v in versions)],
        "one": typed.get("one", NOW),
        "other": typed.get("other", newest),
        "has_plans": bool(versions),
        "comparisons": [
            (card, name_of(card.one), name_of(card.other))
            for card in queries.list_comparisons(actor)
        ],
        "crumbs": [(gettext("Plans"), reverse("community_list_plans"))],
    }
    return render(request, "console/community/compare_plans.html", facts)


@page(PLANNERS)
def comparison_card(request: HttpRequest, comparison_id: int) -> HttpResponse:
    """Show both sides in figures; while a worker counts, how long ago it was asked."""
    card = queries.comparison_card(actor_of(request), comparison_id)
    facts = _around(card)
    if card.is_counted:
        facts |= {
            "figures": comparison_plots.figures(card.summary),
            "loads": comparison_plots.loads(card.summary["loads"]),
            "moves": card.summary["moves"],
            "sizes": comparison_plots.sizes(card.summary, facts["names"]),
            "likeness": comparison_plots.likeness(card.summary, facts["names"]),
        }
    return render(request, "console/community/comparison_card.html", facts)


@page(PLANNERS)
def comparison_progress(request: HttpRequest, comparison_id: int) -> HttpResponse:
    """Answer whether it is counted; when it is, the page shows itself anew."""
    card = queries.comparison_card(actor_of(request), comparison_id)
    response = render(request, "console/community/comparison_progress.html", _around(card))
    if card.is_counted:
        response["HX-Refresh"] = "true"
    return response


@page(PLANNERS)
def list_compared_groups(request: HttpRequest, comparison_id: int) -> HttpResponse:
    """Show the groups of both sides, those that are one group in one line."""
    actor = actor_of(request)
    card = queries.comparison_card(actor, comparison_id)
    which = request.GET.get("which", "")
    listing = queries.list_compared_groups(
        actor, comparison_id, which=which, after=request.GET.get("after", "")
    )
    facts = {**_around(card), "listing": listing, "which": list(WHICH.items())}
    return render(request, "console/community/list_compared_groups.html", facts)


@page(PLANNERS)
def list_compared_stores(request: HttpRequest, comparison_id: int) -> HttpResponse:
    """Show the stores whose group is not the same, and what that does to them."""
    actor = actor_of(request)
    card = queries.comparison_card(actor, comparison_id)
    listing = compared_stores.list_compared_stores(
        actor, comparison_id, narrow=_narrow(request), after=request.GET.get("after", "")
    )
    facts = {
        **_around(card),
        "listing": listing,
        "orders": list(ORDERS.items()),
        "place": request.GET.get("place", ""),
        "export_url": reverse("community_export_compared_stores", args=[comparison_id]),
    }
    return render(request, "console/community/list_compared_stores.html", facts)


@page(PLANNERS)
def export_compared_stores(request: HttpRequest, comparison_id: int) -> HttpResponse:
    """Hand out the stores that move as a spreadsheet, as they are filtered."""
    actor, narrow = actor_of(request), _narrow(request)
    compared_stores.list_compared_stores(actor, comparison_id, narrow=narrow, limit=1)  # the door
    columns = (
        Column(gettext("Code")),
        Column(gettext("Store"), width=28),
        Column(gettext("Patch")),
        Column(gettext("Group before"), width=28),
        Column(gettext("Group after"), width=28),
        Column(gettext("Unlikeness before"), Cell.NUMBER),
        Column(gettext("Unlikeness after"), Cell.NUMBER),
        Column(gettext("Unlikeness saved"), Cell.NUMBER),
    )
    rows = (
        (
            move.code,
            move.name,
            move.territory_name,
            move.one.name if move.one else "",
            move.other.name if move.other else "",
            None if move.one_far is None else round(move.one_far, 2),
            None if move.other_far is None else round(move.other_far, 2),
            round(move.saved, 2),
        )
        for move in compared_stores.every_compared_store(actor, comparison_id, narrow=narrow)
    )
    return sheets.answer("compared-stores", request.GET.get("format", "xlsx"), columns, rows)  # type: ignore[return-value]


@page(PLANNERS)
def list_compared_loads(request: HttpRequest, comparison_id: int) -> HttpResponse:
    """Show what each colleague has to do on either side, those for whom most changes first."""
    actor = actor_of(request)
    card = queries.comparison_card(actor, comparison_id)
    listing = queries.list_compared_loads(
        actor, comparison_id, after=request.GET.get("after", ""), limit=50
    )
    facts = {**_around(card), "listing": listing}
    return render(request, "console/community/list_compared_loads.html", facts)


def name_of(version: Version | None) -> str:
    """Name a version as people tell plans apart: its part, how it was planned, its number and state."""
    if version is None or version.plan_id is None:
        return gettext("The groups as they stand")
    how = CHOICE_NAMES.get(version.choice) or MODE_NAMES[version.mode]
    return gettext("%(name)s · %(how)s · no. %(number)s (%(state)s)") % {
        "name": version.name or version.territory_name or gettext("The whole channel"),
        "how": how,
        "number": version.plan_id,
        "state": STATES[version.state],
    }


def _short(version: Version) -> str:
    """Name a version where there is little room."""
    if version.plan_id is None:
        return gettext("The groups as they stand")
    return gettext("Plan no. %(number)s") % {"number": version.plan_id}


def _around(card: ComparisonCard) -> dict[str, Any]:
    """Return what every page of a comparison shows: what is compared, and the way to the other pages."""
    number = card.comparison_id
    again = f"?one={card.one.plan_id or NOW}&other={card.other.plan_id or NOW}"
    return {
        "card": card,
        "names": tuple(_short(each) for each in (card.one, card.other)),
        "sides": [
            (name_of(each), each.plan_id and reverse("community_plan_card", args=[each.plan_id]))
            for each in (card.one, card.other)
        ],
        "progress_url": reverse("community_comparison_progress", args=[number]),
        "card_url": reverse("community_comparison_card", args=[number]),
        "groups_url": reverse("community_list_compared_groups", args=[number]),
        "stores_url": reverse("community_list_compared_stores", args=[number]),
        "loads_url": reverse("community_list_compared_loads", args=[number]),
        "again_url": reverse("community_compare_plans") + again,
        "crumbs": [
            (gettext("Plans"), reverse("community_list_plans")),
            (gettext("Compare"), reverse("community_compare_plans")),
        ],
    }


def _narrow(request: HttpRequest) -> MoveFilter:
    return MoveFilter(
        text=request.GET.get("q", "").strip(),
        on=localtime(clock.now()).date(),
        territory_id=whole(request.GET.get("territory")),
        place=whole(request.GET.get("place")),
        order=request.GET.get("order", ""),
    )
