"""Public rosters as files that a channel manager would hold: their own columns, their own dirt.

The folder is given from outside (``QUNLIAN_ROSTERS``); nothing of it is in the repository.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """One roster: how to write its files, and what a person corrects of the guess on the screen.

    :ivar stores: field → heading ("" = not in this file) for those that the guess has wrong or leaves open
    :ivar sales: the same for the sales history; None when there is none
    """

    name: str
    write_stores: Callable[[Path, Path], Path]
    stores: Mapping[str, str] = field(default_factory=dict)
    write_sales: Callable[[Path, Path], Path] | None = None
    sales: Mapping[str, str] = field(default_factory=dict)


def _csv(frame: pl.DataFrame, path: Path, encoding: str = "utf-8") -> Path:
    path.write_bytes(frame.write_csv().encode(encoding))
    return path


def _koubei(data: Path, folder: Path) -> Path:
    return _csv(pl.read_parquet(data / "koubei/shops.parquet"), folder / "口碑门店.csv", "gb18030")


def _koubei_payments(data: Path, folder: Path) -> Path:
    frame = pl.read_parquet(data / "koubei/shop_daily_pay.parquet")
    return _csv(
        frame.with_columns(pl.col("date").dt.date()), folder / "口碑每日支付.csv", "gb18030"
    )


def _starbucks(data: Path, folder: Path) -> Path:
    frame = pl.read_parquet(data / "rosters/starbucks_cn_2024.parquet")
    return _csv(frame, folder / "门店2024.csv")


def _iowa(data: Path, folder: Path) -> Path:
    return _csv(pl.read_parquet(data / "iowa/stores.parquet"), folder / "iowa-stores.csv")


def _iowa_sales(data: Path, folder: Path) -> Path:
    frame = pl.read_parquet(data / "iowa/sales.parquet")
    return _csv(frame.with_columns(pl.col("date").dt.date()), folder / "iowa-sales.csv")


ROSTERS = (
    Roster(
        name="koubei",
        write_stores=_koubei,
        stores={"type": "cate_2_name", "size": "", "closeness": "comment_cnt"},
        write_sales=_koubei_payments,
    ),
    Roster(name="starbucks", write_stores=_starbucks),
    Roster(
        name="iowa",
        write_stores=_iowa,
        write_sales=_iowa_sales,
    ),
)
