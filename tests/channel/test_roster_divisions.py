"""A store's address gives it the code of its division as it is loaded."""

from pathlib import Path

import polars as pl
import pytest

from qunlian.channel import loading
from qunlian.channel.rosters.divisions import with_division_codes
from tests.cast_words import Cast
from tests.channel.rosters import bring_in, counts, csv_file, fetch
from tests.channel.sample_divisions import sample

CODES = "SELECT code, division_code FROM channel_store WHERE code LIKE 'N%' ORDER BY code"


@pytest.fixture(autouse=True)
def divisions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "gazetteer", lambda _provinces: sample())


def test_an_address_or_the_columns_beside_it_tell_the_division(cast: Cast, tmp_path: Path) -> None:
    path = csv_file(
        tmp_path,
        "店编码,店名,区域,地址",
        "N1,一店,PA,浙江省杭州市西湖区文三路18号",
        "N2,二店,PA,浙江省杭州市西湖区北山街道1号",
        "N3,三店,PA,文三路18号",
        "N4,四店,PA,",
    )
    card = bring_in(cast.hua, path)
    assert counts(card) == (4, 0, 0, 0)
    assert fetch(cast.hua, CODES) == [("N1", "330106"), ("N2", "330106002"), ("N3", ""), ("N4", "")]
    assert counts(bring_in(cast.hua, path)) == (0, 0, 4, 0)


def test_a_file_that_says_nothing_of_places_leaves_the_division(cast: Cast, tmp_path: Path) -> None:
    bring_in(cast.hua, csv_file(tmp_path, "店编码,店名,区域,地址", "N1,一店,PA,南京鼓楼区1号"))
    bring_in(cast.hua, csv_file(tmp_path, "店编码,店名", "N1,改名"))
    assert fetch(cast.hua, CODES) == [("N1", "320106")]


def test_each_place_is_read_once_and_streets_only_where_they_may_matter() -> None:
    asked: list[frozenset[str]] = []

    def gazetteer(provinces: frozenset[str]):
        asked.append(provinces)
        return sample()

    rows = pl.DataFrame(
        {
            "address": ["文三路1号", "北山街道2号", None, "莫干山路3号"],
            "division_code": ["", "", "1101", "1101"],
            "city": ["杭州市", "杭州", None, None],
            "area": ["西湖区", "西湖区", None, None],
        }
    )
    found = with_division_codes(rows, gazetteer)
    assert found["division_code"].to_list() == ["330106", "330106002", "1101", "1101"]
    assert asked == [frozenset(), frozenset({"33"})]
    assert found.columns == rows.columns
    assert with_division_codes(rows, lambda _: None).equals(rows)
