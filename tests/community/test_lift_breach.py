"""A breach that was noted by mistake does not count, and what followed is undone."""

from datetime import timedelta

import pytest

from qunlian.community.actions.join_group import Joining, TakenOut, join_group
from qunlian.community.actions.lift_breach import CountsNoMore, WhyTooLong, lift_breach
from qunlian.community.queries.ladder import silent_until
from qunlian.kernel.actor import system_actor
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, Cast
from tests.community.offences import asked, breach, carry_out, noted, sits, stands
from tests.community.words import East
from tests.messaging.scenes import scene


def test_it_does_not_count_any_more(cast: Cast, two_groups: East) -> None:
    first = noted(cast, two_groups.east, seq=1)
    done = lift_breach(actor=cast.rong, breach_id=first.breach_id, why=" 看错了 ", now=NOON)
    assert done.breach_ids == (first.breach_id,)
    assert stands(cast, first.breach_id) == ("remind", "withdrawn", "lifted")
    assert breach(cast, first.breach_id).lifted_why == "看错了"
    # neither the step nor the message is used up
    assert noted(cast, two_groups.east, seq=1).step == "remind"


def test_who_was_silent_writes_again(cast: Cast) -> None:
    here = scene(cast)
    for _ in range(3):
        last = noted(cast, here.a)
        carry_out(cast)
    assert last.step == "mute"
    assert silent_until(cast.oyang, here.a, now=NOON) == NOON + timedelta(days=3)
    lift_breach(actor=cast.ma, breach_id=last.breach_id, now=NOON)
    assert silent_until(cast.oyang, here.a, now=NOON) is None
    carry_out(cast)
    assert asked(cast, here.a)[-1] == ("unmute", "done")


def test_who_was_taken_out_may_come_in_again(cast: Cast, two_groups: East) -> None:
    here = scene(cast)
    for _ in range(4):
        last = noted(cast, here.a)
        carry_out(cast)
    assert not sits(cast.oyang, here.a)
    _let_the_group_be_the_stores(cast, here.a)
    joining = Joining(target_id=cast.ids["A1"], member=cast.oyang)
    brand = system_actor(cast.ids["brand"])
    with pytest.raises(TakenOut):
        join_group(actor=brand, joining=joining, now=NOON)
    lift_breach(actor=cast.ma, breach_id=last.breach_id, now=NOON)
    assert join_group(actor=brand, joining=joining, now=NOON).group_id == here.a
    assert sits(cast.oyang, here.a)


def test_after_the_window_he_may_come_as_well(cast: Cast, two_groups: East) -> None:
    here = scene(cast)
    for _ in range(4):
        noted(cast, here.a)
        carry_out(cast)
    _let_the_group_be_the_stores(cast, here.a)
    joining = Joining(target_id=cast.ids["A1"], member=cast.oyang)
    later = NOON + timedelta(days=91)
    joined = join_group(actor=system_actor(cast.ids["brand"]), joining=joining, now=later)
    assert joined.group_id == here.a


def _let_the_group_be_the_stores(cast: Cast, group_id: int) -> None:
    from qunlian.community.models import GroupStore
    from qunlian.kernel import scope

    with scope.writing(system_actor(cast.ids["brand"])):
        GroupStore.objects.filter(store_id=cast.ids["A1"]).update(group=group_id)


def test_refusals_and_outsiders(cast: Cast, two_groups: East) -> None:
    first = noted(cast, two_groups.east)
    with pytest.raises(WhyTooLong):
        lift_breach(actor=cast.rong, breach_id=first.breach_id, why="长" * 201, now=NOON)
    for outsider in (cast.oyang, cast.du, cast.song, cast.wai, cast.wei):
        with pytest.raises((NotFound, Forbidden)):
            lift_breach(actor=outsider, breach_id=first.breach_id, now=NOON)
    lift_breach(actor=cast.guan, breach_id=first.breach_id, now=NOON)
    with pytest.raises(CountsNoMore):
        lift_breach(actor=cast.hua, breach_id=first.breach_id, now=NOON)
