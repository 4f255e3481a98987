"""Posters as a PDF: a brand line, whom it invites, the QR code, how to join in three steps."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import segno
from fpdf import FPDF
from pylopdf_fonts_zh_cn import sans_path

from qunlian.community.rules.doors import POSTER_SIZES

_QUIET: Final = 4
_INK: Final = (17, 24, 39)
_SOFT: Final = (90, 98, 110)
_BAND: Final = (7, 120, 90)
logging.getLogger("fontTools").setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Poster:
    """
    One sheet.

    :ivar title: the store's, group's or place's name
    :ivar line: the group's name, or what it is for; may be empty
    :ivar steps: how to join, in order
    """

    title: str
    line: str
    link: str
    steps: Sequence[str]


def draw(
    posters: Sequence[Poster],
    *,
    brand: str,
    call: str,
    size: str,
    tell: Callable[[int], None] = lambda _done: None,
) -> bytes:
    """
    Draw posters, one a page; the letters that are used are embedded, so that any printer has them.

    :param call: what stands above the code
    :param size: ``a4``, or ``a6`` for a table
    :param tell: is told now and then how many are drawn
    """
    width, height, shrink = POSTER_SIZES[size]
    pdf = FPDF(unit="mm", format=(width, height))
    pdf.set_auto_page_break(auto=False)
    pdf.add_font("sans", fname=sans_path())
    pdf.set_title(brand)
    for number, poster in enumerate(posters, 1):
        pdf.add_page()
        _sheet(pdf, poster, (brand, call), shrink)
        if number % 50 == 0:
            tell(number)
    return bytes(pdf.output())


def _sheet(pdf: FPDF, poster: Poster, words: tuple[str, str], shrink: float) -> None:
    """Draw one page; measures are those of A4 times ``shrink``."""
    brand, call = words
    pdf.set_fill_color(*_BAND)
    pdf.rect(0, 0, 210 * shrink, 34 * shrink, style="F")
    _line(pdf, brand, 8 * shrink, (26 * shrink, 18 * shrink), (255, 255, 255))
    _line(pdf, poster.title, 44 * shrink, (34 * shrink, 18 * shrink), _INK)
    _line(pdf, poster.line, 64 * shrink, (18 * shrink, 12 * shrink), _SOFT)
    _line(pdf, call, 80 * shrink, (20 * shrink, 12 * shrink), _INK)
    _code(pdf, poster.link, (210 - 110) / 2 * shrink, 94 * shrink, 110 * shrink)
    for number, step in enumerate(poster.steps, 1):
        _line(
            pdf,
            f"{number}  {step}",
            (210 + 18 * (number - 1)) * shrink,
            (20 * shrink, 16 * shrink),
            _INK,
        )
    address = poster.link.partition("?")[0]
    _line(pdf, address, 276 * shrink, (max(11 * shrink, 6.5), 10 * shrink), _SOFT)


def _line(
    pdf: FPDF, text: str, y: float, measures: tuple[float, float], colour: tuple[int, int, int]
) -> None:
    """Write one line in the middle, smaller where it is too long; ``measures``: points, millimetres high."""
    points, high = measures
    room = pdf.w * 0.9
    pdf.set_font("sans", size=points)
    wide = pdf.get_string_width(text)
    if wide > room:
        pdf.set_font("sans", size=max(points * room / wide, 5))
    pdf.set_text_color(*colour)
    pdf.set_xy(0, y)
    pdf.cell(pdf.w, high, text, align="C")


def _code(pdf: FPDF, link: str, x: float, y: float, side: float) -> None:
    """Draw a QR code of rectangles, with its quiet zone on white, so that it stays sharp at any size."""
    rows: Any = segno.make(link, error="m", micro=False).matrix
    module = side / (len(rows) + 2 * _QUIET)
    pdf.set_fill_color(255, 255, 255)
    pdf.rect(x, y, side, side, style="F")
    pdf.set_fill_color(0, 0, 0)
    for down, row in enumerate(rows):
        top = y + (down + _QUIET) * module
        for start, length in _runs(row):
            pdf.rect(x + (start + _QUIET) * module, top, length * module, module, style="F")


def _runs(row: Sequence[int]) -> list[tuple[int, int]]:
    """Return where dark modules begin and how many follow one another."""
    found: list[tuple[int, int]] = []
    for at, dark in enumerate(row):
        if not dark:
            continue
        if found and sum(found[-1]) == at:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((at, 1))
    return found
