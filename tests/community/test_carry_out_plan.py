"""Making a plan's groups: once, whoever runs it how often, and exactly the plan."""

import threading
from collections.abc import Callable
from contextlib import suppress

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from qunlian.channel.actions.assign_territory import assign_territory
from qunlian.channel.models import TerritoryAssignment
from qunlian.channel.queries.public_codes import resolve
from qunlian.community import founding, proposals, requests
from qunlian.community.actions import carry_out_plan as module
from qunlian.community.actions.bind_member import bind_member
from qunlian.community.actions.carry_out_plan import carry_out_plan
from qunlian.community.actions.move_stores import StoreMove, move_stores
from qunlian.community.models import Group, Member, Plan, Request, Waiting
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, system_actor
from qunlian.kernel.errors import Conflict
from qunlian.platforms.registry import platform
from tests.cast_words import NOON, TODAY, Cast
from tests.community import bound, make, outside, plans


def _groups(cast: Cast, plan_id: int) -> list[Group]:
    with scope.reading(cast.hua):
        return list(Group.objects.filter(plan_id=plan_id).order_by("name"))


def test_groups_stores_team_codes_and_requests(cast: Cast) -> None:
    ids = cast.ids
    plan_id = plans.applied(cast.hua, plans.planned(cast.hua))
    east, _ = sorted(_groups(cast, plan_id), key=lambda g: g.territory_id or 0)
    assert plans.is_exactly(ids["brand"], plan_id)
    assert (east.steward_staff_id, east.owner_person_id) == (ids["R1"], cast.hua.person_id)
    assert (east.life, east.seats_cap, east.seats_expected, east.tags) == (
        "planned",
        500,
        9,
        ["便利店", "A"],
    )
    with scope.reading(cast.hua):
        roles = dict(Member.objects.filter(group=east).values_list("person_id", "role"))
        assert list(Request.objects.values_list("kind", "state")) == [("create", "asked")] * 2
    assert roles == {
        cast.hua.person_id: "owner",
        cast.rong.person_id: "steward",
        cast.ma.person_id: "superior",
        cast.guan.person_id: "manager",
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT code FROM channel_public_code WHERE target_id = %s", [ids["A1"]])
        (code,) = cursor.fetchone()
    target = resolve(code)
    assert target is not None
    assert (target.kind, target.target_id) == ("store", ids["A1"])


def test_a_patch_that_got_its_rep_after_the_plan_staffs_its_groups(
    cast: Cast, logged_in: Callable[[Actor], Client]
) -> None:
    ids = cast.ids
    with scope.writing(cast.hua):
        TerritoryAssignment.objects.filter(staff_id=ids["R1"]).delete()
    plan_id = plans.planned(cast.hua)
    assert [g.steward_staff_id for g in plans.groups(ids["brand"], plan_id)] == [None, ids["R2"]]
    client = logged_in(cast.hua)
    page = client.get(f"/plans/{plan_id}").content.decode()
    assert "1 个群没有群主管" in page
    assert 'href="/territories/without-rep"' in page
    waiting = client.get("/territories/without-rep").content.decode()
    assert "石原东片" in waiting
    assert "石原西片" not in waiting
    assign_territory(
        actor=cast.hua,
        territory_id=ids["PA"],
        staff_id=ids["R1"],
        from_on=TODAY,
        now=NOON,
    )
    assert "石原东片" not in client.get("/territories/without-rep").content.decode()
    plans.applied(cast.hua, plan_id)
    east, _ = sorted(_groups(cast, plan_id), key=lambda g: g.territory_id or 0)
    assert east.steward_staff_id == ids["R1"]
    with scope.reading(cast.hua):
        roles = dict(Member.objects.filter(group=east).values_list("person_id", "role"))
    assert roles[cast.rong.person_id] == "steward"
    assert roles[cast.ma.person_id] == "superior"


def test_the_platform_opens_its_rooms_once(cast: Cast) -> None:
    plan_id = plans.applied(cast.hua, plans.planned(cast.hua))
    machinery = system_actor(cast.ids["brand"])
    assert requests.settle_some(machinery, NOON) == 2
    assert requests.settle_some(machinery, NOON) == 0
    groups = _groups(cast, plan_id)
    keys = [group.platform_key for group in groups]
    assert all(keys)
    assert {group.life for group in groups} == {"inviting"}
    with scope.writing(machinery):  # the worker died before it could settle
        Request.objects.update(state="asked", lease_until=None)
    requests.settle_some(machinery, NOON)
    assert [group.platform_key for group in _groups(cast, plan_id)] == keys


def test_a_silent_platform_is_asked_again_later(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    plans.applied(cast.hua, plans.planned(cast.hua))
    machinery = system_actor(cast.ids["brand"])
    monkeypatch.setattr(type(platform("web")), "create_rooms", lambda *_, **__: ())
    assert requests.settle_some(machinery, NOON) == 2
    assert requests.settle_some(machinery, NOON) == 0
    with scope.reading(machinery):
        assert set(Request.objects.values_list("state", "tries")) == {("unknown", 1)}
    monkeypatch.undo()
    assert requests.settle_some(machinery, NOON + 2 * requests.LEASE) == 2
    with scope.reading(machinery):
        assert set(Request.objects.values_list("state", flat=True)) == {"done"}


def test_running_it_again_changes_nothing(cast: Cast) -> None:
    plan_id = plans.applied(cast.hua, plans.planned(cast.hua))
    before = [(g.pk, g.changed_at) for g in _groups(cast, plan_id)]
    again = carry_out_plan(actor=system_actor(cast.ids["brand"]), plan_id=plan_id, now=NOON)
    assert (again.state, again.groups) == ("applied", 0)
    assert [(g.pk, g.changed_at) for g in _groups(cast, plan_id)] == before


@pytest.mark.parametrize("dies_at", [1, 2, 3, 4])
def test_killed_in_the_middle_it_ends_with_exactly_the_plan(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, dies_at: int
) -> None:
    monkeypatch.setattr(module, "GROUPS_PER_BATCH", 1)
    plan_id = plans.applying(cast.hua, plans.small_groups(cast.hua))
    real, calls = founding._record, []

    def die(*args):
        real(*args)
        calls.append(1)
        if len(calls) == dies_at:
            raise KeyboardInterrupt

    monkeypatch.setattr(founding, "_record", die)
    machinery = system_actor(cast.ids["brand"])
    with pytest.raises(KeyboardInterrupt):
        carry_out_plan(actor=machinery, plan_id=plan_id, now=NOON)
    assert len(_groups(cast, plan_id)) == dies_at - 1
    again = carry_out_plan(actor=machinery, plan_id=plan_id, now=NOON)
    assert again.groups == 4 - (dies_at - 1)
    assert plans.is_exactly(cast.ids["brand"], plan_id)


def test_pausing_stops_between_batches_and_goes_on(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "GROUPS_PER_BATCH", 1)
    plan_id = plans.applying(cast.hua, plans.small_groups(cast.hua))
    real = founding.found_groups

    def ask_to_stop(*args):
        Plan.objects.filter(pk=plan_id).update(is_cancel_asked=True)
        return real(*args)

    monkeypatch.setattr(founding, "found_groups", ask_to_stop)
    machinery = system_actor(cast.ids["brand"])
    paused = carry_out_plan(actor=machinery, plan_id=plan_id, now=NOON)
    assert (paused.state, paused.groups) == ("approved", 1)
    monkeypatch.undo()
    from qunlian.community.actions.apply_plan import apply_plan

    apply_plan(actor=cast.hua, plan_id=plan_id, now=NOON)
    assert carry_out_plan(actor=machinery, plan_id=plan_id, now=NOON).state == "applied"
    assert plans.is_exactly(cast.ids["brand"], plan_id)


def test_stores_of_an_older_plan_move_with_their_people(cast: Cast) -> None:
    ids = cast.ids
    old = plans.applied(cast.hua, plans.planned(cast.hua))
    east = next(g for g in _groups(cast, old) if g.territory_id == ids["PA"])
    make.member(cast.oyang, east.pk, store_id=ids["A1"])
    new = plans.planned(cast.hua, template="新{patch}{n}")
    store = min(plans.stores_by_group(ids["brand"], new)[1])
    assert store == ids["A1"]
    plans.applied(cast.hua, new)
    placed = plans.placements(ids["brand"])
    assert placed[ids["A1"]] == "新石原东片1"
    with scope.reading(cast.hua), connection.cursor() as cursor:
        stays = dict(
            Member.objects.filter(person_id=cast.oyang.person_id).values_list(
                "group__name", "left_reason"
            )
        )
        lives = dict(Group.objects.filter(plan_id=old).values_list("name", "life"))
        cursor.execute(
            """SELECT count(*) FROM kernel_fact f JOIN kernel_fact_entity e ON e.fact_id = f.id
               WHERE f.name = 'community.stores_moved' AND e.kind = 'store' AND e.entity_id = %s""",
            [ids["A1"]],
        )
        assert cursor.fetchone() == (1,)
    assert stays == {"临江食品·石原东片·1群": "moved", "新石原东片1": ""}
    assert set(lives.values()) == {"merged"}
    assert plans.is_exactly(ids["brand"], new)
    assert make.seats_taken(ids["brand"], east.pk) == (4, 4)


def test_moved_people_never_pass_the_new_groups_cap(cast: Cast) -> None:
    ids = cast.ids
    old = plans.applied(cast.hua, plans.planned(cast.hua))
    east = next(g for g in _groups(cast, old) if g.territory_id == ids["PA"])
    make.member(cast.oyang, east.pk, store_id=ids["A1"])
    make.member(cast.song, east.pk, store_id=ids["A2"])
    new = plans.planned(cast.hua, template="新{patch}{n}")
    with scope.writing(cast.hua):
        from qunlian.community.models import PlanGroup

        PlanGroup.objects.filter(plan_id=new).update(seats_cap=9)
    plans.applying(cast.hua, new)
    with scope.writing(cast.hua):
        PlanGroup.objects.filter(plan_id=new).update(reserved=1, seats_cap=5)
    carry_out_plan(actor=system_actor(ids["brand"]), plan_id=new, now=NOON)
    fresh = next(g for g in _groups(cast, new) if g.territory_id == ids["PA"])
    assert make.seats_taken(ids["brand"], fresh.pk) == (5, 5)
    assert make.seats_taken(ids["brand"], east.pk) == (5, 5)


def test_who_waited_gets_in(cast: Cast) -> None:
    ids = cast.ids
    with scope.writing(cast.hua):
        Waiting.objects.create(
            enterprise_id=ids["brand"],
            store_id=ids["A1"],
            person_id=cast.oyang.person_id,
            source="link",
            since_at=NOON,
        )
    plan_id = plans.applied(cast.hua, plans.planned(cast.hua))
    east = next(g for g in _groups(cast, plan_id) if g.territory_id == ids["PA"])
    assert make.seats_taken(ids["brand"], east.pk) == (5, 5)
    with scope.reading(cast.hua):
        assert not Waiting.objects.exists()


def _two_at_once(cast: Cast, plan_id: int) -> None:
    start = threading.Barrier(2)

    def run() -> None:
        try:
            start.wait(timeout=10)
            with suppress(Conflict):
                carry_out_plan(actor=system_actor(cast.ids["brand"]), plan_id=plan_id, now=NOON)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_two_workers_at_once_make_the_plan_once(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "GROUPS_PER_BATCH", 1)
    plan_id = plans.applying(cast.hua, plans.small_groups(cast.hua))
    _two_at_once(cast, plan_id)
    assert plans.row(cast.ids["brand"], plan_id).state == "applied"
    assert len(_groups(cast, plan_id)) == 4
    assert plans.is_exactly(cast.ids["brand"], plan_id)


@pytest.mark.negative_control
def test_without_the_guard_two_workers_make_it_twice(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan_id = plans.applying(cast.hua, plans.small_groups(cast.hua))
    together = threading.Barrier(2)

    def unguarded(plan_id, key, **progress):
        plan = Plan.objects.get(pk=plan_id)
        with suppress(threading.BrokenBarrierError):
            together.wait(timeout=3)
        return plan

    monkeypatch.setattr(proposals, "hold", unguarded)
    real = founding.found_groups

    def both_looked(*args):
        with suppress(threading.BrokenBarrierError):
            together.wait(timeout=3)
        return real(*args)

    monkeypatch.setattr(founding, "found_groups", both_looked)
    _two_at_once(cast, plan_id)
    assert not (len(_groups(cast, plan_id)) == 4 and plans.is_exactly(cast.ids["brand"], plan_id))


def test_another_edit_cannot_slip_in(cast: Cast) -> None:
    plan_id = plans.applying(cast.hua, plans.small_groups(cast.hua))
    store = min(plans.stores_by_group(cast.ids["brand"], plan_id)[1])
    with pytest.raises(Conflict):
        move_stores(
            actor=cast.hua,
            move=StoreMove(
                plan_id=plan_id, version=0, from_number=1, to_number=2, store_ids=(store,)
            ),
            now=NOON,
        )


def test_nobody_is_moved_out_of_a_room_that_is_only_read(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    platforms = {**settings.QUNLIAN_PLATFORMS, "outside": outside.PATH}
    monkeypatch.setattr(settings, "QUNLIAN_PLATFORMS", platforms)
    _, group_id = bound.adopt(cast)
    handle_id = bound.handle_of(cast, "wm3")
    bind_member(
        actor=cast.hua, group_id=group_id, handle_id=handle_id, store_id=cast.ids["A1"], now=NOON
    )
    plans.applied(cast.hua, plans.planned(cast.hua, template="新{patch}{n}"))
    assert plans.placements(cast.ids["brand"])[cast.ids["A1"]] == "新石原东片1"
    assert bound.store_of(cast, group_id, "wm3") == cast.ids["A1"]
    assert make.seats_taken(cast.ids["brand"], group_id) == (5, 5)
