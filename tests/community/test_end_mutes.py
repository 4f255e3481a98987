"""Silence ends by itself where the platform ends it, by a person's hand where one began it."""

from datetime import timedelta

from qunlian.community.actions.end_mutes import end_mutes
from qunlian.community.actions.finish_task import TaskAnswer, finish_task
from qunlian.community.actions.lift_breach import lift_breach
from qunlian.kernel.actor import system_actor
from qunlian.platforms.port import Feature, Means
from tests.cast_words import NOON, Cast
from tests.community import make
from tests.community.hands import hand_group, mine
from tests.community.offences import asked, carry_out, noted
from tests.messaging.scenes import scene

OVER = NOON + timedelta(days=3)


def test_on_our_own_pages_nobody_is_asked(cast: Cast) -> None:
    here, brand = scene(cast), system_actor(cast.ids["brand"])
    for _ in range(3):
        done = noted(cast, here.a)
        carry_out(cast)
    assert end_mutes(actor=brand, now=NOON) == ()
    assert end_mutes(actor=brand, now=OVER) == (done.breach_id,)
    assert end_mutes(actor=brand, now=OVER) == ()
    assert "unmute" not in [kind for kind, _ in asked(cast, here.a)]


def test_where_a_person_began_it_a_person_ends_it(cast: Cast, by_hand: object) -> None:
    by_hand.capabilities[Feature.MUTE_MEMBER] = Means.PERSON  # type: ignore[attr-defined]
    group_id, brand = hand_group(cast), system_actor(cast.ids["brand"])
    make.member(cast.oyang, group_id)
    for _ in range(3):
        done = noted(cast, group_id)
        carry_out(cast)
    (row,) = [row for row in mine(cast.hua) if row.kind == "mute"]
    finish_task(actor=cast.hua, answer=TaskAnswer(task_id=row.task_id, state="done"), now=NOON)
    assert end_mutes(actor=brand, now=OVER) == (done.breach_id,)
    carry_out(cast)
    assert [row.kind for row in mine(cast.hua)] == ["unmute"]
    # lifting it afterwards asks nobody twice
    lift_breach(actor=cast.rong, breach_id=done.breach_id, now=OVER)
    carry_out(cast)
    assert [kind for kind, _ in asked(cast, group_id)].count("unmute") == 1
