"""
Which store somebody met in a chat belongs to: by what he is called there, and what our staff noted of him.

Nicknames in trade groups are made of a person and a shop ("老王-东街1号便利店", "便利店小李 138…"). A shop is
recognised by its whole name, by what of the name no other shop of the part has, or by its code; a person by a
number or a name that the roster has with a store.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from qunlian.channel.rules.search import plain

POINTS: Final = {
    "door": 100,
    "phone": 85,
    "code": 75,
    "whole_name": 70,
    "core_name": 70,
    "begins_name": 70,
    "short_core": 50,
    "begins_shortly": 40,
    "contact_name": 30,
}
#: From here on nobody need look, if no other store comes near; from ``LIKELY`` on somebody is asked.
CERTAIN: Final = 70
LIKELY: Final = 30
#: How far behind the second store must be.
CLEAR: Final = 30
MOST_PROPOSALS: Final = 3
_OF_SHOP: Final = ("code", "whole_name", "core_name", "short_core", "begins_name", "begins_shortly")
#: What many shops' names end with, longest first; a name's core is what stands before it.
_KINDS: Final = (
    *(
        "生活超市",
        "便民超市",
        "连锁超市",
        "烟酒超市",
        "综合商店",
        "便利超市",
        "食品商行",
        "副食商店",
    ),
    *(
        "便利店",
        "小卖部",
        "烟酒行",
        "副食店",
        "食杂店",
        "经营部",
        "批发部",
        "杂货店",
        "水果店",
        "零食店",
    ),
    *("超市", "商店", "商行", "商场", "百货", "食品", "烟酒", "副食", "门店", "分店", "总店"),
    *("店", "行"),
)
_SHORTEST_CORE: Final = 2
#: Cores shorter than this stand in too many words to be sure of; so do beginnings of names.
_SURE_CORE: Final = 3
_SURE_BEGINNING: Final = 4
_SHORTEST_CODE: Final = 3
#: What of a nickname stands for itself: between blanks and signs, and before figures.
_WORDS: Final = re.compile(r"[^\W\d_]+")
#: Nicknames are cut; no name of a shop is longer than this in one.
_LONGEST: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A store of the part: its people by name, and their numbers."""

    store_id: int
    code: str
    name: str
    contacts: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranger:
    """
    Somebody met in a room.

    :ivar texts: what he is called there, and what our staff noted
    :ivar phones: numbers noted of him or in what he is called
    :ivar store_id: the store whose own door he came by
    """

    key: int
    texts: tuple[str, ...]
    phones: tuple[str, ...] = ()
    store_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A store somebody seems to belong to; ``score`` 0 to 100."""

    store_id: int
    score: int
    signs: tuple[str, ...]


class Shops:
    """The stores of a part, ready to be recognised."""

    def __init__(self, shops: Sequence[Shop]) -> None:
        """Note every name, core, code, contact and number, and how many stores bear it."""
        self._known: dict[str, defaultdict[str, set[int]]] = {
            sign: defaultdict(set)
            for sign in ("whole_name", "core_name", "short_core", "code", "contact_name")
        }
        self._beginnings: defaultdict[str, set[int]] = defaultdict(set)
        self._phones: defaultdict[str, set[int]] = defaultdict(set)
        for shop in shops:
            name = plain(shop.name)
            self._note("whole_name", name, shop)
            bare = core(name)
            self._note("core_name" if len(bare) >= _SURE_CORE else "short_core", bare, shop)
            for length in range(_SHORTEST_CORE, len(name)):
                self._beginnings[name[:length]].add(shop.store_id)
            if len(shop.code) >= _SHORTEST_CODE:
                self._note("code", plain(shop.code), shop)
            for contact in shop.contacts:
                self._note("contact_name", plain(contact), shop)
            for phone in shop.phones:
                self._phones[phone].add(shop.store_id)

    def matches(self, stranger: Stranger) -> tuple[Match, ...]:
        """Return the stores somebody seems to belong to, the likeliest first."""
        found: defaultdict[int, set[str]] = defaultdict(set)
        if stranger.store_id is not None:
            found[stranger.store_id].add("door")
        for phone in stranger.phones:
            for store_id in _few(self._phones.get(phone, set())):
                found[store_id].add("phone")
        for text in stranger.texts:
            for sign, store_id in (*self._told_by(plain(text)), *self._begun_by(text)):
                found[store_id].add(sign)
        scored = [
            Match(
                store_id=store_id,
                score=_score(signs),
                signs=tuple(sorted(signs, key=lambda sign: (-POINTS[sign], sign))),
            )
            for store_id, signs in found.items()
        ]
        likely = [match for match in scored if match.score >= LIKELY]
        return tuple(sorted(likely, key=lambda match: (-match.score, match.store_id)))

    def _note(self, sign: str, text: str, shop: Shop) -> None:
        if len(text) >= _SHORTEST_CORE:
            self._known[sign][text].add(shop.store_id)

    def _told_by(self, text: str) -> Iterable[tuple[str, int]]:
        told = [
            (piece, sign, store_ids)
            for piece in _pieces(text)
            for sign, known in self._known.items()
            if (store_ids := known.get(piece))
        ]
        for piece, sign, store_ids in told:
            if any(
                piece in longer and piece != longer
                for longer, other, _ in told
                if other in _OF_SHOP
            ):
                continue  # "幸福" in "幸福里" speaks of that shop only
            for store_id in _few(store_ids):
                yield sign, store_id

    def _begun_by(self, text: str) -> Iterable[tuple[str, int]]:
        """Tell shops by a word that one name alone begins with: shop names are often cut short."""
        for word in _WORDS.findall(text):
            piece = plain(word)
            stores = self._beginnings.get(piece, set())
            if len(stores) == 1:
                is_sure = len(piece) >= _SURE_BEGINNING
                yield ("begins_name" if is_sure else "begins_shortly"), min(stores)


def certain(matches: Sequence[Match]) -> Match | None:
    """Return the store that nobody need look at again, if there is one."""
    if not matches or matches[0].score < CERTAIN:
        return None
    second = matches[1].score if len(matches) > 1 else 0
    return matches[0] if matches[0].score - second >= CLEAR else None


def core(name: str) -> str:
    """Return what of a shop's name tells it from others: without its kind at the end."""
    kept = name
    for kind in _KINDS:
        if kept.endswith(kind) and len(kept) - len(kind) >= _SHORTEST_CORE:
            kept = kept.removesuffix(kind)
    return kept


def _score(signs: set[str]) -> int:
    """Add a person's signs to a shop's best; signs of one kind do not add up."""
    shop = max((POINTS[one] for one in signs & {*_OF_SHOP}), default=0)
    person = max((POINTS[one] for one in signs & {"phone", "contact_name"}), default=0)
    door = POINTS["door"] if "door" in signs else 0
    return min(100, door + shop + person)


def _few(store_ids: set[int]) -> set[int]:
    """Return the stores, unless so many bear it that it says nothing about any of them."""
    return store_ids if len(store_ids) <= MOST_PROPOSALS else set()


def _pieces(text: str) -> set[str]:
    return {
        text[at : at + length]
        for at in range(len(text))
        for length in range(_SHORTEST_CORE, min(_LONGEST, len(text) - at) + 1)
    }
