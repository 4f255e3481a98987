"""Coverage: what share of the stores is in a group, at each level of the tree, and where the holes are."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from qunlian.community.queries import coverage as queries
from qunlian.community.queries.groups import count_by_layer
from qunlian.community.queries.layer_coverage import LayerCoverage, coverage_by_layer
from qunlian.console.community import words
from qunlian.console.nav import EVERYBODY
from qunlian.console.page import actor_of, page
from qunlian.insight.queries import coverage as tally
from qunlian.insight.queries.coverage import newest_coverage
from qunlian.insight.queries.kinds import KindCoverage, coverage_by_kind
from qunlian.kernel import sheets
from qunlian.kernel.sheets import Cell, Column
from qunlian.kernel.typed import whole


def _part(request: HttpRequest) -> int | None:
    text = request.GET.get("territory", "")
    if not text:
        return None
    found = whole(text)
    if found is None:
        raise Http404
    return found


@page(EVERYBODY)
def coverage(request: HttpRequest) -> HttpResponse:
    """Show a part of the tree with its parts; each leads further down. One root alone says nothing."""
    part = _part(request)
    shown, counted_at = newest_coverage(actor_of(request), part)
    if part is None and len(shown.parts) == 1:
        shown, counted_at = newest_coverage(actor_of(request), shown.parts[0].territory_id)
    here = reverse("community_coverage")
    actor, place = actor_of(request), shown.whole.territory_id
    kinds = [(_kind_url(one, place), one) for one in coverage_by_kind(actor, place)]
    facts = {
        "partners": [(_layer_words(one), one) for one in coverage_by_layer(actor, place)],
        "types": [(url, one) for url, one in kinds if one.kind == "type"],
        "managements": [(url, one) for url, one in kinds if one.kind == "management"],
        "shown": shown,
        "counted_at": counted_at,
        "crumbs": [
            (_("Coverage"), here),
            *((name, f"{here}?territory={pk}") for pk, name in shown.path[:-1]),
        ]
        if shown.path
        else [],
        "uncovered_url": reverse("community_list_uncovered_stores"),
        "unbound_url": reverse("community_list_unbound_stores"),
        "lost_url": reverse("insight_list_lost_stores"),
        "layers": [(words.LAYERS[one.layer], one) for one in count_by_layer(actor, place)],
    }
    return render(request, "console/community/coverage.html", facts)


def _layer_words(one: LayerCoverage) -> str:
    """Name who should have a group of the layer."""
    if one.tier is None:
        return _("Districts, seed users")
    return _("Distributors of tier %(tier)s") % {"tier": one.tier}


def _kind_url(one: KindCoverage, place: int | None) -> str:
    """Return the list of the stores counted; none leads to those of which it is not known."""
    if not one.value:
        return ""
    query = {one.kind: one.value, "status": "open"} | ({"territory": place} if place else {})
    return f"{reverse('channel_list_stores')}?{urlencode(query)}"


@page(EVERYBODY)
def export_coverage(request: HttpRequest) -> HttpResponse:
    """Hand out the table as a spreadsheet."""
    shown, _counted_at = newest_coverage(actor_of(request), _part(request))
    columns = (
        Column(_("Part of the tree"), width=28),
        Column(_("Open stores"), Cell.INTEGER),
        Column(_("In a group"), Cell.INTEGER),
        Column(_("In a live group"), Cell.INTEGER),
        Column(_("Somebody joined"), Cell.INTEGER),
        Column(_("Bound"), Cell.INTEGER),
        Column(_("Members"), Cell.INTEGER),
        Column(_("Members whose store is known"), Cell.INTEGER),
    )
    rows = (
        (
            *(c.name, c.stores, c.in_group, c.in_live_group, c.joined),
            *(c.bound, c.members, c.members_bound),
        )
        for c in shown.parts
    )
    return sheets.answer("coverage", request.GET.get("format", "xlsx"), columns, rows)  # type: ignore[return-value]


@page(EVERYBODY)
def list_uncovered_stores(request: HttpRequest) -> HttpResponse:
    """Show the open stores that have no group."""
    actor = actor_of(request)
    at = None if actor.reach.distributor_paths else tally.counted_at(actor)
    noted = tally.noted_stores(actor) if at else None
    listing = queries.list_uncovered_stores(
        actor,
        territory_id=_part(request),
        after=request.GET.get("after", ""),
        covered=tally.covered_territories(actor) if at and noted is None else (),
        noted=noted,
    )
    query = f"?territory={_part(request)}" if _part(request) else ""
    facts = {
        "listing": listing,
        "counted_at": at,
        "crumbs": [(_("Coverage"), reverse("community_coverage") + query)],
        "export_url": reverse("community_export_uncovered_stores") + query,
    }
    return render(request, "console/community/list_uncovered_stores.html", facts)


@page(EVERYBODY)
def list_unbound_stores(request: HttpRequest) -> HttpResponse:
    """Show the open stores with a group in which we know nobody of theirs."""
    actor, part = actor_of(request), _part(request)
    at = None if actor.reach.distributor_paths else tally.counted_at(actor)
    listing = queries.list_unbound_stores(
        actor,
        territory_id=part,
        after=request.GET.get("after", ""),
        covered=tally.bound_territories(actor) if at else (),
    )
    query = f"?territory={part}" if part else ""
    facts = {
        "listing": listing,
        "counted_at": at,
        "crumbs": [(_("Coverage"), reverse("community_coverage") + query)],
    }
    return render(request, "console/community/list_unbound_stores.html", facts)


@page(EVERYBODY)
def export_uncovered_stores(request: HttpRequest) -> HttpResponse:
    """Hand out the holes as a spreadsheet."""
    actor, part = actor_of(request), _part(request)
    queries.list_uncovered_stores(actor, territory_id=part, limit=1)
    columns = (Column(_("Store code")), Column(_("Store"), width=28), Column(_("Part of the tree")))
    rows = (
        (s.code, s.name, s.territory_name)
        for s in queries.every_uncovered_store(actor, territory_id=part)
    )
    return sheets.answer("stores-without-group", request.GET.get("format", "xlsx"), columns, rows)  # type: ignore[return-value]
