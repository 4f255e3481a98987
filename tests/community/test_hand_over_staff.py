"""A leaver's groups, territories and people pass in one step, while others go on working."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection

from qunlian.channel.actions.deactivate_account import deactivate_account
from qunlian.channel.models import Account, Session, Staff, TerritoryAssignment
from qunlian.channel.steps.leaving import OwnSuccessor, StillHoldsGroups
from qunlian.community import requests
from qunlian.community.actions.change_steward import StewardChange, change_steward
from qunlian.community.actions.finish_task import TaskAnswer, TaskOver, finish_task
from qunlian.community.actions.hand_over_staff import (
    AlreadyLeft,
    DayPassed,
    HandoverChanged,
    OwnLeaving,
    PartlyOutside,
    SuccessorMissing,
    hand_over_staff,
)
from qunlian.community.actions.remove_member import OwnerStays, Removal, remove_member
from qunlian.community.actions.rename_group import GroupRename, rename_group
from qunlian.community.actions.retire_group import retire_group
from qunlian.community.models import Group, GroupStore, Member, Request
from qunlian.community.queries.handover import HandoverWish, review_handover
from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from qunlian.kernel.errors import Forbidden, NotFound, Refusal
from tests.cast_words import NOON, TODAY, Cast
from tests.community import make
from tests.community.words import East


def _wish(cast: Cast, who: str = "R1", to: str = "R2", **more: object) -> HandoverWish:
    return HandoverWish(
        **{"staff_id": cast.ids[who], "on": TODAY, "successor_id": cast.ids[to], **more}
    )


def _go(cast: Cast, wish: HandoverWish, **more: object) -> object:
    actor = more.get("actor", cast.hua)
    version = review_handover(actor, wish).version
    return hand_over_staff(**{"actor": actor, "wish": wish, "version": version, "now": NOON} | more)


def _roles(cast: Cast, group_id: int) -> dict[int, str]:
    with scope.reading(cast.hua):
        rows = Member.objects.filter(group_id=group_id, left_at=None)
        return dict(rows.values_list("person_id", "role"))


def test_everything_passes_at_once_and_the_leaver_is_out(
    cast: Cast, two_groups: East, logged_in: Callable
) -> None:
    browser = logged_in(cast.rong)
    before = review_handover(cast.hua, _wish(cast))
    (line,) = before.groups
    assert (line.group_id, line.part, line.successor, line.stores) == (
        two_groups.east,
        "steward",
        "宋业务",
        2,
    )
    (song,) = before.successors
    assert (song.before.stores, song.after.stores) == (3, 7)
    assert (song.before.stewarded, song.after.stewarded) == (0, 1)
    done = _go(cast, _wish(cast))
    assert (done.groups, done.territories, done.people, done.rooms_asked) == (1, 1, 0, 0)
    roles = _roles(cast, two_groups.east)
    assert roles[cast.song.person_id] == "steward"
    assert cast.rong.person_id not in roles
    assert make.seats_taken(cast.ids["brand"], two_groups.east) == (3, 3)
    with scope.reading(cast.hua):
        assert Group.objects.get(pk=two_groups.east).steward_staff_id == cast.ids["R2"]
        assert Staff.objects.get(code="R1").left_on == TODAY
        rows = TerritoryAssignment.objects.filter(territory_id=cast.ids["PA"])
        found = set(rows.values_list("staff_id", "until_on"))
    assert found == {(cast.ids["R1"], TODAY), (cast.ids["R2"], None)}
    assert not Account.objects.get(pk=cast.rong.account_id).is_active
    assert not Session.objects.filter(account_id=cast.rong.account_id).exists()
    assert browser.get("/groups").status_code == 302
    with pytest.raises(AlreadyLeft):
        _go(cast, _wish(cast))


def test_a_day_to_come_passes_the_groups_now_and_the_rest_then(
    cast: Cast, two_groups: East
) -> None:
    from qunlian.community.actions.see_off_leavers import see_off_leavers

    brand, day = system_actor(cast.ids["brand"]), TODAY + timedelta(days=3)
    _go(cast, _wish(cast, on=day))
    roles = _roles(cast, two_groups.east)
    assert (roles[cast.song.person_id], roles[cast.rong.person_id]) == ("steward", "member")
    assert see_off_leavers(actor=brand, now=NOON) == ()
    assert Account.objects.get(pk=cast.rong.account_id).is_active
    gone = see_off_leavers(actor=brand, now=NOON + timedelta(days=3))
    assert gone == (cast.ids["R1"],)
    assert cast.rong.person_id not in _roles(cast, two_groups.east)
    assert make.seats_taken(cast.ids["brand"], two_groups.east) == (3, 3)
    assert not Account.objects.get(pk=cast.rong.account_id).is_active


def test_a_reassigned_patch_takes_its_groups_along_and_nothing_else(
    cast: Cast, two_groups: East
) -> None:
    pairs = ((cast.ids["PA"], cast.ids["R2"]),)
    done = _go(
        cast, _wish(cast, successor_id=None, territories=pairs, is_leaving=False), actor=cast.ma
    )
    assert (done.groups, done.territories) == (1, 1)
    roles = _roles(cast, two_groups.east)
    assert (roles[cast.song.person_id], roles[cast.rong.person_id]) == ("steward", "member")
    with scope.reading(cast.hua):
        assert Staff.objects.get(code="R1").left_on is None
    assert Account.objects.get(pk=cast.rong.account_id).is_active


def test_the_people_below_get_the_successor_as_superior(cast: Cast, two_groups: East) -> None:
    make.member(cast.ma, two_groups.east, role="superior")
    done = _go(cast, _wish(cast, "M1", "R1"))
    assert done.people == 1
    with scope.reading(cast.hua):
        assert Staff.objects.get(code="R2").superior_id == cast.ids["R1"]
        assert Staff.objects.get(code="R1").superior_id == cast.ids["HQ1"]
    roles = _roles(cast, two_groups.east)  # he takes the higher of the two he has now
    assert (roles[cast.rong.person_id], roles.get(cast.ma.person_id)) == ("steward", None)


def test_the_owner_stays_until_the_platform_has_another(
    cast: Cast, two_groups: East, by_hand: object
) -> None:
    brand, guan = system_actor(cast.ids["brand"]), cast.guan.person_id
    with scope.writing(brand):
        Group.objects.update(platform="by_hand")
    wish = _wish(cast, "HQ1", "M1", owner_id=cast.ids["G1"])
    assert _go(cast, wish, actor=make.colleague_of(cast.hua)).rooms_asked == 2
    with scope.reading(cast.ma):
        assert Group.objects.get(pk=two_groups.east).owner_person_id == cast.hua.person_id
    assert _roles(cast, two_groups.east)[cast.hua.person_id] == "owner"
    removal = Removal(group_id=two_groups.east, person_id=guan or 0)
    with pytest.raises(OwnerStays):
        remove_member(actor=cast.ma, removal=removal, now=NOON)
    requests.settle_some(brand, NOON)
    waiting = {r.group_id: r for r in review_handover(brand, wish).requests}
    assert {r.state for r in waiting.values()} == {"with_person"}
    assert _roles(cast, two_groups.east)[cast.hua.person_id] == "owner"
    assert (
        waiting[two_groups.east].who == "荣业务"
    )  # the old owner has left: the steward sees to it
    done = TaskAnswer(task_id=waiting[two_groups.east].task_id or 0, state="done")
    with pytest.raises(NotFound):
        finish_task(actor=cast.wai, answer=done, now=NOON)
    finish_task(actor=cast.ma, answer=done, now=NOON)
    with pytest.raises(TaskOver):
        finish_task(actor=cast.ma, answer=done, now=NOON)
    roles = _roles(cast, two_groups.east)
    assert roles[guan] == "owner"
    assert cast.hua.person_id not in roles
    assert make.seats_taken(cast.ids["brand"], two_groups.east) == (3, 3)


def test_the_built_in_platform_does_it_by_itself(cast: Cast, two_groups: East) -> None:
    from qunlian.platforms.port import NewRoom
    from qunlian.platforms.registry import platform

    brand = system_actor(cast.ids["brand"])
    rooms = [NewRoom(client_key=f"g{pk}", name="x") for pk in (two_groups.east, two_groups.west)]
    keys = platform("web").create_rooms(brand.enterprise_id, rooms, now=NOON)
    with scope.writing(brand):
        for room, pk in zip(keys, (two_groups.east, two_groups.west), strict=True):
            Group.objects.filter(pk=pk).update(platform_key=room.key)
    _go(cast, _wish(cast, "HQ1", "M1"), actor=make.colleague_of(cast.hua))
    while requests.settle_some(brand, NOON):
        pass
    with scope.reading(cast.ma):
        owners = set(Group.objects.values_list("owner_person_id", flat=True))
        assert owners == {cast.ma.person_id}
        assert set(Request.objects.values_list("state", flat=True)) == {"done"}


def test_refusals(cast: Cast, two_groups: East) -> None:
    wish, old = _wish(cast), "0" * 16
    with pytest.raises(HandoverChanged):
        hand_over_staff(actor=cast.hua, wish=wish, version=old, now=NOON)
    for wrong, why in (
        (_wish(cast, to="R1"), OwnSuccessor),
        (_wish(cast, successor_id=None), SuccessorMissing),
        (_wish(cast, successor_id=10**9), SuccessorMissing),
        (_wish(cast, on=TODAY - timedelta(days=1)), DayPassed),
        (_wish(cast, "HQ1", "M1"), OwnLeaving),
    ):
        with pytest.raises(why):
            _go(cast, wrong)
    for rep in (cast.rong, cast.song):
        with pytest.raises(Forbidden):
            hand_over_staff(actor=rep, wish=wish, version=old, now=NOON)
    with pytest.raises(NotFound):
        hand_over_staff(actor=cast.wai, wish=wish, version=old, now=NOON)
    with pytest.raises((PartlyOutside, NotFound)):
        _go(cast, _wish(cast, "HQ1", "M1"), actor=cast.ma)


def test_the_database_leaves_no_group_alone(cast: Cast, two_groups: East) -> None:
    def refused(statement: str, constraint: str) -> None:
        with (
            pytest.raises(IntegrityError) as trouble,
            scope.writing(cast.hua),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement, [two_groups.east])
        assert trouble.value.__cause__.diag.constraint_name == constraint  # type: ignore[union-attr]

    refused(
        "UPDATE community_group SET owner_person_id = NULL WHERE id = %s", "community_group_owned"
    )
    refused(
        "UPDATE community_group SET steward_staff_id = NULL WHERE id = %s",
        "community_group_keeps_steward",
    )
    refused(
        "UPDATE community_member SET left_at = now() WHERE role = 'owner' AND group_id = %s",
        "community_group_owner_seated",
    )
    refused(
        "DELETE FROM community_member WHERE role = 'owner' AND group_id = %s",
        "community_group_owner_seated",
    )
    refused(
        "UPDATE community_group g SET owner_person_id = s.person_id FROM channel_staff s"
        " WHERE g.id = %s AND s.code = 'M1'",
        "community_group_owner_seated",
    )
    refused(
        "UPDATE channel_staff SET left_on = current_date FROM community_group g"
        " WHERE g.id = %s AND channel_staff.id = g.steward_staff_id",
        "channel_staff_holds_groups",
    )
    for account_id in (cast.rong.account_id, cast.hua.account_id):
        with pytest.raises(StillHoldsGroups):
            deactivate_account(
                actor=cast.hua
                if account_id != cast.hua.account_id
                else system_actor(cast.ids["brand"]),
                account_id=account_id or 0,
                now=NOON,
            )
    _go(cast, _wish(cast))
    refused(
        "UPDATE community_group g SET steward_staff_id = s.id FROM channel_staff s"
        " WHERE g.id = %s AND s.code = 'R1'",
        "community_group_steward_here",
    )


_ALONE = """
SELECT count(*) FROM community_group g WHERE g.life NOT IN ('merged', 'retired') AND (
    g.owner_person_id IS NULL OR g.steward_staff_id IS NULL
    OR EXISTS (SELECT FROM channel_staff s WHERE s.id = g.steward_staff_id AND s.left_on IS NOT NULL)
    OR NOT EXISTS (SELECT FROM community_member m WHERE m.group_id = g.id AND m.left_at IS NULL
                   AND m.role = 'owner' AND m.person_id = g.owner_person_id)
    OR NOT EXISTS (SELECT FROM community_member m JOIN channel_staff s ON s.person_id = m.person_id
                   WHERE s.id = g.steward_staff_id AND m.group_id = g.id AND m.left_at IS NULL
                   AND m.role = 'steward'))
