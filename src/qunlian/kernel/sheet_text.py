"""
Read delimited text as people have it: UTF-8 with or without a mark, UTF-16, GB18030; comma, tab, semicolon.

Whole blocks are read by columns as long as no quotation mark is met, record by record from there on.
"""

import codecs
import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import chain, islice
from pathlib import Path
from typing import TextIO

import polars as pl

from qunlian.kernel.sheet_refusals import (
    MOST_COLUMNS,
    MOST_ROWS,
    SheetCellTooLong,
    SheetEmpty,
    SheetNotText,
    SheetTooBig,
)

_BATCH = 20_000
_BLOCK = 4 << 20
_LONGEST_CELL = 131_072
_SAMPLE = 65_536
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_text(path: Path, *, limit: int | None) -> tuple[pl.DataFrame, int]:
    """Read delimited text record by record; what is ragged becomes wider, never lost."""
    encoding = _encoding(path)
    try:
        with path.open(encoding=encoding, newline="") as stream:
            separator = _separator(stream.read(_SAMPLE))
            stream.seek(0)
            frames = list(_batches(stream, separator, limit))
    except UnicodeError as trouble:
        raise SheetNotText from trouble
    if not frames:
        raise SheetEmpty
    cells = pl.concat(frames, how="diagonal").rechunk()  # polars 2.1.0 stumbles over pieces
    return cells.select(f"t{number}" for number in range(cells.width)), 1


def _encoding(path: Path) -> str:
    """Return the encoding of a text file: its mark, else UTF-8 if all of it is, else GB18030."""
    with path.open("rb") as stream:
        head = stream.read(4)
        for mark, name in _BOMS:
            if head.startswith(mark):
                return name
        stream.seek(0)
        decoder, is_utf8 = codecs.getincrementaldecoder("utf-8")(), True
        while block := stream.read(1 << 20):
            if b"\0" in block:
                raise SheetNotText
            if is_utf8:
                try:
                    decoder.decode(block)
                except UnicodeDecodeError:
                    is_utf8 = False
    return "utf-8" if is_utf8 else "gb18030"


def _separator(sample: str) -> str:
    """Return the separator that cuts the first lines into the most and most equal columns."""
    lines = [line for line in sample.splitlines()[:50] if line.strip()][:-1] or [sample]

    def score(separator: str) -> tuple[int, int]:
        counts = [line.count(separator) for line in lines]
        usual = max(set(counts), key=counts.count)
        return (counts.count(usual) if usual else 0, usual)

    return max(",\t;|", key=score)


def _batches(stream: TextIO, separator: str, limit: int | None) -> Iterator[pl.DataFrame]:
    """Read the whole table, quickly as far as no quotation mark is met and line by line from there on."""
    done = 0
    rest = ""
    while limit is None or done < limit:
        block = rest + stream.read(_BLOCK if limit is None else _SAMPLE)
        whole = block if len(block) == len(rest) else block[: block.rfind("\n") + 1]
        if not block:
            return
        frame = _plain(whole, separator) if whole else None
        if frame is None:
            lines = chain(StringIO(block + stream.readline(), newline=""), stream)
            for slow in _records(lines, separator, done, limit):
                done += slow.height
                yield _counted(slow, done)
            return
        rest = block[len(whole) :]
        done += frame.height
        yield _counted(frame, done)


def _counted(frame: pl.DataFrame, done: int) -> pl.DataFrame:
    if done > MOST_ROWS:
        raise SheetTooBig
    return frame


def _plain(block: str, separator: str) -> pl.DataFrame | None:
    """Return the rows of whole lines; None when they need the careful reader."""
    if '"' in block or "\0" in block:
        return None
    block = block.replace("\r\n", "\n")
    lines = block.removesuffix("\n").split("\n")
    if "\r" in block or len(max(lines, key=len)) > _LONGEST_CELL:
        return None
    width = max(line.count(separator) for line in lines) + 1
    if width > MOST_COLUMNS:
        raise SheetTooBig
    frame = pl.read_csv(
        f"{separator * (width - 1)}\n{block}".encode(),  # the first line tells the reader how wide
        has_header=False,
        separator=separator,
        quote_char=None,
        schema={f"t{number}": pl.String for number in range(width)},
    ).slice(1)
    return blanked(frame) if frame.height == len(lines) else None


def _records(
    lines: Iterable[str], separator: str, done: int, limit: int | None
) -> Iterator[pl.DataFrame]:
    """Read record by record, ``done`` being read: a quoted cell may hold separators and line breaks."""
    reader, before = csv.reader(lines, delimiter=separator), done
    while limit is None or done < limit:
        try:
            records = list(islice(reader, min(_BATCH, limit - done) if limit else _BATCH))
        except csv.Error as trouble:
            raise SheetCellTooLong(line=before + reader.line_num) from trouble
        if not records:
            return
        done += len(records)
        yield _frame(records)


def _frame(records: list[list[str]]) -> pl.DataFrame:
    width = max(map(len, records)) or 1
    if width > MOST_COLUMNS:
        raise SheetTooBig
    padding = [""] * width
    even = [r if len(r) == width else r + padding[len(r) :] for r in records]
    columns = zip(*even, strict=True)
    frame = pl.DataFrame([pl.Series(f"t{n}", cells, pl.String) for n, cells in enumerate(columns)])
    return blanked(frame)


def blanked(frame: pl.DataFrame) -> pl.DataFrame:
    """Make nothing of cells that hold only blanks."""
    blank = pl.all().str.strip_chars() == ""
    return frame.select(pl.when(blank).then(None).otherwise(pl.all()).name.keep())
