"""Longitude and latitude from a roster: possible, swapped, outside China?

Verdicts are warnings except IMPOSSIBLE; nothing is changed silently, ``SWAPPED`` says what a swap would do.
"""

import re
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from qunlian.channel.rules import codes

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

# the extreme points of the country: Zengmu Reef, Mohe; Pamir, Heixiazi
_CHINA_LNG = (73.4, 135.1)
_CHINA_LAT = (3.8, 53.6)
_POINT = re.compile(r"(?:POINT\s*)?\(?\s*([-+]?[\d.]+)[\s,;]+([-+]?[\d.]+)\s*\)?", re.IGNORECASE)


class Verdict(IntEnum):
    """What is to be said of a pair of coordinates."""

    FINE = 0
    MISSING = 1  # neither is given
    IMPOSSIBLE = 2  # one missing, out of range, not a number, or exactly 0, 0
    SWAPPED = 3  # impossible or abroad as it stands, in China the other way round
    OUTSIDE = 4  # possible, but not in China


@dataclass(frozen=True, slots=True)
class Place:
    """Coordinates as read, with what is to be said of them."""

    lng: float | None
    lat: float | None
    verdict: Verdict


def judge(lng: FloatArray, lat: FloatArray) -> IntArray:
    """Return the Verdict of each pair; NaN stands for an empty cell."""
    possible = _inside(lng, lat, (-180.0, 180.0), (-90.0, 90.0)) & ~((lng == 0) & (lat == 0))
    at_home = _inside(lng, lat, _CHINA_LNG, _CHINA_LAT)
    turned = _inside(lat, lng, _CHINA_LNG, _CHINA_LAT)
    chosen = np.select(
        [np.isnan(lng) & np.isnan(lat), at_home, turned, ~possible],
        [Verdict.MISSING, Verdict.FINE, Verdict.SWAPPED, Verdict.IMPOSSIBLE],
        default=Verdict.OUTSIDE,
    )
    return chosen.astype(np.int64)


def read(lng: str, lat: str) -> Place:
    """Read two cells, and say what is to be said of them."""
    east, north = _number(lng), _number(lat)
    if east is None or north is None:
        empty = not codes.clean(lng) and not codes.clean(lat)
        return Place(None, None, Verdict.MISSING if empty else Verdict.IMPOSSIBLE)
    verdict = Verdict(int(judge(np.array([east]), np.array([north]))[0]))
    return Place(east, north, verdict)


def read_point(text: str) -> Place:
    """Read one cell that holds both: ``POINT(120.1 30.2)`` or ``120.1,30.2``, longitude first."""
    cleaned = codes.clean(text)
    found = _POINT.fullmatch(cleaned)
    if not found:
        return Place(None, None, Verdict.IMPOSSIBLE if cleaned else Verdict.MISSING)
    return read(found.group(1), found.group(2))


def _inside(
    lng: FloatArray, lat: FloatArray, lngs: tuple[float, float], lats: tuple[float, float]
) -> npt.NDArray[np.bool_]:
    inside: npt.NDArray[np.bool_] = (
        (lng >= lngs[0]) & (lng <= lngs[1]) & (lat >= lats[0]) & (lat <= lats[1])
    )
    return inside


def _number(text: str) -> float | None:
    try:
        number = float(codes.clean(text))
    except ValueError:
        return None
    return number if np.isfinite(number) else None
