"""Somebody breaks a rule: the next step of the ladder follows, once, and is carried out."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qunlian.channel.queries.audit import history
from qunlian.community.actions.note_breach import (
    AlreadyNoted,
    AnotherStep,
    MessageSaid,
    Note,
    NotHisMessage,
    RuleMissing,
    TellingTooLong,
    note_breach,
)
from qunlian.community.actions.retire_group import retire_group
from qunlian.community.laddering import NoStepLeft, StepUnderWay
from qunlian.community.models import Breach, Group
from qunlian.community.queries.breaches import breaches_of_group, my_breaches
from qunlian.community.queries.ladder import next_step
from qunlian.community.queries.tasks import task_card
from qunlian.community.steps import GroupClosed
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Forbidden, NotFound, Refusal
from tests.cast_words import NOON, Cast
from tests.community import make
from tests.community.hands import hand_group, mine
from tests.community.offences import RULE, asked, breach, carry_out, noted, sits, stands
from tests.community.words import East
from tests.messaging.scenes import scene


def test_step_by_step_on_our_own_pages(cast: Cast) -> None:
    here = scene(cast)
    oyang = cast.oyang.person_id or 0
    told = []
    for number in range(4):
        ahead = next_step(cast.rong, here.a, oyang, has_message=number > 0, now=NOON)
        done = noted(cast, here.a, seq=number or None, step=ahead.step or "")
        told.append((done.step, done.way))
        carry_out(cast)
    assert told == [("remind", "api"), ("recall", "api"), ("packet", "person"), ("mute", "api")]
    states = [row.state for row in breaches_of_group(cast.rong, here.a, now=NOON).rows]
    assert states == ["done", "with_person", "done", "done"]
    ahead = next_step(cast.ma, here.a, oyang, has_message=False, now=NOON)
    assert (ahead.step, ahead.had) == ("remove", ("remind", "recall", "packet", "mute"))
    out = noted(cast, here.a, by=cast.ma)
    carry_out(cast)
    assert stands(cast, out.breach_id) == ("remove", "done", "stands")
    assert not sits(cast.oyang, here.a)
    assert make.seats_taken(cast.ids["brand"], here.a) == (2, 2)
    names = [one.name for one in history(cast.hua, "group", here.a).rows]
    assert names.count("community.breach_noted") == 5
    assert "community.breach_step_ended" in names


def test_the_member_is_told_in_plain_words_or_the_noters_own(cast: Cast, two_groups: East) -> None:
    usual = breach(cast, noted(cast, two_groups.east).breach_id)
    assert usual.words.startswith("@欧阳店主")
    assert RULE in usual.words
    own = noted(cast, two_groups.east, words=" 欧阳老板，下次别发了哈 ", seq=4)
    assert breach(cast, own.breach_id).words == "欧阳老板，下次别发了哈"
    (newest, _) = my_breaches(cast.oyang, now=NOON)
    assert (newest.words, newest.rule, newest.may_appeal) == ("欧阳老板，下次别发了哈", RULE, True)


def test_after_the_window_it_begins_anew(cast: Cast, two_groups: East) -> None:
    assert noted(cast, two_groups.east).step == "remind"
    assert noted(cast, two_groups.east, at=NOON + timedelta(days=89)).step == "packet"
    assert noted(cast, two_groups.east, at=NOON + timedelta(days=91)).step == "mute"
    assert noted(cast, two_groups.east, at=NOON + timedelta(days=300)).step == "remind"


def test_where_people_do_it_a_task_says_how_and_with_which_words(
    cast: Cast, by_hand: object
) -> None:
    group_id = hand_group(cast)
    make.member(cast.oyang, group_id)
    for _ in range(2):
        noted(cast, group_id)
        carry_out(cast)
    out = noted(cast, group_id)
    carry_out(cast)
    # nobody can silence somebody there: the ladder goes on
    assert (out.step, out.way) == ("remove", "person")
    cards = {row.kind: task_card(cast.rong, row.task_id, now=NOON) for row in mine(cast.rong)}
    assert set(cards) == {"remind", "packet", "remove"}
    assert cards["remove"].to_person == "欧阳店主"
    assert RULE in cards["packet"].text
    assert sits(cast.oyang, group_id)
    assert stands(cast, out.breach_id) == ("remove", "with_person", "stands")


def test_an_advert_goes_along_with_a_harder_step(cast: Cast) -> None:
    here = scene(cast)
    for seq in (None, None, 7):
        noted(cast, here.a, seq=seq)
        carry_out(cast)
    assert [kind for kind, _ in asked(cast, here.a)][-3:] == ["recall", "remind", "mute"]


def test_refusals(cast: Cast, two_groups: East) -> None:
    east, oyang = two_groups.east, cast.oyang.person_id or 0
    for rule in ("", "  ", "长" * 121):
        with pytest.raises(RuleMissing):
            note_breach(
                actor=cast.rong,
                note=Note(group_id=east, person_id=oyang, rule=rule),
                now=NOON,
            )
    with pytest.raises(TellingTooLong):
        noted(cast, east, words="长" * 301)
    other = MessageSaid(seq=1, person_id=cast.rong.person_id)
    with pytest.raises(NotHisMessage):
        note_breach(
            actor=cast.rong,
            note=Note(group_id=east, person_id=oyang, rule=RULE, message=other),
            now=NOON,
        )
    with pytest.raises(AnotherStep):
        noted(cast, east, step="mute")
    for colleague in (cast.hua, cast.rong, cast.guan):
        with pytest.raises(NotFound):
            noted(cast, east, whom=colleague)
    noted(cast, east, seq=1)
    with pytest.raises(AlreadyNoted):
        noted(cast, east, seq=1, by=cast.ma)
    retire_group(actor=cast.hua, group_id=east, now=NOON)
    with pytest.raises(GroupClosed):
        noted(cast, east)


def test_the_last_step_is_not_begun_twice_and_some_groups_have_none(
    cast: Cast, two_groups: East
) -> None:
    with scope.writing(cast.hua):
        ladder = {"steps": ["remind"], "window_days": 90}
        Group.objects.filter(pk=two_groups.east).update(ladder=ladder)
    noted(cast, two_groups.east)
    with pytest.raises(StepUnderWay):
        noted(cast, two_groups.east)
    with scope.writing(cast.hua):
        ladder = {"steps": ["recall"], "window_days": 90}
        Group.objects.filter(pk=two_groups.east).update(ladder=ladder)
    with pytest.raises(NoStepLeft):
        noted(cast, two_groups.east)


def test_outsiders(cast: Cast, two_groups: East) -> None:
    for looker in (cast.oyang, cast.du):
        with pytest.raises(Forbidden):
            noted(cast, two_groups.east, by=looker)
    noted(cast, two_groups.east)
    for outsider in (cast.song, cast.wai, cast.wei):
        with pytest.raises(NotFound):
            noted(cast, two_groups.east, by=outsider)
    for outsider in (cast.song, cast.wai, cast.du, cast.ding, cast.oyang):
        with pytest.raises(NotFound):
            next_step(
                outsider, two_groups.east, cast.oyang.person_id or 0, has_message=False, now=NOON
            )
    for looker in (cast.du, cast.oyang):
        assert breaches_of_group(looker, two_groups.east, now=NOON).rows == ()
    for outsider in (cast.song, cast.wai, cast.wei):
        with pytest.raises(NotFound):
            breaches_of_group(outsider, two_groups.east, now=NOON)
    assert my_breaches(cast.wei, now=NOON) == ()


def test_two_note_the_same_message_at_once_and_one_counts(cast: Cast, two_groups: East) -> None:
    def tap(actor: Actor) -> str:
        try:
            return noted(cast, two_groups.east, by=actor, seq=3).step
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        told = sorted(pool.map(tap, [cast.rong, cast.ma, cast.hua, cast.guan]))
    assert told == ["community.already_noted"] * 3 + ["remind"]
    with scope.reading(cast.hua):
        assert Breach.objects.count() == 1


def test_so_many_queries_and_no_more(cast: Cast, two_groups: East) -> None:
    noted(cast, two_groups.east)
    with CaptureQueriesContext(connection) as seen:
        noted(cast, two_groups.east)
    assert len(seen) <= 32
