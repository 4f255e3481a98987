"""Territories and distributors: added, renamed, moved with all below; cycles and outsiders refused."""

from datetime import date

import pytest

from qunlian.channel.actions.add_distributor import NewDistributor, add_distributor
from qunlian.channel.actions.add_staff import NewStaff, add_staff
from qunlian.channel.actions.add_territory import NewTerritory, add_territory
from qunlian.channel.actions.assign_territory import assign_territory
from qunlian.channel.actions.edit_distributor import DistributorEntry, edit_distributor
from qunlian.channel.actions.edit_staff import OwnSuperior, StaffEntry, edit_staff
from qunlian.channel.actions.hand_over_staff import OwnSuccessor, hand_over_staff
from qunlian.channel.actions.move_distributor import move_distributor
from qunlian.channel.actions.move_territory import move_territory
from qunlian.channel.actions.rename_territory import rename_territory
from qunlian.channel.models import Account, Distributor, Staff, Territory, TerritoryAssignment
from qunlian.channel.queries.actors import actor_of_account
from qunlian.channel.rules.entries import ChoiceRefused, CodeRefused, PhoneRefused, TextRefused
from qunlian.channel.steps import CodeTaken, InsideItself
from qunlian.kernel import scope
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, TODAY, Cast


def paths(cast: Cast) -> dict[str, tuple[str, int]]:
    with scope.reading(cast.hua):
        return {row.code: (row.path, row.depth) for row in Territory.objects.all()}


def test_a_territory_is_added_below_its_parent(cast: Cast) -> None:
    new = NewTerritory(parent_id=cast.ids["N-1"], code="PC", name=" 石原  南片 ", is_patch=True)
    added = add_territory(actor=cast.hua, new=new, now=NOON)
    known = paths(cast)
    assert added.path == f"{known['N-1'][0]}{added.territory_id}/"
    assert known["PC"] == (added.path, 2)
    with pytest.raises(CodeTaken):
        add_territory(actor=cast.hua, new=new, now=NOON)


