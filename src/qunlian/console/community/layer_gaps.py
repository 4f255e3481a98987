"""Distributors without their group and districts without seed users: work lists that coverage leads to."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from qunlian.community.queries import layer_coverage as queries
from qunlian.console.nav import EVERYBODY
from qunlian.console.page import actor_of, page
from qunlian.kernel import sheets
from qunlian.kernel.sheets import Cell, Column
from qunlian.kernel.typed import whole


@page(EVERYBODY)
def list_ungrouped_distributors(request: HttpRequest) -> HttpResponse:
    """Show the active distributors without a base group."""
    part = whole(request.GET.get("territory"))
    listing = queries.list_ungrouped_distributors(
        actor_of(request), territory_id=part, after=request.GET.get("after", "")
    )
    facts = {"listing": listing, **_around("community_export_ungrouped_distributors", part)}
    return render(request, "console/community/list_ungrouped_distributors.html", facts)


@page(EVERYBODY)
def list_unseeded_districts(request: HttpRequest) -> HttpResponse:
    """Show the districts without a group of seed users."""
    part = whole(request.GET.get("territory"))
    listing = queries.list_unseeded_districts(
        actor_of(request), territory_id=part, after=request.GET.get("after", "")
    )
    facts = {"listing": listing, **_around("community_export_unseeded_districts", part)}
    return render(request, "console/community/list_unseeded_districts.html", facts)


@page(EVERYBODY)
def export_ungrouped_distributors(request: HttpRequest) -> HttpResponseBase:
    """Hand out the whole list, as it is read."""
    actor, part = actor_of(request), whole(request.GET.get("territory"))
    queries.list_ungrouped_distributors(actor, territory_id=part, limit=1)
    columns = (
        Column(_("Code")),
        Column(_("Name"), width=28),
        Column(_("Tier"), Cell.INTEGER),
        Column(_("Territory"), width=20),
    )
    rows = (
        (one.code, one.name, one.tier, one.territory_name)
        for one in queries.every_ungrouped_distributor(actor, territory_id=part)
    )
    return _sheet(request, "distributors-without-group", columns, rows)


@page(EVERYBODY)
def export_unseeded_districts(request: HttpRequest) -> HttpResponseBase:
    """Hand out the whole list, as it is read."""
    actor, part = actor_of(request), whole(request.GET.get("territory"))
    queries.list_unseeded_districts(actor, territory_id=part, limit=1)
    rows = ((one.name,) for one in queries.every_unseeded_district(actor, territory_id=part))
    return _sheet(request, "districts-without-seeds", (Column(_("District"), width=28),), rows)


def _around(export_name: str, part: int | None) -> dict[str, object]:
    query = f"?{urlencode({'territory': part})}" if part else ""
    return {
        "crumbs": [(_("Coverage"), reverse("community_coverage") + query)],
        "export_url": reverse(export_name) + query,
    }


def _sheet(
    request: HttpRequest,
    name: str,
    columns: tuple[Column, ...],
    rows: Iterator[tuple[object, ...]],
) -> HttpResponseBase:
    return sheets.answer(name, request.GET.get("format", "xlsx"), columns, rows)
