"""One store's page: facts, sales, people, groups, orders, join code, and the way back for a lost phone."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from qunlian.channel.actions.make_return_link import LostPhone, MadeReturnLink
from qunlian.channel.actions.make_return_link import make_return_link as make_link
from qunlian.channel.queries import audit, stores
from qunlian.channel.queries.contacts import contact_of
from qunlian.channel.queries.divisions import division_names
from qunlian.channel.queries.stores import StorePage
from qunlian.commerce.queries.orders import OrderFilter, list_orders
from qunlian.community.queries.groups import groups_of_store
from qunlian.console.channel import forms, words
from qunlian.console.channel.stores import KEEPERS
from qunlian.console.commerce.orders import labelled
from qunlian.console.community.words import LAYERS, LIVES
from qunlian.console.page import actor_of, page
from qunlian.console.qr import qr_code
from qunlian.insight.queries.lights import lights_of
from qunlian.kernel import clock, scope
from qunlian.kernel.actor import Actor

LAST_ORDERS = 5


@page()
@require_GET
def store_page(request: HttpRequest, store_id: int) -> HttpResponse:
    """Show one store: facts, sales, people, groups, last orders, history."""
    actor = actor_of(request)
    now = clock.now()
    today = localtime(now).date()
    with scope.reading(actor):
        found = stores.store_page(actor, store_id)
        facts = {
            "store": found.row,
            "found": found,
            "crumbs": [(_("Stores"), reverse("channel_list_stores"))],
            "divisions": division_names(found.row.division_code),
            "status_word": words.STATUSES[found.row.status],
            "contact_roles": words.CONTACT_ROLES,
            "may_keep": actor.role in KEEPERS,
            "groups": [
                (one, LIVES[one.group.life], LAYERS[one.group.layer])
                for one in groups_of_store(actor, store_id)
            ],
            "history": [
                (words.fact_in_words(line.name), line)
                for line in audit.history(actor, "store", store_id).rows
            ],
            "lights": lights_of(actor, [store_id], now=now)[store_id],
            **_sales(actor, store_id, today),
            **_orders(actor, store_id),
            **_join(request, actor, store_id),
        }
    return render(request, "console/channel/store_page.html", facts)


def _sales(actor: Actor, store_id: int, today: date) -> dict[str, Any]:
    sales = stores.sales_by_month(actor, store_id, today=today)
    return {
        "sold_fen": sum(amount for _month, amount in sales),
        "plot": {
            "kind": "bar",
            "x": [f"{month:%Y-%m}" for month, _amount in sales],
            "series": [{"name": _("Sales"), "values": [amount / 100 for _m, amount in sales]}],
            "unit": _("yuan"),
            "x_name": _("Month"),
        },
    }


def _orders(actor: Actor, store_id: int) -> dict[str, Any]:
    found = list_orders(actor, OrderFilter(store_id=store_id), take=LAST_ORDERS)
    every = f"{reverse('commerce_list_orders')}?{urlencode({'store': store_id})}"
    return {"orders": [labelled(row) for row in found.rows], "orders_url": every}


def _join(request: HttpRequest, actor: Actor, store_id: int) -> dict[str, Any]:
    code = stores.join_code(actor, store_id)
    if not code:
        return {"join_url": ""}
    link = request.build_absolute_uri(reverse("community_join_group", args=[code]))
    return {"join_url": link, "join_code": qr_code(link)}


@page(KEEPERS)
@never_cache
@require_http_methods(["GET", "POST"])
def make_return_link(request: HttpRequest, store_id: int, person_id: int) -> HttpResponse:
    """Ask for the new number of a member who lost his phone; then show his link, this once."""
    actor = actor_of(request)
    found = stores.store_page(actor, store_id)

    def show(request: HttpRequest, errors: dict[str, str]) -> HttpResponse:
        return _return_page(request, found, person_id, {"errors": errors})

    def write() -> HttpResponse:
        lost = LostPhone(
            store_id=store_id, person_id=person_id, phone=request.POST.get("phone", "")[:40]
        )
        made = make_link(actor=actor, lost=lost, now=clock.now())
        return _return_page(request, found, person_id, _made(request, made))

    return show(request, {}) if request.method == "GET" else forms.attempt(request, write, show)


def _made(request: HttpRequest, made: MadeReturnLink) -> dict[str, Any]:
    link = request.build_absolute_uri(reverse("channel_use_return_link", args=[made.token]))
    return {"made": made, "link": link, "code": qr_code(link)}


def _return_page(
    request: HttpRequest, found: StorePage, person_id: int, facts: dict[str, Any]
) -> HttpResponse:
    contact = contact_of(found.contacts, person_id)
    page_facts = {
        "store": found.row,
        "contact": contact,
        "role_word": words.CONTACT_ROLES[contact.role],
        "crumbs": [
            (_("Stores"), reverse("channel_list_stores")),
            (found.row.name, reverse("channel_store_page", args=[found.row.id])),
        ],
        **facts,
    }
    return render(request, "console/channel/make_return_link.html", page_facts)
