"""What goes into a plan: the roster as arrays, and the terms on which it is planned."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
ShortArray = npt.NDArray[np.int32]
FloatArray = npt.NDArray[np.float64]
StoreArray = npt.NDArray[np.void]
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


#: What each column of a roster is kept as, and the least and most it may be.
_COLUMNS: dict[str, tuple[type[np.generic], float, float]] = {
    "patch": (np.int32, 0, np.iinfo(np.int32).max),
    "type_code": (np.int32, 0, _LARGEST_CODE),
    "attribute_code": (np.int32, 0, _LARGEST_CODE),
    "size_fen": (np.int64, 0, np.iinfo(np.int64).max),
    "closeness": (np.float32, 0, 100),
    "seats": (np.int32, 1, np.iinfo(np.int32).max),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """The stores to plan, one position each in every array (28 bytes a store).

    :ivar patch: whose store it is: rep or patch as 0…p-1; groups never cross patches
    :ivar type_code: store type as a small integer ≥ 0
    :ivar attribute_code: management attribute as a small integer ≥ 0
    :ivar size_fen: yearly business in fen, ≥ 0
    :ivar closeness: 0 (stranger) … 100 (friend)
    :ivar seats: people expected from this store, ≥ 1
    :ivar wanted: whether the store counts for the quota (a proven seller …); None: nobody does
    """

    patch: ShortArray
    type_code: ShortArray
    attribute_code: ShortArray
    size_fen: IntArray
    closeness: npt.NDArray[np.float32]
    seats: ShortArray
    wanted: BoolArray | None = None

    @property
    def count(self) -> int:
        return len(self.patch)

    @classmethod
    def of(cls, *, wanted: Any = None, **columns: Any) -> "Roster":
        """Make a checked roster from anything that numpy reads as columns.

        :raises RosterMalformed: lengths differ, or a value is out of its range
        """
        made = {name: _column(name, columns.get(name)) for name in _COLUMNS}
        chosen = None if wanted is None else np.ascontiguousarray(wanted, dtype=np.bool_)
        roster = cls(**made, wanted=chosen)
        roster.check()
        return roster

    def check(self) -> None:
        """Refuse arrays that are no roster.

        :raises RosterMalformed: lengths differ, or a value is out of its range
        """
        for name in _COLUMNS:
            column = getattr(self, name)
            if column.shape != (self.count,):
                raise RosterMalformed(f"{name}: {column.shape} where {self.count} were expected")
            _refuse_outside(name, column)
        if self.wanted is not None and self.wanted.shape != (self.count,):
            raise RosterMalformed(f"wanted: {self.wanted.shape}")


def _column(name: str, values: Any) -> Any:
    """Read one column, refusing what its own kind cannot hold."""
    kind, *_ = _COLUMNS[name]
    try:
        wide = np.asarray(values, dtype=np.float64 if kind is np.float32 else np.int64)
    except (TypeError, ValueError, OverflowError) as why:
        raise RosterMalformed(f"{name}: {why}") from why
    _refuse_outside(name, wide)
    return np.ascontiguousarray(wide, dtype=kind)


def _refuse_outside(name: str, column: npt.NDArray[Any]) -> None:
    """Refuse a column that holds a value out of its range, naming the first."""
    _, low, high = _COLUMNS[name]
    # the comparison also catches what is no number
    if column.size and not (column.min() >= low and column.max() <= high):
        wrong = np.flatnonzero(~((column >= low) & (column <= high)))
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
    :ivar quota: least share of ``wanted`` stores in a group where its patch has as many; 0 for none
    :ivar starts: how many times to try from another start, keeping the best of each patch
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
    quota: float = 0.0
    starts: int = 1
    seed: int = 0

    def __post_init__(self) -> None:
        sound = (
            0 < self.soft_cap <= self.hard_cap
            and 0 <= self.reserved_seats < self.soft_cap
            and self.minimum_seats >= 0
            and min(self.weight_type, self.weight_attribute, self.groups_price) >= 0
            and 0 < self.fill <= 1
            and 0 <= self.quota <= 1
            and self.starts >= 1
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
