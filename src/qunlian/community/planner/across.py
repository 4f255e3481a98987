"""Cutting a set of stores in two across a line.

The stores are laid on the line, put in order of their places as far as the cut may fall among them, and cut
where both sides are most unlike. All of it works on a ``Desk``, made once for many pools.
"""

from typing import NamedTuple

import numpy as np

from qunlian.community.planner.compiled import bare, part
from qunlian.community.planner.order import rank
from qunlian.community.planner.space import ENDLESS, Space, placed, product
from qunlian.community.planner.terms import FloatArray, IntArray

_BUCKETS = 256
#: Where buckets hold so few stores (the sum of their squares, per store), those within one stay as they came:
#: what a cut saves is exact in any order.
_FEW = 8


class Window(NamedTuple):
    """Where a cut may fall: seats and stores on its left, least and most."""

    seats_low: int
    seats_high: int
    stores_low: int
    stores_high: int
    quota: float


class Line(NamedTuple):
    """What is known of stores that were laid on a line: their number and seats, the first and last place."""

    stores: int
    seats: int
    least: float
    most: float


class Desk(NamedTuple):
    """Where stores are laid to be cut.

    :ivar axis: (width,) the direction of the line
    :ivar weight: (width,) what size and closeness are multiplied by to find a store's place on it, and what
        each filled column adds
    :ivar total: (width,) the sum of their vectors; ``mean`` that of some
    :ivar left: (width,) the sum of those left of a cut
    :ivar place: (n,) where each store lies
    :ivar spare: (n,) the stores as they were laid, where they come from several groups
    :ivar order: (n,) the stores after the cut, those left of it first
    :ivar ranked: (n,) where each of these lies
    :ivar held: (b,) stores in each part of the line, ``seats`` of them, and where they begin in ``order``
    """

    axis: FloatArray
    weight: FloatArray
    total: FloatArray
    mean: FloatArray
    left: FloatArray
    place: FloatArray
    spare: IntArray
    order: IntArray
    ranked: FloatArray
    held: IntArray
    seats: IntArray
    begin: IntArray


@part
def desk_for(space: Space, stores: int) -> Desk:
    """Make a desk on which so many stores can be laid."""
    width, buckets = len(space.heights), min(_BUCKETS, stores)
    return Desk(
        np.zeros(width),
        np.zeros(width),
        np.zeros(width),
        np.zeros(width),
        np.zeros(width),
        np.empty(stores),
        np.empty(stores, dtype=np.int64),
        np.empty(stores, dtype=np.int64),
        np.empty(stores),
        np.zeros(buckets, dtype=np.int64),
        np.zeros(buckets, dtype=np.int64),
        np.zeros(buckets, dtype=np.int64),
    )


@bare
def lay(space: Space, desk: Desk, stores: IntArray) -> Line:
    """Lay stores on the line along ``desk.axis``."""
    turn(space, desk)
    least, most, seats = ENDLESS, -ENDLESS, 0
    for at in range(len(stores)):
        place = placed(space, desk.weight, stores[at])
        least, most = min(least, place), max(most, place)
        seats += space.stores[stores[at]].seats
        desk.place[at] = place
    return Line(len(stores), seats, least, most)


@bare
def turn(space: Space, desk: Desk) -> None:
    """Write what places on the line along ``desk.axis`` are made of."""
    for column in range(len(desk.axis)):
        times = space.heights[column] if column > 1 else 1.0
        desk.weight[column] = desk.axis[column] * times


@bare
def cut_across(
    space: Space, desk: Desk, stores: IntArray, line: Line, window: Window
) -> tuple[int, float, int]:
    """Cut a set in two where the window allows it and both sides are most unlike.

    The spread of the two sides is the sum of squares less ``Σ |sum|²/n`` of both, so the highest such figure
    wins. Where no cut falls into the window, the one that leaves it least is taken.

    :param stores: as they were laid on the desk; they come to lie on ``desk.order``
    :returns: stores left of the cut, that figure, and seats left of the cut
    """
    low, high = _divide(space, desk, stores, line, window)
    return _best_cut(space, desk, line, (low, high), window)


@bare
def take_over(desk: Desk, stores: IntArray) -> None:
    """Put stores into the order in which they lie after a cut."""
    for at in range(len(stores)):
        stores[at] = desk.order[at]


@bare
def _divide(
    space: Space, desk: Desk, stores: IntArray, line: Line, window: Window
) -> tuple[int, int]:
    """Put stores left of the window first, those right of it last, the others between, about in order.

    :returns: the first store that may be on either side, and the one after the last
    """
    many, buckets = line.stores, min(len(desk.held), line.stores)
    scale = (buckets - 1e-6) / (line.most - line.least) if line.most > line.least else 0.0
    for bucket in range(buckets):
        desk.held[bucket] = desk.seats[bucket] = 0
    for at in range(many):
        desk.held[np.uint32((desk.place[at] - line.least) * scale)] += 1
    for at in range(many if line.seats > many else 0):
        into = np.uint32((desk.place[at] - line.least) * scale)
        desk.seats[into] += space.stores[stores[at]].seats
    low, high, steps = _begin(desk, line, buckets, window)
    for at in range(many):
        into = np.uint32((desk.place[at] - line.least) * scale)
        to = desk.begin[into]
        desk.begin[into] = to + 1
        desk.order[to], desk.ranked[to] = stores[at], desk.place[at]
    if steps > _FEW * (high - low):
        rank((desk.ranked, desk.order), (desk.place, desk.spare), (low, high), steps)
    return low, high


