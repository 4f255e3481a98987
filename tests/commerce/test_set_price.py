"""Prices, and the pure rule that chooses among them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunlian.commerce.actions.set_price import PriceMissing, PriceTerms, set_price
from qunlian.commerce.queries.catalogue import list_offers, product_card
from qunlian.commerce.rules.prices import Buyer, Terms, holds, price_for, specificity
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, Cast
from tests.commerce.shop import open_shop

CONDITIONS = st.tuples(
    st.sampled_from([None, 1, 2, 3, 9]),
    st.sampled_from(["", "便利店", "超市"]),
    st.sampled_from([None, 0, 1, 2]),
)
TERMS = st.dictionaries(CONDITIONS, st.integers(1, 10**6), max_size=12).map(
    lambda prices: [
        Terms(price_fen=fen, territory_id=where, store_type=kind, distributor_tier=tier)
        for (where, kind, tier), fen in prices.items()
    ]
)
BUYERS = st.builds(
    Buyer,
    territory_ids=st.sampled_from([(1,), (1, 2), (1, 2, 3), (9,)]),
    store_type=st.sampled_from(["便利店", "超市", "餐饮"]),
    distributor_tier=st.sampled_from([0, 1, 2]),
)


@given(BUYERS, TERMS, st.randoms())
def test_the_most_specific_price_that_holds_wins_whatever_the_order(buyer, terms, random) -> None:
    chosen = price_for(buyer, terms)
    holding = [each for each in terms if holds(buyer, each)]
    assert (chosen is None) == (not holding)
    if chosen:
        assert chosen in holding
        ranks = [specificity(buyer, each) for each in holding]
        assert len(set(ranks)) == len(ranks)
        assert specificity(buyer, chosen) == max(ranks)
        random.shuffle(terms)
        assert price_for(buyer, terms) == chosen


@given(BUYERS, TERMS)
def test_a_price_that_does_not_hold_changes_nothing(buyer, terms) -> None:
    holding = [each for each in terms if holds(buyer, each)]
    assert price_for(buyer, holding) == price_for(buyer, terms)


def test_prices_are_set_changed_and_taken_away(cast: Cast) -> None:
    shop = open_shop(cast)
    patch = {"territory_id": cast.ids["PA"]}
    for fen in (450, 430):
        set_price(
            actor=cast.hua,
            product_id=shop.biscuits,
            terms=PriceTerms(price_fen=fen, **patch),
            now=NOON,
        )
    card = product_card(cast.hua, shop.biscuits)
    assert [(p.territory_name, p.price_fen) for p in card.prices] == [("", 500), ("石原东片", 430)]
    set_price(
        actor=cast.hua,
        product_id=shop.biscuits,
        terms=PriceTerms(price_fen=None, **patch),
        now=NOON,
    )
    assert list_offers(cast.oyang, shop.a1)[0].price_fen == 500


def test_refusals(cast: Cast) -> None:
    shop = open_shop(cast)
    for actor, terms, refusal in (
        (cast.ma, PriceTerms(price_fen=1), Forbidden),
        (cast.wai, PriceTerms(price_fen=1), NotFound),
        (cast.hua, PriceTerms(price_fen=0), PriceMissing),
        (cast.hua, PriceTerms(price_fen=1, territory_id=cast.ids["X"]), NotFound),
    ):
        with pytest.raises(refusal):
            set_price(actor=actor, product_id=shop.biscuits, terms=terms, now=NOON)