"""


def _fill(cast: Cast, count: int) -> list[int]:
    """Groups of Rong's with Hua as owner, each with Oyang and a store or none."""
    stores = ["A1", "A2", "A3", "A4"]
    ids = []
    for n in range(count):
        made = make.group(
            cast.ids["brand"],
            f"东片{n}群",
            territory_id=cast.ids["PA"],
            store_ids=(cast.ids[stores[n]],) if n < len(stores) else (),
            steward_staff_id=cast.ids["R1"],
        )
        make.member(cast.hua, made, role="owner")
        make.member(cast.rong, made, role="steward")
        make.member(cast.oyang, made)
        ids.append(made)
    return ids


def _edits(cast: Cast, ids: list[int]) -> list[tuple[str, Callable[[], object]]]:
    """What others do in the same groups at the same time."""
    oyang = cast.oyang.person_id or 0
    found: list[tuple[str, Callable[[], object]]] = []
    for n, pk in enumerate(ids):
        rename = GroupRename(group_id=pk, name=f"改名{n}")
        removal = Removal(group_id=pk, person_id=oyang)
        found += [
            ("rename", lambda r=rename: rename_group(actor=cast.ma, rename=r, now=NOON)),
            ("remove", lambda r=removal: remove_member(actor=cast.ma, removal=r, now=NOON)),
        ]
    back = StewardChange(group_id=ids[1], staff_id=cast.ids["R1"])
    found += [
        ("retire", lambda: retire_group(actor=cast.ma, group_id=ids[0], now=NOON)),
        ("steward", lambda: change_steward(actor=cast.ma, change=back, now=NOON)),
    ]
    return found