@bare
def _begin(desk: Desk, line: Line, buckets: int, window: Window) -> tuple[int, int, int]:
    """Tell where each bucket begins.

    :returns: the first store that may be on either side of the cut, the one after the last, and about how
        many steps it takes to put those between in order
    """
    held, weights = desk.held, desk.held if line.seats == line.stores else desk.seats
    bucket = stores = seats = steps = 0
    while bucket < buckets and (
        stores + held[bucket] < window.stores_low or seats + weights[bucket] < window.seats_low
    ):
        desk.begin[bucket] = stores
        stores, seats, bucket = stores + held[bucket], seats + weights[bucket], bucket + 1
    low = stores
    while bucket < buckets and stores < window.stores_high and seats < window.seats_high:
        desk.begin[bucket] = stores
        steps += held[bucket] * held[bucket]
        stores, seats, bucket = stores + held[bucket], seats + weights[bucket], bucket + 1
    high = stores
    for further in range(bucket, buckets):
        desk.begin[further] = stores
        stores += held[further]
    return (low, high, steps) if low < high else (0, stores, stores * stores)


@bare
def _best_cut(
    space: Space, desk: Desk, line: Line, between: tuple[int, int], window: Window
) -> tuple[int, float, int]:
    """Return the best cut among ordered stores, ``Σ |sum|²/n`` of both sides, and seats left of it.

    With L the sum on the left and T of all, the right side's is ``|T|² - 2·T·L + |L|²``.

    :param between: the least and the most stores that may be left
    """
    low, high = between
    many, total, left = line.stores, desk.total, desk.left
    seats, wanted = _left_of(space, desk, low)
    size, closeness, coded, shared, whole = left[0], left[1], 0.0, 0.0, product(total, total)
    for column in range(2, len(left)):
        coded += left[column] * left[column]
        shared += left[column] * total[column]
    all_wanted = wanted_among(space, desk.order[:many]) if window.quota > 0.0 else 0
    best, cut, value_there, seats_there = -ENDLESS, 1, 0.0, 0
    for here in range(max(1, low), min(high, many - 1) + 1):
        if here > low:
            it = space.stores[desk.order[here - 1]]
            size += it.size
            closeness += it.closeness
            for column in (it.type, it.attribute):
                height, before = space.heights[column], left[column]
                left[column] = before + height
                coded += height * (2.0 * before + height)
                shared += height * total[column]
            seats += it.seats
            wanted += it.wanted
        norm, rest = size * size + closeness * closeness + coded, many - here
        along = total[0] * size + total[1] * closeness + shared
        value = (norm * many + (whole - 2.0 * along) * here) / (float(here) * rest)
        score = value
        if not (
            window.seats_low <= seats <= window.seats_high
            and window.stores_low <= here <= window.stores_high
        ):
            score -= 1e9 * _outside(window, seats, here)
        if window.quota > 0.0:
            score -= 1e6 * max(0.0, window.quota * here - wanted)
            score -= 1e6 * max(0.0, window.quota * rest - (all_wanted - wanted))
        if score > best:
            best, cut, value_there, seats_there = score, here, value, seats
    return cut, value_there, seats_there


@bare
def _left_of(space: Space, desk: Desk, low: int) -> tuple[int, int]:
    """Note what the first stores add up to; return their seats, and how many count for the quota."""
    left, size, closeness, seats, wanted = desk.left, 0.0, 0.0, 0, 0
    for column in range(len(left)):
        left[column] = 0.0
    for at in range(low):
        it = space.stores[desk.order[at]]
        size += it.size
        closeness += it.closeness
        left[it.type] += space.heights[it.type]
        left[it.attribute] += space.heights[it.attribute]
        seats += it.seats
        wanted += it.wanted
    left[0], left[1] = size, closeness
    return seats, wanted


@bare
def wanted_among(space: Space, stores: IntArray) -> int:
    """Return how many of the stores count for the quota."""
    wanted = 0
    for store in stores:
        wanted += space.stores[store].wanted
    return wanted


@bare
def _outside(window: Window, seats: int, stores: int) -> int:
    """Return by how much a cut misses the window; stores weigh more than seats."""
    seats_over = max(0, seats - window.seats_high) + max(0, window.seats_low - seats)
    stores_over = max(0, stores - window.stores_high) + max(0, window.stores_low - stores)
    return seats_over + 1_000_000 * stores_over
