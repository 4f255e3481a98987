"""When one is asked, reminded, and left in peace."""

from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from qunlian.community.rules import tasks as rules
from tests.cast_words import NOON

MOMENTS = st.timedeltas(timedelta(0), timedelta(days=9999)).map(lambda time: NOON + time)
KINDS = st.sampled_from(sorted(rules.TERMS))


@given(MOMENTS)
def test_the_morning_after_is_by_day_and_soon(at: datetime) -> None:
    moved = rules.by_day(at)
    assert rules.NIGHT_ENDS <= moved.astimezone(rules.CHINA).hour < rules.NIGHT_BEGINS
    assert timedelta(0) <= moved - at <= timedelta(hours=11)
    assert rules.by_day(moved) == moved


@given(KINDS, MOMENTS)
def test_due_before_it_is_over_and_reminded_between(kind: str, at: datetime) -> None:
    terms = rules.TERMS[kind]
    assert terms.problem() == ""
    assert at < terms.due_at(at) < terms.expires_at(at)
    moments = list(terms.reminders(at))
    assert moments == sorted(moments)
    following = terms.next_reminder(at, moments[0])
    assert following is None or following >= moments[0] + rules.PEACE


def test_the_owners_part_and_the_stewards() -> None:
    team = rules.Team({"owner": (1,), "steward": (2,), "manager": (3, 4)}, others=(9,))
    assert rules.assignee("confirm", team, {}) == 1
    assert rules.assignee("rename", team, {}) == 2
    managed = rules.Team({"manager": (3, 4)}, others=(9,))
    assert rules.assignee("rename", managed, {3: 2, 4: 1}) == 4  # who has less to do
    assert rules.assignee("rename", rules.Team(others=(9,)), {}) == 9
    assert rules.assignee("rename", rules.Team(), {}) is None


def test_the_document_tells_the_terms_as_they_are() -> None:
    text = (Path(__file__).parents[2] / "docs" / "howto" / "tasks.md").read_text()
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    told = {(in_hours(due), in_hours(over)) for _what, due, over, _reminded in rows[1:]}
    kinds = ("confirm", "remove", "create", "announce", "owner", "rename", "recall", "remind")
    kinds += ("mute", "packet")
    assert told == {(rules.TERMS[k].due_hours, rules.TERMS[k].expires_hours) for k in kinds}


def in_hours(words: str) -> int:
    number, unit = words.split()
    return int(number) * {"h": 1, "day": 24, "days": 24}[unit]


def test_only_a_fresh_answer_is_taken_back() -> None:
    fresh = {"ended_at": NOON, "now": NOON + rules.SECOND_THOUGHTS}
    assert rules.may_take_back(state="done", kind="rename", **fresh)
    assert not rules.may_take_back(state="done", kind="owner", **fresh)
    assert rules.may_take_back(state="refused", kind="owner", **fresh)
    assert not rules.may_take_back(state="expired", kind="rename", **fresh)
