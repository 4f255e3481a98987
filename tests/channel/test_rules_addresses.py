"""Addresses as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunlian.channel.rules.addresses import resolve
from qunlian.channel.rules.divisions import Divisions, Level, parent_code
from tests.channel.sample_divisions import sample


@pytest.mark.parametrize(
    ("address", "code", "leftover"),
    [
        ("浙江省杭州市西湖区北山街道曙光路1号", "330106002", "曙光路1号"),
        ("杭州西湖北山街道曙光路1号", "330106002", "曙光路1号"),
        ("310000 浙江省 杭州市 - 余杭区，闲林街道", "330110005", ""),
        ("杭州市余杭区杭州市余杭区闲林街道5号", "330110005", "5号"),
        ("上海市上海市浦东新区花木路1378号", "310115", "花木路1378号"),
        ("上海市市辖区黄浦区人民大道", "310101", "人民大道"),
        ("重庆渝北区龙溪", "500112", "龙溪"),
        ("重庆市忠县忠州", "500233", "忠州"),
        ("湖北仙桃市大道1号", "429004", "大道1号"),
        ("浙江义乌稠城街道", "330782001", ""),
        ("内蒙古呼和浩特", "1501", ""),
        ("广西省南宁青秀区民族大道", "450103", "民族大道"),
        ("延边州延吉市", "222401", ""),
        ("吉林市船营区", "220204", ""),
        ("吉林", "22", ""),
        ("西安碑林区南大街", "610103", "南大街"),
        ("闲林村浙江省杭州市余杭区", "330110", ""),
        ("北京路12号", "", "北京路12号"),
        ("北京市朝阳路12号", "11", "朝阳路12号"),
        ("somewhere else", "", "somewhere else"),
        ("", "", ""),
    ],
)
def test_the_division_of_an_address(address: str, code: str, leftover: str) -> None:
    found = resolve(sample(), address)
    assert (found.code, found.leftover, found.is_ambiguous) == (code, leftover, False)


def test_columns_of_their_own_help() -> None:
    found = resolve(sample(), "鼓楼区中山路1号", province="江苏", city="徐州")
    assert (found.code, found.leftover) == ("320302", "中山路1号")
    assert resolve(sample(), "", province="浙江省杭州市", area="西湖").code == "330106"
    assert resolve(sample(), "", city="上海市").code == "31"
    assert resolve(sample(), "", city="西安").code == "6101"


def test_a_name_of_several_places_gives_what_they_have_in_common() -> None:
    found = resolve(sample(), "江苏省鼓楼区中山路")
    assert (found.code, found.is_ambiguous, found.level) == ("32", True, Level.PROVINCE)
    assert resolve(sample(), "鼓楼区").code == "32"
    everywhere = resolve(sample(), "朝阳区")
    assert (everywhere.code, everywhere.is_ambiguous) == ("", True)


def test_places_that_do_not_lie_in_each_other_are_told() -> None:
    found = resolve(sample(), "江苏省南京市", city="杭州市")
    assert (found.code, found.is_contradictory) == ("3301", True)
    assert not resolve(sample(), "杭州西湖区南京路").is_contradictory


@given(st.sampled_from([each.code for each in sample().within("", Level.AREA)]))
def test_every_full_name_leads_back(code: str) -> None:
    assert resolve(sample(), sample().full_name(code) + "某路1号").code == code


@given(st.text(max_size=40), st.text(max_size=6))
def test_anything_can_be_asked(address: str, city: str) -> None:
    found = resolve(sample(), address, city=city)
    assert not found.code or found.code in sample()
    assert len(found.leftover) <= len(address)


def test_the_tree() -> None:
    divisions = sample()
    assert [each.name for each in divisions.children("33")] == ["杭州市", "金华市"]
    assert [each.name for each in divisions.within("31", Level.STREET)] == ["花木街道"]
    assert divisions.full_name("310115005") == "上海市浦东新区花木街道"
    assert [parent_code(code) for code in ("33", "3301", "330106", "330106002")] == [
        "",
        "33",
        "3301",
        "330106",
    ]
    with pytest.raises(ValueError, match="123"):
        Divisions.of([{"code": "123", "name": "x"}], [], [])
