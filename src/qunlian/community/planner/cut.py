"""Cutting a set of stores in two, and in many: recursive bisection along principal axes.

A set of W seats becomes k groups by halving: order its stores along the direction in which they spread
most, cut where the two sides are most unlike inside the window that leaves both sides a feasible number
of seats (k₁ groups left: at most k₁·room there, and as much on the right), go on with the sides.
With one seat a store the window always holds a cut. With unequal seats a side may end a few seats over;
``groups.settle`` mends that, and where it cannot the caller asks for one group more.
"""

from typing import NamedTuple

import numpy as np

from qunlian.community.planner.compiled import bare, part
from qunlian.community.planner.order import ascending, got, put, rank
from qunlian.community.planner.space import ENDLESS, Space, add, along, product, square
from qunlian.community.planner.terms import FloatArray, IntArray, Terms

_AXIS_ROUNDS, _AXIS_STORES = 6, 128
_BUCKETS = 256
_STILL = 1e-4
#: A price no spread can pay: groups are cut as far as their seats ask, and no further.
PRICELESS = 1e12


class Rules(NamedTuple):
    """What every group must keep to, in the words of Terms.

    :ivar room: seats a group has for stores
    :ivar filled: seats to fill at first
    :ivar minimum: seats below which a group is too small
    :ivar price: what one more group must save in spread
    :ivar quota: least share of wanted stores in a group, 0 for none
    :ivar move_price: what moving a store out of its present group must save in spread
    """

    room: int
    filled: int
    minimum: int
    price: float
    quota: float
    move_price: float


def rules_of(terms: Terms) -> Rules:
    """Return what every group must keep to under these terms."""
    filled = max(1, int(terms.fill * terms.room + 1e-9))
    return Rules(
        room=terms.room,
        filled=filled,
        minimum=min(terms.minimum_seats, filled),
        price=PRICELESS if terms.is_strict else float(terms.groups_price),
        quota=float(terms.quota),
        move_price=0.0,
    )


class Window(NamedTuple):
    """Where a cut may fall: seats and stores on its left, least and most."""

    seats_low: int
    seats_high: int
    stores_low: int
    stores_high: int
    quota: float


