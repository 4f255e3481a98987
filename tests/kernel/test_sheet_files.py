"""The quick reader of delimited text reads what the careful one reads."""

import io
from unittest import mock

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from qunlian.kernel import sheet_files

PIECES = ["a", "店", ",", ",", "\n", "\n", " ", "\t", ";", "\r\n", '"', "x y"]


def rows(frames: list[pl.DataFrame]) -> list[tuple[str | None, ...]]:
    return pl.concat(frames, how="diagonal").rows() if frames else []


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join), st.sampled_from([3, 17, 4096]))
def test_both_readers_agree_wherever_a_block_ends(text: str, block: int) -> None:
    careful = rows(list(sheet_files._records(io.StringIO(text, newline=""), ",", 0, None)))
    with mock.patch.object(sheet_files, "_BLOCK", block):
        quick = rows(list(sheet_files._batches(io.StringIO(text, newline=""), ",", None)))
    assert quick == careful
