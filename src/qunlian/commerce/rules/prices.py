"""Which price a store gets: the most specific of those that hold for it."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """One price and its conditions; an empty condition holds for everybody."""

    price_fen: int
    territory_id: int | None = None
    store_type: str = ""
    distributor_tier: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """
    What prices look at in a store.

    :param territory_ids: from the root of the tree down to the store's own patch
    :param distributor_tier: tier of the distributor that serves it, 0 = served directly
    """

    territory_ids: tuple[int, ...]
    store_type: str
    distributor_tier: int


def price_for(buyer: Buyer, terms: Iterable[Terms]) -> Terms | None:
    """
    Choose the most specific price: deepest territory first, then store type, then tier.

    Two different prices that hold for one store are never equally specific, since each combination of
    conditions exists once.
    """
    holding = [each for each in terms if holds(buyer, each)]
    return max(holding, key=lambda each: specificity(buyer, each), default=None)


def holds(buyer: Buyer, terms: Terms) -> bool:
    """Tell whether every condition of a price is met."""
    return (
        (terms.territory_id is None or terms.territory_id in buyer.territory_ids)
        and terms.store_type in ("", buyer.store_type)
        and terms.distributor_tier in (None, buyer.distributor_tier)
    )


def specificity(buyer: Buyer, terms: Terms) -> tuple[int, bool, bool]:
    """Rank a price that holds; the higher wins."""
    depth = 0 if terms.territory_id is None else buyer.territory_ids.index(terms.territory_id) + 1
    return depth, bool(terms.store_type), terms.distributor_tier is not None
