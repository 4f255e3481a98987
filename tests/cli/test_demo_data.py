"""The demo channel is whole, believable and the same every time."""

from datetime import date
from functools import cache

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qunlian.channel.rules.addresses import resolve
from qunlian.channel.rules.coordinates import Verdict, judge
from qunlian.channel.rules.divisions import Divisions
from qunlian.channel.rules.phones import PhoneKind, normalise
from qunlian.cli.demo_data import MANAGER, NOTICES, REP, Demo, Party, converse, generate
from qunlian.cli.demo_data.places import CITIES
from qunlian.cli.demo_data.sales import SPRING_FESTIVALS, season
from qunlian.cli.demo_data.talk import threads

TODAY = date(2026, 11, 20)
LEVERS = {"emotion", "product", "content", "kol", "event", "red_packet", "mini_program"}


@cache
def made_up_divisions() -> Divisions:
    """Divisions with the right codes of cities and invented districts, two to eight a city."""
    digits = "一二三四五六七八九十"
    provinces = {"33": "浙江省", "34": "安徽省", "36": "江西省"}
    cities = {code: f"{digits[at]}江市" for at, code in enumerate(CITIES)}
    areas = {
        f"{code}{place:02d}": f"{name[0]}{digits[place]}区"
        for at, (code, name) in enumerate(cities.items())
        for place in range(1, 3 + at % 7)
    }
    streets = {
        f"{code}00{place}": f"{name[:2]}{digits[place]}镇"
        for code, name in areas.items()
        for place in range(1, 7)
    }
    return Divisions.of(
        *(
            [{"code": c, "name": n} for c, n in level.items()]
            for level in (provinces, cities, areas, streets)
        )
    )


@cache
def demo() -> Demo:
    return generate(made_up_divisions(), seed=7, until=TODAY, stores=1500)


def points_to(child: pl.DataFrame, column: str, parent: pl.Series) -> bool:
    return bool(child[column].drop_nulls().is_in(parent.implode()).all())


def test_everything_refers_to_something_there() -> None:
    brand = demo()
    for frame in (brand.territories, brand.staff, brand.distributors, brand.stores, brand.products):
        assert frame["code"].is_unique().all()
    assert points_to(brand.stores, "distributor_code", brand.distributors["code"])
    assert points_to(brand.staff, "territory_code", brand.territories["code"])
    assert points_to(brand.distributors, "territory_code", brand.territories["code"])
    patches = brand.territories.filter("is_patch")["code"]
    assert points_to(brand.stores, "territory_code", patches)
    assert points_to(brand.sales, "store_code", brand.stores["code"])
    assert brand.staff.filter(role="rep")["territory_code"].sort().equals(patches.sort())


@pytest.mark.parametrize(
    ("frame", "column"),
    [("territories", "parent_code"), ("staff", "superior_code"), ("distributors", "parent_code")],
)
def test_parents_come_first(frame: str, column: str) -> None:
    known: set[str | None] = {None}
    for code, parent in getattr(demo(), frame).select("code", column).iter_rows():
        assert parent in known
        known.add(code)


def test_the_channel_has_the_promised_shape() -> None:
    brand = demo()
    assert brand.stores.height == 1500
    assert brand.staff.filter(role="rep").height == 60
    assert brand.distributors["tier"].value_counts().sort("tier")["count"].to_list() == [6, 30]
    assert brand.products.height == 24
    superior = dict(brand.staff.select("code", "superior_code").iter_rows())
    rep = brand.staff.filter(role="rep")["code"][0]
    assert superior[superior[rep]].startswith("SJ")  # two levels of managers above a rep


def test_people_can_be_told_apart_and_called() -> None:
    brand = demo()
    numbers = pl.concat(
        [brand.staff["phone"], brand.distributors["contact_phone"], brand.stores["owner_phone"]]
    )
    assert numbers.is_unique().all()
    for number in numbers.sample(100, seed=1):
        found = normalise(number)
        assert (found.e164, found.kind) == (number, PhoneKind.MOBILE)
        assert number[6:10] == "0000"
    assert brand.stores["name"].is_unique().all()


