"""The shop: what this store can buy, one product, and the order."""

import secrets
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qunlian.commerce.actions.place_order import NewOrder, PriceChanged
from qunlian.commerce.actions.place_order import place_order as place
from qunlian.commerce.queries.catalogue import Offer, product_card
from qunlian.commerce.queries.catalogue import list_offers as offers_of
from qunlian.commerce.queries.catalogue import product_offer as offer_of
from qunlian.commerce.queries.ledger import Credit, credit_of_store
from qunlian.kernel import clock
from qunlian.kernel.actor import Actor, Role
from qunlian.kernel.errors import NotFound, Refusal
from qunlian.kernel.typed import whole
from qunlian.kernel.wording import in_words
from qunlian.member.commerce.store import store_id_of
from qunlian.member.page import actor_of, member_page
from qunlian.messaging.actions.open_card import open_card

#: What an address carries so that the order knows where it came from.
ATTRIBUTION = ("store", "group", "broadcast", "store_group")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """One product in the order to be placed."""

    offer: Offer
    units: int

    @property
    def amount_fen(self) -> int:
        """Return what it comes to."""
        return self.offer.price_fen * self.units


def _carried(given: QueryDict) -> dict[str, str]:
    found = {name: given.get(name, "") for name in ATTRIBUTION}
    return {name: value for name, value in found.items() if whole(value) is not None}


@member_page
@require_safe
def list_offers(request: HttpRequest) -> HttpResponse:
    """Show what this store can buy, at its own prices; staff are led to the catalogue."""
    actor = actor_of(request)
    if actor.role is not Role.MEMBER:
        return redirect("commerce_list_products")
    store_id = store_id_of(request, actor)
    facts = {"offers": offers_of(actor, store_id), "carried": _carried(request.GET)}
    return render(request, "member/commerce/list_offers.html", facts)


@member_page
@require_safe
def product_offer(request: HttpRequest, product_id: int) -> HttpResponse:
    """Show one product; a card in a group leads here. Staff see what everybody pays for it."""
    actor = actor_of(request)
    if actor.role is not Role.MEMBER:
        return redirect("commerce_product_card", product_card(actor, product_id).product_id)
    carried = _carried(request.GET)
    _note_click(actor, product_id, carried)
    facts = {
        "offer": offer_of(actor, product_id, store_id_of(request, actor)),
        "carried": carried,
        "back_url": f"{reverse('member_commerce_list_offers')}?{urlencode(carried)}",
    }
    return render(request, "member/commerce/product_offer.html", facts)


def _note_click(actor: Actor, product_id: int, carried: dict[str, str]) -> None:
    """Prove that a message's card was opened; an address that proves nothing keeps nobody from buying."""
    message, group = whole(carried.get("broadcast")), whole(carried.get("group"))
    if message and group:
        with suppress(Refusal):
            open_card(
                actor=actor,
                broadcast_id=message,
                group_id=group,
                product_id=product_id,
                now=clock.now(),
            )


@member_page
def place_order(request: HttpRequest) -> HttpResponse:
    """Show what is about to be ordered; on POST, order it."""
    actor = actor_of(request)
    given = request.POST if request.method == "POST" else request.GET
    store_id = store_id_of(request, actor)
    chosen = _chosen(actor, store_id, given)
    if not chosen:
        messages.error(request, _("Choose at least one product."))
        return redirect(f"{reverse('member_commerce_list_offers')}?{urlencode(_carried(given))}")
    credit = credit_of_store(actor, store_id)
    if request.method != "POST":
        return _review(request, chosen, credit, secrets.token_urlsafe(18))
    key = given.get("request_key", "")[:64]
    try:
        placed = place(actor=actor, order=_order(store_id, chosen, given, key), now=clock.now())
    except NotFound:
        raise
    except Refusal as refusal:
        fresh = key if isinstance(refusal, PriceChanged) else secrets.token_urlsafe(18)
        return _review(request, chosen, credit, fresh, refusal=in_words(refusal))
    if placed.bill_token and placed.state == "awaiting_payment":
        return redirect("member_commerce_pay_bill", placed.bill_token)
    return redirect("member_commerce_order_card", placed.order_id)


def _chosen(actor: Actor, store_id: int, given: QueryDict) -> list[Chosen]:
    units = {
        product_id: whole(given.get(name)) or 0
        for name in given
        if name.startswith("p") and (product_id := whole(name[1:])) is not None
    }
    wanted = {product: count for product, count in units.items() if count > 0}
    offers = offers_of(actor, store_id, product_ids=wanted)
    return [Chosen(offer=offer, units=wanted[offer.product_id]) for offer in offers]


def _order(store_id: int, chosen: list[Chosen], given: QueryDict, key: str) -> NewOrder:
    return NewOrder(
        store_id=store_id,
        quantities=tuple((each.offer.product_id, each.units) for each in chosen),
        pay_mode=given.get("pay_mode", ""),
        request_key=key,
        expected_total_fen=whole(given.get("total_fen")),
        group_id=whole(given.get("group")),
        broadcast_id=whole(given.get("broadcast")),
        store_group_id=whole(given.get("store_group")),
        note=given.get("note", ""),
    )


def _review(
    request: HttpRequest, chosen: list[Chosen], credit: Credit, key: str, *, refusal: str = ""
) -> HttpResponse:
    given = request.POST if request.method == "POST" else request.GET
    total = sum(each.amount_fen for each in chosen)
    carried = _carried(given)
    facts: dict[str, Any] = {
        "chosen": chosen,
        "total_fen": total,
        "credit": credit,
        "fits_credit": total <= credit.free_fen,
        "pay_mode": given.get("pay_mode") or ("account" if total <= credit.free_fen else "cashier"),
        "note": given.get("note", ""),
        "request_key": key,
        "carried": carried,
        "refusal": refusal,
        "back_url": f"{reverse('member_commerce_list_offers')}?{urlencode(carried)}",
    }
    return render(
        request, "member/commerce/place_order.html", facts, status=409 if refusal else 200
    )
