"""From a roster to stores as vectors: log sizes and closeness standardised, codes as columns."""

import os
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from qunlian.community.planner.blocks import side_by_side
from qunlian.community.planner.compiled import compiled
from qunlian.community.planner.space import STORE, Space
from qunlian.community.planner.terms import (
    BoolArray,
    FloatArray,
    IntArray,
    Roster,
    ShortArray,
    StoreArray,
    Terms,
)

_WINSORISED = (0.005, 0.995)
#: Ends of a long column are found among its least and greatest fiftieth, as a sample of so many tells it.
_SAMPLE, _TAIL = 10_000, 0.02

SinglesArray = npt.NDArray[np.float32]


class Codes(NamedTuple):
    """
    The codes that occur in a column.

    :ivar codes: ascending
    :ivar place: the position among them of each code up to the greatest
    """

    codes: IntArray
    place: ShortArray


class Scaling(NamedTuple):
    """
    What makes columns comparable, first that of log size, then that of closeness.

    :ivar low: the least that counts, and ``high`` the most
    :ivar mean: of what counts
    :ivar deviation: its standard deviation; 0 for a column that is constant
    """

    low: FloatArray
    high: FloatArray
    mean: FloatArray
    deviation: FloatArray


class _Columns(NamedTuple):
    """What vectors are made of, a position for each store."""

    log_size: FloatArray
    closeness: SinglesArray
    kind: ShortArray
    attribute: ShortArray
    seats: ShortArray


def space_of(roster: Roster, terms: Terms) -> Space:
    """Turn a roster into vectors, by the weights of the terms."""
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        log_size, stores = np.empty(roster.count), np.empty(roster.count, dtype=STORE)
        limits = threads.submit(_limits, roster.size_fen)
        side_by_side(threads, roster.count, _write_logs, roster.size_fen, log_size)
        types, attributes = codes_of(roster.type_code), codes_of(roster.attribute_code)
        columns = _Columns(
            log_size, roster.closeness, roster.type_code, roster.attribute_code, roster.seats
        )
        scaling = _scaling(threads, columns, limits.result())
        tables = types.place + np.int32(2), attributes.place + np.int32(2 + len(types.codes))
        side_by_side(threads, roster.count, _write_stores, stores, columns, tables, scaling)
    heights = np.ones(2 + len(types.codes) + len(attributes.codes))
    heights[2 : 2 + len(types.codes)] = np.sqrt(terms.weight_type / 2)
    heights[2 + len(types.codes) :] = np.sqrt(terms.weight_attribute / 2)
    if roster.wanted is not None:
        stores["wanted"] = roster.wanted
    return Space(stores=stores, heights=heights)


def taken(space: Space, places: IntArray) -> Space:
    """Return the space of these stores only, in this order."""
    stores = np.empty(len(places), dtype=STORE)
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        side_by_side(threads, len(places), _take, space.stores, places, stores)
    return space._replace(stores=stores)


def codes_of(code: ShortArray) -> Codes:
    """Return the codes that occur in a column."""
    codes = np.flatnonzero(_occurring(code, int(code.max(initial=-1)) + 1))
    place = np.zeros(int(codes.max(initial=0)) + 1, dtype=np.int32)
    place[codes] = np.arange(len(codes), dtype=np.int32)
    return Codes(codes=codes, place=place)


def _limits(size_fen: IntArray) -> tuple[float, float]:
    """Return the natural logarithms of the least and the most size that counts."""
    low, high = (share * (len(size_fen) - 1) for share in _WINSORISED)
    if not len(size_fen):
        return 0.0, 0.0
    return _ranked(size_fen, low), -_ranked(-size_fen, len(size_fen) - 1 - high)


def _ranked(size_fen: IntArray, rank: float) -> float:
    """Return the logarithm that would have a rank near the least, of sizes that are all ≥ 0 or all ≤ 0."""
    first = int(rank)
    sample = np.sort(size_fen[:: 1 + len(size_fen) // _SAMPLE])
    least = size_fen[size_fen <= sample[min(int(_TAIL * len(sample)) + 1, len(sample) - 1)]]
    ranked = np.sort(least if len(least) > first + 1 else size_fen)
    ends = ranked[[first, min(first + 1, len(ranked) - 1)]].astype(np.float64)
    one, other = np.sign(ends) * np.log1p(np.abs(ends))
    return float(one + (other - one) * (rank - first))


def _scaling(threads: Executor, columns: _Columns, limits: tuple[float, float]) -> Scaling:
    """Return what makes log size and closeness comparable."""
    count = max(len(columns.log_size), 1)
    low, high = np.array([limits[0], -np.inf]), np.array([limits[1], np.inf])
    about = Scaling(low=low, high=high, mean=np.zeros(2), deviation=np.ones(2))
    sums = side_by_side(threads, len(columns.log_size), _sums, columns, about)
    about = about._replace(mean=np.array(sums).sum(axis=0)[:2] / count)
    sums = side_by_side(threads, len(columns.log_size), _sums, columns, about)
    deviation = np.sqrt(np.array(sums).sum(axis=0)[2:] / count)
    # a constant column has a deviation of rounding errors only
    deviation[deviation <= 1e-9 * (1 + np.abs(about.mean))] = 0.0
    return about._replace(deviation=deviation)


@compiled
def _occurring(code: ShortArray, most: int) -> BoolArray:
    """Return which codes below ``most`` occur."""
    occurs = np.zeros(most, dtype=np.bool_)
    for store in range(len(code)):
        occurs[code[store]] = True
    return occurs


@compiled
def _write_logs(size_fen: IntArray, log_size: FloatArray, block: tuple[int, int]) -> None:
    for store in range(block[0], block[1]):
        log_size[store] = np.log(1.0 + size_fen[store])  # log1p, which is slower, wins nothing here


@compiled
def _sums(columns: _Columns, scaling: Scaling, block: tuple[int, int]) -> FloatArray:
    """Return the sums of log size and closeness less their means, and of their squares."""
    sums = np.zeros(4)
    for store in range(block[0], block[1]):
        size = min(max(columns.log_size[store], scaling.low[0]), scaling.high[0]) - scaling.mean[0]
        closeness = columns.closeness[store] - scaling.mean[1]
        sums[0] += size
        sums[1] += closeness
        sums[2] += size * size
        sums[3] += closeness * closeness
    return sums


@compiled
def _write_stores(
    stores: StoreArray,
    columns: _Columns,
    tables: tuple[ShortArray, ShortArray],
    scaling: Scaling,
    block: tuple[int, int],
) -> None:
    """Write stores as records; what is constant is 0."""
    kinds, attributes = tables
    times = np.zeros(2)
    for at in range(2):
        if scaling.deviation[at] > 0.0:
            times[at] = 1.0 / scaling.deviation[at]
    for store in range(block[0], block[1]):
        it = stores[store]
        size = min(max(columns.log_size[store], scaling.low[0]), scaling.high[0])
        it.size = (size - scaling.mean[0]) * times[0]
        it.closeness = (columns.closeness[store] - scaling.mean[1]) * times[1]
        it.seats, it.home, it.wanted = columns.seats[store], -1, 0
        it.type = kinds[columns.kind[store]]
        it.attribute = attributes[columns.attribute[store]]


@compiled
def _take(stores: StoreArray, places: IntArray, chosen: StoreArray, block: tuple[int, int]) -> None:
    for at in range(block[0], block[1]):
        chosen[at] = stores[places[at]]
