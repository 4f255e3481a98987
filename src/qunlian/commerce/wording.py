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
OWNER_KINDS: Words = {
    "enterprise": _("Enterprise"),
    "distributor": _("Distributor"),
    "store": pgettext_lazy("owner", "Store"),
}


def word(words: Words, code: str) -> str:
    """Return what a code is called, or the code itself."""
    return str(words.get(code, code))
