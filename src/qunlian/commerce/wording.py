"""What states, spaces and kinds are called on every screen."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = Mapping[str, str | Promise]

ORDER_STATES: Words = {
    "awaiting_payment": _("Awaiting payment"),
    "new": pgettext_lazy("order", "New"),
    "confirmed": _("Confirmed"),
    "shipped": _("Shipped"),
    "signed": _("Signed"),
    "cancelled": _("Cancelled"),
    "expired": _("Expired"),
}
#: The colour of a state's light.
ORDER_TONES: Mapping[str, str] = {
    "awaiting_payment": "warn",
    "new": "brand",
    "confirmed": "info",
    "shipped": "info",
    "signed": "good",
    "cancelled": "quiet",
    "expired": "quiet",
}
SPACES: Words = {"offline": _("Offline"), "online": _("Online"), "community": _("Community")}
PAY_MODES: Words = {"account": _("On account"), "cashier": _("Online cashier")}
STEPS: Words = {
    "placed": _("Ordered"),
    "paid": _("Paid"),
    "confirmed": _("Confirmed"),
    "shipped": _("Shipped"),
    "signed": _("Signed"),
    "cancelled": _("Cancelled"),
    "expired": _("Not paid in time"),
    "refunded": _("Refunded"),
    "refund_asked": _("Refund under way"),
}
STEP_ICONS: Mapping[str, str] = {
    "placed": "shopping-cart",
    "paid": "wallet",
    "confirmed": "check",
    "shipped": "truck",
    "signed": "circle-check",
    "cancelled": "circle-x",
    "expired": "clock",
    "refunded": "refresh",
    "refund_asked": "refresh",
}
PAYMENT_STATES: Words = {
    "pending": _("Awaiting payment"),
    "paid": _("Paid"),
    "closed": _("Closed without payment"),
}
REFUND_STATES: Words = {
    "asked": _("Refund under way"),
    "sent": _("Refund under way"),
    "done": _("Refunded"),
}
PRODUCT_STATUSES: Words = {
    "draft": _("Draft"),
    "on_sale": _("On sale"),
    "off_sale": _("Off sale"),
}
PRODUCT_TONES: Mapping[str, str] = {"draft": "quiet", "on_sale": "good", "off_sale": "warn"}
ACCOUNT_KINDS: Words = {
    "receivable": _("Owed by stores"),
    "sales_income": _("Sales income"),
    "refunds": _("Refunds"),
    "refunds_payable": _("Refunds still to be paid out"),
    "cashier_cash": _("Test cashier"),
    "bank_cash": _("Bank"),
}
TRANSFER_KINDS: Words = {
    "order_charged": _("Order on account"),
    "order_paid": _("Order paid"),
    "order_paid_late": _("Paid too late"),
    "order_refund": _("Refund"),
    "order_refunded": _("Refund paid out"),
    "payment_received": _("Payment received"),
    "correction": _("Correction"),
}
#: What happened, in the words of the trade, and what the two sides mean.
TRANSFER_STORIES: Words = {
    "order_charged": _(
        "A store ordered on account: it owes the amount from now on, and the seller has earned it."
    ),
    "order_paid": _(
        "A store paid its order at the cashier: the money is in the till, and the seller has earned it."
    ),
    "order_paid_late": _(
        "The money for an order came after it had ended: it lies in the till, and is owed back."
    ),
    "order_refund": _(
        "Money is given back for an order: off the store's debt at once if it ordered on account, else owed "
        "until the cashier has paid it out."
    ),
    "order_refunded": _(
        "The cashier has paid a refund out: it is owed no more and has left the till."
    ),
    "payment_received": _(
        "A store paid what it owed by bank transfer: money in the bank, less debt of the store."
    ),
    "correction": _(
        "A booking made by hand was wrong: this is its exact opposite. Both stay for everybody to see."
    ),
}
OWNER_KINDS: Words = {
    "enterprise": _("Enterprise"),
    "distributor": _("Distributor"),
    "store": pgettext_lazy("owner", "Store"),
}


def word(words: Words, code: str) -> str:
    """Return what a code is called, or the code itself."""
    return str(words.get(code, code))
