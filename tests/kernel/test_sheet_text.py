"""The quick reader of delimited text reads what the careful one reads."""

import io
from pathlib import Path
from unittest import mock

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from qunlian.kernel import sheet_files, sheet_text

PIECES = ["a", "店", ",", ",", "\n", "\n", " ", "\t", ";", "\r\n", '"', "x y"]


def rows(frames: list[pl.DataFrame]) -> list[tuple[str | None, ...]]:
    return pl.concat(frames, how="diagonal").rows() if frames else []


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join), st.sampled_from([3, 17, 4096]))
def test_both_readers_agree_wherever_a_block_ends(text: str, block: int) -> None:
    careful = rows(list(sheet_text._records(io.StringIO(text, newline=""), ",", 0, None)))
    with mock.patch.object(sheet_text, "_BLOCK", block):
        quick = rows(list(sheet_text._batches(io.StringIO(text, newline=""), ",", None)))
    assert quick == careful


def test_a_table_read_in_blocks_lies_in_one_piece(tmp_path: Path) -> None:
    """Polars 2.1.0 panics when a column in pieces is filtered by one that is whole."""
    path = tmp_path / "stores.csv"
    path.write_text("店编码,经度\n" + "\n".join(f"S{n},{n}.5" for n in range(99)), "utf-8")
    with mock.patch.object(sheet_text, "_BLOCK", 64):
        sheet = sheet_files.read(path, is_heading=lambda _: True)
    assert sheet.rows.height == 99
    assert sheet.rows.n_chunks() == 1
