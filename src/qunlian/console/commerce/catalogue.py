"""The catalogue: products, their prices and stock, warehouses."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from qunlian.commerce import wording
from qunlian.commerce.actions.adjust_stock import adjust_stock as adjust
from qunlian.commerce.actions.open_warehouse import open_warehouse as open_
from qunlian.commerce.actions.save_product import ProductDetails
from qunlian.commerce.actions.save_product import save_product as save
from qunlian.commerce.actions.set_price import PriceTerms
from qunlian.commerce.actions.set_price import set_price as set_
from qunlian.commerce.pictures import keep_picture, picture_path
from qunlian.commerce.queries import catalogue
from qunlian.console.channel.choices import pick
from qunlian.console.page import actor_of, page
from qunlian.kernel import clock
from qunlian.kernel.actor import Role
from qunlian.kernel.errors import Refusal
from qunlian.kernel.money import fen_from_yuan, yuan
from qunlian.kernel.typed import whole
from qunlian.kernel.wording import in_words

KEEPERS = (Role.HEADQUARTERS, Role.DISTRIBUTOR)


@page()
@require_safe
def list_products(request: HttpRequest) -> HttpResponse:
    """Show the catalogue."""
    actor = actor_of(request)
    found = catalogue.list_products(
        actor,
        search=request.GET.get("q", "").strip(),
        status=request.GET.get("status", ""),
        after=request.GET.get("after", ""),
    )
    facts = {
        "products": [
            {
                "row": row,
                "status_label": wording.word(wording.PRODUCT_STATUSES, row.status),
                "tone": wording.PRODUCT_TONES[row.status],
            }
            for row in found.rows
        ],
        "next_key": found.next_key,
        "statuses": list(wording.PRODUCT_STATUSES.items()),
        "may_keep": actor.is_headquarters,
        "may_count": actor.role in KEEPERS,
    }
    return render(request, "console/commerce/list_products.html", facts)


@page()
@require_safe
def product_card(request: HttpRequest, product_id: int) -> HttpResponse:
    """Show a product with its prices and stock."""
    actor = actor_of(request)
    card = catalogue.product_card(actor, product_id)
    facts = {
        "card": card,
        "status_label": wording.word(wording.PRODUCT_STATUSES, card.status),
        "tone": wording.PRODUCT_TONES[card.status],
        "crumbs": [(_("Products"), reverse("commerce_list_products"))],
        "territories": pick(request, "territory", "territory"),
        "warehouses": [(row.warehouse_id, row.name) for row in card.stock],
        "may_keep": actor.is_headquarters,
        "may_count": actor.role in KEEPERS,
    }
    return render(request, "console/commerce/product_card.html", facts)


@page([Role.HEADQUARTERS])
def save_product(request: HttpRequest, product_id: int | None = None) -> HttpResponse:
    """Add a product or change one; a refusal comes back at the form with all that was typed."""
    actor = actor_of(request)
    card = catalogue.product_card(actor, product_id) if product_id else None
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            details = _details(request, actor.enterprise_id)
            saved = save(actor=actor, product_id=product_id, details=details, now=clock.now())
        except Refusal as refusal:
            errors[""] = in_words(refusal)
        except ValueError:
            errors["retail_yuan"] = _("Enter an amount, e.g. 12.50.")
        else:
            messages.success(request, _("Saved."))
            return redirect("commerce_product_card", saved.product_id)
    facts: dict[str, Any] = {
        "card": card,
        "retail_yuan": yuan(card.retail_fen) if card and card.retail_fen else "",
        "statuses": list(wording.PRODUCT_STATUSES.items()),
        "crumbs": [(_("Products"), reverse("commerce_list_products"))],
        "errors": errors,
    }
    if request.method == "POST":
        facts["typed"] = request.POST
    return render(request, "console/commerce/save_product.html", facts)


def _details(request: HttpRequest, enterprise_id: int) -> ProductDetails:
    given = request.POST
    retail = given.get("retail_yuan", "").strip()
    file = request.FILES.get("picture")
    return ProductDetails(
        code=given.get("code", ""),
        name=given.get("name", ""),
        spec=given.get("spec", ""),
        unit=given.get("unit", ""),
        description=given.get("description", ""),
        retail_fen=fen_from_yuan(retail) if retail else None,
        status=given.get("status", "on_sale"),
        picture=keep_picture(enterprise_id, file) if file else None,  # type: ignore[arg-type]
    )


@page([Role.HEADQUARTERS])
@require_POST
def set_price(request: HttpRequest, product_id: int) -> HttpResponse:
    """Set, change or take away one price."""
    given = request.POST
    terms = PriceTerms(
        price_fen=None if given.get("is_gone") else _fen(given.get("price_yuan", "")),
        territory_id=whole(given.get("territory")),
        store_type=given.get("store_type", ""),
        distributor_tier=whole(given.get("tier")),
    )
    set_(actor=actor_of(request), product_id=product_id, terms=terms, now=clock.now())
    messages.success(request, _("Prices saved."))
    return redirect("commerce_product_card", product_id)


@page(KEEPERS)
@require_POST
def adjust_stock(
    request: HttpRequest, product_id: int | None = None, warehouse_id: int | None = None
) -> HttpResponse:
    """Write down units that came in or are missing, from a product's page or a warehouse's."""
    given = request.POST
    product = product_id or whole(given.get("product")) or 0
    now = adjust(
        actor=actor_of(request),
        product_id=product,
        warehouse_id=warehouse_id or whole(given.get("warehouse")) or 0,
        change=_signed(given.get("change", "")),
        note=given.get("stock_note", ""),
        now=clock.now(),
    )
    messages.success(request, _("Now %(units)s units on hand.") % {"units": f"{now.on_hand:,}"})
    if warehouse_id is not None:
        return redirect("commerce_warehouse_card", warehouse_id)
    return redirect("commerce_product_card", product)


@page([Role.HEADQUARTERS])
@require_POST
def open_warehouse(request: HttpRequest) -> HttpResponse:
    """Open a warehouse, from a product's page."""
    given = request.POST
    open_(
        actor=actor_of(request),
        code=given.get("warehouse_code", ""),
        name=given.get("warehouse_name", ""),
        distributor_id=whole(given.get("distributor")),
        now=clock.now(),
    )
    messages.success(request, _("The warehouse is open."))
    product_id = whole(given.get("product"))
    if product_id:
        return redirect("commerce_product_card", product_id)
    return redirect("commerce_list_warehouses")


@page(frozenset(Role))
@require_safe
def picture(request: HttpRequest, product_id: int) -> HttpResponseBase:
    """Hand out a product's picture to anybody who may see the product."""
    actor = actor_of(request)
    card = catalogue.product_card(actor, product_id)
    path = picture_path(actor.enterprise_id, card.picture) if card.picture else None
    if path is None or not path.is_file():
        raise Http404
    response = FileResponse(path.open("rb"), content_type="image/webp")
    response["Cache-Control"] = "private, max-age=86400"
    return response


def _fen(text: str) -> int:
    try:
        return fen_from_yuan(text)
    except ValueError:
        return 0


def _signed(text: str) -> int:
    cleaned = text.strip().replace(",", "")
    try:
        return int(cleaned) if len(cleaned) < 12 else 0  # noqa: PLR2004
    except ValueError:
        return 0
