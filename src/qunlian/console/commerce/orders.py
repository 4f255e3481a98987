"""Orders: list, board by state, one order and what can be done with it."""

import secrets
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from qunlian.commerce import wording
from qunlian.commerce.actions.cancel_order import cancel_order as cancel
from qunlian.commerce.actions.confirm_order import confirm_order as confirm
from qunlian.commerce.actions.confirm_orders import confirm_orders as confirm_all
from qunlian.commerce.actions.refund_order import refund_order as refund
from qunlian.commerce.actions.ship_order import ship_order as ship
from qunlian.commerce.actions.ship_orders import ship_orders as ship_all
from qunlian.commerce.actions.sign_order import sign_order as sign
from qunlian.commerce.queries import ledger, orders
from qunlian.commerce.queries.orders import OrderCard, OrderFilter, OrderRow
from qunlian.commerce.queries.warehouses import may_open_warehouse
from qunlian.commerce.steps import Repayment
from qunlian.commerce.steps.bulk import Bulk
from qunlian.console.page import actor_of, came_from, page
from qunlian.kernel import clock, sheets
from qunlian.kernel.actor import Actor, Role
from qunlian.kernel.errors import Invalid
from qunlian.kernel.money import fen_from_yuan
from qunlian.kernel.paging import every_row
from qunlian.kernel.typed import whole
from qunlian.kernel.wording import in_words

REFUNDERS = (Role.HEADQUARTERS, Role.MANAGER, Role.DISTRIBUTOR)
WORKERS = (*REFUNDERS, Role.REP)
#: What can be done with all orders of a column at once.
BOARD_ACTS = {"new": "commerce_confirm_orders", "confirmed": "commerce_ship_orders"}