def test_addresses_lie_where_they_say() -> None:
    stores = demo().stores
    for row in stores.sample(200, seed=1).iter_rows(named=True):
        assert resolve(made_up_divisions(), row["address"]).code == row["division_code"]
        assert row["division_code"].startswith(row["territory_code"].partition("-")[0])
    verdicts = judge(stores["lng"].to_numpy(), stores["lat"].to_numpy())
    assert (verdicts == Verdict.FINE).all()


def test_sizes_have_a_long_tail_and_are_what_was_bought() -> None:
    brand = demo()
    sizes = brand.stores["size_fen"].to_numpy()
    top = np.sort(sizes)[-len(sizes) // 10 :].sum() / sizes.sum()
    assert 0.35 < top < 0.8
    assert sizes.sum() == brand.sales["amount_fen"].sum()
    assert brand.stores["closeness"].is_between(0, 100).all()
    assert brand.stores["expected_people"].is_between(1, 4).all()


def test_sales_fill_the_year_and_know_the_festivals() -> None:
    bought = demo().sales
    assert bought["sold_on"].min() >= date(2025, 11, 21)
    assert bought["sold_on"].max() < TODAY
    assert (bought["amount_fen"] > 0).all()
    by_month = dict(
        bought.group_by(pl.col("sold_on").dt.strftime("%m"))
        .agg(pl.col("amount_fen").sum())
        .iter_rows()
    )
    assert by_month["01"] > 1.4 * by_month["03"]  # stocking up before Spring Festival
    assert by_month["02"] < by_month["03"]  # shops closed
    assert by_month["09"] > 1.1 * by_month["10"]  # Mid-Autumn


@given(st.dates(date(2022, 6, 1), date(2035, 1, 1)))
def test_every_day_has_a_season(day: date) -> None:
    assert 0.1 <= season(day) <= 4
    assert season(SPRING_FESTIVALS[0]) < 0.5


def test_the_same_seed_makes_the_same_channel() -> None:
    once, again = (generate(made_up_divisions(), seed=3, until=TODAY, stores=50) for _ in range(2))
    assert once.stores.equals(again.stores)
    assert once.sales.equals(again.sales)
    assert not once.stores.equals(
        generate(made_up_divisions(), seed=4, until=TODAY, stores=50).stores
    )


def test_an_index_without_the_cities_is_refused() -> None:
    with pytest.raises(LookupError, match="3301"):
        generate(Divisions.of([], [], []), seed=1, until=TODAY)


def test_every_notice_asks_something_answerable() -> None:
    for notice in NOTICES:
        assert 0 <= notice.right < len(notice.options) == len(set(notice.options))
    assert {notice.lever for notice in NOTICES} == LEVERS


def test_the_corpus_speaks_of_every_lever() -> None:
    corpus = threads()
    assert {thread.lever for thread in corpus} == LEVERS | {"order", "complaint"}
    assert sum(len(thread.turns) for thread in corpus) > 240
    assert {role for thread in corpus for role, _ in thread.turns} == set("opqrm")


@settings(deadline=None)
@given(st.integers(0, 5), st.integers(1, 5), st.integers(0, 99))
def test_conversations_run_in_order(owners: int, days: int, seed: int) -> None:
    party = Party(owners=["王伟", "李秀英", "张军", "刘敏", "陈艳"][:owners], rep="赵小军")
    said = converse(party, seed=seed, days=days, threads_per_day=2)
    assert said == converse(party, seed=seed, days=days, threads_per_day=2)
    for at, each in enumerate(said):
        assert each.speaker in {REP, MANAGER} or 0 <= each.speaker < owners
        assert "{" not in each.text
        assert at == 0 or said[at - 1].second <= each.second
        assert each.answers is None or said[each.answers].lever == each.lever
