"""How unlike stores are: each store as a vector whose squared distances are the prices of Terms.

A store is (size, closeness, type, attribute): log1p(size) winsorised at 0.5 % and 99.5 % and
standardised, closeness standardised, and type and attribute one-hot, scaled by √(weight/2) so that
two stores of unlike type lie exactly ``weight_type`` apart, squared. The one-hot part is never
written out: sums over a set of stores are counts, projections are look-ups.
"""

from dataclasses import dataclass

import numpy as np

from qunlian.community.planner.terms import FloatArray, IntArray, Roster, Terms

_WINSORISED = (0.005, 0.995)
_AXIS_ROUNDS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixture:
    """Stores as vectors of ``width`` = 2 + types + attributes coordinates.

    :ivar plain: (n, 2) standardised log size and closeness
    :ivar types: (n,) column of the vector that the store's type fills
    :ivar attributes: (n,) column that its attribute fills
    :ivar heights: (width,) what a filled column holds: √(weight/2)
    :ivar seats: (n,) seats
    """

    plain: FloatArray
    types: IntArray
    attributes: IntArray
    heights: FloatArray
    seats: IntArray

    @property
    def width(self) -> int:
        return len(self.heights)

    def take(self, stores: IntArray) -> "Mixture":
        """Return the mixture of these stores only."""
        return Mixture(
            plain=self.plain[stores],
            types=self.types[stores],
            attributes=self.attributes[stores],
            heights=self.heights,
            seats=self.seats[stores],
        )

    def sums(self, label: IntArray, count: int, weights: FloatArray | None = None) -> FloatArray:
        """Add up the vectors of each set, each store times its weight: (count, width)."""
        width = self.width
        weight = np.ones(len(label)) if weights is None else weights
        flat = np.bincount(label * width + self.types, weights=weight, minlength=count * width)
        flat += np.bincount(
            label * width + self.attributes, weights=weight, minlength=count * width
        )
        table = flat.reshape(count, width) * self.heights
        for column in range(2):
            table[:, column] = np.bincount(
                label, weights=self.plain[:, column] * weight, minlength=count
            )
        return table

    def project(self, label: IntArray, axes: FloatArray) -> FloatArray:
        """Return each store's coordinate along the axis of its set; ``axes`` is (count, width)."""
        scaled = axes * self.heights
        flat = label * self.width
        along: FloatArray = (
            self.plain[:, 0] * axes[label, 0]
            + self.plain[:, 1] * axes[label, 1]
            + scaled.ravel()[flat + self.types]
            + scaled.ravel()[flat + self.attributes]
        )
        return along

    def spread(self, label: IntArray, count: int) -> FloatArray:
        """Return the sum of squared distances from the mean of each set."""
        stores = np.bincount(label, minlength=count)
        squares = (self.plain**2).sum(axis=1)
        squares = squares + self.heights[self.types] ** 2 + self.heights[self.attributes] ** 2
        whole = np.bincount(label, weights=squares, minlength=count)
        about = (self.sums(label, count) ** 2).sum(axis=1) / np.maximum(stores, 1)
        left: FloatArray = np.maximum(whole - about, 0.0)
        return left

    def principal_axes(self, label: IntArray, count: int, seed: int) -> FloatArray:
        """Return the direction in which each set is longest, by power iteration: (count, width)."""
        stores = np.maximum(np.bincount(label, minlength=count), 1)
        start = np.random.default_rng(seed).normal(1.0, 0.3, self.width)
        axes = np.broadcast_to(start, (count, self.width)).copy()
        for _ in range(_AXIS_ROUNDS):
            along = self.project(label, axes)
            along -= (np.bincount(label, weights=along, minlength=count) / stores)[label]
            axes = self.sums(label, count, along)
            length = np.sqrt((axes**2).sum(axis=1, keepdims=True))
            axes /= np.where(length > 0, length, 1.0)
        return axes


def mixture_of(roster: Roster, terms: Terms) -> Mixture:
    """Turn a roster into vectors, by the weights of the terms."""
    types, type_column = np.unique(roster.type_code, return_inverse=True)
    attributes, attribute_column = np.unique(roster.attribute_code, return_inverse=True)
    size = np.log1p(roster.size_fen.astype(np.float64))
    if roster.count:
        size = np.clip(size, *np.quantile(size, _WINSORISED))
    heights = np.ones(2 + len(types) + len(attributes))
    heights[2 : 2 + len(types)] = np.sqrt(terms.weight_type / 2)
    heights[2 + len(types) :] = np.sqrt(terms.weight_attribute / 2)
    return Mixture(
        plain=np.column_stack([_standardised(size), _standardised(roster.closeness)]),
        types=(2 + type_column).astype(np.int64),
        attributes=(2 + len(types) + attribute_column).astype(np.int64),
        heights=heights,
        seats=roster.seats,
    )


def _standardised(column: FloatArray) -> FloatArray:
    if not len(column):
        return column
    deviation = float(column.std())
    centred: FloatArray = column - column.mean()
    # a constant column has a deviation of rounding errors only
    return (
        centred / deviation if deviation > 1e-9 * (1 + abs(float(column.mean()))) else 0 * centred
    )
