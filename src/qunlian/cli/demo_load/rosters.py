"""The roster and a year of sales, as files through the import, like anybody's."""

import tempfile
from datetime import datetime
from pathlib import Path

import polars as pl
from django.utils import translation

from qunlian.channel.actions.commit_roster import commit_roster
from qunlian.channel.actions.load_roster import load_roster
from qunlian.channel.actions.upload_roster import upload_roster
from qunlian.channel.progress import NoProgress
from qunlian.channel.queries.imports import list_imports
from qunlian.channel.rosters.fields import FIELDS, Kind
from qunlian.cli.demo_load.laying import Laying

FOUNDER = "HQ1"
_FIRST_OF_STAFF = "HQ01"
_FILES = {
    Kind.TERRITORIES: "销售区域.csv",
    Kind.STAFF: "销售人员.csv",
    Kind.DISTRIBUTORS: "经销商.csv",
    Kind.STORES: "终端门店.csv",
}
_SALES = "门店销售历史.csv"
_VISITS = "本月走访更新.csv"
_ROUND = 64
#: what was typed wrong, row by row
_MISTAKES = (
    ("owner_phone", "1380000"),
    ("territory", "330109-9"),
    ("closeness", "很好"),
    ("owner_phone", "没有"),
    ("closeness", "180"),
)
_ROLES = {"headquarters": "总部", "manager": "经理", "rep": "业务员", "group_manager": "群管理员"}
_STATUS = {"open": "营业", "paused": "停业", "closed": "关闭"}
#: which province each group manager looks after
GROUP_MANAGERS = {"QG01": "33", "QG02": "34", "QG03": "36", "QG04": "3301"}


class RosterRefused(RuntimeError):
    """A row of the demo's own files was not good enough for the import."""


def load_rosters(laying: Laying) -> None:
    """Load the files that are not loaded yet: all rows of four must be good, a visit may err."""
    done, frames = _done(laying), _frames(laying)
    with tempfile.TemporaryDirectory() as folder:
        for place, (kind, name) in enumerate(_FILES.items()):
            if name not in done:
                path = _written(Path(folder) / name, kind, frames[kind])
                _load(laying, kind, path, laying.moment(60, 10, place * 7))
        if _VISITS not in done:
            path = _written(Path(folder) / _VISITS, Kind.STORES, _visited(laying.demo.stores))
            _hand_back(laying, path)


def load_sales(laying: Laying) -> None:
    """Load a year of sales, whose file came yesterday."""
    if _SALES in _done(laying):
        return
    frame = laying.demo.sales.select(
        store="store_code", date="sold_on", amount=pl.col("amount_fen") / 100
    )
    with tempfile.TemporaryDirectory() as folder:
        path = _written(Path(folder) / _SALES, Kind.SALES, frame)
        _load(laying, Kind.SALES, path, laying.moment(1, 10, 28))


def _done(laying: Laying) -> set[str]:
    cards = list_imports(laying.headquarters, now=laying.now).rows
    return {card.file_name for card in cards if card.state == "loaded"}


def _load(laying: Laying, kind: Kind, path: Path, at: datetime) -> None:
    actor = laying.headquarters
    card = upload_roster(actor=actor, kind=kind, file=path, file_name=path.name, now=at)
    load_roster(actor=actor, run_id=card.id, is_all_or_nothing=True, now=at)
    card = commit_roster(actor=actor, run_id=card.id, progress=NoProgress(), now=at)
    if card.state != "loaded":
        raise RosterRefused(f"{kind}: {card.summary}")


def _hand_back(laying: Laying, path: Path) -> None:
    """Load what a rep noted on his round: its good rows; the bad ones are handed back with reasons."""
    actor, at = laying.headquarters, laying.moment(3, 17, 40)
    card = upload_roster(actor=actor, kind=Kind.STORES, file=path, file_name=path.name, now=at)
    load_roster(actor=actor, run_id=card.id, is_all_or_nothing=False, now=at)
    commit_roster(actor=actor, run_id=card.id, progress=NoProgress(), now=at)


def _visited(stores: pl.DataFrame) -> pl.DataFrame:
    """Return stores of which something changed, as they come back from a round: not all of it right."""
    seen = stores.head(_ROUND).select(
        *("code", "name"),
        closeness=(pl.col("closeness") + 6).clip(0, 100).cast(pl.String),
        owner_name="owner_name",
        owner_phone="owner_phone",
        territory="territory_code",
    )
    wrong = seen.head(len(_MISTAKES)).with_row_index("at")
    for at, (column, value) in enumerate(_MISTAKES):
        wrong = wrong.with_columns(
            pl.when(pl.col("at") == at).then(pl.lit(value)).otherwise(column).alias(column)
        )
    return pl.concat([wrong.drop("at"), seen.slice(len(_MISTAKES))])


def _written(path: Path, kind: Kind, frame: pl.DataFrame) -> Path:
    """Write a file under the import's own headings, in Chinese."""
    with translation.override("zh-hans"):
        labels = {field.name: translation.gettext(field.label) for field in FIELDS[kind]}
    frame.rename({name: labels[name] for name in frame.columns}).write_csv(
        path, include_bom=True, float_precision=6
    )
    return path


def _frames(laying: Laying) -> dict[Kind, pl.DataFrame]:
    demo = laying.demo
    return {
        Kind.TERRITORIES: demo.territories.select(
            "code",
            "name",
            parent="parent_code",
            is_patch=pl.col("is_patch").replace_strict({True: "是", False: "否"}),
        ),
        Kind.STAFF: demo.staff.select(
            "code",
            "name",
            pl.col("role").replace_strict(_ROLES),
            superior="superior_code",
            phone="phone",
            territory=pl.coalesce(
                "territory_code", pl.col("code").replace_strict(GROUP_MANAGERS, default=None)
            ),
            joined_on="joined_on",
        ).with_columns(pl.col("code", "superior").replace({_FIRST_OF_STAFF: FOUNDER})),
        Kind.DISTRIBUTORS: demo.distributors.select(
            "code",
            "name",
            "contact_name",
            "contact_phone",
            "address",
            parent="parent_code",
            territory="territory_code",
        ),
        Kind.STORES: _stores(demo.stores),
    }


def _stores(stores: pl.DataFrame) -> pl.DataFrame:
    columns = "code name type management closeness expected_people owner_name owner_phone"
    return stores.select(
        *columns.split(),
        *("province", "city", "area", "address", "lng", "lat"),
        size=pl.col("size_fen") / 100,
        status=pl.col("status").replace_strict(_STATUS),
        territory="territory_code",
        distributor="distributor_code",
        tags=pl.col("tags").list.join(","),
    )