@pytest.mark.parametrize(
    ("code", "name", "refusal"),
    [("P C", "x", CodeRefused), ("", "x", CodeRefused), ("PC", " ", TextRefused)],
)
def test_what_cannot_be_kept_is_refused(
    cast: Cast, code: str, name: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        add_territory(
            actor=cast.hua, new=NewTerritory(parent_id=None, code=code, name=name), now=NOON
        )


def test_a_territory_is_renamed(cast: Cast) -> None:
    done = rename_territory(
        actor=cast.hua, territory_id=cast.ids["PA"], code="PA9", name="东片", now=NOON
    )
    assert (done.code, done.name) == ("PA9", "东片")


def test_a_subtree_moves_whole_and_never_below_itself(cast: Cast) -> None:
    root = add_territory(
        actor=cast.hua, new=NewTerritory(parent_id=None, code="S", name="华南"), now=NOON
    )
    moved = move_territory(
        actor=cast.hua, territory_id=cast.ids["N-1"], parent_id=root.territory_id, now=NOON
    )
    assert moved.moved == 3
    known = paths(cast)
    assert known["PA"] == (f"{root.path}{cast.ids['N-1']}/{cast.ids['PA']}/", 2)
    for parent in ("N-1", "PA"):
        with pytest.raises(InsideItself):
            move_territory(
                actor=cast.hua,
                territory_id=cast.ids["N-1"],
                parent_id=cast.ids[parent],
                now=NOON,
            )
    up = move_territory(actor=cast.hua, territory_id=cast.ids["PA"], parent_id=None, now=NOON)
    assert paths(cast)["PA"] == (up.path, 0)


@pytest.mark.parametrize("name", ["ma", "rong", "ding", "oyang"])
def test_only_headquarters_changes_the_tree(cast: Cast, name: str) -> None:
    actor = getattr(cast, name)
    with pytest.raises(Forbidden):
        move_territory(actor=actor, territory_id=cast.ids["PA"], parent_id=None, now=NOON)
    with pytest.raises(Forbidden):
        add_territory(actor=actor, new=NewTerritory(parent_id=None, code="Q", name="q"), now=NOON)
    with pytest.raises(Forbidden):
        rename_territory(actor=actor, territory_id=cast.ids["PA"], code="Q", name="q", now=NOON)


def test_an_outsider_finds_nothing(cast: Cast) -> None:
    with pytest.raises(NotFound):
        move_territory(actor=cast.wai, territory_id=cast.ids["PA"], parent_id=None, now=NOON)
    with pytest.raises(NotFound):
        move_distributor(actor=cast.wai, distributor_id=cast.ids["D2"], parent_id=None, now=NOON)
    with pytest.raises(NotFound):
        hand_over_staff(
            actor=cast.wai, staff_id=cast.ids["R1"], successor_id=cast.ids["R2"], on=TODAY, now=NOON
        )


def test_distributors_are_added_edited_and_moved(cast: Cast) -> None:
    new = NewDistributor(
        parent_id=cast.ids["D2"],
        territory_id=cast.ids["PA"],
        code="D3",
        name="小杜",
        contact_name="小杜",
        contact_phone="13900000001",
    )
    added = add_distributor(actor=cast.hua, new=new, now=NOON)
    assert added.tier == 3
    moved = move_distributor(
        actor=cast.hua, distributor_id=cast.ids["D2"], parent_id=None, now=NOON
    )
    assert moved.moved == 2
    with scope.reading(cast.hua):
        assert Distributor.objects.get(code="D3").tier == 2
    with pytest.raises(InsideItself):
        move_distributor(
            actor=cast.hua,
            distributor_id=cast.ids["D2"],
            parent_id=added.distributor_id,
            now=NOON,
        )
    entry = DistributorEntry(code="D1", name="x", address="", territory_id=None, is_active=False)
    with pytest.raises(CodeTaken):
        edit_distributor(actor=cast.hua, distributor_id=added.distributor_id, entry=entry, now=NOON)
    with pytest.raises(Forbidden):
        edit_distributor(actor=cast.ding, distributor_id=cast.ids["D2"], entry=entry, now=NOON)


def test_staff_are_added_and_edited_and_nobody_is_his_own_superior(cast: Cast) -> None:
    new = NewStaff(code="R3", name="新人", role="rep", joined_on=TODAY, superior_id=cast.ids["M1"])
    added = add_staff(actor=cast.hua, new=new, now=NOON)
    entry = StaffEntry(name="新人", role="manager", superior_id=cast.ids["M1"], phone="x")
    with pytest.raises(PhoneRefused):
        edit_staff(actor=cast.hua, staff_id=added.staff_id, entry=entry, now=NOON)
    with pytest.raises(ChoiceRefused):
        add_staff(
            actor=cast.hua,
            new=NewStaff(code="R4", name="x", role="boss", joined_on=TODAY),
            now=NOON,
        )
    below = StaffEntry(name="马经理", role="manager", superior_id=cast.ids["R1"])
    for staff in ("M1", "R1"):
        with pytest.raises(OwnSuperior):
            edit_staff(actor=cast.hua, staff_id=cast.ids[staff], entry=below, now=NOON)
    promoted = StaffEntry(name="荣经理", role="manager", superior_id=cast.ids["HQ1"])
    done = edit_staff(actor=cast.hua, staff_id=cast.ids["R1"], entry=promoted, now=NOON)
    assert done.changed == ("name", "role", "superior")
    assert Account.objects.get(pk=cast.rong.account_id).role == "manager"


def test_a_patch_goes_to_another_rep_from_a_day_on(cast: Cast) -> None:
    on = date(2026, 11, 21)
    done = assign_territory(
        actor=cast.ma, territory_id=cast.ids["PA"], staff_id=cast.ids["R2"], from_on=on, now=NOON
    )
    assert done.relieved == (cast.ids["R1"],)
    with scope.reading(cast.hua):
        past = TerritoryAssignment.objects.get(staff_id=cast.ids["R1"])
        assert (past.from_on, past.until_on) == (TODAY, on)
    song = actor_of_account(cast.song.account_id or 0)
    assert song is not None
    assert len(song.reach.territory_paths) == 2
    for actor in (cast.rong, cast.ding):
        with pytest.raises(Forbidden):
            assign_territory(
                actor=actor,
                territory_id=cast.ids["PA"],
                staff_id=cast.ids["R1"],
                from_on=on,
                now=NOON,
            )


def test_a_leaver_hands_over_all_at_once(cast: Cast) -> None:
    done = hand_over_staff(
        actor=cast.hua, staff_id=cast.ids["M1"], successor_id=cast.ids["R1"], on=TODAY, now=NOON
    )
    assert done.territory_ids == (cast.ids["N"],)
    with scope.reading(cast.hua):
        assert Staff.objects.get(code="R2").superior_id == cast.ids["R1"]
        assert Staff.objects.get(code="R1").superior_id == cast.ids["HQ1"]
    with pytest.raises(OwnSuccessor):
        hand_over_staff(
            actor=cast.hua,
            staff_id=cast.ids["R1"],
            successor_id=cast.ids["R1"],
            on=TODAY,
            now=NOON,
        )
