"""
How what somebody types finds a store: by a piece of its name, by pinyin, by initials, by code.

Names are cut into pairs of neighbouring characters, initials into pairs of letters (``channel_grams`` in
SQL does the same); a query's pairs must all be there, then the whole piece is looked for. Pairs because most
Chinese words have two characters, which leaves trigrams nothing to hold.
"""

import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

#: Left out of names and queries alike; the same list stands in SQL (``channel_plain``).
IGNORED = " \t()（）[]【】-_—·.,，。、/&'\"“”#：:"
LONGEST = 40
MOST_READINGS = 6
_DROP = str.maketrans("", "", IGNORED)


@dataclass(frozen=True, slots=True)
class Seek:
    """One way to find: rows that hold all ``grams`` (none: look at the first rows), then ``needle``.

    :ivar is_name: the needle is a piece of the name; else of its pinyin or initials
    """

    grams: tuple[str, ...]
    needle: str
    is_name: bool


def plain(text: str) -> str:
    """Return text as it is compared: half-width, small letters, without blanks and punctuation."""
    return unicodedata.normalize("NFKC", text).lower().translate(_DROP)[:LONGEST]


def ways(typed: str) -> tuple[Seek, ...]:
    """Return the ways to find what was typed; none when there is too little to go by."""
    text = plain(typed)
    if len(text) < 2:  # noqa: PLR2004  (one character is in every second name)
        return ()
    if not text.isascii():
        return (Seek(tuple(g for g in _pairs(text) if not g.isascii()), text, is_name=True),)
    sounds = dict.fromkeys((text, *_initials_of(text)))
    return tuple(Seek(_pairs(sound), text, is_name=False) for sound in sounds)


def code_starts(typed: str) -> tuple[str, ...]:
    """Return what a store's code may begin with when this was typed: as it is, and in capitals."""
    text = unicodedata.normalize("NFKC", typed).strip()[:LONGEST]
    return tuple(dict.fromkeys((text, text.upper()))) if text.isascii() and text else ()


def _pairs(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text[at : at + 2] for at in range(len(text) - 1)))


def _initials_of(text: str) -> tuple[str, ...]:
    """Return the initials of each way to read letters as pinyin: ``dongjie`` → ``dj``."""
    return tuple(dict.fromkeys(found for found in _readings(text)[:MOST_READINGS]))


@lru_cache(maxsize=4096)
def _readings(text: str) -> tuple[str, ...]:
    if not text:
        return ("",)
    found: list[str] = []
    for length in range(min(6, len(text)), 0, -1):
        head, rest = text[:length], text[length:]
        is_last_begun = not rest and any(s.startswith(head) for s in _syllables())
        if head in _syllables() or is_last_begun or (length == 1 and head.isdigit()):
            found += [head[0] + more for more in _readings(rest)]
    return tuple(found[: MOST_READINGS * 2])


@cache
def _syllables() -> frozenset[str]:
    """Return all pinyin syllables without tones, ``ü`` written v."""
    from pypinyin.constants import PINYIN_DICT  # noqa: PLC0415  (loads slowly)

    marked = {reading for readings in PINYIN_DICT.values() for reading in readings.split(",")}
    return frozenset(filter(str.isascii, map(_toneless, marked)))


def _toneless(reading: str) -> str:
    parts = unicodedata.normalize("NFD", reading).replace("ü", "v")
    return "".join(letter for letter in parts if not unicodedata.combining(letter))
