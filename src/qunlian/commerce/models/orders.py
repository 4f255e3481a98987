"""Orders, what was paid and refunded for them, and the test cashier's own books."""

from django.db import models

from qunlian.commerce.models.catalogue import Product, Warehouse
from qunlian.commerce.models.reference import REF


class Order(models.Model):
    """
    What a store ordered, and where the order came from.

    State: awaiting_payment → new → confirmed → shipped → signed, or cancelled, or expired.
    ``distributor_id`` is the seller, null = the enterprise. ``request_key`` makes placing repeatable.
    """

    enterprise_id = models.BigIntegerField()
    store_id = models.BigIntegerField()
    warehouse = models.ForeignKey(Warehouse, **REF)
    distributor_id = models.BigIntegerField(null=True)
    request_key = models.CharField(max_length=64, db_collation="C")
    request_digest = models.CharField(max_length=64)
    state = models.CharField(max_length=20)
    pay_mode = models.CharField(max_length=12)
    total_fen = models.BigIntegerField()
    paid_fen = models.BigIntegerField(default=0)
    refunded_fen = models.BigIntegerField(default=0)
    space = models.CharField(max_length=12)
    group_id = models.BigIntegerField(null=True)
    broadcast_id = models.BigIntegerField(null=True)
    store_group_id = models.BigIntegerField(null=True)
    steward_staff_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    note = models.CharField(max_length=200, default="")
    sign_note = models.CharField(max_length=200, default="")
    placed_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    shipped_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "commerce_order"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "store_id", "request_key"], name="commerce_order_request"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=[
                        "awaiting_payment",
                        "new",
                        "confirmed",
                        "shipped",
                        "signed",
                        "cancelled",
                        "expired",
                    ]
                ),
                name="commerce_order_state",
            ),
            models.CheckConstraint(
                condition=models.Q(pay_mode__in=["account", "cashier"]),
                name="commerce_order_pay_mode",
            ),
            models.CheckConstraint(
                condition=models.Q(space__in=["offline", "online", "community"]),
                name="commerce_order_space",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    total_fen__gt=0,
                    paid_fen__gte=0,
                    paid_fen__lte=models.F("total_fen"),
                    refunded_fen__gte=0,
                    refunded_fen__lte=models.F("paid_fen"),
                ),
                name="commerce_order_money",
            ),
        ]
        indexes = [
            models.Index(fields=["enterprise_id", "-id"], name="commerce_order_recent"),
            models.Index(fields=["enterprise_id", "state", "-id"], name="commerce_order_by_state"),
            models.Index(
                fields=["enterprise_id", "store_id", "-id"], name="commerce_order_of_store"
            ),
            models.Index(
                fields=["enterprise_id", "group_id", "-id"],
                condition=models.Q(group_id__isnull=False),
                name="commerce_order_of_group",
            ),
            models.Index(
                fields=["enterprise_id", "broadcast_id", "group_id"],
                condition=models.Q(broadcast_id__isnull=False),
                name="commerce_order_of_broadcast",
            ),
            models.Index(
                fields=["enterprise_id", "store_group_id"],
                condition=models.Q(store_group_id__isnull=False),
                name="commerce_order_of_own_group",
            ),
            models.Index(fields=["enterprise_id", "placed_at"], name="commerce_order_by_time"),
            models.Index(
                fields=["enterprise_id", "expires_at"],
                condition=models.Q(state="awaiting_payment"),
                name="commerce_order_unpaid",
            ),
        ]

    def __str__(self) -> str:
        return f"order {self.pk} {self.state}"


class OrderLine(models.Model):
    """One product of an order, with the price and name of that moment."""

    enterprise_id = models.BigIntegerField()
    order = models.ForeignKey(Order, **REF)
    product = models.ForeignKey(Product, **REF)
    name = models.CharField(max_length=80)
    spec = models.CharField(max_length=80, default="")
    unit = models.CharField(max_length=12, default="")
    quantity = models.PositiveIntegerField()
    price_fen = models.BigIntegerField()
    amount_fen = models.BigIntegerField()

    class Meta:
        db_table = "commerce_order_line"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "order", "product"], name="commerce_order_line_once"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    quantity__gte=1,
                    price_fen__gt=0,
                    amount_fen=models.F("price_fen") * models.F("quantity"),
                ),
                name="commerce_order_line_adds_up",
            ),
        ]
        indexes = [models.Index(fields=["enterprise_id", "product"], name="commerce_order_line_of")]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.name}"


