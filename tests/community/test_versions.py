"""The rules of two versions: which groups are the same, and how far stores are from the middle."""

from itertools import permutations

import numpy as np
from hypothesis import given
from hypothesis import strategies as some

from qunlian.community.rules.versions import Sights, far_from_middle, same_groups

_STORES = some.integers(1, 40)


def _sights(chance: np.random.Generator, stores: int) -> tuple[Sights, np.ndarray]:
    """Some stores, and the same as plain vectors with the codes written out."""
    plain = chance.normal(size=(stores, 2))
    kinds, uses = chance.integers(0, 4, stores), chance.integers(0, 3, stores)
    wide = np.hstack([plain, np.sqrt(2) * np.eye(4)[kinds], np.sqrt(0.5) * np.eye(3)[uses]])
    return Sights(plain=plain, coded=((kinds, 4.0), (uses, 1.0))), wide


@given(seed=some.integers(0, 10**6), stores=_STORES, groups=some.integers(1, 6))
def test_the_distance_is_that_of_the_vectors(seed: int, stores: int, groups: int) -> None:
    chance = np.random.default_rng(seed)
    sights, wide = _sights(chance, stores)
    group = chance.integers(-1, groups, stores)
    found = far_from_middle(sights, group)
    for store in range(stores):
        if group[store] < 0:
            assert np.isnan(found[store])
            continue
        middle = wide[group == group[store]].mean(axis=0)
        assert np.isclose(found[store], ((wide[store] - middle) ** 2).sum())


@given(seed=some.integers(0, 10**6), stores=_STORES)
def test_the_matching_shares_as_many_stores_as_can_be(seed: int, stores: int) -> None:
    chance = np.random.default_rng(seed)
    g, h = (int(each) for each in chance.integers(1, 5, 2))
    one, other = chance.integers(-1, g, stores), chance.integers(-1, h, stores)
    nothing = np.zeros(g, dtype=np.int64), np.zeros(h, dtype=np.int64)
    partner, shared = same_groups(one, other, nothing)
    table = np.array([[((one == a) & (other == b)).sum() for b in range(h)] for a in range(g)])
    best = max(
        sum(table[a, b] for a, b in zip(rows, range(h), strict=False))
        for rows in permutations(range(g), min(g, h))
    ) if g >= h else max(
        sum(table[a, b] for a, b in enumerate(columns)) for columns in permutations(range(h), g)
    )  # fmt: skip
    assert shared.sum() == best
    taken = partner[partner >= 0]
    assert len(set(taken.tolist())) == len(taken)
    for a, b in enumerate(partner):
        assert shared[a] == (table[a, b] if b >= 0 else 0)
        assert b < 0 or table[a, b] > 0


def test_one_chat_is_one_group_however_few_stores_it_shares() -> None:
    one = np.array([0, 0, 0, 1])
    other = np.array([0, 0, 1, 0])
    partner, shared = same_groups(one, other, (np.array([7, 8]), np.array([8, 7])))
    assert partner.tolist() == [1, 0]
    assert shared.tolist() == [1, 1]


def test_nothing_at_all() -> None:
    empty = np.zeros(0, dtype=np.int64)
    partner, shared = same_groups(empty, empty, (empty, empty))
    assert len(partner) == len(shared) == 0
    assert not len(far_from_middle(Sights(plain=np.zeros((0, 2)), coded=()), empty))
