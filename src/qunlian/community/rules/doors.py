"""Ways into groups: what a door may lead to, which groups are in it, how the next group is called."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from qunlian.community.rules import names

#: What a door leads to: a store's own group, one group and those after it, the groups of a place.
KINDS: Final = ("store", "group", "place")
#: Where who comes by a door comes from, as whoever opens it expects.
SOURCES: Final = ("link", "poster", "official", "circle", "invited", "event", "item_code")
LAYERS: Final = ("store", "consumer", "vip", "distributor")
LONGEST_NAME: Final = 30
#: Posters: millimetres wide and high, and by how much an A4 sheet's measures shrink.
POSTER_SIZES: Final = {"a4": (210.0, 297.0, 1.0), "a6": (105.0, 148.5, 0.5)}
#: Lives in which newcomers are sent into a group; a fading one is left in peace.
TAKING: Final = frozenset({"planned", "inviting", "live"})
#: How somebody came into a room that no door of ours led to, by what its platform says.
SCENES: Final = {"invited": "invited", "link": "room_link", "code": "room_code"}
_NUMBERED: Final = re.compile(r"^(.*?)(\d+)(\D{0,3})$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """
    A group that a door may lead to.

    :ivar is_there: its room stands on its platform
    """

    group_id: int
    life: str
    has_room: bool
    is_there: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """
    Where a door leads now.

    :ivar group_ids: the groups in it, the first to be filled first
    :ivar needs_next: all are full, and no next one is on its way
    """

    group_ids: tuple[int, ...]
    needs_next: bool


def choose(groups: Sequence[Candidate], *, most: int, opens_itself: bool) -> Choice:
    """
    Choose the groups that a door leads to: the oldest that take somebody first, so that they fill one by one.

    :param most: how many groups the platform lets a door have
    :param opens_itself: the platform opens the next group when all in the door are full: the newest stay
    """
    taking = [one for one in groups if one.life in TAKING and one.has_room]
    ready = [one.group_id for one in taking if one.is_there]
    if ready:
        return Choice(group_ids=tuple(ready[:most]), needs_next=False)
    standing = [one.group_id for one in groups if one.is_there and one.life in TAKING]
    if opens_itself and standing:
        return Choice(group_ids=tuple(standing[-most:]), needs_next=False)
    return Choice(group_ids=(), needs_next=bool(groups) and not taking)


def numbered(name: str) -> tuple[str, int, str]:
    """Split a name at its number: ``"东片·2群"`` → ``("东片·", 2, "群")``; one without is the first."""
    found = _NUMBERED.match(name)
    return (found[1], int(found[2]), found[3]) if found else (name, 1, "")


def next_name(name: str, taken: Collection[str]) -> str:
    """Return what the group after this one is called; none of ``taken``."""
    stem, number, end = numbered(name)
    while True:
        number += 1
        tail = f"{number}{end}"
        made = f"{stem[: names.LONGEST - len(tail)]}{tail}"
        if made not in taken:
            return made
