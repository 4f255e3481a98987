"""My orders: the list, one of them, the cashier's page, signing and calling off."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from qunlian.commerce import wording
from qunlian.commerce.actions.cancel_order import cancel_order as cancel
from qunlian.commerce.actions.pay_bill import pay_bill as pay
from qunlian.commerce.actions.settle_payment import settle_payment as settle
from qunlian.commerce.actions.sign_order import sign_order as sign
from qunlian.commerce.queries import orders
from qunlian.commerce.queries.payments import bill_card
from qunlian.kernel import clock
from qunlian.kernel.actor import Role
from qunlian.member.commerce.store import store_id_of
from qunlian.member.page import actor_of, member_page


@member_page
@require_safe
def list_orders(request: HttpRequest) -> HttpResponse:
    """Show this store's orders, newest first; staff are led to everybody's."""
    actor = actor_of(request)
    if actor.role is not Role.MEMBER:
        return redirect("commerce_list_orders")
    found = orders.orders_of_store(
        actor, store_id_of(request, actor), after=request.GET.get("after", "")
    )
    facts = {
        "orders": [
            {
                "row": row,
                "state_label": wording.word(wording.ORDER_STATES, row.state),
                "tone": wording.ORDER_TONES.get(row.state, "quiet"),
            }
            for row in found.rows
        ],
        "next_key": found.next_key,
    }
    return render(request, "member/commerce/list_orders.html", facts)


@member_page
@require_safe
def order_card(request: HttpRequest, order_id: int) -> HttpResponse:
    """Show one order and what can be done with it; while its payment is on the way it asks again."""
    actor = actor_of(request)
    card = orders.order_card(actor, order_id)
    is_member = actor.role is Role.MEMBER
    facts = {
        "card": card,
        "state_label": wording.word(wording.ORDER_STATES, card.row.state),
        "pay_label": wording.word(wording.PAY_MODES, card.row.pay_mode),
        "timeline": [(wording.word(wording.STEPS, step.what), step) for step in card.timeline],
        "may_sign": is_member and "sign" in card.acts,
        "may_cancel": "cancel" in card.acts and card.row.state in ("awaiting_payment", "new"),
        "bill": bill_card(actor, card.bill_token) if card.bill_token else None,
        "back_url": reverse("member_commerce_list_orders"),
    }
    return render(request, "member/commerce/order_card.html", facts)


@member_page
def pay_bill(request: HttpRequest, token: str) -> HttpResponse:
    """The embedded test cashier's own page; it knows a bill, not an order."""
    actor = actor_of(request)
    if request.method == "POST":
        paid = pay(actor=actor, token=token, now=clock.now())
        return redirect("member_commerce_order_card", paid.order_id)
    bill = bill_card(actor, token)
    if bill.state == "paid":
        return redirect("member_commerce_order_card", bill.order_id)
    back = reverse("member_commerce_order_card", args=[bill.order_id])
    return render(request, "member/commerce/pay_bill.html", {"bill": bill, "back_url": back})


@member_page
@require_POST
def settle_payment(request: HttpRequest, order_id: int) -> HttpResponse:
    """Ask the cashier whether the money came."""
    settle(actor=actor_of(request), order_id=order_id, now=clock.now())
    return redirect("member_commerce_order_card", order_id)


@member_page
@require_POST
def sign_order(request: HttpRequest, order_id: int) -> HttpResponse:
    """Say that the goods arrived."""
    sign(actor=actor_of(request), order_id=order_id, now=clock.now())
    messages.success(request, _("Thank you! The order is signed for."))
    return redirect("member_commerce_order_card", order_id)


@member_page
@require_POST
def cancel_order(request: HttpRequest, order_id: int) -> HttpResponse:
    """Call the order off."""
    cancel(actor=actor_of(request), order_id=order_id, now=clock.now())
    messages.success(request, _("The order is cancelled."))
    return redirect("member_commerce_order_card", order_id)
