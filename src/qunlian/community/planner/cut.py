"""Cutting a set of stores in two, and in many: recursive bisection along principal axes.

A set of W seats becomes k groups by halving: order its stores along the direction in which they spread
most, cut where the two sides are most unlike inside the window that leaves both sides a feasible number
of seats (k₁ groups left: at most k₁·room there, and as much on the right), go on with the sides.
With one seat a store the window always holds a cut. With unequal seats a side may end a few seats over;
``groups.settle`` mends that, and where it cannot the caller asks for one group more.
"""

from typing import NamedTuple

import numpy as np

from qunlian.community.planner.across import (
    Desk,
    Line,
    Window,
    cut_across,
    lay,
    take_over,
    turn,
)
from qunlian.community.planner.compiled import bare, part
from qunlian.community.planner.order import ascending, got, put
from qunlian.community.planner.space import Space, add, along, placed, product, square, sum_up
from qunlian.community.planner.terms import FloatArray, IntArray, Terms

_AXIS_ROUNDS, _AXIS_STORES = 6, 128
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


@bare
def principal_axis(space: Space, desk: Desk, stores: IntArray) -> None:
    """Find the direction in which the set spreads most: ``desk.axis``.

    Power iteration, begun towards the store farthest from the mean; of large sets every so-manieth
    store speaks for the others.
    """
    axis, mean = desk.axis, desk.mean
    step = 1 + len(stores) // _AXIS_STORES
    sum_up(space, stores, step, mean)
    for column in range(len(axis)):
        mean[column] /= -(-len(stores) // step)
        axis[column] = -mean[column]
    add(space, axis, _farthest(space, stores, step, mean), 1.0)
    for _ in range(_AXIS_ROUNDS):
        if not _lengthen(space, desk, stores, step):
            break


@bare
def _turn_away(desk: Desk, stores: IntArray, noise: FloatArray) -> None:
    """Turn the axis a little, where there is any noise: another start for the same set."""
    if len(noise):
        axis, width = desk.axis, len(desk.axis)
        length, first = np.sqrt(product(axis, axis) / width), 31 * len(stores) + stores[0]
        for column in range(width):
            axis[column] += length * noise[(first + column) % len(noise)]


@bare
def _lengthen(space: Space, desk: Desk, stores: IntArray, step: int) -> bool:
    """Multiply the axis by the scatter matrix of every so-manieth store; return whether it still turns."""
    axis, fresh, length = desk.axis, desk.left, np.sqrt(product(desk.axis, desk.axis))
    if length == 0.0:
        return False
    for column in range(len(axis)):
        axis[column] /= length
        fresh[column] = 0.0
    turn(space, desk)
    size, closeness, offset = 0.0, 0.0, product(desk.mean, axis)
    for at in range(0, len(stores), step):
        it, place = space.stores[stores[at]], placed(space, desk.weight, stores[at]) - offset
        size += place * it.size
        closeness += place * it.closeness
        fresh[it.type] += place
        fresh[it.attribute] += place
    fresh[0], fresh[1] = size, closeness
    for column in range(2, len(axis)):
        fresh[column] *= space.heights[column]
    moved = 1.0 - product(fresh, axis) / max(np.sqrt(product(fresh, fresh)), 1e-300)
    for column in range(len(axis)):
        axis[column] = fresh[column]
    return bool(moved > _STILL)


@bare
def _farthest(space: Space, stores: IntArray, step: int, mean: FloatArray) -> int:
    best, found = -1.0, int(stores[0])
    for at in range(0, len(stores), step):
        store = int(stores[at])
        far = square(space, store) - 2.0 * along(space, mean, store)
        if far > best or at == 0:
            best, found = far, store
    return found


@bare
def seats_of(space: Space, stores: IntArray) -> int:
    """Return the seats that the stores need."""
    total = 0
    for store in stores:
        total += space.stores[store].seats
    return int(total)


@part
def split(
    space: Space, desk: Desk, order: IntArray, parts: int, how: tuple[Rules, FloatArray]
) -> IntArray:
    """Cut a set into ``parts`` ≤ len(order) groups; ``order`` is rearranged so that they are adjacent.

    :param how: what groups keep to, and what turns the axes, empty to go straight
    :returns: (parts + 1,) where each group begins in ``order``, and its end
    """
    rules, noise = how
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
        principal_axis(space, desk, order[low:high])
        _turn_away(desk, order[low:high], noise)
        sum_up(space, order[low:high], 1, desk.total)
        line = lay(space, desk, order[low:high])
        window = _window(line, (left, many - left), rules)
        cut, _, _ = cut_across(space, desk, order[low:high], line, window)
        take_over(desk, order[low:high])
        put(todo, waiting, (low, low + cut, first, left))
        put(todo, waiting + 1, (low + cut, high, first + left, many - left))
        waiting += 2
    return starts


@bare
def _window(line: Line, parts: tuple[int, int], rules: Rules) -> Window:
    """Return where a set may be cut that becomes so many groups left and right."""
    left, right = parts
    full = rules.filled if line.seats <= (left + right) * rules.filled else rules.room
    least = min(rules.minimum, line.seats // (left + right))
    return Window(
        max(line.seats - right * full, left * least),
        min(left * full, line.seats - right * least),
        left,
        line.stores - right,
        0.0,
    )


@bare
def _spread_along(desk: Desk, line: Line) -> float:
    """Return the spread of the stores along the line on which they lie."""
    total = squares = 0.0
    for at in range(line.stores):
        far = desk.place[at] - line.least
        total += far
        squares += far * far
    return float(squares - total * total / line.stores) / max(product(desk.axis, desk.axis), 1e-300)


@bare
def worth_cutting(space: Space, desk: Desk, stores: IntArray, rules: Rules) -> tuple[int, float]:
    """Return where one group would best become two that are not too small, and the spread it saves.

    ``stores`` are put in the order in which they would be cut. Where they spread less than the price, or less
    than it along the line, they are not cut.

    :returns: stores left of the cut (0: it cannot be cut, or not for the price) and the spread saved
    """
    many = len(stores)
    seats, _, squares = sum_up(space, stores, 1, desk.total)
    of_mean = product(desk.total, desk.total) / many
    if many < 2 or seats < 2 * rules.minimum or squares - of_mean <= rules.price:  # noqa: PLR2004
        return 0, 0.0
    principal_axis(space, desk, stores)
    line = lay(space, desk, stores)
    if _spread_along(desk, line) <= rules.price:
        return 0, 0.0
    window = Window(rules.minimum, seats - rules.minimum, 1, many - 1, rules.quota)
    cut, between, left = cut_across(space, desk, stores, line, window)
    take_over(desk, stores)
    if min(left, seats - left) < rules.minimum:
        return 0, 0.0
    return cut, between - of_mean


@part
def grow(space: Space, desk: Desk, order: IntArray, starts: IntArray, rules: Rules) -> IntArray:
    """Cut groups further, the one that saves most first, while one more saves more than its price.

    :returns: where each group begins in ``order``, and its end, as ``split`` does
    """
    count = len(starts) - 1
    most = min(len(order), count + seats_of(space, order) // max(1, rules.minimum)) + 1
    begins, ends = np.zeros(most, dtype=np.int64), np.zeros(most, dtype=np.int64)
    cuts, gains = np.zeros(most, dtype=np.int64), np.zeros(most)
    for at in range(count):
        begins[at], ends[at] = starts[at], starts[at + 1]
        cuts[at], gains[at] = worth_cutting(space, desk, order[begins[at] : ends[at]], rules)
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
            cuts[at], gains[at] = worth_cutting(space, desk, order[begins[at] : ends[at]], rules)
        count += 1
    return ascending(begins[:count], len(order))
