"""Which store a nickname tells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunlian.channel.rules.bindings import Match, Shop, Shops, Stranger, certain, core
from qunlian.channel.rules.phones import found_in

SHOPS = Shops(
    [
        Shop(
            store_id=1,
            code="A001",
            name="东街1号便利店",
            contacts=("欧阳店主",),
            phones=("+8613800000001",),
        ),
        Shop(store_id=2, code="A002", name="幸福超市", contacts=("李梅",)),
        Shop(store_id=3, code="A003", name="幸福里烟酒超市"),
        Shop(store_id=4, code="A004", name="好又多超市（北门店）"),
        Shop(store_id=5, code="A005", name="好又多超市（南门店）", contacts=("王强",)),
        Shop(store_id=6, code="A006", name="胖东来大排档"),
        *(Shop(store_id=10 + n, code=f"C{n:03}", name="美宜佳便利店") for n in range(5)),
    ]
)


def _match(text: str, **facts: object) -> tuple[Match, ...]:
    return SHOPS.matches(Stranger(key=1, texts=(text,), **facts))


@pytest.mark.parametrize(
    ("nickname", "store_id"),
    [
        ("老王-东街1号", 1),
        ("东街１号便利店 小李", 1),
        ("幸福超市🌸", 2),
        ("幸福里 老板娘", 3),
        ("a003刘", 3),
        ("好又多超市北门店", 4),
        ("胖东来大 老李", 6),
        ("老李/胖东来大138", 6),
    ],
)
def test_a_shop_is_recognised(nickname: str, store_id: int) -> None:
    found = certain(_match(nickname))
    assert found is not None
    assert found.store_id == store_id


@pytest.mark.parametrize("nickname", ["美宜佳便利店", "张三", "", "店", "好又多", "幸福的人"])
def test_what_tells_no_single_shop_is_left_to_people(nickname: str) -> None:
    assert certain(_match(nickname)) is None


def test_a_shop_that_many_bear_is_not_even_proposed() -> None:
    assert _match("美宜佳便利店") == ()


def test_a_short_core_or_beginning_is_proposed() -> None:
    assert [match.store_id for match in _match("幸福的人")] == [2]
    assert [match.store_id for match in _match("胖东 老李")] == [6]
    assert certain(_match("胖东 老李")) is None


def test_a_number_or_a_door_is_certain_whatever_he_is_called() -> None:
    by_number = certain(_match("云淡风轻", phones=("+8613800000001",)))
    by_door = certain(_match("云淡风轻", store_id=4))
    assert by_number is not None
    assert by_door is not None
    assert (by_number.store_id, by_door.store_id) == (1, 4)


def test_a_contact_with_his_shop_is_surer_than_either() -> None:
    (match,) = _match("幸福超市李梅")
    assert (match.score, match.signs) == (100, ("whole_name", "contact_name"))


def test_two_shops_that_come_near_leave_it_to_people() -> None:
    assert certain(_match("东街1号 幸福里")) is None
    assert len(_match("东街1号 幸福里")) == 2


@given(st.text(max_size=40))
def test_any_nickname_is_looked_at_without_failing(text: str) -> None:
    for match in _match(text):
        assert 0 < match.score <= 100


def test_cores() -> None:
    assert [core(name) for name in ("幸福超市", "老李烟酒行", "超市", "商行")] == [
        "幸福", "老李", "超市", "商行",
    ]  # fmt: skip


def test_numbers_in_nicknames() -> None:
    assert found_in("老王138 0000 0001") == ("+8613800000001",)
    assert found_in("便利店小李：１３８００００００３３") == ("+8613800000033",)
    assert found_in("满100减20") == ()
