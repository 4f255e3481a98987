"""Warehouses: whose they are, what lies in them, goods in and out with a reason, and the journal of it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qunlian.channel.queries.audit import AuditLine, history
from qunlian.commerce.queries import warehouses
from qunlian.commerce.queries.catalogue import product_names
from qunlian.console.channel.choices import pick
from qunlian.console.page import actor_of, page
from qunlian.kernel.actor import Actor, Role

KEEPERS = (Role.HEADQUARTERS, Role.DISTRIBUTOR)


@page(KEEPERS)
@require_safe
def list_page(request: HttpRequest) -> HttpResponse:
    """Show the warehouses within reach; a distributor sees its own and those below it."""
    actor = actor_of(request)
    found = warehouses.list_warehouses(actor, after=request.GET.get("after", ""))
    facts = {
        "rows": found.rows,
        "next_key": found.next_key,
        "may_open": actor.is_headquarters,
        "distributors": pick(request, "distributor", "distributor"),
        "crumbs": [(_("Products"), reverse("commerce_list_products"))],
    }
    return render(request, "console/commerce/list_warehouses.html", facts)


@page(KEEPERS)
@require_safe
def card_page(request: HttpRequest, warehouse_id: int) -> HttpResponse:
    """Show what lies in one warehouse, and what went in and out by hand."""
    actor = actor_of(request)
    card = warehouses.warehouse_card(actor, warehouse_id)
    found = warehouses.stock_of_warehouse(
        actor,
        warehouse_id,
        search=request.GET.get("q", "").strip(),
        after=request.GET.get("after", ""),
    )
    facts = {
        "card": card,
        "lines": found.rows,
        "next_key": found.next_key,
        "journal": _journal(actor, warehouse_id),
        "crumbs": [
            (_("Products"), reverse("commerce_list_products")),
            (_("Warehouses"), reverse("commerce_list_warehouses")),
        ],
    }
    return render(request, "console/commerce/warehouse_card.html", facts)


def _journal(actor: Actor, warehouse_id: int) -> list[dict[str, Any]]:
    """Return what was booked by hand, the newest first, with the product's name."""
    booked = [
        line
        for line in history(actor, "warehouse", warehouse_id, take=30).rows
        if line.name == "commerce.stock_adjusted"
    ]
    names = product_names(actor, [_product_of(line) for line in booked])
    return [
        {
            "line": line,
            "product_id": _product_of(line),
            "product": names.get(_product_of(line), ""),
            "change": line.payload.get("change", 0),
            "note": line.payload.get("note", ""),
        }
        for line in booked
    ]


def _product_of(line: AuditLine) -> int:
    return next((entity_id for kind, entity_id in line.about if kind == "product"), 0)
