"""What is sold, at what price to whom, and how much of it lies where."""

from django.db import models

from qunlian.commerce.models.reference import REF


class Product(models.Model):
    """One thing one can order. ``retail_fen`` is what the store should sell a unit for."""

    enterprise_id = models.BigIntegerField()
    code = models.CharField(max_length=40, db_collation="C")
    name = models.CharField(max_length=80)
    spec = models.CharField(max_length=80, default="")
    unit = models.CharField(max_length=12, default="")
    picture = models.CharField(max_length=120, default="")
    description = models.TextField(default="")
    retail_fen = models.BigIntegerField(null=True)
    status = models.CharField(max_length=12, default="on_sale")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "commerce_product"
        constraints = [
            models.UniqueConstraint(fields=["enterprise_id", "code"], name="commerce_product_code"),
            models.CheckConstraint(
                condition=models.Q(status__in=["draft", "on_sale", "off_sale"]),
                name="commerce_product_status",
            ),
            models.CheckConstraint(
                condition=models.Q(retail_fen=None) | models.Q(retail_fen__gt=0),
                name="commerce_product_retail",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Price(models.Model):
    """
    What a unit costs a store. An empty condition holds for every store; the most specific wins.

    ``distributor_tier`` is the tier of the distributor that serves the store, 0 = served directly.
    """

    enterprise_id = models.BigIntegerField()
    product = models.ForeignKey(Product, **REF)
    territory_id = models.BigIntegerField(null=True)
    store_type = models.CharField(max_length=40, default="")
    distributor_tier = models.PositiveSmallIntegerField(null=True)
    price_fen = models.BigIntegerField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "commerce_price"
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "enterprise_id",
                    "product",
                    "territory_id",
                    "store_type",
                    "distributor_tier",
                ],
                nulls_distinct=False,
                name="commerce_price_once",
            ),
            models.CheckConstraint(
                condition=models.Q(price_fen__gt=0), name="commerce_price_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"product {self.product_id} at {self.price_fen} fen"


class Warehouse(models.Model):
    """Where goods lie: the enterprise's (``distributor_id`` null) or a distributor's."""

    enterprise_id = models.BigIntegerField()
    code = models.CharField(max_length=40, db_collation="C")
    name = models.CharField(max_length=80)
    distributor_id = models.BigIntegerField(null=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        db_table = "commerce_warehouse"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "code"], name="commerce_warehouse_code"
            ),
        ]
        indexes = [
            models.Index(fields=["enterprise_id", "distributor_id"], name="commerce_warehouse_of")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Stock(models.Model):
    """Units of a product in a warehouse; ``reserved`` of those on hand are promised to orders."""

    enterprise_id = models.BigIntegerField()
    warehouse = models.ForeignKey(Warehouse, **REF)
    product = models.ForeignKey(Product, **REF)
    on_hand = models.IntegerField(default=0)
    reserved = models.IntegerField(default=0)

    class Meta:
        db_table = "commerce_stock"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise_id", "product", "warehouse"], name="commerce_stock_once"
            ),
            models.CheckConstraint(
                condition=models.Q(reserved__gte=0, on_hand__gte=models.F("reserved")),
                name="commerce_stock_not_oversold",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on_hand} - {self.reserved} of product {self.product_id}"
