"""An appeal is decided by headquarters or the manager above, never by who noted the breach."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from qunlian.community.actions.appeal_breach import appeal_breach
from qunlian.community.actions.decide_appeal import (
    Decision,
    DecisionWords,
    NoAppeal,
    OwnNote,
    decide_appeal,
)
from qunlian.community.actions.lift_breach import lift_breach
from qunlian.community.queries.breaches import list_appeals, my_breaches
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Forbidden, NotFound, Refusal
from tests.cast_words import NOON, Cast
from tests.community.offences import noted, stands
from tests.community.words import East


def _appealed(cast: Cast, group_id: int, **facts: object) -> int:
    done = noted(cast, group_id, **facts)  # type: ignore[arg-type]
    appeal_breach(actor=cast.oyang, breach_id=done.breach_id, words="那是新品", now=NOON)
    return done.breach_id


def _granted(breach_id: int, words: str = "") -> Decision:
    return Decision(breach_id=breach_id, is_granted=True, words=words)


def test_granted_it_does_not_count(cast: Cast, two_groups: East) -> None:
    breach_id = _appealed(cast, two_groups.east)
    done = decide_appeal(actor=cast.ma, decision=_granted(breach_id, "误会一场"), now=NOON)
    assert (done.is_granted, done.breach_ids) == (True, (breach_id,))
    assert stands(cast, breach_id) == ("remind", "withdrawn", "granted")
    assert list_appeals(cast.ma, now=NOON).rows == ()
    (row,) = my_breaches(cast.oyang, now=NOON)
    assert (row.standing, row.decision) == ("granted", "误会一场")
    assert noted(cast, two_groups.east).step == "remind"


def test_upheld_it_counts_and_says_why(cast: Cast, two_groups: East) -> None:
    breach_id = _appealed(cast, two_groups.east)
    refusal = Decision(breach_id=breach_id, is_granted=False, words="链接是外部商城")
    done = decide_appeal(actor=cast.hua, decision=refusal, now=NOON)
    assert (done.is_granted, done.breach_ids) == (False, ())
    assert stands(cast, breach_id) == ("remind", "asked", "upheld")
    assert noted(cast, two_groups.east).step == "packet"
    # it may be lifted all the same
    lift_breach(actor=cast.rong, breach_id=breach_id, now=NOON)


def test_refusals(cast: Cast, two_groups: East) -> None:
    breach_id = _appealed(cast, two_groups.east, by=cast.ma)
    for words in ("", "长" * 301):
        refusal = Decision(breach_id=breach_id, is_granted=False, words=words)
        with pytest.raises(DecisionWords):
            decide_appeal(actor=cast.hua, decision=refusal, now=NOON)
    with pytest.raises(OwnNote):
        decide_appeal(actor=cast.ma, decision=_granted(breach_id), now=NOON)
    for keeper in (cast.rong, cast.guan):
        with pytest.raises(Forbidden):
            decide_appeal(actor=keeper, decision=_granted(breach_id), now=NOON)
    for outsider in (cast.song, cast.oyang, cast.du, cast.wai, cast.wei):
        with pytest.raises(NotFound):
            decide_appeal(actor=outsider, decision=_granted(breach_id), now=NOON)
    decide_appeal(actor=cast.hua, decision=_granted(breach_id), now=NOON)
    with pytest.raises(NoAppeal):
        decide_appeal(actor=cast.hua, decision=_granted(breach_id), now=NOON)


def test_two_decide_at_once_and_one_counts(cast: Cast, two_groups: East) -> None:
    breach_id = _appealed(cast, two_groups.east)

    def tap(actor: Actor, is_granted: bool) -> str:
        decision = Decision(breach_id=breach_id, is_granted=is_granted, words="就这样")
        try:
            decide_appeal(actor=actor, decision=decision, now=NOON)
        except Refusal as refusal:
            return refusal.code
        else:
            return "granted" if is_granted else "upheld"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        told = [pool.submit(tap, cast.ma, True), pool.submit(tap, cast.hua, False)]
        said = sorted(one.result() for one in told)
    assert said[0] == "community.no_appeal"
    assert stands(cast, breach_id)[2] == said[1]
