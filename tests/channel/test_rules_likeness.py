"""What makes two records look like one human."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunlian.channel.rules.likeness import (
    LIKELY,
    POINTS,
    Human,
    differs_by_one,
    is_vague,
    likeness,
)

PHONE, OTHER, DESK = "+8613800000001", "+8613800000002", "+862583123456"


def human(name: str, *phones: str, partners: str = "", patch: int = 0, by: int = 0) -> Human:
    return Human(
        person_id=1,
        name=name,
        phones=frozenset(phones),
        partners=frozenset(partners.split()),
        patches=frozenset({patch} - {0}),
        suppliers=frozenset({by} - {0}),
    )


@pytest.mark.parametrize(
    ("one", "other", "signs"),
    [
        (human("王芳", PHONE), human("王芳", PHONE), {"same_phone", "same_name"}),
        (human("王芳", PHONE), human("李雷", PHONE), {"same_phone", "names_differ"}),
        (
            human("张伟", PHONE, partners="s1"),
            human("张玮", partners="s1"),
            {"same_store", "sounds_alike", "no_phone"},
        ),
        (
            human("欧阳震华", partners="s1"),
            human("欧阳振花", partners="s1 s2"),
            {"same_store", "sounds_alike"},
        ),
        (
            human("王小明", partners="s1"),
            human("王明", partners="s1"),
            {"same_store", "one_character"},
        ),
        (
            human("张伟", PHONE, partners="s1", patch=7),
            human("张伟", OTHER, partners="s1", patch=7),
            {"same_store", "same_name", "two_mobiles"},
        ),
        (
            human("张伟", PHONE, patch=7),
            human("张伟", patch=7),
            {"same_patch", "same_name", "no_phone"},
        ),
        (
            human("张 伟", patch=7, by=3),
            human("张伟", patch=7, by=3),
            {"same_patch", "same_supplier", "same_name"},
        ),
        (human("丁", partners="d1"), human("丁", partners="d1"), set()),
    ],
)
def test_signs(one: Human, other: Human, signs: set[str]) -> None:
    found = likeness(one, other)
    if signs:
        assert {sign for sign, _ in found.reasons} == signs
    assert found == likeness(other, one)
    assert found.score >= LIKELY, found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (human("张伟", PHONE, patch=7), human("张伟", OTHER, patch=7)),
        (human("王老板", patch=7), human("王老板", patch=7)),
        (human("张伟", PHONE), human("张伟", OTHER)),
        (human("王芳", PHONE, partners="s1"), human("李雷", OTHER, partners="s1")),
        (human("", PHONE, partners="s1"), human("", OTHER, partners="s1")),
    ],
)
def test_not_enough(one: Human, other: Human) -> None:
    assert likeness(one, other).score < LIKELY


def test_two_on_the_staff_are_two() -> None:
    one = Human(person_id=1, name="王芳", phones=frozenset({PHONE}), is_staff=True)
    assert likeness(one, one).score == 0


def test_a_desk_telephone_is_no_second_mobile() -> None:
    found = likeness(human("张伟", PHONE, partners="s1"), human("张伟", DESK, partners="s1"))
    assert "two_mobiles" not in dict(found.reasons)


@pytest.mark.parametrize("name", ["", "王", "老板", "王老板", "李姐", "店长", "刘师傅"])
def test_titles_are_no_names(name: str) -> None:
    assert is_vague(name)


@pytest.mark.parametrize("name", ["王芳", "欧阳老板", "总统", "李哥伦"])
def test_names_are(name: str) -> None:
    assert not is_vague(name)


@given(name=st.text("王李张芳伟明", min_size=2, max_size=5), data=st.data())
def test_one_character_wrong_out_or_in(name: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(name) - 1))
    wrong = name[:at] + "赵" + name[at + 1 :]
    put_in = name[:at] + "赵" + name[at:]
    for other in (wrong, put_in):
        assert differs_by_one(name, other)
        assert differs_by_one(other, name)
    assert not differs_by_one(name, name)
    assert not differs_by_one(name, "赵钱" + name)


@given(
    names=st.tuples(*[st.text("王李张芳伟老板 ", max_size=4)] * 2),
    phones=st.tuples(*[st.frozensets(st.sampled_from([PHONE, OTHER, DESK]))] * 2),
    partners=st.tuples(*[st.frozensets(st.sampled_from(["s1", "s2", "d1"]))] * 2),
)
def test_the_score_is_the_sum_of_its_reasons(names, phones, partners) -> None:
    one, other = (
        Human(person_id=n, name=names[n], phones=phones[n], partners=partners[n]) for n in (0, 1)
    )
    found = likeness(one, other)
    assert found == likeness(other, one)
    assert all(POINTS[sign] == points for sign, points in found.reasons)
    assert found.score == max(0, min(100, sum(points for _, points in found.reasons)))
