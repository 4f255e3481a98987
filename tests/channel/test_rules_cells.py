"""Cells: codes, telephone numbers, coordinates, pinyin."""

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunlian.channel.rules import codes, coordinates, phones, pinyin
from qunlian.channel.rules.coordinates import Verdict
from qunlian.channel.rules.phones import PhoneKind, PhoneMalformed


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (" ａ-01　", "A-01"),
        ("10003.0", "10003"),
        ('="007"', "007"),
        ("'007", "007"),
        ("S 12\u200b\t3\n", "S123"),
        ("\ufeff１２", "12"),
        ("1.50", "1.50"),
        ("", ""),
    ],
)
def test_a_code_has_one_form(cell: str, code: str) -> None:
    assert codes.code(cell) == code


@given(st.text())
def test_cleaning_twice_changes_nothing(cell: str) -> None:
    assert codes.clean(codes.clean(cell)) == codes.clean(cell)
    assert codes.code(cell).upper() == codes.code(cell)


def test_clean_keeps_one_space_between_words() -> None:
    assert codes.clean("　好又多\t 便利　店（东）\u00a0") == "好又多 便利 店(东)"


@pytest.mark.parametrize(
    ("cell", "e164", "kind"),
    [
        ("13800000000", "+8613800000000", PhoneKind.MOBILE),
        ("１３８ ００００ 0000", "+8613800000000", PhoneKind.MOBILE),
        ("+86 138-0000-0000", "+8613800000000", PhoneKind.MOBILE),
        ("008613800000000", "+8613800000000", PhoneKind.MOBILE),
        ("手机：13800000000", "+8613800000000", PhoneKind.MOBILE),
        ("13800000000.0", "+8613800000000", PhoneKind.MOBILE),
        ("0571-88880000", "+8657188880000", PhoneKind.LANDLINE),
        ("(010) 6655 1234转12", "+861066551234", PhoneKind.LANDLINE),
        ("+1 650 253 0000", "+16502530000", PhoneKind.OTHER),
    ],
)
def test_a_number_has_one_form(cell: str, e164: str, kind: PhoneKind) -> None:
    found = phones.normalise(cell)
    assert (found.e164, found.kind) == (e164, kind)
    assert phones.normalise(found.e164) == found


@pytest.mark.parametrize(
    "cell", ["", "无", "1380000000", "12345678901", "88880000", "138000000000", "00000000000"]
)
def test_what_cannot_be_called_is_refused(cell: str) -> None:
    with pytest.raises(PhoneMalformed):
        phones.normalise(cell)


def test_the_city_s_code_completes_a_landline() -> None:
    assert phones.normalise("88880000", city_code="0571").e164 == "+8657188880000"


def test_several_numbers_in_a_cell() -> None:
    found = phones.all_in("13800000000／0571-88880000、13800000000")
    assert [each.e164 for each in found] == ["+8613800000000", "+8657188880000"]
    assert phones.all_in("  ") == ()


def test_numbers_are_shown_and_masked() -> None:
    assert phones.normalise("13800000000").shown == "138 0000 0000"
    assert phones.normalise("0571-88880000").shown == "0571 8888 0000"
    assert phones.normalise("13812340000").masked == "138****0000"
    assert "8888" not in phones.normalise("0571-88880000").masked


@given(st.text(max_size=20))
def test_any_cell_is_a_number_or_refused(cell: str) -> None:
    with suppress(PhoneMalformed):
        assert phones.normalise(cell).e164.startswith("+")


@pytest.mark.parametrize(
    ("lng", "lat", "verdict"),
    [
        ("120.15", "30.25", Verdict.FINE),
        ("１２０", "30", Verdict.FINE),
        ("30.25", "120.15", Verdict.SWAPPED),
        ("-91.3", "41.6", Verdict.OUTSIDE),
        ("30", "-120", Verdict.IMPOSSIBLE),
        ("200", "30", Verdict.IMPOSSIBLE),
        ("0", "0", Verdict.IMPOSSIBLE),
        ("nan", "30", Verdict.IMPOSSIBLE),
        ("120", "", Verdict.IMPOSSIBLE),
        ("east", "30", Verdict.IMPOSSIBLE),
        ("", " ", Verdict.MISSING),
    ],
)
def test_coordinates_are_judged(lng: str, lat: str, verdict: Verdict) -> None:
    assert coordinates.read(lng, lat).verdict == verdict


def test_coordinates_in_one_cell() -> None:
    assert coordinates.read_point("POINT(-91.3 41.6)") == coordinates.Place(
        -91.3, 41.6, Verdict.OUTSIDE
    )
    assert coordinates.read_point("120.15，30.25").verdict == Verdict.FINE
    assert coordinates.read_point("here").verdict == Verdict.IMPOSSIBLE
    assert coordinates.read_point("").verdict == Verdict.MISSING


@given(st.lists(st.tuples(st.floats(), st.floats()), min_size=1))
def test_arrays_are_judged_like_single_cells(pairs: list[tuple[float, float]]) -> None:
    lng, lat = np.array(pairs).T
    verdicts = coordinates.judge(lng, lat)
    swapped = verdicts == Verdict.SWAPPED
    assert (coordinates.judge(lat, lng)[swapped] == Verdict.FINE).all()
    assert verdicts.shape == lng.shape


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("成都小卖部", "chengduxiaomaibu cdxmb"),
        ("长沙好又多(重庆路)店", "changshahaoyouduochongqingludian cshydcqld"),
        ("厦门7-11便利", "xiamen711bianli xm711bl"),
        ("银行旁烟酒行", "yinhangpangyanjiuxing yhpyjx"),
        ("张村长", "zhangcunzhang zcz"),
        ("朝阳区六安路", "chaoyangquluanlu cyqlal"),
        ("ＡＢＣ", "abc"),
        ("", ""),
    ],
)
def test_names_are_found_by_sound(name: str, key: str) -> None:
    assert pinyin.search_key(name) == key


@given(st.text(max_size=20))
def test_every_name_has_a_key(name: str) -> None:
    assert pinyin.search_key(name) == pinyin.search_key(name).lower()
    assert len(pinyin.initials(name)) <= len(name)
    assert pinyin.full(name) == pinyin.search_key(name).partition(" ")[0]
