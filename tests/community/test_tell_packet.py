"""A red packet or out: the member says that it is there, somebody looks, and without one the next step follows."""

from datetime import timedelta

import pytest

from qunlian.community.actions.appeal_breach import appeal_breach
from qunlian.community.actions.decide_appeal import Decision, decide_appeal
from qunlian.community.actions.finish_task import NoReason, TaskAnswer, finish_task
from qunlian.community.actions.take_back_answer import TooLate, take_back_answer
from qunlian.community.actions.tell_packet import NoPacketAwaited, tell_packet
from qunlian.community.laddering import AppealWaits, PacketNotDue
from qunlian.community.queries.asked import open_requests
from qunlian.community.queries.breaches import breaches_of_group, my_breaches
from qunlian.kernel.errors import NotFound
from tests.cast_words import NOON, Cast
from tests.community.hands import hand_group, mine, renamed, task
from tests.community.offences import breach, carry_out, noted, stands
from tests.community.words import East
from tests.messaging.scenes import scene

DUE = NOON + timedelta(days=2)


def _asked_for(cast: Cast, group_id: int) -> tuple[int, int]:
    """Bring Oyang to the step; the breach, and the task of who watches."""
    noted(cast, group_id)
    carry_out(cast)
    done = noted(cast, group_id)
    carry_out(cast)
    assert done.step == "packet"
    (row,) = [row for row in mine(cast.rong) if row.kind == "packet"]
    return done.breach_id, row.task_id


def _not_given(task_id: int) -> TaskAnswer:
    return TaskAnswer(task_id=task_id, state="refused", reason="not_given")


def test_he_says_so_and_somebody_looks(cast: Cast) -> None:
    here = scene(cast)
    breach_id, task_id = _asked_for(cast, here.a)
    assert breach(cast, breach_id).due_at == DUE
    tell_packet(actor=cast.oyang, breach_id=breach_id, now=NOON)
    tell_packet(actor=cast.oyang, breach_id=breach_id, now=DUE)
    assert breach(cast, breach_id).told_given_at == NOON
    finish_task(actor=cast.rong, answer=TaskAnswer(task_id=task_id, state="done"), now=NOON)
    assert stands(cast, breach_id) == ("packet", "done", "stands")
    with pytest.raises(NoPacketAwaited):
        tell_packet(actor=cast.oyang, breach_id=breach_id, now=NOON)


def test_without_one_the_next_step_follows(cast: Cast) -> None:
    here = scene(cast)
    breach_id, task_id = _asked_for(cast, here.a)
    with pytest.raises(PacketNotDue):
        finish_task(actor=cast.rong, answer=_not_given(task_id), now=NOON)
    assert task(cast, task_id).state == "with_person"
    finish_task(actor=cast.rong, answer=_not_given(task_id), now=DUE)
    assert stands(cast, breach_id) == ("packet", "not_given", "stands")
    newest, *_ = breaches_of_group(cast.rong, here.a, now=DUE).rows
    assert (newest.step, newest.rule) == ("mute", breach(cast, breach_id).rule)
    # nobody asks for the packet again, and the tap can't be taken back
    assert [row.kind for row in open_requests(cast.rong, [here.a]) if row.is_again] == []
    with pytest.raises(TooLate):
        take_back_answer(actor=cast.rong, task_id=task_id, now=DUE)


def test_an_appeal_is_decided_first_and_takes_what_followed_along(cast: Cast) -> None:
    here = scene(cast)
    breach_id, task_id = _asked_for(cast, here.a)
    appeal_breach(actor=cast.oyang, breach_id=breach_id, words="不该", now=NOON)
    with pytest.raises(AppealWaits):
        finish_task(actor=cast.rong, answer=_not_given(task_id), now=DUE)
    grant = Decision(breach_id=breach_id, is_granted=True)
    decide_appeal(actor=cast.ma, decision=grant, now=DUE)
    assert task(cast, task_id).state == "withdrawn"
    assert stands(cast, breach_id) == ("packet", "withdrawn", "granted")


def test_what_followed_does_not_count_either(cast: Cast) -> None:
    here = scene(cast)
    breach_id, task_id = _asked_for(cast, here.a)
    finish_task(actor=cast.rong, answer=_not_given(task_id), now=DUE)
    carry_out(cast)
    appeal_breach(actor=cast.oyang, breach_id=breach_id, words="我给了", now=DUE)
    done = decide_appeal(
        actor=cast.hua, decision=Decision(breach_id=breach_id, is_granted=True), now=DUE
    )
    assert len(done.breach_ids) == 2
    standings = {row.step: row.standing for row in my_breaches(cast.oyang, now=DUE)}
    assert standings == {"remind": "stands", "packet": "granted", "mute": "granted"}


def test_only_a_packet_is_not_given(cast: Cast) -> None:
    here = scene(cast)
    breach_id, _task_id = _asked_for(cast, here.a)
    for other in (cast.rong, cast.song, cast.wei, cast.wai):
        with pytest.raises(NotFound):
            tell_packet(actor=other, breach_id=breach_id, now=NOON)
    first = my_breaches(cast.oyang, now=NOON)[-1]
    with pytest.raises(NoPacketAwaited):
        tell_packet(actor=cast.oyang, breach_id=first.breach_id, now=NOON)


def test_another_task_has_no_such_answer(cast: Cast, by_hand: object, two_groups: East) -> None:
    task_id = renamed(cast, hand_group(cast))
    with pytest.raises(NoReason):
        finish_task(actor=cast.rong, answer=_not_given(task_id), now=NOON)
