"""Decay: small cases exactly, intervals by simulation, and who stopped a message."""

from math import exp, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunlian.messaging.rules import decay, relays
from qunlian.messaging.rules.decay import Decay


def measured(*rows: tuple[int, int, int, int]) -> Decay:
    hop, cluster, exposed, confirmed = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    return decay.measure(hop, cluster, exposed, confirmed)


def test_two_hops_have_the_ratio_as_their_rate() -> None:
    found = measured((0, 1, 1000, 900), (1, 1, 1000, 630))
    assert [hop.reach.value for hop in found.hops] == [0.9, 0.63]
    assert found.hops[0].retention is None
    retention, rate = found.hops[1].retention, found.rate
    assert retention is not None
    assert rate is not None
    assert retention.value == pytest.approx(0.7)
    assert rate.value == pytest.approx(0.7, abs=1e-3)
    assert retention.low < 0.7 < retention.high
    assert found.base == pytest.approx(0.9, abs=1e-3)
    assert not found.rejects_rule
    assert found.rule_p_value > 0.9
    assert found.fit_p_value is None


def test_exact_shares_are_fitted_exactly() -> None:
    rows = [
        (hop, each, 10_000, round(10_000 * 0.8 * 0.5**hop)) for hop in range(4) for each in range(2)
    ]
    found = measured(*rows)
    assert found.rate is not None
    assert found.rate.value == pytest.approx(0.5, abs=1e-3)
    assert found.base == pytest.approx(0.8, abs=1e-3)
    assert found.rejects_rule
    assert found.rule_p_value < 1e-6
    assert found.fit_p_value == pytest.approx(1, abs=1e-3)
    assert found.correlation == 0


def test_hops_that_keep_different_shares_do_not_fit() -> None:
    found = measured((0, 1, 2000, 1900), (1, 1, 2000, 1800), (2, 1, 2000, 400))
    assert found.fit_p_value is not None
    assert found.fit_p_value < 1e-6


def test_the_fit_is_the_maximum_of_the_likelihood() -> None:
    depth = np.arange(3.0)
    share = np.array([0.9, 0.6, 0.5])
    people = np.array([100.0, 80.0, 40.0])
    (intercept, slope), _, _ = decay.fit(depth, share, people)

    def likelihood(a: float, r: float) -> float:
        reach = np.exp(a + r * depth)
        return float((people * (share * np.log(reach) + (1 - share) * np.log(1 - reach))).sum())

    best = likelihood(intercept, slope)
    for shift in (-1e-3, 1e-3):
        assert likelihood(intercept + shift, slope) < best
        assert likelihood(intercept, slope + shift) < best


def test_people_of_one_group_count_less_when_they_move_together() -> None:
    apart = measured(*[(hop, each, 10, 6) for hop in range(2) for each in range(20)])
    together = measured(
        *[(hop, each, 10, 10 if each < 12 else 0) for hop in range(2) for each in range(20)]
    )
    assert apart.correlation == 0
    assert apart.hops[0].deff == 1
    assert together.correlation == pytest.approx(1)
    assert together.hops[0].deff == pytest.approx(10)
    assert together.hops[0].reach.low < apart.hops[0].reach.low


@pytest.mark.parametrize(("hop", "count"), [(0, 0), (0, 50), (2, 0), (2, 50)])
def test_nobody_or_everybody_still_has_an_interval(hop: int, count: int) -> None:
    found = measured((0, 1, 50, 40), (1, 1, 50, 30), (2, 1, 50, 20), (hop, 2, 50, count))
    assert found.rate is not None
    assert 0 < found.rate.low < found.rate.value < found.rate.high
    nothing = measured((0, 1, 50, 0), (1, 1, 50, 0))
    assert np.isnan(nothing.hops[1].retention.value) if nothing.hops[1].retention else False


def test_little_data_says_little() -> None:
    assert measured().hops == ()
    alone = measured((0, 1, 10, 9), (0, 2, 0, 0))
    assert (alone.rate, alone.base, len(alone.hops)) == (None, 0.9, 1)
    with pytest.raises(ValueError, match="confirmed"):
        measured((0, 1, 5, 6))


def test_the_expected_series() -> None:
    assert decay.expected(1.0, decay.RULE, 3).tolist() == pytest.approx([1, 0.7, 0.49, 0.343])


