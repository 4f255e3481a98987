"""Where the demo brand sells: cities, their centres, and the sales tree laid over real divisions."""

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import polars as pl

from qunlian.channel.rules.divisions import Division, Divisions, Level

REGION = ("HD", "华东大区")
PATCHES_PER_CITY = 6

#: city code → approximate centre (longitude, latitude)
CITIES = {
    "3301": (120.16, 30.26),
    "3302": (121.55, 29.87),
    "3304": (120.75, 30.75),
    "3307": (119.65, 29.09),
    "3401": (117.23, 31.83),
    "3402": (118.43, 31.35),
    "3408": (117.06, 30.54),
    "3601": (115.88, 28.68),
    "3604": (116.00, 29.70),
    "3611": (117.95, 28.45),
}
_ZONE = ("开发", "园", "管理", "新城", "试验区", "高新", "集中区", "场")
_DISTRICT_DEGREES = 0.22


@dataclass(frozen=True, slots=True)
class Patch:
    """A rep's patch: a district of a city, or a part of one, with the streets that lie in it."""

    code: str
    name: str
    city: str
    area: Division
    streets: tuple[Division, ...]
    centre: tuple[float, float]


def patches(divisions: Divisions) -> list[Patch]:
    """Lay six patches over each city's districts; a large district makes several.

    :raises LookupError: the index lacks one of the cities or its districts
    """
    laid = []
    for city in CITIES:
        if city not in divisions:
            raise LookupError(f"no division {city}")
        areas = [
            area
            for area in divisions.children(city)
            if area.level == Level.AREA
            and divisions.children(area.code)
            and not any(sign in area.name for sign in _ZONE)
        ]
        if not areas:
            raise LookupError(f"no districts in {city}")
        laid.extend(_of_city(divisions, city, areas))
    return laid


def _of_city(divisions: Divisions, city: str, areas: Sequence[Division]) -> list[Patch]:
    """Share a city's patches among its districts: urban ones first, those of most streets first."""
    by_size = sorted(
        areas,
        key=lambda area: (
            not area.name.endswith("区"),
            -len(divisions.children(area.code)),
            area.code,
        ),
    )
    chosen = by_size[:PATCHES_PER_CITY]
    share = [len(range(place, PATCHES_PER_CITY, len(chosen))) for place in range(len(chosen))]
    found = []
    for area, parts in zip(chosen, share, strict=True):
        every = divisions.children(area.code)
        streets = [each for each in every if _is_plain(each)] or every
        for part in range(parts):
            name = area.name if parts == 1 else f"{area.name}{'一二三四五六'[part]}片"
            found.append(
                Patch(
                    code=f"{area.code}-{part + 1}",
                    name=name,
                    city=city,
                    area=area,
                    streets=tuple(streets[part::parts]) or tuple(streets),
                    centre=_centre(city, area.code),
                )
            )
    return found


def _is_plain(street: Division) -> bool:
    """Tell whether people would name a shop after it: no zone, no farm, no temporary office."""
    return bool(street.shorts) and not any(sign in street.name for sign in _ZONE)


def _centre(city: str, area: str) -> tuple[float, float]:
    """Place a district somewhere around its city's centre, always at the same point."""
    lng, lat = CITIES[city]
    turn, far = divmod(crc32(area.encode()), 360)
    angle = 2 * np.pi * (turn % 360) / 360
    radius = _DISTRICT_DEGREES * (0.15 + 0.85 * far / 360)
    return (round(lng + radius * np.cos(angle), 4), round(lat + radius * np.sin(angle), 4))


def territories(divisions: Divisions, laid: Sequence[Patch]) -> pl.DataFrame:
    """Return the sales tree, parents before children.

    :returns: code, parent_code (null at the top), name, depth, is_patch
    """
    rows: list[tuple[str, str | None, str, int, bool]] = [(REGION[0], None, REGION[1], 0, False)]
    provinces = dict.fromkeys(patch.city[:2] for patch in laid)
    rows += [(code, REGION[0], divisions[code].name, 1, False) for code in provinces]
    cities = dict.fromkeys(patch.city for patch in laid)
    rows += [(code, code[:2], divisions[code].name, 2, False) for code in cities]
    areas = {patch.area.code: patch for patch in laid}
    rows += [(code, patch.city, patch.area.name, 3, False) for code, patch in areas.items()]
    rows += [(patch.code, patch.area.code, patch.name, 4, True) for patch in laid]
    return pl.DataFrame(
        rows, schema=["code", "parent_code", "name", "depth", "is_patch"], orient="row"
    )
