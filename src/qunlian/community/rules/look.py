"""Why a proposed group needs a look: the flags the planner sets, and what they are after a change by hand."""

from enum import IntFlag
from typing import Final

_FULL_FROM: Final = 0.97
_MIXED_UNDER: Final = 1 / 3


class Look(IntFlag):
    """Why a group needs a look; several reasons may hold at once."""

    FINE = 0
    TOO_SMALL = 1  # fewer seats than the minimum
    NEARLY_FULL = 2  # under 3 % of its seats left
    MIXED = 4  # its commonest type holds under a third, in a patch of several groups
    UNLIKE = 8  # less alike than its whole patch, which has several groups
    OUTLIER = 16  # holds a store that is far from all the others in size


#: Its owner has no account on its platform that we know; looked up each time, for one may be tied meanwhile.
NO_ACCOUNT: Final = "no_account"


#: In the order in which a page names them.
REASONS: Final[tuple[tuple[Look, str], ...]] = (
    (Look.TOO_SMALL, "too_small"),
    (Look.NEARLY_FULL, "nearly_full"),
    (Look.MIXED, "mixed"),
    (Look.UNLIKE, "unlike"),
    (Look.OUTLIER, "outlier"),
)


def reasons(look: int) -> tuple[str, ...]:
    """Return the names of the flags that are set."""
    return tuple(name for flag, name in REASONS if look & flag)


def look_at(*, seats: int, minimum: int, soft_room: int, type_share: float) -> int:
    """
    Return the flags of a group that was changed by hand.

    :param soft_room: people from stores that a group is planned for
    """
    found = Look.FINE
    if seats < minimum:
        found |= Look.TOO_SMALL
    if seats > _FULL_FROM * soft_room:
        found |= Look.NEARLY_FULL
    if type_share < _MIXED_UNDER:
        found |= Look.MIXED
    return int(found)
