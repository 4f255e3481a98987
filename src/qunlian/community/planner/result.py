"""What comes out of a plan: groups as arrays, with the reasons to look at them again."""

from dataclasses import dataclass, fields

from qunlian.community.planner.bounds import Bounds
from qunlian.community.planner.terms import FloatArray, IntArray, ShortArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """The proposed groups, one position each in every array; ordered by patch, type, size.

    :ivar patch: the patch it belongs to
    :ivar stores: number of stores
    :ivar seats: people expected from them, without the reserved staff seats
    :ivar size_mean_fen: mean yearly business of a store
    :ivar size_spread: standard deviation of its natural logarithm (0.7 ≈ a factor of two either
        way)
    :ivar closeness_mean: 0…100
    :ivar closeness_spread: standard deviation, in points
    :ivar type_code: the commonest type
    :ivar type_share: share of the stores that are of it, 0…1
    :ivar attribute_code: the commonest management attribute
    :ivar attribute_share: share of the stores that have it, 0…1
    :ivar spread: sum of squared distances from the group's mean (see Terms)
    :ivar likeness: 1 = all stores alike, 0 = as unlike as stores drawn from the whole roster
    :ivar look: Look flags
    """

    patch: IntArray
    stores: IntArray
    seats: IntArray
    size_mean_fen: FloatArray
    size_spread: FloatArray
    closeness_mean: FloatArray
    closeness_spread: FloatArray
    type_code: IntArray
    type_share: FloatArray
    attribute_code: IntArray
    attribute_share: FloatArray
    spread: FloatArray
    likeness: FloatArray
    look: IntArray

    @property
    def count(self) -> int:
        return len(self.patch)

    def taken(self, order: IntArray) -> "Groups":
        """Return these groups only, in this order."""
        return Groups(**{one.name: getattr(self, one.name)[order] for one in fields(self)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """The plan in a few figures.

    :ivar purity_type: share of stores that are of their group's commonest type
    :ivar purity_attribute: share of stores that have their group's commonest attribute
    :ivar pure_share: share of stores in groups of one type and one attribute
    :ivar spread: total spread, in the units of Terms
    :ivar spread_whole: the same if each patch were one group
    :ivar size_within: share of the variance of log size that is left inside groups (0 best, 1
        nothing won)
    :ivar closeness_within: the same for closeness
    :ivar price: ``groups_price · groups + spread``, what the plan minimises
    """

    stores: int
    patches: int
    groups: int
    seats: int
    groups_to_look_at: int
    purity_type: float
    purity_attribute: float
    pure_share: float
    spread: float
    spread_whole: float
    size_within: float
    closeness_within: float
    price: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """The trade-off: what each price of a group would buy; groups never rise with the price.

    :ivar groups: groups of the whole roster at each price
    :ivar spread: and its spread
    :ivar sampled: share of the stores it was computed on; below 1 the figures are estimates
    """

    groups_price: FloatArray
    groups: IntArray
    spread: FloatArray
    sampled: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A proposed matrix.

    :ivar group: for each store of the roster, its group as a position in ``groups``
    :ivar outliers: positions in the roster of the stores that made their group an outlier's
    """

    group: ShortArray
    groups: Groups
    totals: Totals
    bounds: Bounds
    curve: Curve
    outliers: IntArray
