"""Guess which column of somebody's spreadsheet means which of our fields.

Every pair of column and field gets a confidence from the heading (equal to a known one, containing
it, or made of the same words), raised or lowered by what the first cells look like. The best pairs are
taken first, each column and each field once. A guess is shown and can be corrected, so it may be bold; where
nothing speaks for a column it stays unmapped.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from qunlian.channel.rules import codes, coordinates, phones
from qunlian.channel.rules.headings import HEADINGS

Kind = Literal["stores", "distributors", "staff", "territories", "sales"]

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_BRACKETS = re.compile(r"[(\[{<【〔].*?[)\]}>】〕]|[*#:：]|必填|选填")
_WORDS_APART = re.compile(r"[\s_\-./\\|]+")
_EQUAL, _CONTAINED, _SAME_WORDS = 1.0, 0.72, 0.6
_LEAST = 0.5
_SHORTEST_CONTAINED = 2
_DATE = re.compile(r"\d{4}[-/年.]\d{1,2}([-/月.]\d{1,2}日?)?.*|\d{1,2}/\d{1,2}/\d{4}|\d{8}|\d{6}")


@dataclass(frozen=True, slots=True)
class Guess:
    """A column that probably means a field.

    :ivar confidence: 0.5 (hardly) … 1 (the heading says so)
    """

    field: str
    column: str
    confidence: float


def fields(kind: Kind) -> tuple[str, ...]:
    """Return the fields that a roster of this kind may have."""
    return tuple(HEADINGS[kind])


def heading(text: str) -> str:
    """Bring a heading to its comparable form: ``"ShopID（必填）"`` → ``"shop id"``."""
    cleaned = _BRACKETS.sub(" ", codes.clean(text))
    return _WORDS_APART.sub(" ", _CAMEL.sub(" ", cleaned)).strip().lower()


def is_heading(kind: Kind, text: str) -> bool:
    """Tell whether a text, as a heading, would mean one of our fields."""
    column = heading(text)
    return any(_by_heading(kind, field, column) >= _LEAST for field in HEADINGS[kind])


def guess(
    kind: Kind, columns: Sequence[str], samples: Mapping[str, Sequence[str]] | None = None
) -> tuple[Guess, ...]:
    """Guess the mapping, most certain first; each field and each column at most once.

    :param columns: headings as they stand in the file, left to right
    :param samples: some cells of each column as text; without them headings decide alone
    """
    cells = samples or {}
    found = []
    for place, column in enumerate(columns):
        for order, field in enumerate(HEADINGS[kind]):
            by_heading = _by_heading(kind, field, heading(column))
            confidence = by_heading and _by_cells(field, by_heading, cells.get(column, ()))
            if confidence >= _LEAST:
                found.append((-confidence, place, order, Guess(field, column, confidence)))
    taken: list[Guess] = []
    for *_, each in sorted(found, key=lambda row: row[:3]):
        if all(each.field != other.field and each.column != other.column for other in taken):
            taken.append(each)
    return tuple(taken)


def yuan_per_unit(column: str) -> int:
    """Return in what a column of money counts, by its heading: ``"年销额（万元）"`` → 10,000 yuan."""
    text = codes.clean(column)
    for unit, worth in (("亿", 10**8), ("百万", 10**6), ("万", 10**4), ("千元", 10**3)):
        if unit in text:
            return worth
    return 1


def points_per_unit(cells: Sequence[str]) -> int:
    """Return what one unit of a closeness column is worth in our 0…100: 20 for stars out of five."""
    numbers = [float(cell) for cell in map(codes.clean, cells) if _is_number(cell)]
    most = max(numbers, default=100.0)
    for scale in (1, 5, 10):
        if most <= scale:
            return 100 // scale
    return 1


@cache
def _by_heading(kind: Kind, field: str, column: str) -> float:
    """Return how much a heading speaks for a field, 0 … 1."""
    if not column:
        return 0.0
    if column.replace(" ", "") in _squeezed(kind, field):
        return _EQUAL
    return max(_alike(column, known) for known in HEADINGS[kind][field])


@cache
def _squeezed(kind: Kind, field: str) -> frozenset[str]:
    """Return the headings known for a field, without their spaces."""
    return frozenset(known.replace(" ", "") for known in HEADINGS[kind][field])


def _alike(column: str, known: str) -> float:
    """Compare a heading with a known one that it is not; longer agreement counts more."""
    if known.isascii():
        ours, theirs = set(known.split()), set(column.split())
        is_same = len(ours) > 1 and ours <= theirs
        return _SAME_WORDS + 0.3 * len(ours) / len(theirs) if is_same else 0.0
    if len(known) >= _SHORTEST_CONTAINED and known in column:
        # what a compound ends with is what it is: 门店|地址, 业务员|手机
        ends = 0.1 if column.endswith(known) else -0.15
        return _CONTAINED + ends + 0.1 * len(known) / len(column)
    return 0.0


def _by_cells(field: str, confidence: float, cells: Sequence[str]) -> float:
    """Correct a confidence by the share of cells that look like the field."""
    looks = _LOOKS.get(field)
    filled = [cell for cell in map(codes.clean, cells) if cell]
    if looks is None or not filled:
        return confidence
    share = sum(map(looks, filled)) / len(filled)
    return min(1.0, confidence * (0.4 + 0.65 * share))


def _is_number(cell: str) -> bool:
    try:
        float(cell.replace(",", "").lstrip("¥$￥"))
    except ValueError:
        return False
    return True


def _is_between(low: float, high: float) -> Callable[[str], bool]:
    return lambda cell: _is_number(cell) and low <= float(cell.replace(",", "")) <= high


def _is_phone(cell: str) -> bool:
    try:
        phones.all_in(cell)
    except phones.PhoneMalformed:
        return False
    return True


def _is_point(cell: str) -> bool:
    return coordinates.read_point(cell).lng is not None


def _is_date(cell: str) -> bool:
    return bool(_DATE.fullmatch(cell))


def _is_word(cell: str) -> bool:
    return not _is_number(cell) and not _is_date(cell)


_LOOKS: Mapping[str, Callable[[str], bool]] = {
    "lng": _is_between(-180, 180),
    "lat": _is_between(-90, 90),
    "point": _is_point,
    "owner_phone": _is_phone,
    "contact_phone": _is_phone,
    "phone": _is_phone,
    "size": _is_number,
    "amount": _is_number,
    "quantity": _is_number,
    "closeness": _is_between(0, 100),
    "expected_people": _is_between(1, 500),
    "date": _is_date,
    "joined_on": _is_date,
    "left_on": _is_date,
    "province": _is_word,
    "city": _is_word,
    "area": _is_word,
    "address": _is_word,
    "name": _is_word,
    "owner_name": _is_word,
}
