"""Lost stores: those without any light, the largest first, to work through."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qunlian.console.page import actor_of, page
from qunlian.insight.queries.lights import LATELY, every_lost_store, list_lost_stores
from qunlian.kernel import clock, sheets
from qunlian.kernel.sheets import Cell, Column
from qunlian.kernel.typed import whole


@page()
@require_safe
def list_lost(request: HttpRequest) -> HttpResponse:
    """Show the open stores that neither order nor sit in a live group nor read what is sent."""
    part = whole(request.GET.get("territory"))
    listing = list_lost_stores(
        actor_of(request),
        territory_id=part,
        after=request.GET.get("after", ""),
        now=clock.now(),
    )
    query = f"?{urlencode({'territory': part})}" if part else ""
    facts = {
        "listing": listing,
        "days": LATELY.days,
        "crumbs": [(_("Coverage"), reverse("community_coverage") + query)],
        "export_url": reverse("insight_every_lost_store") + query,
    }
    return render(request, "console/insight/list_lost_stores.html", facts)


@page()
@require_safe
def export_lost(request: HttpRequest) -> HttpResponseBase:
    """Hand out the whole list, as it is read."""
    columns = (
        Column(_("Store code")),
        Column(_("Store"), width=28),
        Column(_("Territory"), width=20),
        Column(_("Sales, 12 months (yuan)"), Cell.MONEY),
        Column(_("Group")),
    )
    actor, part, now = actor_of(request), whole(request.GET.get("territory")), clock.now()
    list_lost_stores(actor, territory_id=part, take=1, now=now)
    words = {True: _("waits for it"), False: _("none yet")}
    rows = (
        (s.code, s.name, s.territory, s.size_fen, words[s.has_group])
        for s in every_lost_store(actor, territory_id=part, now=now)
    )
    return sheets.answer("lost-stores", request.GET.get("format", "xlsx"), columns, rows)
