"""Why a proposed group needs a look, after somebody changed it by hand (the planner's own reasons else)."""

from typing import Final

from qunlian.community.planner import Look

_FULL_FROM: Final = 0.97
_MIXED_UNDER: Final = 1 / 3

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