def _wanted(request: HttpRequest) -> OrderFilter:
    given = request.GET
    return OrderFilter(
        state=given.get("state", ""),
        space=given.get("space", ""),
        store_id=whole(given.get("store")),
        group_id=whole(given.get("group")),
        broadcast_id=whole(given.get("broadcast")),
        from_on=_day(given.get("from", "")),
        until_on=_day(given.get("until", "")),
        number=given.get("q", "").strip(),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def labelled(row: OrderRow) -> dict[str, Any]:
    """Return an order with its words."""
    return {
        "row": row,
        "state_label": wording.word(wording.ORDER_STATES, row.state),
        "tone": wording.ORDER_TONES.get(row.state, "quiet"),
        "space_label": wording.word(wording.SPACES, row.space),
        "pay_label": wording.word(wording.PAY_MODES, row.pay_mode),
    }


@page()
@require_safe
def list_orders(request: HttpRequest) -> HttpResponse:
    """Show orders within reach, newest first."""
    found = orders.list_orders(
        actor_of(request), _wanted(request), after=request.GET.get("after", "")
    )
    facts = {
        "orders": [labelled(row) for row in found.rows],
        "next_key": found.next_key,
        "states": list(wording.ORDER_STATES.items()),
        "spaces": list(wording.SPACES.items()),
        "query": request.GET.urlencode(),
        "may_work": actor_of(request).role in WORKERS,
    }
    return render(request, "console/commerce/list_orders.html", facts)


@page()
@require_safe
def export_orders(request: HttpRequest) -> HttpResponseBase:
    """Hand the orders on screen, all pages of them, out as a sheet."""
    actor, wanted = actor_of(request), _wanted(request)
    columns = [
        sheets.Column(_("Order"), width=18),
        sheets.Column(_("Ordered at"), sheets.Cell.MOMENT, 18),
        sheets.Column(_("Store"), width=28),
        sheets.Column(_("State"), width=12),
        sheets.Column(_("Space"), width=10),
        sheets.Column(_("Payment"), width=12),
        sheets.Column(_("Goods"), width=48),
        sheets.Column(_("Units"), sheets.Cell.INTEGER, 10),
        sheets.Column(_("Total"), sheets.Cell.MONEY, 14),
        sheets.Column(_("Paid"), sheets.Cell.MONEY, 14),
        sheets.Column(_("Refunded"), sheets.Cell.MONEY, 14),
    ]
    rows = _sheet_rows(actor, wanted)
    return sheets.answer("orders", request.GET.get("format", "xlsx"), columns, rows)


def _sheet_rows(actor: Actor, wanted: OrderFilter) -> Iterator[tuple[Any, ...]]:
    for row in every_row(lambda after: orders.list_orders(actor, wanted, after=after)):
        words = labelled(row)
        yield (
            row.number,
            row.placed_at,
            row.store_name,
            words["state_label"],
            words["space_label"],
            words["pay_label"],
            row.goods,
            row.units,
            row.total_fen,
            row.paid_fen,
            row.refunded_fen,
        )


@page()
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Show orders in work, a column per state."""
    columns = [
        {
            "state": column.state,
            "label": wording.word(wording.ORDER_STATES, column.state),
            "tone": wording.ORDER_TONES[column.state],
            "orders": [labelled(row) for row in column.rows],
            "has_more": column.has_more,
            "act": BOARD_ACTS.get(column.state, ""),
        }
        for column in orders.board(actor_of(request))
    ]
    facts = {"columns": columns, "may_work": actor_of(request).role in WORKERS}
    return render(request, "console/commerce/board.html", facts)


@page()
@require_safe
def order_card(request: HttpRequest, order_id: int) -> HttpResponse:
    """Show one order whole."""
    return _show(request, orders.order_card(actor_of(request), order_id))


def _show(request: HttpRequest, card: OrderCard, **more: Any) -> HttpResponse:
    actor = actor_of(request)
    about = ("order", card.row.order_id)
    transfers = ledger.list_transfers(actor, about=about).rows if actor.is_headquarters else ()
    facts = {
        "card": card,
        "order": labelled(card.row),
        "timeline": [
            {
                "step": step,
                "label": wording.word(wording.STEPS, step.what),
                "tone": wording.ORDER_TONES.get(step.what, "info"),
                "icon": wording.STEP_ICONS.get(step.what, "point"),
            }
            for step in card.timeline
        ],
        "transfers": [
            {"row": row, "label": wording.word(wording.TRANSFER_KINDS, row.kind)}
            for row in transfers
        ],
        "payment_label": card.payment and wording.word(wording.PAYMENT_STATES, card.payment.state),
        "refunds": [
            {"row": row, "label": wording.word(wording.REFUND_STATES, row.state)}
            for row in card.refunds
        ],
        "crumbs": [(_("Orders"), reverse("commerce_list_orders"))],
        "is_keeper": actor.role in (Role.HEADQUARTERS, Role.DISTRIBUTOR)
        and may_open_warehouse(actor, card.warehouse_id),
        "may_work": actor.role in WORKERS,
        "may_refund": actor.role in REFUNDERS and card.refundable_fen > 0,
        "request_key": secrets.token_urlsafe(12),
        **more,
    }
    return render(request, "console/commerce/order_card.html", facts)


def _done(request: HttpRequest, order_id: int, said: str) -> HttpResponse:
    messages.success(request, said)
    if request.POST.get("back") == "board":
        return redirect("commerce_board")
    return redirect("commerce_order_card", order_id)


def _many(act: Callable[..., Bulk], said: Callable[[int], str]) -> Callable[..., HttpResponseBase]:
    """Make the view of a button that moves all ticked orders on, in one write."""

    @page(WORKERS)
    @require_POST
    def view(request: HttpRequest) -> HttpResponse:
        ids = [whole(one) or 0 for one in request.POST.getlist("selected")]
        told = act(actor=actor_of(request), order_ids=ids, now=clock.now())
        if told.done:
            messages.success(request, said(len(told.done)))
        if told.refused:
            left = ngettext(
                "%(n)s order stayed as it was: it has moved on in the meantime.",
                "%(n)s orders stayed as they were: they have moved on in the meantime.",
                len(told.refused),
            )
            messages.warning(request, left % {"n": len(told.refused)})
        return redirect(came_from(request))

    return view


confirm_orders = _many(
    confirm_all,
    lambda n: ngettext("%(n)s order is confirmed.", "%(n)s orders are confirmed.", n) % {"n": n},
)
ship_orders = _many(
    ship_all,
    lambda n: (
        ngettext("%(n)s order is on its way.", "%(n)s orders are on their way.", n) % {"n": n}
    ),
)


@page(WORKERS)
@require_POST
def confirm_order(request: HttpRequest, order_id: int) -> HttpResponse:
    """Accept a new order."""
    moved = confirm(actor=actor_of(request), order_id=order_id, now=clock.now())
    return _done(request, order_id, _("Order %s is confirmed.") % moved.number)


@page(WORKERS)
@require_POST
def ship_order(request: HttpRequest, order_id: int) -> HttpResponse:
    """Let the goods leave the warehouse."""
    moved = ship(
        actor=actor_of(request),
        order_id=order_id,
        carrier=request.POST.get("carrier", ""),
        tracking_number=request.POST.get("tracking_number", ""),
        now=clock.now(),
    )
    return _done(request, order_id, _("Order %s is on its way.") % moved.number)


@page(WORKERS)
@require_POST
def sign_order(request: HttpRequest, order_id: int) -> HttpResponse:
    """Sign for the store, saying why."""

    def act(actor: Actor) -> str:
        note = request.POST.get("sign_note", "")
        moved = sign(actor=actor, order_id=order_id, note=note, now=clock.now())
        return _("Order %s is signed for.") % moved.number

    return _or_at_field(request, order_id, "sign_note", act)


@page(WORKERS)
@require_POST
def cancel_order(request: HttpRequest, order_id: int) -> HttpResponse:
    """Call an order off; what was paid goes back."""
    reason = request.POST.get("reason", "")
    moved = cancel(actor=actor_of(request), order_id=order_id, reason=reason, now=clock.now())
    return _done(request, order_id, _("Order %s is cancelled.") % moved.number)


@page(REFUNDERS)
@require_POST
def refund_order(request: HttpRequest, order_id: int) -> HttpResponse:
    """Give money back, once per form."""

    def act(actor: Actor) -> str:
        repayment = Repayment(
            amount_fen=_fen(request.POST.get("refund_yuan", "")),
            request_key=request.POST.get("request_key", "")[:64],
            reason=request.POST.get("refund_reason", "").strip()[:200],
        )
        refund(actor=actor, order_id=order_id, repayment=repayment, now=clock.now())
        return _("The money is on its way back.")

    return _or_at_field(request, order_id, "refund_yuan", act)


def _fen(text: str) -> int:
    try:
        return fen_from_yuan(text)
    except ValueError:
        return 0


def _or_at_field(
    request: HttpRequest, order_id: int, field: str, act: Callable[[Actor], str]
) -> HttpResponse:
    """Do it, or show the page again with what was typed and the refusal at its field."""
    actor = actor_of(request)
    try:
        said = act(actor)
    except Invalid as refusal:
        card = orders.order_card(actor, order_id)
        return _show(request, card, typed=request.POST, errors={field: in_words(refusal)})
    return _done(request, order_id, said)
