"""On what terms a matrix is planned, as a person chose them and as the plan keeps them."""

from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, cast

from qunlian.community.rules import names

Mode = Literal["strict", "balanced", "fewest"]
MODES: Final[tuple[Mode, ...]] = ("strict", "balanced", "fewest")
FILL: Final[dict[Mode, float]] = {"strict": 1.0, "balanced": 0.95, "fewest": 1.0}
PRICE: Final[dict[Mode, float]] = {"strict": 100.0, "balanced": 100.0, "fewest": 300.0}
SMALLEST_GROUP: Final = 2
LARGEST_GROUP: Final = 2000
HIGHEST_PRICE: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTerms:
    """
    Seats are people per group: ``soft`` is what groups are planned for, ``hard`` the platform's cap.

    ``reserved`` of them are kept for staff; ``minimum`` is the fewest people from stores that make a group
    worth having; ``price`` (λ) is what one more group must save in unlikeness.
    """

    mode: Mode
    soft: int
    hard: int
    reserved: int
    minimum: int
    price: float
    template: str

    @property
    def fill(self) -> float:
        """Return the share of the seats to fill at first."""
        return FILL[self.mode]

    @property
    def room(self) -> int:
        """Return the people from stores that a planned group has room for."""
        return self.soft - self.reserved

    def problem(self) -> str:
        """Return the name of the field that cannot be, or an empty text."""
        sound = {
            "mode": self.mode in MODES,
            "soft": SMALLEST_GROUP <= self.soft <= self.hard <= LARGEST_GROUP,
            "reserved": 0 <= self.reserved < self.soft,
            "minimum": 0 <= self.minimum <= self.room,
            "price": 0 <= self.price <= HIGHEST_PRICE,
            "template": names.is_template(self.template),
        }
        return next((field for field, is_sound in sound.items() if not is_sound), "")

    def as_json(self) -> dict[str, Any]:
        """Return what a plan keeps."""
        return asdict(self)

    @classmethod
    def of(cls, kept: dict[str, Any]) -> "PlanTerms":
        """Read what ``as_json`` kept."""
        return cls(**kept)


def price_of(mode: str) -> float:
    """Return the price of a group that a mode stands for."""
    return PRICE.get(cast("Mode", mode), PRICE["balanced"])
