"""From an address as people write it to the code of its division.

The address is read from its beginning, name by name, longest first. The state is the set of divisions
that are still possible: a name keeps those of its bearers that lie under one of them, so 鼓楼区 alone is
four places and 南京鼓楼区 one. Names may lack 省, 市, 区, 街道 (then a following 路 or the like means
that it was a road's name), levels may be left out, and what was said may be repeated. Where codes of
several places remain, the answer is what they have in common.
"""

import re
from dataclasses import dataclass

from qunlian.channel.rules import codes
from qunlian.channel.rules.divisions import Division, Divisions, Level, level_of, parent_code

_NOISE = re.compile(
    r"^(?:中国|中华人民共和国|地址|[\s,.;:/\\|()\-—_·、。\[\]]|邮编\d{6}|\d{6}(?=\D))+"
)
#: After a name without its suffix these say that it was the name of something else.
_NOT_A_PLACE = re.compile(r"[东南西北中一二三]?(?:路|街|大道|道|巷|弄|桥|站|广场|大厦|门|村|里|线)")
#: How far from the beginning a province may stand, after a village's name or the like.
_LATEST = 15


@dataclass(frozen=True, slots=True)
class Resolved:
    """What an address says.

    :ivar code: 2, 4, 6 or 9 digits; empty when nothing was recognised
    :ivar leftover: the rest of the address: road, number, shop
    :ivar is_ambiguous: several places answer to this; ``code`` is what they have in common
    :ivar is_contradictory: it names places that do not lie in each other; ``code`` is the first
    """

    code: str
    leftover: str
    is_ambiguous: bool = False
    is_contradictory: bool = False

    @property
    def level(self) -> Level:
        return level_of(self.code)


@dataclass(slots=True)
class _Reading:
    """The divisions that are still possible; None until a first name was read."""

    places: frozenset[str] | None = None
    is_contradictory: bool = False


def resolve(
    divisions: Divisions, address: str, *, province: str = "", city: str = "", area: str = ""
) -> Resolved:
    """Find the division of an address.

    :param province: what a column of its own says, in any form; also ``"浙江省杭州市"`` in one
    :param city: likewise; both may be empty
    :param area: likewise
    """
    reading = _Reading()
    for hint in (province, city, area):
        if hint:
            _read(divisions, reading, codes.clean(hint), is_hint=True)
    text = codes.clean(address)
    leftover = _read(divisions, reading, text, is_hint=False)
    if reading.places is None:
        text = text[_late_province(divisions, text) :]
        leftover = _read(divisions, reading, text, is_hint=False)
    code, is_ambiguous = _in_common(reading.places or frozenset())
    return Resolved(code, leftover, is_ambiguous, reading.is_contradictory)


def _read(divisions: Divisions, reading: _Reading, text: str, *, is_hint: bool) -> str:
    """Take names off the beginning of a text; return what is left."""
    while text := _NOISE.sub("", text, count=1):
        taken = _take(divisions, reading, text, is_hint=is_hint)
        if not taken:
            break
        text = text[taken:]
    return text


def _late_province(divisions: Divisions, text: str) -> int:
    """Return where a province's name with its suffix begins, 0 if none does near the beginning."""
    for start in range(1, min(_LATEST, len(text))):
        for length, bearers in divisions.at_start(text[start:]):
            is_whole = text[start : start + length].endswith(("省", "市", "区"))
            if is_whole and any(each.level == Level.PROVINCE for each in bearers):
                return start
    return 0


def _take(divisions: Divisions, reading: _Reading, text: str, *, is_hint: bool) -> int:
    """Read the longest name at the beginning that fits; return its length, 0 if none does."""
    for length, named in divisions.at_start(text):
        bearers = named
        if not is_hint and _NOT_A_PLACE.match(text, length):
            bearers = [each for each in named if each.name == text[:length]]
        if bearers and _narrow(reading, bearers):
            return length
        if any(each.name == text[:length] and _is_firm(each) for each in bearers):
            reading.is_contradictory = True
    return 0


def _is_firm(division: Division) -> bool:
    """Tell whether a full name can hardly mean anything but the place."""
    return division.level <= Level.AREA and division.name.endswith(("省", "市", "自治区", "自治州"))


def _narrow(reading: _Reading, bearers: list[Division]) -> bool:
    """Keep of the possible places those that this name allows; False if the name says nothing."""
    if reading.places is None:
        above_streets = [each.code for each in bearers if each.level < Level.STREET]
        reading.places = frozenset(above_streets) or None
        return bool(above_streets)
    fitting = set()
    for place in reading.places:
        for each in bearers:
            if each.code.startswith(place):
                fitting.add(each.code)
            elif place.startswith(each.code):
                fitting.add(place)
    reading.places = frozenset(fitting) or reading.places
    return bool(fitting)


def _in_common(places: frozenset[str]) -> tuple[str, bool]:
    """Return the one that is meant, or the division that all have in common and that they differ.

    Among a city and areas of the same name the city is meant: 西安 is not 辽源市西安区.
    """
    if not places:
        return "", False
    highest = min(map(len, places))
    likely = [place for place in places if len(place) == highest]
    if len(likely) == 1:
        return likely[0], False
    code = likely[0]
    while code and not all(place.startswith(code) for place in places):
        code = parent_code(code)
    return code, True