class Payment(models.Model):
    """What is asked of the cashier for an order: pending → paid | closed."""

    enterprise_id = models.BigIntegerField()
    order = models.ForeignKey(Order, **REF)
    amount_fen = models.BigIntegerField()
    state = models.CharField(max_length=12, default="pending")
    bill_token = models.CharField(max_length=40, db_collation="C")
    receipt_number = models.CharField(max_length=64, default="")
    created_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "commerce_payment"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "order"], name="commerce_payment_of_order"
            ),
            models.UniqueConstraint(
                fields=["enterprise_id", "bill_token"], name="commerce_payment_bill"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["pending", "paid", "closed"]),
                name="commerce_payment_state",
            ),
        ]

    def __str__(self) -> str:
        return f"payment {self.pk} {self.state}"


class Shipment(models.Model):
    """What left the warehouse for an order."""

    enterprise_id = models.BigIntegerField()
    order = models.ForeignKey(Order, **REF)
    carrier = models.CharField(max_length=40, default="")
    tracking_number = models.CharField(max_length=60, default="")
    shipped_by = models.BigIntegerField(null=True)
    shipped_at = models.DateTimeField()

    class Meta:
        db_table = "commerce_shipment"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "order"], name="commerce_shipment_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.carrier} {self.tracking_number}"


class Refund(models.Model):
    """Money given back for an order: done at once on account; asked → sent → done at the cashier."""

    enterprise_id = models.BigIntegerField()
    order = models.ForeignKey(Order, **REF)
    request_key = models.CharField(max_length=64, db_collation="C")
    amount_fen = models.BigIntegerField()
    reason = models.CharField(max_length=200, default="")
    state = models.CharField(max_length=12)
    refunded_by = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "commerce_refund"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "order", "request_key"], name="commerce_refund_request"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["asked", "sent", "done"], amount_fen__gt=0),
                name="commerce_refund_state",
            ),
        ]

    def __str__(self) -> str:
        return f"refund {self.pk} {self.amount_fen} fen"


class Bill(models.Model):
    """The test cashier's side of a payment; stands for what WeChat Pay would hold. open → paid | closed."""

    enterprise_id = models.BigIntegerField()
    token = models.CharField(max_length=40, db_collation="C")
    amount_fen = models.BigIntegerField()
    refunded_fen = models.BigIntegerField(default=0)
    title = models.CharField(max_length=80, default="")
    state = models.CharField(max_length=12, default="open")
    receipt_number = models.CharField(max_length=64, default="")
    created_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "commerce_bill"
        constraints = [
            models.UniqueConstraint(fields=["enterprise_id", "token"], name="commerce_bill_token"),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=["open", "paid", "closed"],
                    amount_fen__gt=0,
                    refunded_fen__gte=0,
                    refunded_fen__lte=models.F("amount_fen"),
                ),
                name="commerce_bill_money",
            ),
        ]
        indexes = [models.Index(fields=["enterprise_id", "paid_at"], name="commerce_bill_by_time")]

    def __str__(self) -> str:
        return f"bill {self.state} {self.amount_fen} fen"


class Note(models.Model):
    """A cashier's notification that was taken in; its key makes a repeat harmless, for ever."""

    enterprise_id = models.BigIntegerField()
    key = models.CharField(max_length=80, db_collation="C")
    kind = models.CharField(max_length=12)
    bill_token = models.CharField(max_length=40, db_collation="C")
    amount_fen = models.BigIntegerField()
    outcome = models.CharField(max_length=20)
    taken_at = models.DateTimeField()

    class Meta:
        db_table = "commerce_note"
        constraints = [
            models.UniqueConstraint(fields=["enterprise_id", "key"], name="commerce_note_key")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}: {self.outcome}"
