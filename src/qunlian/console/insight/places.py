"""The map of coverage: outlines of provinces and cities, stores as circles, and the same in numbers."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qunlian.console.page import actor_of, page
from qunlian.insight.queries import places as queries
from qunlian.insight.queries.coverage import counted_at
from qunlian.insight.queries.places import CoverageMap, PlaceCoverage
from qunlian.kernel.typed import digits, whole

#: How many figures a province, a city and a district have.
_FIGURES = (2, 4, 6)


@page()
@require_safe
def coverage_map(request: HttpRequest) -> HttpResponse:
    """Show the country, a province or a city, of one's own part of the channel."""
    actor, part = actor_of(request), whole(request.GET.get("territory"))
    typed = digits(request.GET.get("division"))
    division = typed if len(typed) in _FIGURES else ""
    shown = queries.coverage_map(actor, division, part)
    facts = {
        "shown": shown,
        "title": shown.whole.name if division else _("Coverage on the map"),
        "crumbs": [
            (_("Coverage"), reverse("community_coverage") + _query(territory=part)),
            *((each.name or _("Map"), _map_url(each.code, part)) for each in shown.above),
        ],
        "counted_at": None if actor.reach.distributor_paths else counted_at(actor),
        "rows": [_row(each, shown, part) for each in shown.parts],
        "plot": _plot(shown, part),
        "stores_url": _stores_url(division, part),
        "unplaced_url": _stores_url(division, part, placed="no") if shown.whole.unplaced else "",
    }
    return render(request, "console/insight/coverage_map.html", facts)


def _row(each: PlaceCoverage, shown: CoverageMap, part: int | None) -> dict[str, Any]:
    """Tell of one division; what is not known leads nowhere."""
    name = each.name or (_("City not known") if shown.whole.code else _("Address not resolved"))
    url = _map_url(each.code, part) if each.code else ""
    return {"place": each, "name": name, "url": url}


def _plot(shown: CoverageMap, part: int | None) -> dict[str, Any]:
    return {
        "kind": "map",
        "division": shown.whole.code,
        "cells": [
            {"lng": round(c.lng, 4), "lat": round(c.lat, 4), "stores": c.stores, "live": c.live}
            for c in shown.circles
        ],
        "places": [
            {"code": each.code, "name": each.name, "stores": each.stores, "live": each.live}
            for each in shown.parts
            if each.code
        ],
        "words": {"stores": _("Open stores"), "live": _("In a live group")},
        "drill_url": f"{reverse('insight_coverage_map')}?{_territory(part)}division=",
        "stores_url": _stores_url(shown.whole.code, part),
    }


def _map_url(division: str, part: int | None) -> str:
    return reverse("insight_coverage_map") + _query(territory=part, division=division)


def _stores_url(division: str, part: int | None, **more: str) -> str:
    around = _query(territory=part, division=division, status="open", **more)
    return reverse("channel_list_stores") + around


def _territory(part: int | None) -> str:
    return f"territory={part}&" if part else ""


def _query(**given: str | int | None) -> str:
    told = {name: value for name, value in given.items() if value}
    return f"?{urlencode(told)}" if told else ""
