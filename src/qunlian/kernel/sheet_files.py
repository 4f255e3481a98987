"""
Read what people send as a table: .xlsx, .xls, .csv or tab-separated text, as text cells with line numbers.

Takes UTF-8 (with or without a byte-order mark), UTF-16 and GB18030; comma, tab, semicolon; title rows above
the headings; cells merged downwards. Refuses, with words that teach, what could hurt or cannot be read.
"""

import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import fastexcel
import polars as pl

from qunlian.kernel.sheet_refusals import (
    MOST_BYTES,
    MOST_COLUMNS,
    MOST_ROWS,
    SheetDamaged,
    SheetEmpty,
    SheetNotText,
    SheetSuspicious,
    SheetTooBig,
)
from qunlian.kernel.sheet_text import read_text

MOST_UNPACKED = 1_200 * 1024 * 1024
MOST_RATIO = 150
_LOOK_FOR_HEADINGS = 30
_RATIO_MATTERS_ABOVE = 20 * 1024 * 1024
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_NUMBER = re.compile(r"[-+]?[\d.,:/\s-]+%?")
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*?>")
_NAME, _ID = re.compile(rb'\bname="([^"]*)"'), re.compile(rb'\br:id="([^"]*)"')
_RELATION = re.compile(rb"<Relationship\s[^>]*?>")
_TARGET, _OWN_ID = re.compile(rb'\bTarget="([^"]*)"'), re.compile(rb'\bId="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Sheet:
    """
    A table as it stands in the file.

    :ivar headings: by column, left to right; none is empty, none occurs twice
    :ivar rows: ``line`` (as spreadsheet programs count), ``c0``, ``c1`` … as text; empty cells are null
    """

    headings: tuple[str, ...]
    rows: pl.DataFrame


IsHeading = Callable[[str], bool]


def read(path: Path, *, is_heading: IsHeading, limit: int | None = None) -> Sheet:
    """
    Read the table in a file.

    :param is_heading: tells a known column heading, to find the line of headings below titles
    :param limit: stop after about so many rows, for a look at the beginning
    :raises SheetTooBig: too many bytes, rows or columns
    :raises SheetDamaged: a broken or encrypted workbook
    :raises SheetSuspicious: a zip bomb
    :raises SheetNotText: something else
    :raises SheetCellTooLong: probably an open quotation mark
    :raises SheetEmpty: no rows
    """
    if path.stat().st_size > MOST_BYTES:
        raise SheetTooBig
    with path.open("rb") as stream:
        first = stream.read(4)
    if first in {_ZIP, _OLE}:
        cells, start = _workbook(path, is_zip=first == _ZIP, limit=limit)
    else:
        cells, start = read_text(path, limit=limit)
    return _sheet(cells, start, is_heading)


def _sheet(cells: pl.DataFrame, start: int, is_heading: IsHeading) -> Sheet:
    """Take the headings out and keep the rows below that hold anything."""
    if cells.height > MOST_ROWS or cells.width > MOST_COLUMNS:
        raise SheetTooBig
    place = _heading_line(cells.head(_LOOK_FOR_HEADINGS).rows(), is_heading)
    below = cells.slice(place + 1).with_row_index("line", offset=start + place + 1)
    columns = [name for name in below.columns if name != "line"]
    filled = below.filter(pl.any_horizontal(pl.col(columns).is_not_null())) if columns else below
    if filled.is_empty():
        raise SheetEmpty
    used = [name for name in columns if filled[name].null_count() < filled.height]
    titles = dict(zip(columns, cells.row(place), strict=True))
    kept = [name for name in columns if name in used or titles[name]]
    headings = _unique([titles[name] or "" for name in kept])
    new = {name: f"c{number}" for number, name in enumerate(kept)}
    return Sheet(headings, filled.select(pl.col("line").cast(pl.Int64), *kept).rename(new))


def _heading_line(lines: Sequence[tuple[str | None, ...]], is_heading: IsHeading) -> int:
    """Return which of the first lines holds the headings: most known ones, else the first full one."""
    known = []
    for place, line in enumerate(lines):
        known.append(sum(1 for cell in line if cell and is_heading(cell)))
        if known[-1] == len(line) > 1:  # no line can know more
            return place
    if known and max(known) > 1:
        return known.index(max(known))
    words = [len({cell for cell in line if cell and not _NUMBER.fullmatch(cell)}) for line in lines]
    most = max(words, default=0)
    if most == 0:
        raise SheetEmpty
    return next(place for place, count in enumerate(words) if count * 10 >= most * 6)


def _unique(headings: Sequence[str]) -> tuple[str, ...]:
    """Name columns without a heading by their letter, and number headings that occur again."""
    seen: dict[str, int] = {}
    unique = []
    for place, raw in enumerate(headings):
        text = " ".join(raw.split())[:80] or _letters(place)
        seen[text] = seen.get(text, 0) + 1
        unique.append(text if seen[text] == 1 else f"{text} ({seen[text]})")
    return tuple(unique)


def _letters(place: int) -> str:
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _workbook(path: Path, *, is_zip: bool, limit: int | None) -> tuple[pl.DataFrame, int]:
    """Read the first visible sheet that holds anything."""
    if is_zip:
        _refuse_bomb(path)
    try:
        book = fastexcel.read_excel(path)
        for name in book.sheet_names:
            sheet = book.load_sheet(
                name,
                header_row=None,
                skip_rows=0,
                dtypes="string",
                n_rows=limit,
                whitespace_as_null=True,
            )
            if sheet.visible == "visible" and sheet.height > 1:
                frame = sheet.to_polars()
                merged = _merged(path, name) if is_zip else []
                return _filled_down(frame, merged), 1
    except (fastexcel.FastExcelError, OSError, KeyError, ValueError) as trouble:
        raise SheetDamaged from trouble
    except (
        BaseException
    ) as trouble:  # a panic of the reader on a malformed file is not an Exception
        if type(trouble).__name__ == "PanicException":
            raise SheetDamaged from trouble
        raise
    raise SheetEmpty


def _refuse_bomb(path: Path) -> None:
    """Look at what an archive says of itself before anything unpacks it."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as trouble:
        raise SheetDamaged from trouble
    unpacked = sum(part.file_size for part in parts)
    ratio = unpacked / max(1, path.stat().st_size)
    if unpacked > MOST_UNPACKED or (unpacked > _RATIO_MATTERS_ABOVE and ratio > MOST_RATIO):
        raise SheetSuspicious
    if not any(part.filename.startswith("xl/") for part in parts):
        raise SheetNotText


def _merged(path: Path, sheet: str) -> list[tuple[int, int, int]]:
    """Return (column, first row, last row) of the ranges merged downwards, from 0."""
    with zipfile.ZipFile(path) as archive:
        part = _part_of(archive, sheet)
        if part is None:
            return []
        found, tail = [], b""
        with archive.open(part) as stream:
            while block := stream.read(1 << 20):
                block = tail + block  # a range may lie across two blocks
                found += _MERGE.findall(block)
                tail = block[block.rfind(b"<") :][-200:]
    return [
        (_place(left), int(top) - 1, int(bottom) - 1)
        for left, top, _, bottom in dict.fromkeys(found)
        if top != bottom
    ]


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """Return the archive's part that holds a sheet."""
    try:
        book = archive.read("xl/workbook.xml")
        links = archive.read("xl/_rels/workbook.xml.rels")
    except KeyError:
        return None
    targets = {}
    for link in _RELATION.findall(links):
        own, target = _OWN_ID.search(link), _TARGET.search(link)
        if own and target:
            targets[own.group(1)] = target.group(1).decode()
    for entry in _SHEET.findall(book):
        name, key = _NAME.search(entry), _ID.search(entry)
        if name and key and name.group(1).decode() == sheet and key.group(1) in targets:
            file = targets[key.group(1)]
            part = file.lstrip("/") if file.startswith("/") else f"xl/{file}"
            return part if part in archive.namelist() else None
    return None


def _place(letters: bytes) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + letter - ord("A") + 1
    return place - 1


def _filled_down(frame: pl.DataFrame, merged: Sequence[tuple[int, int, int]]) -> pl.DataFrame:
    """Give each row of a merged range its value."""
    columns: dict[int, list[str | None]] = {}
    for column, top, bottom in merged:
        if column < frame.width and top < frame.height:
            cells = columns.setdefault(column, frame.to_series(column).to_list())
            last = min(bottom + 1, len(cells))
            if not any(cells[top + 1 : last]):
                cells[top:last] = [cells[top]] * (last - top)
    names = frame.columns
    return frame.with_columns(
        pl.Series(names[column], cells, pl.String) for column, cells in columns.items()
    )