@part
def principal_axis(space: Space, stores: IntArray, noise: FloatArray) -> FloatArray:
    """Return the direction (width,) in which the set spreads most.

    Power iteration, begun towards the store farthest from the mean; of large sets every so-manieth
    store speaks for the others. ``noise``, where there is any, turns the direction a little: another
    start for the same set.
    """
    width, some = len(space.heights), _some(stores, 1 + len(stores) // _AXIS_STORES)
    mean, axis = np.zeros(width), np.zeros(width)
    for store in some:
        add(space, mean, store, 1.0 / len(some))
    add(space, axis, _farthest(space, some, mean), 1.0)
    for column in range(width):
        axis[column] -= mean[column]
    for _ in range(_AXIS_ROUNDS):
        if not _lengthen(space, some, (mean, axis)):
            break
    if len(noise):
        length, first = np.sqrt(product(axis, axis) / width), 31 * len(stores) + stores[0]
        for column in range(width):
            axis[column] += length * noise[(first + column) % len(noise)]
    return axis


@part
def _some(stores: IntArray, step: int) -> IntArray:
    """Return every so-manieth store."""
    some = np.empty(-(-len(stores) // step), dtype=np.int64)
    for at in range(len(some)):
        some[at] = stores[at * step]
    return some


@part
def _lengthen(space: Space, stores: IntArray, vectors: tuple[FloatArray, FloatArray]) -> bool:
    """Multiply the axis by the set's scatter matrix; return whether it still turns."""
    mean, axis = vectors
    width = len(axis)
    length = np.sqrt(product(axis, axis))
    if length == 0.0:
        return False
    for column in range(width):
        axis[column] /= length
    fresh, offset = np.zeros(width), product(mean, axis)
    for store in stores:
        add(space, fresh, store, along(space, axis, store) - offset)
    moved = 1.0 - product(fresh, axis) / max(np.sqrt(product(fresh, fresh)), 1e-300)
    for column in range(width):
        axis[column] = fresh[column]
    return bool(moved > _STILL)


@bare
def _farthest(space: Space, stores: IntArray, mean: FloatArray) -> int:
    best, found = -1.0, int(stores[0])
    for store in stores:
        far = square(space, store) - 2.0 * along(space, mean, store)
        if far > best or store == stores[0]:
            best, found = far, int(store)
    return found


@part
def cut_across(
    space: Space, stores: IntArray, line: tuple[FloatArray, FloatArray], window: Window
) -> tuple[int, float]:
    """Cut a set in two across an axis, where the window allows it and both sides are most unlike.

    ``stores`` is rearranged: the left side first. The spread of the two sides is the sum of squares less
    ``Σ |sum|²/n`` of both, so the highest such figure wins. Where no cut falls into the window, the one
    that leaves it least is taken.

    :param line: the axis (width,), and the sum of all the stores' vectors (width,)
    :returns: stores left of the cut, and that figure
    """
    axis, total = line
    place = np.empty(len(stores))
    for at in range(len(stores)):
        place[at] = along(space, axis, stores[at])
    return cut_laid(space, stores, (place, total), window)


@bare
def cut_laid(
    space: Space, stores: IntArray, line: tuple[FloatArray, FloatArray], window: Window
) -> tuple[int, float]:
    """Cut a set in two as ``cut_across`` does, of which is known where each store lies.

    :param line: (n,) where each store lies, and the sum (width,) of all the stores' vectors
    """
    place, total = line
    low, high = _divide(space, stores, place, window)
    return _best_cut(space, stores, (total, low, high), window)


@part
def _divide(space: Space, stores: IntArray, place: FloatArray, window: Window) -> tuple[int, int]:
    """Put stores that lie left of the window first, those right of it last, the others between in order.

    :param place: (n,) where each store lies, rearranged like ``stores``
    :returns: the first store that may be on either side, and the one after the last
    """
    many = len(stores)
    least = most = place[0]
    for at in range(1, many):
        least, most = min(least, place[at]), max(most, place[at])
    buckets = min(_BUCKETS, many)
    scale = (buckets - 1e-6) / (most - least) if most > least else 0.0
    count, seats = np.zeros(buckets, dtype=np.int64), np.zeros(buckets, dtype=np.int64)
    for at in range(many):
        bucket = int((place[at] - least) * scale)
        count[bucket] += 1
        seats[bucket] += space.stores[stores[at]].seats
    first, last, low, high = _buckets_cut(count, seats, window)
    if high <= low:
        first, last, low, high = 0, buckets - 1, 0, many
    begin, steps = np.zeros(buckets, dtype=np.int64), 0
    for bucket in range(1, buckets):
        begin[bucket] = begin[bucket - 1] + count[bucket - 1]
    for bucket in range(first, last + 1):
        steps += count[bucket] * count[bucket]
    old_stores, old_place = stores.copy(), place.copy()
    for at in range(many):
        bucket = int((old_place[at] - least) * scale)
        to = begin[bucket]
        begin[bucket] += 1
        stores[to], place[to] = old_stores[at], old_place[at]
    rank(place[low:high], stores[low:high], steps)
    return low, high


@bare
def _buckets_cut(count: IntArray, seats: IntArray, window: Window) -> tuple[int, int, int, int]:
    """Return the first and last bucket that the window cuts, and the stores before and up to them."""
    first, last, low, high = len(count), -1, 0, 0
    stores_before = seats_before = 0
    for bucket in range(len(count)):
        stores_after, seats_after = stores_before + count[bucket], seats_before + seats[bucket]
        is_left = stores_after < window.stores_low or seats_after < window.seats_low
        is_right = stores_before >= window.stores_high or seats_before >= window.seats_high
        if not is_left and not is_right:
            if last < 0:
                first, low = bucket, stores_before
            last, high = bucket, stores_after
        stores_before, seats_before = stores_after, seats_after
    return first, last, low, high


@part
def _best_cut(
    space: Space, stores: IntArray, between: tuple[FloatArray, int, int], window: Window
) -> tuple[int, float]:
    """Return the best cut among ordered stores, and ``Σ |sum|²/n`` of both sides.

    With L the sum on the left and T of all, the right side's is ``|T|² - 2·T·L + |L|²``.

    :param between: T (width,), the least and the most stores that may be left
    """
    total, low, high = between
    many, left = len(stores), np.zeros(len(space.heights))
    seats, wanted_left = 0, 0
    for at in range(low):
        add(space, left, stores[at], 1.0)
        seats += space.stores[stores[at]].seats
        wanted_left += space.stores[stores[at]].wanted
    wanted = wanted_among(space, stores) if window.quota > 0.0 else 0
    whole, shared, left_norm = product(total, total), product(total, left), product(left, left)
    best, cut, value_there = -ENDLESS, 1, 0.0
    for at in range(max(0, low - 1), min(high, many - 1)):
        if at >= low:
            store = stores[at]
            left_norm += 2.0 * along(space, left, store) + square(space, store)
            shared += along(space, total, store)
            add(space, left, store, 1.0)
            seats += space.stores[store].seats
            wanted_left += space.stores[store].wanted
        rest = many - at - 1
        value = left_norm / (at + 1) + (whole - 2.0 * shared + left_norm) / rest
        score = value - 1e9 * _outside(window, seats, at + 1)
        if window.quota > 0.0:
            score -= 1e6 * max(0.0, window.quota * (at + 1) - wanted_left)
            score -= 1e6 * max(0.0, window.quota * rest - (wanted - wanted_left))
        if score > best:
            best, cut, value_there = score, at + 1, value
    return cut, value_there


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


@bare
def seats_of(space: Space, stores: IntArray) -> int:
    """Return the seats that the stores need."""
    total = 0
    for store in stores:
        total += space.stores[store].seats
    return int(total)


@part
def total_of(space: Space, stores: IntArray) -> FloatArray:
    """Return the sum (width,) of the stores' vectors."""
    total = np.zeros(len(space.heights))
    for store in stores:
        add(space, total, store, 1.0)
    return total


@part
def split(space: Space, order: IntArray, parts: int, rules: Rules, noise: FloatArray) -> IntArray:
    """Cut a set into ``parts`` ≤ len(order) groups; ``order`` is rearranged so that they are adjacent.

    :returns: (parts + 1,) where each group begins in ``order``, and its end
    """
    starts = np.zeros(parts + 1, dtype=np.int64)
    starts[parts] = len(order)
    todo = np.empty((parts + 1, 4), dtype=np.int64)
    put(todo, 0, (0, len(order), 0, parts))
    waiting = 1
    while waiting:
        waiting -= 1
        low, high, first, many = got(todo, waiting)
        starts[first] = low
        if many == 1:
            continue
        left = many // 2
        window = _window(space, order[low:high], (left, many - left), rules)
        line = principal_axis(space, order[low:high], noise), total_of(space, order[low:high])
        cut, _ = cut_across(space, order[low:high], line, window)
        put(todo, waiting, (low, low + cut, first, left))
        put(todo, waiting + 1, (low + cut, high, first + left, many - left))
        waiting += 2
    return starts


@bare
def _window(space: Space, stores: IntArray, parts: tuple[int, int], rules: Rules) -> Window:
    """Return where a set may be cut that becomes so many groups left and right."""
    left, right = parts
    seats = seats_of(space, stores)
    full = rules.filled if seats <= (left + right) * rules.filled else rules.room
    least = min(rules.minimum, seats // (left + right))
    return Window(
        max(seats - right * full, left * least),
        min(left * full, seats - right * least),
        left,
        len(stores) - right,
        0.0,
    )


@part
def worth_cutting(space: Space, stores: IntArray, rules: Rules) -> tuple[int, float]:
    """Return where one group would best become two that are not too small, and the spread it saves.

    ``stores`` are put in the order in which they would be cut.

    :returns: stores left of the cut (0: it cannot be cut) and the spread saved
    """
    seats = seats_of(space, stores)
    if len(stores) < 2 or seats < 2 * rules.minimum:  # noqa: PLR2004
        return 0, 0.0
    axis, whole = principal_axis(space, stores, np.zeros(0)), total_of(space, stores)
    window = Window(rules.minimum, seats - rules.minimum, 1, len(stores) - 1, rules.quota)
    cut, between = cut_across(space, stores, (axis, whole), window)
    left = seats_of(space, stores[:cut])
    if min(left, seats - left) < rules.minimum:
        return 0, 0.0
    return cut, between - product(whole, whole) / len(stores)


@part
def grow(space: Space, order: IntArray, starts: IntArray, rules: Rules) -> IntArray:
    """Cut groups further, the one that saves most first, while one more saves more than its price.

    :returns: where each group begins in ``order``, and its end, as ``split`` does
    """
    count = len(starts) - 1
    most = min(len(order), count + seats_of(space, order) // max(1, rules.minimum)) + 1
    begins, ends = np.zeros(most, dtype=np.int64), np.zeros(most, dtype=np.int64)
    cuts, gains = np.zeros(most, dtype=np.int64), np.zeros(most)
    for at in range(count):
        begins[at], ends[at] = starts[at], starts[at + 1]
        cuts[at], gains[at] = worth_cutting(space, order[begins[at] : ends[at]], rules)
    while count < most:
        best = 0
        for at in range(count):
            if gains[at] > gains[best]:
                best = at
        if cuts[best] == 0 or gains[best] <= rules.price:
            break
        begins[count], ends[count] = begins[best] + cuts[best], ends[best]
        ends[best] = begins[count]
        for at in (best, count):
            cuts[at], gains[at] = worth_cutting(space, order[begins[at] : ends[at]], rules)
        count += 1
    return ascending(begins[:count], len(order))
