"""A member says how he sees it, once, within seven days."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from qunlian.community.actions.appeal_breach import AppealClosed, AppealWords, appeal_breach
from qunlian.community.actions.lift_breach import lift_breach
from qunlian.community.queries.breaches import appeals_waiting, list_appeals, my_breaches
from qunlian.kernel.errors import NotFound, Refusal
from tests.cast_words import NOON, Cast
from tests.community.offences import breach, noted, stands
from tests.community.words import East

DAYS = timedelta(days=1)


def test_those_who_decide_see_it(cast: Cast, two_groups: East) -> None:
    first = noted(cast, two_groups.east)
    appeal_breach(actor=cast.oyang, breach_id=first.breach_id, words=" 那是我家新品 ", now=NOON)
    assert stands(cast, first.breach_id) == ("remind", "asked", "appealed")
    (row,) = my_breaches(cast.oyang, now=NOON)
    assert (row.appeal, row.may_appeal) == ("那是我家新品", False)
    for decider in (cast.ma, cast.hua):
        (waiting,) = list_appeals(decider, now=NOON).rows
        assert (waiting.breach_id, waiting.person, waiting.is_mine) == (
            first.breach_id,
            "欧阳店主",
            False,
        )
        assert appeals_waiting(decider, most=10) == 1
    for other in (cast.rong, cast.guan, cast.song, cast.wai, cast.oyang):
        assert list_appeals(other, now=NOON).rows == ()
        assert appeals_waiting(other, most=10) == 0


def test_an_appeal_against_ones_own_note_waits_for_another(cast: Cast, two_groups: East) -> None:
    first = noted(cast, two_groups.east, by=cast.ma)
    appeal_breach(actor=cast.oyang, breach_id=first.breach_id, words="不是", now=NOON)
    assert (appeals_waiting(cast.ma, most=10), appeals_waiting(cast.hua, most=10)) == (0, 1)
    (waiting,) = list_appeals(cast.ma, now=NOON).rows
    assert waiting.is_mine


def test_refusals(cast: Cast, two_groups: East) -> None:
    first = noted(cast, two_groups.east)
    for words in ("", "  ", "长" * 501):
        with pytest.raises(AppealWords):
            appeal_breach(actor=cast.oyang, breach_id=first.breach_id, words=words, now=NOON)
    late = NOON + 8 * DAYS
    with pytest.raises(AppealClosed):
        appeal_breach(actor=cast.oyang, breach_id=first.breach_id, words="晚了", now=late)
    week = NOON + 7 * DAYS
    appeal_breach(actor=cast.oyang, breach_id=first.breach_id, words="没晚", now=week)
    with pytest.raises(AppealClosed):
        appeal_breach(actor=cast.oyang, breach_id=first.breach_id, words="再说一次", now=week)
    second = noted(cast, two_groups.east)
    lift_breach(actor=cast.rong, breach_id=second.breach_id, now=NOON)
    with pytest.raises(AppealClosed):
        appeal_breach(actor=cast.oyang, breach_id=second.breach_id, words="不用了", now=NOON)


def test_it_is_nobody_elses_to_appeal(cast: Cast, two_groups: East) -> None:
    first = noted(cast, two_groups.east)
    for other in (cast.rong, cast.ma, cast.hua, cast.du, cast.wei, cast.wai):
        with pytest.raises(NotFound):
            appeal_breach(actor=other, breach_id=first.breach_id, words="我替他说", now=NOON)


def test_two_taps_at_once_are_one_appeal(cast: Cast, two_groups: East) -> None:
    first = noted(cast, two_groups.east)

    def tap(words: str) -> str:
        try:
            appeal_breach(actor=cast.oyang, breach_id=first.breach_id, words=words, now=NOON)
        except Refusal as refusal:
            return refusal.code
        else:
            return words
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(tap, ["一", "二"]))
    assert told[0] == "community.appeal_closed"
    assert breach(cast, first.breach_id).appeal == told[1]
