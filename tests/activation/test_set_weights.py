"""What the parts of the score weigh."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunlian.activation.actions.set_weights import WeightsUnsound, set_weights
from qunlian.activation.queries.scores import suitability_of, weights_of
from qunlian.activation.rules import Weights, are_bounds, saturating, suitability
from qunlian.kernel.errors import Forbidden
from tests.cast_words import NOON, Cast


def test_headquarters_changes_them_and_scores_follow(cast: Cast) -> None:
    assert weights_of(cast.rong) == Weights()
    chosen = Weights(activity=0, influence=0, closeness=10, nomination=0)
    for _ in range(2):
        set_weights(actor=cast.hua, weights=chosen, now=NOON)
    assert weights_of(cast.rong) == chosen
    assert weights_of(cast.wai) == Weights()
    found = suitability_of(cast.rong, cast.ids["A1"], now=NOON)
    assert found.score == pytest.approx(found.closeness)


def test_what_is_refused(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        set_weights(actor=cast.ma, weights=Weights(), now=NOON)
    for wrong in (
        Weights(activity=101),
        Weights(activity=0, influence=0, closeness=0, nomination=0),
    ):
        with pytest.raises(WeightsUnsound):
            set_weights(actor=cast.hua, weights=wrong, now=NOON)


@given(
    parts=st.lists(st.floats(0, 1), min_size=4, max_size=4),
    heavy=st.lists(st.integers(0, 100), min_size=4, max_size=4).filter(any),
)
def test_the_score_lies_between_its_least_and_its_greatest_part(parts, heavy) -> None:
    score = suitability(
        parts, Weights(**dict(zip(Weights.__dataclass_fields__, heavy, strict=True)))
    )
    assert 100 * min(parts) - 1e-9 <= score <= 100 * max(parts) + 1e-9


@given(amount=st.floats(0, 1e6), more=st.floats(0, 1e6), half=st.floats(0.1, 100))
def test_more_never_counts_less(amount, more, half) -> None:
    assert 0 <= saturating(amount, half) <= saturating(amount + more, half) <= 1


@pytest.mark.parametrize(
    ("bounds", "is_sound"),
    [
        ((10, 20, 30, 50, 100), True),
        ((100,), False),
        ((20, 10, 100), False),
        ((10, 90), False),
        ((0, 100), False),
    ],
)
def test_bounds(bounds, is_sound) -> None:
    assert are_bounds(bounds) is is_sound
