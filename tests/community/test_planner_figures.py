"""A plan's figures are those that plain numpy finds, however many stores and in whatever order."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from qunlian.community.planner import Look, Roster, Terms, lower_bounds, martello_toth, plan
from qunlian.community.planner.blocks import BLOCK
from qunlian.community.planner.compiled import sources
from qunlian.community.planner.describe import Described, describe
from qunlian.community.planner.measure import space_of
from qunlian.community.planner.pools import cells_of, counted
from tests.community.test_planner import believable

#: More than one block of stores, and than a sample that tells where the ends of a column are.
MANY = BLOCK + 20_000


def described(roster: Roster, label: np.ndarray) -> Described:
    rows = np.random.default_rng(1).permutation(roster.count)
    space = space_of(roster, Terms())
    space = space._replace(stores=space.stores[rows])
    with ThreadPoolExecutor(2) as threads:
        return describe(threads, roster, Terms(), (space, rows), label[rows])


def vectors(roster: Roster) -> np.ndarray:
    """Return the stores as vectors whose squared distances are the prices of the terms."""
    size = np.log1p(roster.size_fen.astype(np.float64))
    size = np.clip(size, *np.quantile(size, (0.005, 0.995)))
    closeness = roster.closeness.astype(np.float64)
    plain = [(column - column.mean()) / column.std() for column in (size, closeness)]
    kinds = [2**0.5 * (roster.type_code == code) for code in np.unique(roster.type_code)]
    attributes = [
        0.5**0.5 * (roster.attribute_code == code) for code in np.unique(roster.attribute_code)
    ]
    return np.column_stack(plain + kinds + attributes)


def test_every_figure_of_a_group_is_that_of_its_stores() -> None:
    roster = believable(3_000, 5)
    roster.size_fen[17] = 10**15
    label = (roster.patch * 7 + np.arange(3_000) % 7).astype(np.int32)
    made, whole = described(roster, label), vectors(roster)
    usual = whole.var(axis=0).sum()
    order = np.lexsort((made.groups.attribute_code, made.groups.type_code, made.groups.patch))
    assert order.tolist() == list(range(35))
    for group in range(35):
        its = np.flatnonzero(made.group == group)
        assert len(np.unique(label[its])) == 1
        log = np.log1p(roster.size_fen[its].astype(np.float64))
        types, attributes = (
            np.bincount(roster.type_code[its]),
            np.bincount(roster.attribute_code[its]),
        )
        spread = whole[its].var(axis=0).sum() * len(its)
        wanted = {
            "patch": roster.patch[its[0]],
            "stores": len(its),
            "seats": roster.seats[its].sum(),
            "size_mean_fen": roster.size_fen[its].mean(),
            "size_spread": log.std(),
            "closeness_mean": roster.closeness[its].astype(np.float64).mean(),
            "closeness_spread": roster.closeness[its].astype(np.float64).std(),
            "type_code": types.argmax(),
            "type_share": types.max() / len(its),
            "attribute_code": attributes.argmax(),
            "attribute_share": attributes.max() / len(its),
            "spread": spread,
            "likeness": 1 - min(spread / len(its) / usual, 1),
        }
        for name, value in wanted.items():
            assert getattr(made.groups, name)[group] == pytest.approx(value, rel=1e-9), name
    assert made.outliers.tolist() == [17]
    assert made.groups.look[made.group[17]] & Look.OUTLIER


def test_stores_are_measured_block_by_block_as_they_are_at_once() -> None:
    roster = believable(MANY, 1_000)
    space, whole = space_of(roster, Terms()), vectors(roster)
    assert space.plain == pytest.approx(whole[:, :2], rel=1e-9, abs=1e-12)
    assert space.stores["type"].tolist() == (2 + roster.type_code).tolist()


def test_sizes_that_are_mostly_equal_have_the_same_ends() -> None:
    roster = believable(MANY, 1_000)
    roster.size_fen[: MANY - 100] = 5_000
    size = np.log1p(roster.size_fen.astype(np.float64))
    size = np.clip(size, *np.quantile(size, (0.005, 0.995)))
    assert not size.std()
    assert not space_of(roster, Terms()).plain[:, 0].any()


def test_stores_are_put_in_order_of_their_keys_by_several_threads() -> None:
    key = np.random.default_rng(3).integers(0, 999, MANY).astype(np.int32)
    order, starts = counted(key, 1_000)
    assert order.tolist() == np.argsort(key, kind="stable").tolist()
    assert starts.tolist() == np.searchsorted(key[order], np.arange(1_001)).tolist()


def test_bounds_are_those_of_each_cell() -> None:
    roster = believable(5_000, 40)
    large = np.random.default_rng(4).random(5_000) < 0.1
    roster = replace(roster, seats=np.where(large, 120, roster.seats).astype(np.int32))
    pools = cells_of(roster)
    cells = [pools.order[low:high] for low, high in zip(pools.ends, pools.ends[1:], strict=False)]
    bounds = lower_bounds(roster, Terms())
    assert bounds.strict == sum(martello_toth(roster.seats[cell], 196) for cell in cells)
    patches = [roster.seats[roster.patch == patch] for patch in range(40)]
    assert bounds.patch_soft.tolist() == [martello_toth(each, 196) for each in patches]


def test_a_plan_of_many_blocks_is_the_same_again() -> None:
    roster = believable(MANY, MANY // 100)
    one, other = (plan(roster, Terms.of("strict")) for _ in range(2))
    assert (one.group == other.group).all()
    assert one.groups.stores.sum() == MANY
    for name in ("patch", "type_code", "attribute_code"):
        assert (getattr(one.groups, name)[one.group] == getattr(roster, name)).all()


def test_a_translation_is_named_after_all_that_it_is_made_of() -> None:
    assert {"keep", "cut", "space", "terms", "compiled"} <= set(sources("keep"))
    assert not {"describe", "core", "replan", "figures"} & set(sources("keep"))
