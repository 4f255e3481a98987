"""Say what a product costs which stores."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from qunlian.commerce import access
from qunlian.commerce.models import Price, TerritoryView
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Invalid, NotFound


class PriceMissing(Invalid):
    """Enter a price above 0."""

    code: ClassVar[str] = "commerce.price_missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceTerms:
    """A price and whom it holds for; ``price_fen`` None takes the price away."""

    price_fen: int | None
    territory_id: int | None = None
    store_type: str = ""
    distributor_tier: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPrice:
    """The product whose price was set."""

    product_id: int


def set_price(*, actor: Actor, product_id: int, terms: PriceTerms, now: datetime) -> SetPrice:
    """
    Set, change or take away the price for one combination of conditions.

    :raises NotFound: no such product, or no such territory
    :raises Forbidden: only headquarters sets prices
    :raises PriceMissing: nothing, or less
    """
    with scope.writing(actor):
        product = access.product_for(actor, product_id)
        access.headquarters_only(actor)
        if terms.price_fen is not None and terms.price_fen <= 0:
            raise PriceMissing
        if terms.territory_id and not TerritoryView.objects.filter(pk=terms.territory_id).exists():
            raise NotFound(kind="territory", id=terms.territory_id)
        conditions: dict[str, Any] = {
            "product_id": product.pk,
            "territory_id": terms.territory_id,
            "store_type": terms.store_type.strip()[:40],
            "distributor_tier": terms.distributor_tier,
        }
        if terms.price_fen is None:
            Price.objects.filter(**conditions).delete()
        else:
            price = Price(
                **conditions,
                enterprise_id=actor.enterprise_id,
                price_fen=terms.price_fen,
                changed_at=now,
            )
            Price.objects.bulk_create(
                [price],
                update_conflicts=True,
                unique_fields=["enterprise_id", *conditions],
                update_fields=["price_fen", "changed_at"],
            )
        journal.record(
            "commerce.price_set",
            actor=actor,
            at=now,
            about={"product": [product.pk]},
            price_fen=terms.price_fen,
            territory_id=terms.territory_id,
            store_type=conditions["store_type"],
            distributor_tier=terms.distributor_tier,
        )
        return SetPrice(product_id=product.pk)
