"""How alike the stores of one group are, by the measure of the plan it belongs to.

The planner measures a whole roster in arrays (planner/mixture.py); this is the same measure for the few
stores of a group that somebody edits by hand. With p the shares of each type (or attribute) in a set, the
one-hot part of its spread per store is weight/2 · (1 - Σ p²).
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Traits:
    """What likeness looks at in a store."""

    type: str
    management: str
    size_fen: int
    closeness: float
    seats: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """
    A roster's measure. Size is log1p of fen, winsorised; deviations are standard deviations (0 = all
    the same); ``usual`` is the spread per store of the whole roster taken as one group.
    """

    size_low: float
    size_high: float
    size_deviation: float
    closeness_deviation: float
    weight_type: float
    weight_management: float
    usual: float

    def as_json(self) -> dict[str, float]:
        """Return what to keep beside a plan."""
        return asdict(self)

    @classmethod
    def of(cls, kept: dict[str, Any]) -> "Scale":
        """Read what ``as_json`` kept."""
        return cls(**kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A group in figures, as its row shows them."""

    stores: int
    seats: int
    main_type: str
    type_share: float
    main_management: str
    management_share: float
    size_mean_fen: int
    closeness_mean: float
    likeness: float


def figures_of(stores: Sequence[Traits], scale: Scale) -> Figures:
    """Measure the stores of one group."""
    count = max(len(stores), 1)
    kind, kind_share, kind_mix = _commonest([s.type for s in stores])
    attribute, attribute_share, attribute_mix = _commonest([s.management for s in stores])
    sizes = [min(max(math.log1p(s.size_fen), scale.size_low), scale.size_high) for s in stores]
    spread = (
        _variance(sizes, scale.size_deviation)
        + _variance([float(s.closeness) for s in stores], scale.closeness_deviation)
        + scale.weight_type / 2 * kind_mix
        + scale.weight_management / 2 * attribute_mix
    )
    return Figures(
        stores=len(stores),
        seats=sum(s.seats for s in stores),
        main_type=kind,
        type_share=kind_share,
        main_management=attribute,
        management_share=attribute_share,
        size_mean_fen=round(sum(s.size_fen for s in stores) / count),
        closeness_mean=sum(s.closeness for s in stores) / count,
        likeness=1 - min(spread / scale.usual, 1) if scale.usual > 0 else 1.0,
    )


def _variance(values: Sequence[float], deviation: float) -> float:
    if deviation <= 0 or not values:
        return 0.0
    mean = sum(values) / len(values)
    return sum((value - mean) ** 2 for value in values) / len(values) / deviation**2


def _commonest(values: Sequence[str]) -> tuple[str, float, float]:
    """Return the commonest value, its share, and 1 - Σ p²."""
    if not values:
        return "", 1.0, 0.0
    counts = Counter(values)
    value, many = min(counts.items(), key=lambda item: (-item[1], item[0]))
    squares = sum((n / len(values)) ** 2 for n in counts.values())
    return value, many / len(values), 1 - squares
