"""Tables that leave as files: whole, typed, and harmless."""

import csv
import io
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunlian.kernel import sheets
from qunlian.kernel.sheets import Cell, Column

COLUMNS = (
    Column("店名"),
    Column("金额", Cell.MONEY),
    Column("人数", Cell.INTEGER),
    Column("日期", Cell.DATE),
    Column("时间", Cell.MOMENT),
)
MIDNIGHT = datetime(2026, 3, 1)  # noqa: DTZ001  (a spreadsheet knows no zones)
NOON = MIDNIGHT.replace(hour=12)
ROW = ("=1+1", -12345, -3, date(2026, 3, 1), datetime(2026, 3, 1, 4, tzinfo=UTC))


def read_xlsx(body: bytes) -> list[list[object]]:
    book = openpyxl.load_workbook(io.BytesIO(body))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    return [list(row) for row in book.active.iter_rows(values_only=True)]


def body_of(response) -> bytes:
    body = b"".join(response.streaming_content)
    response.close()
    return body


def test_a_workbook_keeps_types_and_holds_no_formula() -> None:
    response = sheets.answer("店铺", "xlsx", COLUMNS, [ROW])
    head, row = read_xlsx(body_of(response))
    assert head == ["店名", "金额", "人数", "日期", "时间"]
    assert row == ["=1+1", -123.45, -3, MIDNIGHT, NOON]
    assert "filename*=utf-8''%E5%BA%97%E9%93%BA.xlsx" in response["Content-Disposition"]


def test_a_csv_neutralises_text_and_leaves_negative_numbers_alone() -> None:
    response = sheets.answer("stores", "csv", COLUMNS, [ROW, (None, 0, None, None, None)])
    text = body_of(response).decode()
    assert text.startswith("\ufeff店名,")
    assert "'=1+1,-123.45,-3,2026-03-01,2026-03-01 12:00\r\n" in text
    assert text.endswith(",0,,,\r\n")


@pytest.mark.parametrize("first", sorted(sheets.DANGEROUS - {"\0"}))
def test_every_dangerous_first_character_is_guarded(first: str) -> None:
    assert sheets.guard(f"{first}cmd") == f"'{first}cmd"
    assert sheets.guard(f" {first}cmd") == f"' {first}cmd"


def test_nul_cannot_hide_a_formula() -> None:
    assert sheets.guard("\0=1+1") == "'=1+1"


@given(st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_the_guard_comes_off_again(text: str) -> None:
    assert sheets.without_guard(sheets.guard(text)) == text


@given(
    st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20), max_size=4)
)
def test_no_csv_cell_ever_begins_dangerously(texts: list[str]) -> None:
    columns = tuple(Column("x") for _ in texts)
    body = b"".join(sheets.csv_chunks(columns, [texts])).decode("utf-8-sig")
    for line in csv.reader(io.StringIO(body, newline="")):
        assert not any(cell[:1] in sheets.DANGEROUS for cell in line if cell)


def test_a_long_table_goes_on_in_a_second_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "ROWS_PER_SHEET", 2)
    stream = io.BytesIO()
    sheets.write_xlsx(stream, (Column("n", Cell.INTEGER),), [(n,) for n in range(5)])
    book = openpyxl.load_workbook(io.BytesIO(stream.getvalue()))
    assert [sheet.max_row for sheet in book] == [3, 3, 2]


def test_a_csv_is_streamed_row_by_row() -> None:
    read = []

    def rows() -> Iterator[tuple[int]]:
        for n in range(10_000):
            read.append(n)
            yield (n,)

    chunks = sheets.csv_chunks((Column("n", Cell.INTEGER),), rows())
    next(chunks)
    assert len(read) < 1_000


def test_rows_that_fail_leave_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[IO[bytes]] = []
    real = tempfile.TemporaryFile

    def noted() -> IO[bytes]:
        opened.append(real())
        return opened[-1]

    def rows() -> Iterator[tuple[object, ...]]:
        yield ROW
        raise ZeroDivisionError

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(tempfile, "TemporaryFile", noted)
    with pytest.raises(ZeroDivisionError):
        sheets.answer("门店", "xlsx", COLUMNS, rows())
    assert [stream.closed for stream in opened] == [True]
    assert list(tmp_path.iterdir()) == []


def test_another_format_is_refused() -> None:
    with pytest.raises(sheets.UnknownFormat):
        sheets.answer("x", "exe", COLUMNS, [])
