"""Numbers, money and times as people write them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from qunlian.site import wording

NOW = datetime(2026, 3, 5, 4, 30, tzinfo=UTC)  # 12:30 in Shanghai


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (12345, "12,345"),
        (-1200, "\u22121,200"),
        (3.456, "3.46"),
        (2.5, "2.5"),
        (1e6, "1,000,000"),
    ],
)
def test_numbers_have_thousands_separators(value, text):
    assert wording.grouped(value) == text


@pytest.mark.parametrize(
    ("language", "fen", "text"),
    [
        ("zh-hans", 123450, "¥1,234.50"),
        ("zh-hans", 12_800_000, "¥12.8万"),
        ("zh-hans", 32_000_000_000, "¥3.2亿"),
        ("zh-hans", -1_000_000, "\u2212¥1万"),
        ("en", 12_800_000, "¥128k"),
    ],
)
def test_large_money_is_written_the_way_people_say_it(language, fen, text):
    with override(language):
        assert wording.money_short(fen) == text


def test_money_keeps_every_fen():
    assert wording.money(123450) == "¥1,234.50"
    assert wording.money(-5) == "\u2212¥0.05"


@given(st.integers(-(10**14), 10**14))
def test_money_reads_back(fen):
    text = wording.money(fen).replace("\u2212", "-").replace("¥", "").replace(",", "")
    assert round(float(text) * 100) == fen


def test_ratios_become_percentages():
    assert wording.percent(0.347) == "35%"
    assert wording.percent(0.347, 1) == "34.7%"
    assert wording.signed_percent(0.035) == "+3.5%"
    assert wording.signed_percent(-0.02) == "\u22122.0%"
    assert wording.signed_percent(0) == "0%"


@pytest.mark.parametrize(
    ("ago", "chinese", "english"),
    [
        (timedelta(seconds=10), "刚刚", "just now"),
        (timedelta(minutes=5), "5 分钟前", "5 minutes ago"),
        (timedelta(hours=2), "今天 10:30", "today 10:30"),
        (timedelta(hours=14), "昨天 22:30", "yesterday 22:30"),
        (timedelta(days=30), "2月3日 12:30", "3 Feb 12:30"),
        (timedelta(days=365), "2025年3月5日", "5 Mar 2025"),
        (-timedelta(hours=24), "明天 12:30", "tomorrow 12:30"),
    ],
)
def test_moments_are_written_as_people_do(ago, chinese, english):
    with override("zh-hans"):
        assert wording.when(NOW - ago, now=NOW) == chinese
    with override("en"):
        assert wording.when(NOW - ago, now=NOW) == english


def test_days_are_written_as_people_do():
    with override("zh-hans"):
        assert wording.day(date(2026, 3, 4), today=date(2026, 3, 5)) == "昨天"
        assert wording.day(date(2024, 3, 4), today=date(2026, 3, 5)) == "2024年3月4日"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (42, "42 秒"),
        (125, "2 分钟"),
        (7500, "2 小时 5 分钟"),
        (7200, "2 小时"),
        (4 * 86400, "4 天"),
    ],
)
def test_lengths_of_time(seconds, text):
    with override("zh-hans"):
        assert wording.lasting(seconds) == text


def test_faces():
    assert wording.initials("张三丰") == "三丰"
    assert wording.initials("Ada Lovelace") == "AL"
    assert wording.initials(" ") == "?"
    assert wording.hue("王芳") == wording.hue("王芳")
    assert 0 <= wording.hue("anybody") < 8


def test_sparkline_needs_two_points_and_stays_in_its_box():
    assert wording.sparkline([1]) == ""
    points = [tuple(map(float, pair.split(","))) for pair in wording.sparkline([3, 9, 5]).split()]
    assert len(points) == 3
    assert all(0 <= x <= 96 and 0 <= y <= 28 for x, y in points)
    assert points[1][1] < points[0][1]
