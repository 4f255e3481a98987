"""Stores: the list with its filters, export and tags, and the form (one's page is ``store_page``)."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qunlian.channel.actions import close_store as closing
from qunlian.channel.actions import tag_stores as tagging
from qunlian.channel.actions import upsert_store as entering
from qunlian.channel.actions.view_contact import view_contact as reveal
from qunlian.channel.queries import distributors, stores, territories
from qunlian.channel.queries.divisions import district_name, division_names
from qunlian.channel.queries.stores import MOST_FOUND, StoreFilter, StorePage
from qunlian.console.channel import forms, words
from qunlian.console.channel.choices import pick
from qunlian.console.page import actor_of, page
from qunlian.kernel import clock, sheets
from qunlian.kernel.actor import Role
from qunlian.kernel.sheets import Cell, Column
from qunlian.kernel.typed import digits, whole

KEEPERS = (Role.HEADQUARTERS, Role.MANAGER, Role.REP)


def filter_of(request: HttpRequest) -> StoreFilter:
    """Read the filters out of the address."""
    query = request.GET
    return StoreFilter(
        typed=query.get("q", "").strip()[:80],
        territory_id=whole(query.get("territory")),
        distributor_id=whole(query.get("distributor")),
        type=query.get("type", ""),
        management=query.get("management", ""),
        status=query.get("status", ""),
        tag=query.get("tag", ""),
        division=digits(query.get("division")),
        is_unplaced=query.get("placed") == "no",
        size_fen_from=forms.fen(query.get("size_from")),
        size_fen_to=forms.fen(query.get("size_to")),
        closeness_from=whole(query.get("closeness_from")),
        closeness_to=whole(query.get("closeness_to")),
        sort="size" if query.get("sort") == "-size" else "code",
    )


@page()
@require_GET
def list_stores(request: HttpRequest) -> HttpResponse:
    """Show the list, narrowed and sorted as the address says."""
    actor, wanted = actor_of(request), filter_of(request)
    listing = stores.list_stores(actor, wanted, after=request.GET.get("after", ""))
    place = wanted.territory_id
    dealer = wanted.distributor_id
    facts = {
        "listing": listing,
        "wanted": wanted,
        "most": MOST_FOUND,
        "is_search_full": bool(wanted.typed) and len(listing.rows) >= MOST_FOUND,
        "statuses": [("", _("Any status")), *words.STATUSES.items()],
        "types": [("", _("Any type")), *((t, t) for t in stores.store_types(actor))],
        "territory_name": territories.territory_name(actor, place) if place else "",
        "distributor_name": distributors.distributor_name(actor, dealer) if dealer else "",
        "division_name": "".join(division_names(wanted.division)) or wanted.division,
        "may_keep": actor.role in KEEPERS,
        "status_words": words.STATUSES,
        "export_url": reverse("channel_export_stores"),
        "tag_url": reverse("channel_tag_stores"),
    }
    return render(request, "console/channel/list_stores.html", facts)


@page()
@require_GET
def export_stores(request: HttpRequest) -> HttpResponseBase:
    """Hand out what the list shows, all pages of it."""
    columns = (
        Column(_("Code")),
        Column(_("Name"), width=28),
        Column(_("Type")),
        Column(_("Management")),
        Column(_("Sales, 12 months (yuan)"), Cell.MONEY),
        Column(_("Closeness"), Cell.INTEGER),
        Column(_("Status")),
        Column(_("Expected people"), Cell.INTEGER),
        Column(_("Territory"), width=20),
        Column(_("Distributor"), width=20),
        Column(_("Division"), width=24),
        Column(_("Address"), width=40),
        Column(_("Longitude"), Cell.NUMBER),
        Column(_("Latitude"), Cell.NUMBER),
        Column(_("Tags")),
    )
    rows = (
        (
            row.code, row.name, row.type, row.management, row.size_fen, row.closeness,
            str(words.STATUSES[row.status]), row.expected_people, row.territory, row.distributor,
            district_name(row.division_code), row.address, row.lng, row.lat, "、".join(row.tags),
        )
        for row in stores.every_store(actor_of(request), filter_of(request))
    )  # fmt: skip
    return sheets.answer("stores", request.GET.get("format", "xlsx"), columns, rows)


@page(KEEPERS)
@require_POST
def tag_stores(request: HttpRequest) -> HttpResponse:
    """Put a tag on the ticked stores, or take it off."""
    ids = [found for text in request.POST.getlist("selected") if (found := whole(text))]
    changed = tagging.tag_stores(
        actor=actor_of(request),
        store_ids=ids,
        tag=request.POST.get("tag", ""),
        is_removed="remove" in request.POST,
        now=clock.now(),
    ).changed
    sentence = ngettext("%(n)s store changed.", "%(n)s stores changed.", changed) % {"n": changed}
    return forms.done(request, sentence, request.POST.get("back") or "channel_list_stores")


@page(KEEPERS)
@require_http_methods(["GET", "POST"])
def upsert_store(request: HttpRequest, store_id: int | None = None) -> HttpResponse:
    """Show the form for a new or known store; keep what was entered."""
    actor = actor_of(request)
    known = stores.store_page(actor, store_id) if store_id else None
    if request.method == "GET":
        return _form(request, known, {})

    def write() -> HttpResponse:
        now = clock.now()
        entry = _entry(request, known)
        kept = entering.upsert_store(actor=actor, entry=entry, now=now)
        return forms.done(request, _("Saved."), "channel_store_page", kept.store_id)

    return forms.attempt(request, write, lambda r, errors: _form(r, known, errors))


@page(KEEPERS)
@require_POST
def close_store(request: HttpRequest, store_id: int) -> HttpResponse:
    """Close the store, or open it again."""
    is_reopened = "reopen" in request.POST
    closing.close_store(
        actor=actor_of(request), store_id=store_id, is_reopened=is_reopened, now=clock.now()
    )
    sentence = _("The store is open again.") if is_reopened else _("The store is closed.")
    return forms.done(request, sentence, "channel_store_page", store_id)


@page()
@require_POST
def view_contact(request: HttpRequest, person_id: int) -> HttpResponse:
    """Reveal a number; that somebody looked is kept."""
    seen = reveal(actor=actor_of(request), person_id=person_id, now=clock.now())
    return render(request, "console/channel/view_contact.html", {"seen": seen})


def _entry(request: HttpRequest, known: StorePage | None) -> entering.StoreEntry:
    typed = request.POST
    return entering.StoreEntry(
        code=known.row.code if known else typed.get("code", ""),
        name=typed.get("name", ""),
        territory_id=whole(typed.get("territory")) or 0,
        distributor_id=whole(typed.get("distributor")),
        type=typed.get("type", ""),
        management=typed.get("management", ""),
        size_fen=forms.fen(typed.get("size")) or 0,
        closeness=forms.number(typed.get("closeness"), 50),
        status=typed.get("status", "open"),
        expected_people=forms.number(typed.get("expected_people"), 1),
        address=typed.get("address", ""),
    )


def _form(request: HttpRequest, known: StorePage | None, errors: dict[str, str]) -> HttpResponse:
    facts: dict[str, Any] = {
        "store": known.row if known else None,
        "size": f"{known.row.size_fen / 100:.2f}" if known else "",
        "errors": errors,
        "typed": request.POST if request.method == "POST" else None,
        "territories": pick(
            request, "territory", "territory", known.row.territory_id if known else None
        ),
        "distributors": pick(
            request, "distributor", "distributor", known.row.distributor_id if known else None
        ),
        "statuses": words.STATUSES.items(),
        "crumbs": [(_("Stores"), reverse("channel_list_stores"))],
    }
    return render(request, "console/channel/upsert_store.html", facts)
