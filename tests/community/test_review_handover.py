"""The review shows what each successor would carry, and who would own the rooms."""

from qunlian.community.queries.handover import HandoverWish, review_handover
from tests.cast_words import TODAY, Cast
from tests.community import make
from tests.community.words import East


def _wish(cast: Cast, who: str, to: str, **more: object) -> HandoverWish:
    ids = {"staff_id": cast.ids[who], "successor_id": cast.ids[to]}
    return HandoverWish(**{**ids, "on": TODAY, **more})


def test_what_a_successor_has_already_counts_once(cast: Cast, two_groups: East) -> None:
    """The superior covers the patch from above and sits in its group; the rep below only gains a seat."""
    make.member(cast.ma, two_groups.east, role="superior")
    (ma,) = review_handover(cast.hua, _wish(cast, "R1", "M1")).successors
    assert (ma.after.stores, ma.after.seated) == (ma.before.stores, ma.before.seated)
    assert ma.after.stewarded == ma.before.stewarded + 1
    (song,) = review_handover(cast.hua, _wish(cast, "M1", "R2")).successors
    assert (song.after.stewarded, song.after.seated) == (song.before.stewarded, 1)


def test_an_owned_room_names_its_next_owner(cast: Cast, two_groups: East) -> None:
    wish = _wish(cast, "HQ1", "M1", owner_id=cast.ids["G1"])
    lines = review_handover(cast.hua, wish).groups
    assert {(line.successor, line.new_owner) for line in lines} == {("", "管群")}
    staying = review_handover(cast.hua, _wish(cast, "HQ1", "M1", is_leaving=False)).groups
    assert {line.new_owner for line in staying} == {""}
