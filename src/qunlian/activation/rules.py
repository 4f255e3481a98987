"""How suited a store is to begin with, told by its parts, and how a roll-out is cut into waves."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

PARTS: Final = ("activity", "influence", "closeness", "nomination")
#: The best tenth first, then tenth by tenth while one still learns.
BOUNDS: Final = (10, 20, 30, 50, 100)
UNITS: Final = ("store", "group")
WAIT_DAYS: Final = 7
MOST_WAIT_DAYS: Final = 90
MOST_WAVES: Final = 20
HEAVIEST: Final = 100
WHOLE: Final = 100
#: Days after which a sign of life counts half. Source: reference/algorithms.md C2 (H = 14 d).
HALF_LIFE_DAYS: Final = 14
#: What a sign of life counts. Source: reference/algorithms.md C2 (view 1, react 2, reply 4, order 10).
SIGNS: Final = {"read": 1, "answer": 2, "word": 4, "order": 10}
#: As much activity, or influence, as makes half of its part.
HALF_ACTIVITY: Final = 10
HALF_INFLUENCE: Final = 5
#: A person brought in counts as much as so many replies.
BROUGHT: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What each part of the score weighs; only their proportions matter."""

    activity: int = 40
    influence: int = 20
    closeness: int = 20
    nomination: int = 20

    def problem(self) -> str:
        """Return the part that cannot be, or an empty text."""
        parts = asdict(self)
        wrong = [name for name, value in parts.items() if not 0 <= value <= HEAVIEST]
        return wrong[0] if wrong else "" if any(parts.values()) else PARTS[0]


def suitability(parts: Sequence[float], weights: Weights) -> float:
    """
    Return the score, 0 to 100.

    :param parts: activity, influence, closeness, nomination, each 0 to 1
    """
    heavy: list[int] = [getattr(weights, name) for name in PARTS]
    return WHOLE * sum(w * x for w, x in zip(heavy, parts, strict=True)) / sum(heavy)


def saturating(amount: float, half: float) -> float:
    """Return 0 for nothing, a half for ``half``, towards 1 for much: a tenth sign adds little."""
    return amount / (amount + half)


def are_bounds(bounds: Sequence[int]) -> bool:
    """Tell whether these are rising percentages up to 100, the first below."""
    pairs = zip((0, *bounds), bounds, strict=False)
    is_rising = all(low < high for low, high in pairs)
    return 1 < len(bounds) <= MOST_WAVES and is_rising and bounds[-1] == WHOLE
