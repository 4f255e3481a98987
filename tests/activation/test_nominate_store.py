"""Naming a store as one to begin with."""

import pytest

from qunlian.activation.actions.nominate_store import ReasonMissing, nominate_store
from qunlian.activation.queries.nominations import list_nominations
from qunlian.activation.queries.scores import suitability_of
from qunlian.kernel.actor import system_actor
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, Cast


def test_a_rep_and_a_distributor_name_a_store_and_its_score_rises(cast: Cast) -> None:
    a1 = cast.ids["A1"]
    before = suitability_of(cast.hua, a1, now=NOON)
    for actor in (cast.rong, cast.du):
        assert nominate_store(actor=actor, store_id=a1, reason="认识半条街", now=NOON).is_new
    after = suitability_of(cast.hua, a1, now=NOON)
    assert (before.namings, after.namings) == (0, 2)
    assert after.nomination == pytest.approx(75)
    assert after.score == pytest.approx(before.score + 0.2 * 75)
    rows = list_nominations(cast.hua).rows
    assert [(row.code, row.by, row.role) for row in rows] == [
        ("A1", row.by, row.role) for row in rows
    ]
    assert {row.role for row in rows} == {"rep", "distributor"}


def test_naming_it_again_changes_the_reason(cast: Cast) -> None:
    for reason in ("老客户", "  群里   说得上话 "):
        made = nominate_store(actor=cast.rong, store_id=cast.ids["A1"], reason=reason, now=NOON)
    assert not made.is_new
    (row,) = list_nominations(cast.rong, store_id=cast.ids["A1"]).rows
    assert (row.reason, row.is_own) == ("群里 说得上话", True)


def test_what_is_refused(cast: Cast) -> None:
    a1 = cast.ids["A1"]
    with pytest.raises(ReasonMissing):
        nominate_store(actor=cast.rong, store_id=a1, reason="  ", now=NOON)
    for outsider in (cast.song, cast.wai):
        with pytest.raises(NotFound):
            nominate_store(actor=outsider, store_id=a1, reason="看着好", now=NOON)
    for actor in (cast.oyang, system_actor(cast.ids["brand"])):
        with pytest.raises(Forbidden):
            nominate_store(actor=actor, store_id=a1, reason="我自己", now=NOON)


def test_the_list_keeps_to_the_reach(cast: Cast) -> None:
    nominate_store(actor=cast.rong, store_id=cast.ids["A3"], reason="好", now=NOON)
    assert [row.code for row in list_nominations(cast.ma).rows] == ["A3"]
    for outsider in (cast.song, cast.du, cast.wai):
        assert list_nominations(outsider).rows == ()
