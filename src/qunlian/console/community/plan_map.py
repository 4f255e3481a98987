"""A plan on the map: outlines of provinces and cities, its stores as circles, and the same in numbers."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qunlian.community.queries import plan_map as queries
from qunlian.community.queries.plan_map import PlanMap, PlanPlaceCard
from qunlian.community.queries.plans import plan_card
from qunlian.console.nav import PLANNERS
from qunlian.console.page import actor_of, page
from qunlian.kernel.typed import digits

#: How many figures a province, a city and a district have.
_FIGURES = (2, 4, 6)


@page(PLANNERS)
@require_safe
def plan_map(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Show the country, a province or a city with the groups that a plan proposes there."""
    actor = actor_of(request)
    typed = digits(request.GET.get("division"))
    division = typed if len(typed) in _FIGURES else ""
    plan, shown = plan_card(actor, plan_id), queries.plan_map(actor, plan_id, division)
    here = reverse("community_plan_map", args=[plan_id])
    card_url = reverse("community_plan_card", args=[plan_id])
    facts = {
        "plan": plan,
        "shown": shown,
        "title": shown.whole.name if division else _("The plan on the map"),
        "crumbs": [
            (_("Plans"), reverse("community_list_plans")),
            (plan.name or _("The whole channel"), card_url),
            *((each.name or _("Map"), here + _query(each.code)) for each in shown.above),
        ],
        "rows": [_row(each, shown, here, card_url) for each in shown.parts],
        "plot": _plot(shown, here, card_url),
        "groups_url": card_url + _query(division) + "#results",
    }
    return render(request, "console/community/plan_map.html", facts)


def _row(each: PlanPlaceCard, shown: PlanMap, here: str, card_url: str) -> dict[str, Any]:
    """Tell of one division; a district leads to its groups, what is not known leads nowhere."""
    is_last = len(shown.whole.code) > _FIGURES[0]  # a city's parts have no map of their own
    unknown = _("City not known") if shown.whole.code else _("Address not resolved")
    name = each.name or (_("District not known") if is_last else unknown)
    url = f"{card_url}{_query(each.code)}#results" if is_last else here + _query(each.code)
    return {"place": each, "name": name, "url": url if each.code else ""}


def _plot(shown: PlanMap, here: str, card_url: str) -> dict[str, Any]:
    return {
        "kind": "map",
        "division": shown.whole.code,
        "cells": [
            {
                "lng": round(c.lng, 4),
                "lat": round(c.lat, 4),
                "stores": c.stores,
                "groups": c.groups,
                "live": c.likeness * c.stores,
            }
            for c in shown.circles
        ],
        "places": [
            {
                "code": each.code,
                "name": each.name,
                "stores": each.stores,
                "groups": each.groups,
                "live": each.likeness * each.stores,
            }
            for each in shown.parts
            if each.code
        ],
        "words": {"stores": _("Stores"), "groups": _("Groups"), "live": _("Likeness")},
        "is_mean": True,
        "drill_url": f"{here}?division=",
        "stores_url": f"{card_url}{_query(shown.whole.code)}#results",
    }


def _query(division: str) -> str:
    return f"?{urlencode({'division': division})}" if division else ""
