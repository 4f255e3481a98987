"""
Groups on people's own WeChat, as a spreadsheet tells them: a row per group, or a row per member.

Rows of one group (same name, same owner) belong together, in whatever order they stand. Nicknames stand one
per line in a cell, or in several columns, or one per row; store codes beside them in the same way.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

LONGEST_NAME: Final = 40
LONGEST_NICKNAME: Final = 60
#: WeChat lets a group grow to so many.
MOST_PEOPLE: Final = 500
MOST_GROUPS: Final = 2_000
#: What columns are called; a heading that begins with one of these means the field.
HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("群名", "群名称", "群聊名称", "微信群", "group"),
    "owner": ("群主工号", "群主姓名", "群主", "工号", "业务员", "负责人", "owner", "staff", "rep"),
    "territory": ("区域", "片区", "territory", "patch"),
    "layer": ("层", "群类型", "类型", "layer", "type"),
    "people": ("人数", "群人数", "people", "members count"),
    "member": ("昵称", "成员", "群昵称", "微信昵称", "nickname", "member"),
    "store": ("门店编码", "店编码", "门店", "store"),
}
LAYER_WORDS: Final[Mapping[str, str]] = {
    "": "store",
    "终端店群": "store",
    "终端群": "store",
    "门店群": "store",
    "store": "store",
    "经销商群": "distributor",
    "distributor": "distributor",
    "消费者群": "consumer",
    "种子用户群": "consumer",
    "粉丝群": "consumer",
    "consumer": "consumer",
    "价值客户群": "vip",
    "vip": "vip",
    "内部群": "internal",
    "internal": "internal",
}
_SEVERAL: Final = re.compile(r"[\n\r;；、]+")


@dataclass(frozen=True, slots=True)
class Known:
    """What the roster has, within reach: codes and names nobody shares → ids."""

    staff: Mapping[str, int]
    territories: Mapping[str, int]
    stores: Mapping[str, int]


@dataclass(slots=True)
class Told:
    """A group as the sheet tells it; ``members``: nickname → store, where one is told."""

    line: int
    name: str
    owner_staff_id: int
    layer: str
    territory_id: int | None
    people: int | None
    members: dict[str, int | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row cannot be taken: a code, and the cell's text it is about."""

    line: int
    code: str
    text: str


def heading_of(text: str) -> str:
    """Return which field a heading means, "" for none: ``"昵称2"`` is one more column of nicknames."""
    plain = re.sub(r"[\s(（\[].*$|[\d_]+$", "", text.strip().lower())
    exact = [name for name, words in HEADINGS.items() if plain in words]
    return exact[0] if exact else ""


def room_key(owner_code: str, name: str) -> str:
    """Name a room nobody gave a key: the same sheet twice means the same rooms."""
    digest = hashlib.blake2s(name.encode(), digest_size=10).hexdigest()
    return f"{owner_code[:50]}:{digest}"


def nickname_key(key: str, nickname: str) -> str:
    """Name an account of which only the nickname in one room is known."""
    return hashlib.blake2s(f"{key} {nickname}".encode(), digest_size=16).hexdigest()


def read(
    fields: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]], known: Known
) -> tuple[list[Told], list[Problem]]:
    """
    Read rows (line, cells); ``fields`` say what each column means.

    A row with a problem is left out whole; the other rows of its group stand.
    """
    groups: dict[tuple[str, int], Told] = {}
    problems: list[Problem] = []
    for line, cells in rows:
        row = _Row(line, fields, cells)
        found = _told(row, known)
        members = _members(row, known)
        trouble = found if isinstance(found, Problem) else members
        if isinstance(trouble, Problem):
            problems.append(trouble)
            continue
        assert isinstance(found, Told)  # noqa: S101 (told apart above)
        assert isinstance(members, dict)  # noqa: S101 (the same)
        group = groups.setdefault((found.name, found.owner_staff_id), found)
        group.members |= members
        group.people = max(filter(None, (group.people, found.people)), default=None)
    return list(groups.values()), problems


class _Row:
    def __init__(self, line: int, fields: Sequence[str], cells: Sequence[str]) -> None:
        self.line = line
        self._cells: dict[str, list[str]] = {}
        for name, cell in zip(fields, cells, strict=True):
            self._cells.setdefault(name, []).append(cell.strip())

    def one(self, name: str) -> str:
        return next((cell for cell in self._cells.get(name, ()) if cell), "")

    def several(self, name: str) -> list[str]:
        cells = self._cells.get(name, ())
        return [
            part.strip() for cell in cells for part in (_SEVERAL.split(cell) if cell else ("",))
        ]


def _told(row: _Row, known: Known) -> Told | Problem:
    name, owner = " ".join(row.one("name").split()), row.one("owner")
    if not 0 < len(name) <= LONGEST_NAME:
        return Problem(row.line, "name", name)
    staff_id = known.staff.get(owner.lower())
    if staff_id is None:
        return Problem(row.line, "owner", owner)
    territory = row.one("territory")
    territory_id = known.territories.get(territory.lower())
    if territory and territory_id is None:
        return Problem(row.line, "territory", territory)
    layer = LAYER_WORDS.get(row.one("layer").lower())
    if layer is None:
        return Problem(row.line, "layer", row.one("layer"))
    people = _people(row.one("people"))
    if people == -1:
        return Problem(row.line, "people", row.one("people"))
    return Told(row.line, name, staff_id, layer, territory_id, people)


def _people(text: str) -> int | None:
    digits = text.removesuffix("人").removesuffix(".0").strip()
    if not digits:
        return None
    is_count = digits.isdecimal() and len(digits) < 6 and 0 < int(digits) <= MOST_PEOPLE  # noqa: PLR2004
    return int(digits) if is_count else -1


def _members(row: _Row, known: Known) -> dict[str, int | None] | Problem:
    nicknames, codes = row.several("member"), row.several("store")
    found: dict[str, int | None] = {}
    for place, nickname in enumerate(nicknames):
        code = codes[place] if place < len(codes) else ""
        if len(nickname) > LONGEST_NICKNAME:
            return Problem(row.line, "member", nickname)
        if code and code.lower() not in known.stores:
            return Problem(row.line, "store", code)
        if nickname:
            found[nickname] = known.stores.get(code.lower()) if code else None
    return found
