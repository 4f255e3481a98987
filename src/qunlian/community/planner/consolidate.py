"""Which cells of a patch share groups.

A cell is the stores of one patch, type and attribute. With real numbers most cells are far below
the size of a group, so cells are merged into pools, each cut to size afterwards. Merging is greedy,
all patches at once: the pair whose merger adds least spread beyond what the groups saved are worth,
until none pays; pools under the minimum size must merge whatever it costs. This is done at several
prices of a group, always the same ones, and once with the whole patch as one pool. The caller cuts
every proposal, measures it and takes the best at the price asked. Because the proposals do not
depend on that price, a higher price can never give more groups.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from qunlian.community.planner.bounds import cells
from qunlian.community.planner.mixture import Mixture
from qunlian.community.planner.split import Sizing
from qunlian.community.planner.terms import BoolArray, FloatArray, IntArray, Roster

LADDER = (0.0, 10.0, 30.0, 100.0, 300.0, 1000.0, 1e7)
_TOO_SMALL = 1e12
_ENTRIES_AT_ONCE = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """The cells of a roster, in order of patch.

    :ivar label: each store's cell
    :ivar patch: each cell's patch
    """

    label: IntArray
    patch: IntArray
    stores: IntArray
    seats: IntArray
    largest: IntArray
    sums: FloatArray

    @property
    def count(self) -> int:
        return len(self.patch)


def cells_of(roster: Roster, mixture: Mixture) -> Cells:
    """Sort a roster into its cells and add each up."""
    first, label = cells(roster)
    count = len(first)
    largest = np.zeros(count, dtype=np.int64)
    np.maximum.at(largest, label, roster.seats)
    return Cells(
        label=label,
        patch=roster.patch[first],
        stores=np.bincount(label, minlength=count),
        seats=np.bincount(label, weights=roster.seats, minlength=count).astype(np.int64),
        largest=largest,
        sums=mixture.sums(label, count),
    )


def proposals(found: Cells, sizing: Sizing) -> list[IntArray]:
    """Return proposals: for each, the pool of every cell, named after the pool's first cell.

    The first one is to keep whole patches together; the rest follow LADDER.
    """
    many = np.bincount(found.patch)
    starts = np.cumsum(many) - many
    kept = [starts[found.patch]] + [np.arange(found.count) for _ in LADDER]
    for patches in _batches(many):
        table = _table(starts[patches], many[patches])
        board = _Board.of(found, table, sizing)
        base = board.pairs(sizing)
        for step, price in enumerate(LADDER, start=1):
            owner = board.copy().merge(base, price, sizing)
            used = table >= 0
            pool = np.take_along_axis(table, owner, axis=1)
            kept[step][table[used]] = pool[used]
    return kept


def _batches(many: IntArray) -> Iterator[IntArray]:
    """Yield patches of a similar number of cells, few enough for one square table."""
    order = np.argsort(many, kind="stable")
    order = order[many[order] > 1]
    at = 0
    while at < len(order):
        size = 1
        while (
            at + size < len(order) and (size + 1) * many[order[at + size]] ** 2 < _ENTRIES_AT_ONCE
        ):
            size += max(1, min(size, 64))
        yield order[at : at + size]
        at += size


def _table(starts: IntArray, many: IntArray) -> IntArray:
    """Return the cells of each patch in a row, -1 where there are none."""
    columns = np.arange(many.max())
    return np.where(columns < many[:, None], starts[:, None] + columns, -1)


@dataclass(slots=True, kw_only=True)
class _Board:
    """The pools of many patches while they merge: (patches, pools) tables.

    :ivar far: squared distance between the means of each pair of pools
    :ivar cost: what each pair's merger costs, at one price
    :ivar low: each pool's cheapest merger
    :ivar partner: and with whom
    :ivar owner: the pool each cell is in
    """

    alive: BoolArray
    stores: IntArray
    seats: IntArray
    largest: IntArray
    groups: IntArray
    owner: IntArray
    far: FloatArray
    cost: FloatArray
    low: FloatArray
    partner: IntArray

    @classmethod
    def of(cls, found: Cells, table: IntArray, sizing: Sizing) -> "_Board":
        """Lay out the cells of ``table`` as one pool each."""
        alive = table >= 0
        stores = np.where(alive, found.stores[table], 0)
        seats = np.where(alive, found.seats[table], 0)
        largest = np.where(alive, found.largest[table], 1)
        mean = found.sums[table] / np.maximum(stores, 1)[:, :, None]
        length = (mean**2).sum(axis=2)
        far = length[:, :, None] + length[:, None, :] - 2 * mean @ mean.transpose(0, 2, 1)
        return cls(
            alive=alive,
            stores=stores,
            seats=seats,
            largest=largest,
            groups=sizing.groups(seats, largest, stores),
            owner=np.broadcast_to(np.arange(table.shape[1]), table.shape).copy(),
            far=np.maximum(far, 0.0),
            cost=np.empty((0, 0, 0)),
            low=np.empty((0, 0)),
            partner=np.empty((0, 0), dtype=np.int64),
        )

    def copy(self) -> "_Board":
        return _Board(**{name: getattr(self, name).copy() for name in self.__slots__})

    def pairs(self, sizing: Sizing) -> tuple[FloatArray, FloatArray]:
        """Return for every pair the rise in spread (infinite: no pair) and the groups saved."""
        rise, saved = np.empty_like(self.far), np.empty_like(self.far)
        everyone = np.arange(len(self.alive))
        for column in range(self.alive.shape[1]):
            here = (everyone, np.full(len(everyone), column))
            rise[:, column], saved[:, column] = self._pairs_with(here, sizing)
        return rise, saved

    def _pairs_with(
        self, here: tuple[IntArray, IntArray], sizing: Sizing
    ) -> tuple[FloatArray, FloatArray]:
        """Return the same for the pairs of one pool of each row with all others of its row."""
        rows, column = here
        # only about one group of each pool is mixed, the others stay as they are
        mixed = self.stores[rows] / np.maximum(self.groups[rows], 1)
        mine = mixed[np.arange(len(rows)), column][:, None]
        rise = self.far[here] * mixed * mine / np.maximum(mixed + mine, 1)
        together = sizing.groups(
            self.seats[rows] + self.seats[here][:, None],
            np.maximum(self.largest[rows], self.largest[here][:, None]),
            self.stores[rows] + self.stores[here][:, None],
        )
        saved = self.groups[rows] + self.groups[here][:, None] - together
        apart = self.alive[rows] & self.alive[here][:, None]
        apart[np.arange(len(rows)), column] = False
        return np.where(apart, rise, np.inf), saved.astype(np.float64)

    def merge(self, base: tuple[FloatArray, FloatArray], price: float, sizing: Sizing) -> IntArray:
        """Merge pools while it pays or must be; return the pool that each cell ends in."""
        rise, saved = base
        small = self.alive & (self.seats < sizing.minimum)
        self.cost = rise - price * saved - _TOO_SMALL * (small[:, :, None] | small[:, None, :])
        self.low, self.partner = self.cost.min(axis=2), self.cost.argmin(axis=2)
        rows = np.arange(len(self.alive))
        while len(rows):
            one = self.low[rows].argmin(axis=1)
            pays = self.low[rows, one] < 0
            rows, one = rows[pays], one[pays]
            other = self.partner[rows, one]
            left, right = np.minimum(one, other), np.maximum(one, other)
            self._join(rows, left, right)
            cost = self._cost(rows, left, price, sizing)
            self._price(rows, left, right, cost)
        return self.owner

    def _join(self, rows: IntArray, left: IntArray, right: IntArray) -> None:
        """Merge two pools of each row into the one further left, so that names stay in order."""
        mine, theirs = self.stores[rows, left], self.stores[rows, right]
        part = (mine / np.maximum(mine + theirs, 1))[:, None]
        apart = self.far[rows, left, right][:, None]
        # Lance and Williams: how far the common mean is from the others
        far = part * self.far[rows, left] + (1 - part) * self.far[rows, right]
        far = np.maximum(far - part * (1 - part) * apart, 0.0)
        self.far[rows, left, :] = far
        self.far[rows, :, left] = far
        self.stores[rows, left] += theirs
        self.seats[rows, left] += self.seats[rows, right]
        self.largest[rows, left] = np.maximum(self.largest[rows, left], self.largest[rows, right])
        self.alive[rows, right] = False
        owner = self.owner[rows]
        self.owner[rows] = np.where(owner == right[:, None], left[:, None], owner)

    def _cost(self, rows: IntArray, column: IntArray, price: float, sizing: Sizing) -> FloatArray:
        """Return what it costs to merge pool ``column`` of each row with each other."""
        here = (rows, column)
        self.groups[here] = sizing.groups(self.seats[here], self.largest[here], self.stores[here])
        rise, saved = self._pairs_with(here, sizing)
        small = self.alive[rows] & (self.seats[rows] < sizing.minimum)
        must = small | small[np.arange(len(rows)), column][:, None]
        return rise - price * saved - _TOO_SMALL * must

    def _price(self, rows: IntArray, left: IntArray, right: IntArray, cost: FloatArray) -> None:
        """Write the costs of the merged pools, and look anew for partners where they mattered."""
        self.cost[rows, right, :] = np.inf
        self.cost[rows, :, right] = np.inf
        self.cost[rows, left, :] = cost
        self.cost[rows, :, left] = cost
        low, partner = self.low[rows], self.partner[rows]
        stale = (partner == left[:, None]) | (partner == right[:, None])
        better = cost < low
        low = np.where(better, cost, low)
        partner = np.where(better, left[:, None], partner)
        each = np.arange(len(rows))
        stale[each, left], stale[each, right] = True, False
        low[each, right] = np.inf
        self.low[rows], self.partner[rows] = low, partner
        at, pool = np.nonzero(stale & self.alive[rows])
        own = self.cost[rows[at], pool]
        self.low[rows[at], pool] = own.min(axis=1) if len(own) else 0.0
        self.partner[rows[at], pool] = own.argmin(axis=1) if len(own) else 0
