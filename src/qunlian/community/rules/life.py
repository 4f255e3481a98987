"""A group's life: planned → inviting → live → fading → merged | retired."""

from math import ceil
from typing import Final

#: From a life to those that may follow. Merged and retired are the end.
NEXT: Final[dict[str, frozenset[str]]] = {
    "planned": frozenset({"inviting", "merged", "retired"}),
    "inviting": frozenset({"live", "merged", "retired"}),
    "live": frozenset({"fading", "merged", "retired"}),
    "fading": frozenset({"live", "merged", "retired"}),
    "merged": frozenset(),
    "retired": frozenset(),
}
OPEN: Final = frozenset({"planned", "inviting", "live", "fading"})
#: A group lives when this share of its stores has somebody in it.
LIVE_SHARE: Final = 0.2
#: A group that is no store's base group lives with so many members.
LIVE_PEOPLE: Final = 3


def needed(stores: int) -> int:
    """Return of how many of its stores somebody has to be in a group, so that it lives."""
    return max(1, ceil(LIVE_SHARE * stores))


def next_step(life: str, *, is_there: bool, stores: int, stores_joined: int) -> str:
    """
    Return what a group needs next: ``open_room``, ``invite``, ``wake``, or "" for nothing.

    :param is_there: its room stands on its platform
    """
    if life in ("planned", "inviting") and not is_there:
        return "open_room"
    if life == "inviting" or (life == "live" and stores_joined < stores):
        return "invite"
    return "wake" if life == "fading" else ""


def may_become(life: str, following: str) -> bool:
    """Tell whether a group may go from one life to another."""
    return following in NEXT[life]


def after_joining(life: str, *, stores: int, stores_joined: int, people: int = 0) -> str:
    """
    Return the life of a group after somebody joined it.

    :param stores: stores whose base group it is
    :param stores_joined: of them, those with at least one person in the group
    :param people: its members, staff left out; they count where it has no stores
    """
    if life not in ("inviting", "fading"):
        return life
    if not stores:
        return "live" if stores_joined or people >= LIVE_PEOPLE else life
    return "live" if stores_joined >= needed(stores) else life
