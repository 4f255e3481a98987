"""After a load the search index catches up, batch by batch."""

from pathlib import Path

from qunlian.channel.actions.index_stores import index_stores
from tests.cast_words import NOON, Cast
from tests.channel.rosters import bring_in, csv_file, fetch

WAITING = "SELECT coalesce(sum(last_id - first_id + 1), 0) FROM channel_store_unindexed"


def test_a_load_is_indexed_afterwards(cast: Cast, tmp_path: Path) -> None:
    lines = ["店编码,店名,区域", *(f"N{n},第{n}店,PA" for n in range(300))]
    bring_in(cast.hua, csv_file(tmp_path, *lines))
    ((waiting,),) = fetch(cast.hua, WAITING)
    assert waiting == 300
    assert index_stores(actor=cast.hua, take=200, now=NOON) == 200
    assert index_stores(actor=cast.hua, take=200, now=NOON) == 100
    assert fetch(cast.hua, WAITING) == [(0,)]
    ((jobs,),) = fetch(
        cast.hua, "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'channel.index_stores'"
    )
    assert jobs == 2


def test_another_enterprise_is_left_alone(cast: Cast, tmp_path: Path) -> None:
    lines = ["店编码,店名,区域", *(f"N{n},第{n}店,PA" for n in range(300))]
    bring_in(cast.hua, csv_file(tmp_path, *lines))
    assert index_stores(actor=cast.wai, now=NOON) == 0
