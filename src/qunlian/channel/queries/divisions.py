"""The divisions of China that come with Qunlian, read from where the build put them."""

import json
from collections.abc import Collection, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from qunlian.channel.rules.divisions import Divisions

#: Which division a store ``s`` lies in as a part of its province's map. Of a province-level city, or where no
#: city stands between province and county, the districts are the parts.
PART_OF_MAP: Final = """CASE WHEN left(s.division_code, 2) IN ('11', '12', '31', '50')
        OR substr(s.division_code, 3, 2) = '90'
    THEN left(s.division_code, CASE WHEN length(s.division_code) < 6 THEN 2 ELSE 6 END)
    ELSE left(s.division_code, 4) END"""
#: The maps that a store ``s`` with such a ``division`` is drawn on, with the size of their cells in degrees:
#: on the country's map a cell is half a degree wide, on a province's a tenth, on a city's a fiftieth (2 km).
LEVELS_OF_MAPS: Final = """(
    SELECT * FROM (VALUES
        ('', 0.5::float8), (left(s.division, 2), 0.1), (s.division, 0.02)) m (division, size)
    WHERE m.size = 0.5 OR (m.size = 0.1 AND m.division <> '') OR length(m.division) > 2) k"""

_FOLDER = Path(__file__).parent.parent / "divisions"
_LEVELS = ("provinces", "cities", "areas", "streets")
#: How many figures of a division's code name its province, city, area and street.
_FIGURES = (2, 4, 6, 9)


def packaged_divisions(*, within: Collection[str] = ()) -> Divisions:
    """
    Read the packaged divisions, province to street; a second for all of China.

    :param within: codes of provinces; only these and what lies in them
    :raises FileNotFoundError: the assets were not built (``make setup`` does it)
    """
    return Divisions.of(*(_rows(level, within) for level in _LEVELS))


@lru_cache(maxsize=8)
def gazetteer(provinces: frozenset[str] = frozenset()) -> Divisions | None:
    """
    Return all divisions down to areas, with the streets of some provinces; kept, as reading takes a while.

    None when the assets were not built: then nothing can be resolved.

    :param provinces: their codes
    """
    try:
        areas = (_rows("provinces", ()), _rows("cities", ()), _rows("areas", ()))
        return Divisions.of(*areas, _rows("streets", provinces) if provinces else [])
    except FileNotFoundError:
        return None


def district_name(code: str) -> str:
    """Return province, city and district in one line, as an address begins; empty when unknown."""
    return " ".join(dict.fromkeys(division_names(code[: _FIGURES[2]])))


def division_names(code: str) -> tuple[str, ...]:
    """Return the names of a division and of those it lies in, the province first; empty when unknown."""
    levels = [
        (level, code[:figures])
        for level, figures in zip(_LEVELS, _FIGURES, strict=True)
        if len(code) >= figures
    ]
    try:
        names = (_names(level).get(known, "") for level, known in levels)
        return tuple(name for name in names if name and name != "市辖区")
    except FileNotFoundError:
        return ()


@cache
def _names(level: str) -> Mapping[str, str]:
    return {row["code"]: row["name"] for row in _rows(level, ())}


def _rows(level: str, within: Collection[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((_FOLDER / f"{level}.json").read_bytes())
    return [row for row in found if not within or row["code"][:2] in within]