def _hand_over_until_done(cast: Cast) -> list[str]:
    """Look, hand over; when somebody changed what was looked at, look again."""
    told: list[str] = []
    try:
        while "done" not in told and len(told) < 20:
            try:
                _go(cast, _wish(cast))
                told.append("done")
            except HandoverChanged:
                told.append("changed")
        return told
    finally:
        connection.close()


def _edit_all(cast: Cast, ids: list[int]) -> list[str]:
    """Make every edit; return those that were refused, with the refusal's code."""
    told = []
    try:
        for name, change in _edits(cast, ids):
            try:
                change()
            except Refusal as refusal:
                told.append(f"{name}: {refusal.code}")
        return told
    finally:
        connection.close()


def _watch(owner, is_over: threading.Event) -> set[int]:
    """Look at every moment how many groups stand alone."""
    owner.execute("SET row_security = off")
    seen = set()
    while not is_over.is_set():
        seen.add(owner.execute(_ALONE).fetchone()[0])
    return seen


def test_a_leaver_is_handed_over_while_others_edit(cast: Cast, owner) -> None:
    ids, is_over = _fill(cast, 6), threading.Event()
    with ThreadPoolExecutor(3) as pool:
        watching = pool.submit(_watch, owner, is_over)
        editing = pool.submit(_edit_all, cast, ids)
        handing = pool.submit(_hand_over_until_done, cast)
        refused, told = editing.result(), handing.result()
        is_over.set()
    assert watching.result() == {0}
    assert told[-1] == "done"
    assert set(refused) <= {"steward: community.no_such_steward"}
    with scope.reading(cast.hua):
        rows = {g.pk: g for g in Group.objects.filter(pk__in=ids)}
        assert [rows[pk].name for pk in ids] == [f"改名{n}" for n in range(6)]  # nothing lost
        assert rows[ids[0]].life == "retired"
        assert not GroupStore.objects.filter(group_id=ids[0]).exists()
        assert {rows[pk].steward_staff_id for pk in ids[1:]} == {cast.ids["R2"]}
    for pk in ids[1:]:
        assert _roles(cast, pk) == {cast.hua.person_id: "owner", cast.song.person_id: "steward"}
        assert make.seats_taken(cast.ids["brand"], pk) == (2, 2)


def test_two_hand_over_at_once_and_one_is_told(cast: Cast, two_groups: East) -> None:
    version = review_handover(cast.hua, _wish(cast)).version
    told: list[str] = []

    def run(to: str) -> None:
        try:
            hand_over_staff(actor=cast.hua, wish=_wish(cast, to=to), version=version, now=NOON)
            told.append("done")
        except Refusal as refusal:
            told.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[to]) for to in ("R2", "M1")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["community.already_left", "done"]


def test_a_group_given_away_meanwhile_must_be_looked_at_again(cast: Cast, two_groups: East) -> None:
    version = review_handover(cast.hua, _wish(cast)).version
    change = StewardChange(group_id=two_groups.east, staff_id=cast.ids["M1"])
    change_steward(actor=cast.hua, change=change, now=NOON)
    with pytest.raises(HandoverChanged):
        hand_over_staff(actor=cast.hua, wish=_wish(cast), version=version, now=NOON)
    _go(cast, _wish(cast))
    with scope.reading(cast.hua):
        assert Group.objects.get(pk=two_groups.east).steward_staff_id == cast.ids["M1"]
