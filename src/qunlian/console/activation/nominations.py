"""Naming stores to begin with: the list, and the form beside what is known of a store."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qunlian.activation.actions.nominate_store import nominate_store as nominate
from qunlian.activation.actions.withdraw_nomination import withdraw_nomination as withdraw
from qunlian.activation.queries import nominations, scores
from qunlian.channel.queries.stores import store_page
from qunlian.console.activation.words import part_rows
from qunlian.console.channel import forms
from qunlian.console.channel.words import ROLES
from qunlian.console.nav import EVERYBODY
from qunlian.console.page import actor_of, page
from qunlian.kernel import clock, scope


@page(EVERYBODY)
@require_safe
def list_nominations(request: HttpRequest) -> HttpResponse:
    """Show who named which store, newest first."""
    actor = actor_of(request)
    listing = nominations.list_nominations(actor, after=request.GET.get("after", ""))
    facts = {
        "listing": listing,
        "rows": [
            (row, ROLES[row.role], row.is_own or actor.is_headquarters) for row in listing.rows
        ],
    }
    return render(request, "console/activation/list_nominations.html", facts)


@page(EVERYBODY)
@require_http_methods(["GET", "POST"])
def nominate_store(request: HttpRequest, store_id: int) -> HttpResponse:
    """Ask why this store, beside its score and the parts of it."""
    actor = actor_of(request)

    def show(request: HttpRequest, errors: dict[str, str]) -> HttpResponse:
        return render(
            request,
            "console/activation/nominate_store.html",
            _facts(request, store_id) | {"errors": errors, "typed": request.POST},
        )

    def write() -> HttpResponse:
        reason = request.POST.get("reason", "")
        nominate(actor=actor, store_id=store_id, reason=reason, now=clock.now())
        return forms.done(request, _("Named; thank you."), "activation_list_nominations")

    return show(request, {}) if request.method == "GET" else forms.attempt(request, write, show)


def _facts(request: HttpRequest, store_id: int) -> dict[str, Any]:
    actor, now = actor_of(request), clock.now()
    with scope.reading(actor):
        store = store_page(actor, store_id).row
        found = scores.suitability_of(actor, store_id, now=now)
        return {
            "store": store,
            "found": found,
            "parts": part_rows(found, scores.weights_of(actor)),
            "named": nominations.list_nominations(actor, store_id=store_id, take=20).rows,
            "crumbs": [
                (_("Stores"), reverse("channel_list_stores")),
                (store.name, reverse("channel_store_page", args=[store_id])),
            ],
        }


@page(EVERYBODY)
@require_POST
def withdraw_nomination(request: HttpRequest, nomination_id: int) -> HttpResponse:
    """Take one back."""
    withdraw(actor=actor_of(request), nomination_id=nomination_id, now=clock.now())
    return forms.done(request, _("Taken back."), "activation_list_nominations")
