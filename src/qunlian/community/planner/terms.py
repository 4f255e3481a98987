"""What goes into a plan: the roster as arrays, and the terms on which it is planned."""

from dataclasses import dataclass, fields
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

Mode = Literal["strict", "balanced", "fewest"]
MODES: tuple[Mode, ...] = ("strict", "balanced", "fewest")

_LARGEST_CODE = 10_000


class RosterMalformed(ValueError):
    """The arrays do not make a roster: lengths differ, or a value cannot be."""


class StoreTooLarge(ValueError):
    """A store alone needs more seats than a group has.

    :ivar indices: which stores, as positions in the roster
    :ivar room: seats that a group has for stores
    """

    def __init__(self, indices: IntArray, room: int) -> None:
        self.indices = indices
        self.room = room
        super().__init__(f"{len(indices)} stores exceed {room} seats, first at {int(indices[0])}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """The stores to plan, one position each in every array.

    :ivar patch: whose store it is: rep or patch as 0…p-1; groups never cross patches
    :ivar type_code: store type as a small integer ≥ 0
    :ivar attribute_code: management attribute as a small integer ≥ 0
    :ivar size_fen: yearly business in fen, ≥ 0
    :ivar closeness: 0 (stranger) … 100 (friend)
    :ivar seats: people expected from this store, ≥ 1
    """

    patch: IntArray
    type_code: IntArray
    attribute_code: IntArray
    size_fen: IntArray
    closeness: FloatArray
    seats: IntArray

    @property
    def count(self) -> int:
        return len(self.patch)

    @classmethod
    def of(cls, **columns: Any) -> "Roster":
        """Make a checked roster from anything that numpy reads as columns.

        :raises RosterMalformed: lengths differ, or a value is out of its range
        """
        made: dict[str, Any] = {}
        for field in fields(cls):
            kind = np.float64 if field.name == "closeness" else np.int64
            try:
                made[field.name] = np.ascontiguousarray(columns[field.name], dtype=kind)
            except (KeyError, TypeError, ValueError) as why:
                raise RosterMalformed(f"{field.name}: {why}") from why
        roster = cls(**made)
        roster.check()
        return roster

    def check(self) -> None:
        """Refuse arrays that are no roster.

        :raises RosterMalformed: lengths differ, or a value is out of its range
        """
        limits = {
            "patch": (0, np.iinfo(np.int32).max),
            "type_code": (0, _LARGEST_CODE),
            "attribute_code": (0, _LARGEST_CODE),
            "size_fen": (0, np.iinfo(np.int64).max),
            "closeness": (0, 100),
            "seats": (1, np.iinfo(np.int32).max),
        }
        for name, (low, high) in limits.items():
            column = getattr(self, name)
            if column.shape != (self.count,):
                raise RosterMalformed(f"{name}: {column.shape} where {self.count} were expected")
            wrong = np.flatnonzero(~((column >= low) & (column <= high)))
            if len(wrong):
                raise RosterMalformed(f"{name}: {column[wrong[0]]} at {wrong[0]}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How groups are to be made. Likeness is a price, not a law, unless ``is_strict``.

    A set of stores that share groups is cut into as many as its seats ask for at ``fill``. Which
    cells (type, attribute) of a patch share groups is chosen to minimise
    ``groups_price · groups + spread``. Spread is the sum over all groups of squared distances from
    the group's mean, in a space where one standard deviation of log size or of closeness counts 1,
    two stores of different type lie ``weight_type`` apart (squared), of different attribute
    ``weight_attribute``.

    :ivar soft_cap: people a group is planned for, staff included
    :ivar hard_cap: people the platform allows; a plan never uses the space between, growth may
    :ivar reserved_seats: of them kept for staff (steward, two superiors, group manager)
    :ivar minimum_seats: a group with fewer people from stores is too small to live; avoided
        whatever the price, unless the whole patch is smaller
    :ivar weight_type: price of unlike types
    :ivar weight_attribute: price of unlike management attributes
    :ivar groups_price: λ, what one more group must save in spread to be worth it
    :ivar fill: φ, the share of the seats to fill at first, the rest being room to grow
    :ivar is_strict: groups of one type and one attribute only, however small
    :ivar seed: same seed, same plan
    """

    soft_cap: int = 200
    hard_cap: int = 500
    reserved_seats: int = 4
    minimum_seats: int = 50
    weight_type: float = 4.0
    weight_attribute: float = 1.0
    groups_price: float = 100.0
    fill: float = 0.95
    is_strict: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        sound = (
            0 < self.soft_cap <= self.hard_cap
            and 0 <= self.reserved_seats < self.soft_cap
            and self.minimum_seats >= 0
            and min(self.weight_type, self.weight_attribute, self.groups_price) >= 0
            and 0 < self.fill <= 1
        )
        if not sound:
            raise ValueError(f"these terms contradict each other: {self}")

    @property
    def room(self) -> int:
        """Return the seats that a planned group has for stores."""
        return self.soft_cap - self.reserved_seats

    @classmethod
    def of(cls, mode: Mode, **changes: Any) -> "Terms":
        """Return the terms that a mode stands for: ``strict``, ``balanced`` or ``fewest``."""
        named: dict[Mode, dict[str, Any]] = {
            "strict": {"is_strict": True, "fill": 1.0},
            "balanced": {"groups_price": 100.0},
            "fewest": {"groups_price": 300.0, "fill": 1.0},
        }
        return cls(**{**named[mode], **changes})