def test_quantiles_and_tails_against_tables() -> None:
    for freedom, quantile in ((1, 12.706), (5, 2.571), (10, 2.228), (30, 2.042), (1000, 1.962)):
        assert decay.student_quantile(freedom) == pytest.approx(quantile, abs=0.011)
    for value, freedom in ((3.841, 1), (5.991, 2), (7.815, 3), (9.488, 4), (11.070, 5)):
        assert decay.chi_square_tail(value, freedom) == pytest.approx(0.05, abs=1e-4)
    band = decay.wilson(0.5, 100, 1.96)
    assert (band.low, band.high) == (
        pytest.approx(0.4038, abs=1e-3),
        pytest.approx(0.5962, abs=1e-3),
    )


def coverage(dice: np.random.Generator, rho: float, *, rounds: int) -> tuple[float, float]:
    """Return how often the rate and the last retention lie in their intervals when r is 0.7."""
    hits = np.zeros(2)
    groups = (4, 10, 30)
    hop = np.repeat(np.arange(3), groups)
    reach = 0.9 * 0.7**hop
    for _ in range(rounds):
        people = dice.integers(20, 60, len(hop))
        spread = 1 / rho - 1
        heard = dice.binomial(people, dice.beta(reach * spread, (1 - reach) * spread))
        found = decay.measure(hop, np.arange(len(hop)), people, heard)
        for at, band in enumerate((found.rate, found.hops[2].retention)):
            assert band is not None
            hits[at] += band.low <= 0.7 <= band.high
    rate, retention = hits / rounds
    return rate, retention


def test_intervals_cover_the_truth_though_groups_move_together() -> None:
    assert min(coverage(np.random.default_rng(7), 0.05, rounds=400)) >= 0.93


@pytest.mark.negative_control
def test_intervals_that_ignore_groups_do_not_cover(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decay, "correlation", lambda *_: 0.0)
    assert max(coverage(np.random.default_rng(7), 0.05, rounds=200)) < 0.85


def test_who_stopped_it() -> None:
    #            0 headquarters
    #      1 stops        2 passes
    #    3 never had it  4 stops   5 passes
    parent = np.array([-1, 0, 0, 1, 2, 2])
    passed = np.array([True, False, True, False, False, True])
    below = relays.subtree_people(parent, np.array([0, 0, 0, 100, 40, 60]))
    assert below.tolist() == [200, 100, 100, 100, 40, 60]
    found = relays.stoppers(parent, passed, below)
    assert found.node.tolist() == [1, 4]
    assert found.lost.tolist() == [100, 40]
    assert found.lost_total == 140
    assert found.share.tolist() == pytest.approx([100 / 140, 40 / 140])
    assert found.received.tolist() == [True, True, True, False, True, True]


@given(st.data())
def test_everybody_either_heard_or_is_somebody_s_loss(data: st.DataObject) -> None:
    count = data.draw(st.integers(0, 30))
    parent = np.array([data.draw(st.integers(-1, at - 1)) for at in range(count)], dtype=np.int64)
    passed = np.array(
        data.draw(st.lists(st.booleans(), min_size=count, max_size=count)), dtype=np.bool_
    )
    people = np.array(
        data.draw(st.lists(st.integers(0, 9), min_size=count, max_size=count)), dtype=np.int64
    )
    found = relays.stoppers(parent, passed, relays.subtree_people(parent, people))
    heard = people[found.received & passed].sum()
    assert heard + found.lost_total == people.sum()
    assert (np.diff(found.lost) <= 0).all()


@pytest.mark.parametrize("parent", [[1, 0], [5], [-2], [0]])
def test_what_is_no_tree_is_refused(parent: list[int]) -> None:
    with pytest.raises(ValueError, match=r"tree|circle"):
        relays.subtree_people(np.array(parent), np.ones(len(parent), dtype=np.int64))


def test_a_rate_and_its_logarithm_agree() -> None:
    found = measured((1, 1, 500, 400), (2, 1, 500, 300), (3, 1, 500, 220))
    assert found.rate is not None
    assert log(found.rate.value) == pytest.approx((log(found.rate.low) + log(found.rate.high)) / 2)
    assert exp(log(found.base)) * found.rate.value**2 == pytest.approx(0.6, abs=0.02)
