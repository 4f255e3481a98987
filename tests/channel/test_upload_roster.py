"""Taking in a file: what people really have is read, what hurts is refused with words that teach."""

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from qunlian.channel.rosters.examine import is_heading
from qunlian.channel.rosters.fields import Kind
from qunlian.kernel import sheet_files, sheet_refusals
from qunlian.kernel.errors import Forbidden, Invalid
from qunlian.kernel.wording import in_words
from tests.cast_words import Cast
from tests.channel.rosters import bring_in, counts, csv_file, fetch, upload

HEADINGS = is_heading(Kind.STORES)


def read(path: Path) -> sheet_files.Sheet:
    return sheet_files.read(path, is_heading=HEADINGS)


def test_a_file_is_kept_with_a_guessed_mapping(cast: Cast, tmp_path: Path) -> None:
    path = csv_file(
        tmp_path, "终端编号,终端名称,业态,联系电话,销售额(万元)", "1,店,便利店,13800000000,3"
    )
    card = upload(cast.hua, path)
    assert card.state == "uploaded"
    assert card.mapping == {"code": 0, "name": 1, "type": 2, "owner_phone": 3, "size": 4}
    assert card.options["scales"] == {"size": 10_000}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_encodings_and_separators(tmp_path: Path, encoding: str, separator: str) -> None:
    lines = [
        separator.join(cells) for cells in (["店编码", "店名", "备注"], ["S1", "鑫鑫㐂店", "好"])
    ]
    sheet = read(csv_file(tmp_path, *lines, encoding=encoding))
    assert sheet.headings == ("店编码", "店名", "备注")
    assert sheet.rows.row(0) == (2, "S1", "鑫鑫㐂店", "好")


def test_quoted_line_breaks_and_ragged_rows(tmp_path: Path) -> None:
    sheet = read(csv_file(tmp_path, "店编码,店名", 'S1,"上\r\n下"', "", "S2,店,多出来的", "S3"))
    assert sheet.headings == ("店编码", "店名", "C")
    assert [row[0] for row in sheet.rows.rows()] == [2, 4, 5]
    assert sheet.rows["c2"].to_list() == [None, "多出来的", None]


def workbook(path: Path) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("门店")
        day = book.add_format({"num_format": "yyyy/m/d"})
        sheet.merge_range(0, 0, 0, 3, "二〇二六年门店名单")
        sheet.write_row(2, 0, ["省份", "店编码", "店名", "电话", "日期"])
        sheet.merge_range(3, 0, 5, 0, "浙江省")
        for place in range(3):
            sheet.write_row(3 + place, 1, [1001 + place, f"店{place}", 13_800_000_000 + place])
            sheet.write_datetime(3 + place, 4, date(2026, 3, 1 + place), day)
        sheet.write_row(6, 0, ["江苏省", 1004, "店3", 13_800_000_003])
    return path


def test_a_workbook_with_titles_and_merged_cells(tmp_path: Path) -> None:
    sheet = read(workbook(tmp_path / "a.xlsx"))
    assert sheet.headings == ("省份", "店编码", "店名", "电话", "日期")
    assert sheet.rows["c0"].to_list() == ["浙江省"] * 3 + ["江苏省"]
    assert sheet.rows.row(0) == (4, "浙江省", "1001", "店0", "13800000000", "2026-03-01 00:00:00")


def test_a_workbook_loads(cast: Cast, tmp_path: Path) -> None:
    card = bring_in(cast.wai, workbook(tmp_path / "a.xlsx"), creates=True)
    assert counts(card) == (4, 0, 0, 0)
    assert fetch(cast.wai, "SELECT code FROM channel_store WHERE code > '1' AND code < '2' ORDER BY 1") == [
        ("1001",), ("1002",), ("1003",), ("1004",)
    ]  # fmt: skip


def bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 40_000_000)
    return stream.getvalue()


def truncated() -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        book.add_worksheet().write_row(0, 0, ["店编码", "店名"])
    return stream.getvalue()[:-300]


BROKEN = {
    "zip bomb": (bomb(), sheet_refusals.SheetSuspicious),
    "truncated": (truncated(), sheet_refusals.SheetDamaged),
    "garbage in a zip": (b"PK\x03\x04" + b"x" * 500, sheet_refusals.SheetDamaged),
    "old format, damaged": (b"\xd0\xcf\x11\xe0" + b"\0" * 600, sheet_refusals.SheetDamaged),
    "NULs": ("店编码,店名\nS1,a\0b\n".encode(), sheet_refusals.SheetNotText),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, sheet_refusals.SheetNotText),
    "1 MB cell": (
        f'店编码,店名\nS1,"{"长" * 350_000}'.encode(),
        sheet_refusals.SheetCellTooLong,
    ),
    "empty": (b"", sheet_refusals.SheetEmpty),
    "headings only": ("店编码,店名\n".encode(), sheet_refusals.SheetEmpty),
}


@pytest.mark.parametrize("what", BROKEN)
def test_broken_files_are_refused_with_words_that_teach(tmp_path: Path, what: str) -> None:
    body, refusal = BROKEN[what]
    path = tmp_path / "broken.dat"
    path.write_bytes(body)
    with pytest.raises(refusal) as caught:
        read(path)
    assert isinstance(caught.value, Invalid)
    assert len(in_words(caught.value)) > 10


@given(st.binary(max_size=400))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, junk: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "junk.dat"
    path.write_bytes(junk)
    try:
        read(path)
    except Invalid:
        return


@pytest.mark.parametrize(
    ("who", "kind"), [("rong", Kind.STAFF), ("du", Kind.TERRITORIES), ("oyang", Kind.STORES)]
)
def test_not_every_role_imports_everything(
    cast: Cast, tmp_path: Path, who: str, kind: Kind
) -> None:
    with pytest.raises(Forbidden):
        upload(getattr(cast, who), csv_file(tmp_path, "编码,名称", "1,2"), kind)
