"""
Hand rows to people as .xlsx or .csv, safely and in constant memory.

Every table that "exports what is on screen" ends here::

    columns = (Column("店编码"), Column("年销售额", Cell.MONEY))
    return sheets.answer("stores", "xlsx", columns, rows)

``rows`` is any iterable of tuples, read once, row by row; a generator that reads the database opens its
own scope. What a spreadsheet program could take for a formula is neutralised: it stays text in .xlsx
and gets an apostrophe in front in .csv (``without_guard`` takes that off again on import).
Numbers stay numbers.
"""

import csv
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import IO, Any

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.timezone import is_aware, localtime

from qunlian.kernel.errors import Invalid

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
#: A cell that begins with one of these may be run as a formula by one spreadsheet program or another.
DANGEROUS = frozenset("=+-@\t\r\n\0|＝＋－＠｜")
ROWS_PER_SHEET = 1_048_575
LONGEST_CELL = 32_767
_FEN = Decimal(100)
_CHUNK = 500


class UnknownFormat(Invalid):
    """A table can be exported as xlsx or csv."""

    code = "kernel.unknown_format"


class Cell(StrEnum):
    """What a column holds; decides the cell's type and number format."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    MONEY = "money"  #: integer fen in, yuan out
    DATE = "date"
    MOMENT = "moment"  #: an aware datetime, shown in the current time zone


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading as people read it, what it holds, its width in characters."""

    label: str
    cell: Cell = Cell.TEXT
    width: int = 16


_FORMATS = {
    Cell.INTEGER: "0",
    Cell.NUMBER: "0.######",
    Cell.MONEY: "#,##0.00",
    Cell.DATE: "yyyy-mm-dd",
    Cell.MOMENT: "yyyy-mm-dd hh:mm",
}


def answer(
    stem: str, format_: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]
) -> HttpResponseBase:
    """
    Answer a request with a table as a file to keep.

    :param stem: file name without its ending
    :param format_: ``xlsx`` or ``csv``
    :raises UnknownFormat: another format
    """
    if format_ == "csv":
        return StreamingHttpResponse(
            csv_chunks(columns, rows),
            content_type=CSV,
            headers={"Content-Disposition": _attachment(f"{stem}.csv")},
        )
    if format_ != "xlsx":
        raise UnknownFormat(format=format_)
    stream = written(lambda file: write_xlsx(file, columns, rows))
    return FileResponse(stream, as_attachment=True, filename=f"{stem}.xlsx", content_type=XLSX)


def written(write: Callable[[IO[bytes]], None]) -> IO[bytes]:
    """Return a temporary file at its beginning, for a response to close; closed already if writing fails."""
    with ExitStack() as closing:
        stream = closing.enter_context(tempfile.TemporaryFile())
        write(stream)
        stream.seek(0)
        closing.pop_all()
    return stream


def write_xlsx(stream: IO[bytes], columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> None:
    """Write a workbook; a table longer than a sheet goes on in the next one."""
    import xlsxwriter  # noqa: PLC0415  (loads slowly)

    book = xlsxwriter.Workbook(stream, {"constant_memory": True})
    try:
        write_sheet(book, "1", columns, rows)
    finally:
        book.close()  # also when the rows fail: each sheet keeps a file of its own until then


def write_sheet(
    book: Any, name: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]
) -> Any:
    """Add a table to an open workbook as the sheet ``name``; return the first sheet."""
    head = book.add_format({"bold": True, "bottom": 1})
    formats = {cell: book.add_format({"num_format": form}) for cell, form in _FORMATS.items()}
    guarded = book.add_format({"quote_prefix": True})
    sheet = first = _new_sheet(book, name, columns, head)
    line = 0
    for row in rows:
        if line == ROWS_PER_SHEET:
            name, line = f"{name}+", 0
            sheet = _new_sheet(book, name, columns, head)
        line += 1
        for place, (column, value) in enumerate(zip(columns, row, strict=True)):
            _write(
                sheet, (line, place), plain(column.cell, value), formats.get(column.cell), guarded
            )
    return first


def write_csv(stream: IO[bytes], columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> None:
    """Write a table as UTF-8 with a byte-order mark, so that spreadsheet programs read Chinese."""
    for chunk in csv_chunks(columns, rows):
        stream.write(chunk)


def csv_chunks(columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """Yield a table as the bytes of a .csv file, some hundred rows at a time."""
    lines: list[str] = []
    writer = csv.writer(_Lines(lines))
    writer.writerow([guard(column.label) for column in columns])
    lines[0] = "\ufeff" + lines[0]
    kinds = [column.cell for column in columns]
    for row in rows:
        writer.writerow([_as_text(plain(kind, v)) for kind, v in zip(kinds, row, strict=True)])
        if len(lines) >= _CHUNK:
            yield "".join(lines).encode()
            lines.clear()
    yield "".join(lines).encode()


def plain(cell: Cell, value: Any) -> Any:
    """Return a value as a spreadsheet knows it: text, a number, a date, a naive datetime or None."""
    if value is None or value == "":
        return None
    if cell is Cell.TEXT:
        return str(value)
    if cell is Cell.MONEY:
        return Decimal(value) / _FEN
    if isinstance(value, datetime) and is_aware(value):
        return localtime(value).replace(tzinfo=None)
    return value


def guard(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet program could take for a formula."""
    text = text.replace("\0", "")
    return (
        f"'{text}"
        if text[:1] in DANGEROUS or text.lstrip(" \u3000\u00a0")[:1] in DANGEROUS
        else text
    )


def without_guard(text: str) -> str:
    """Take off again what ``guard`` put on."""
    return text[1:] if text[:1] == "'" and guard(text[1:]) == text else text


class _Lines:
    """A file for ``csv.writer`` that keeps what is written in a list."""

    def __init__(self, lines: list[str]) -> None:
        self.write = lines.append


def _attachment(filename: str) -> str:
    return content_disposition_header(as_attachment=True, filename=filename) or "attachment"


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return guard(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    return str(value)


def _new_sheet(book: Any, name: str, columns: Sequence[Column], head: Any) -> Any:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, column.label[:LONGEST_CELL], head)
    return sheet


def _write(sheet: Any, at: tuple[int, int], value: Any, form: Any, guarded: Any) -> None:
    """Write one cell by its Python type; text is always text, never a formula or a link."""
    if value is None:
        return
    if isinstance(value, str):
        text = value.replace("\0", "")[:LONGEST_CELL]
        sheet.write_string(*at, text, guarded if guard(text) != text else None)
    elif isinstance(value, bool):
        sheet.write_boolean(*at, value)
    elif isinstance(value, date | datetime | timedelta):
        sheet.write_datetime(*at, value, form)
    else:
        sheet.write_number(*at, float(value) if isinstance(value, Decimal) else value, form)
