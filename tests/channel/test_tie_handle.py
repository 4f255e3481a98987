"""Accounts on outside platforms find their people."""

import pytest

from qunlian.channel.actions.tie_handle import StaffHasHandle, tie_handle
from qunlian.channel.models import Handle, Person
from qunlian.channel.queries.handles import staff_handles
from qunlian.channel.steps.handles import Met, meet
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, Cast


def _met(actor: Actor, *met: Met) -> dict[str, int | None]:
    with scope.writing(actor):
        return {key: known.person_id for key, known in meet(actor, "wecom", met, NOON).items()}


def test_strangers_become_people_once(cast: Cast) -> None:
    first = _met(cast.hua, Met(key="wm1", name="幸福超市老王"), Met(key="wm2"))
    again = _met(cast.hua, Met(key="wm2"), Met(key="wm1", name="老王13800000000"))
    assert first == again
    with scope.reading(cast.hua):
        names = dict(Person.objects.filter(pk__in=first.values()).values_list("pk", "name"))
    assert names == {first["wm1"]: "老王13800000000", first["wm2"]: "wm2"}


def test_one_known_from_another_app_is_the_same_person(cast: Cast) -> None:
    one = _met(cast.hua, Met(key="wm1", name="小李", union_key="o1"))
    with scope.writing(cast.hua):
        other = meet(cast.hua, "oa", [Met(key="op1", name="小李", union_key="o1")], NOON)
    assert other["op1"].person_id == one["wm1"]


def test_staff_are_found_by_number_or_name_and_others_wait(cast: Cast) -> None:
    found = _met(
        cast.hua,
        Met(key="r2", is_staff=True),
        Met(key="LiangGuan", name="管群", is_staff=True),
        Met(key="nobody", name="没有这人", is_staff=True),
    )
    listed = staff_handles(cast.hua, "wecom")
    assert [row.key for row in listed if row.staff_id is None] == [
        key for key in sorted(found) if found[key] is None
    ]
    assert found["nobody"] is None
    assert found["LiangGuan"] == cast.guan.person_id
    assert found["r2"] == cast.song.person_id


def test_an_account_is_tied_by_hand_and_taken_away(cast: Cast) -> None:
    _met(cast.hua, Met(key="nobody", is_staff=True))
    (row,) = staff_handles(cast.hua, "wecom")
    staff_id = cast.song.staff_id
    tied = tie_handle(actor=cast.hua, handle_id=row.handle_id, staff_id=staff_id, now=NOON)
    assert tied.person_id == cast.song.person_id
    assert [(one.key, one.staff_id) for one in staff_handles(cast.hua, "wecom")] == [
        ("nobody", staff_id)
    ]
    loose = tie_handle(actor=cast.hua, handle_id=row.handle_id, staff_id=None, now=NOON)
    assert loose.person_id is None


def test_refusals(cast: Cast) -> None:
    _met(cast.hua, Met(key="a", is_staff=True), Met(key="b", is_staff=True), Met(key="wm1"))
    ids = {row.key: row.handle_id for row in staff_handles(cast.hua, "wecom")}
    staff_id = cast.song.staff_id
    tie_handle(actor=cast.hua, handle_id=ids["a"], staff_id=staff_id, now=NOON)
    with pytest.raises(StaffHasHandle):
        tie_handle(actor=cast.hua, handle_id=ids["b"], staff_id=staff_id, now=NOON)
    with pytest.raises(Forbidden):
        tie_handle(actor=cast.song, handle_id=ids["b"], staff_id=staff_id, now=NOON)
    with pytest.raises(NotFound):
        tie_handle(actor=cast.wai, handle_id=ids["b"], staff_id=None, now=NOON)
    with scope.reading(cast.hua):
        outsider = Handle.objects.get(key="wm1").pk
    with pytest.raises(NotFound):
        tie_handle(actor=cast.hua, handle_id=outsider, staff_id=None, now=NOON)
