"""Staffing by hand, the owners' policy, and what a plan asks of people."""

from dataclasses import replace
from typing import ClassVar

import pytest

from qunlian.community.actions.approve_plan import approve_plan
from qunlian.community.actions.change_layer import LayerChange, change_layer
from qunlian.community.actions.staff_plan_group import (
    ManagerOverloaded,
    NoSuchColleague,
    OwnerMissing,
    PlanStaffing,
    staff_plan_group,
)
from qunlian.community.edits import PlanChanged, PlanNotOpen
from qunlian.community.models import Group, Member
from qunlian.community.queries.loads import every_load, list_loads, plan_loads
from qunlian.community.rules.layers import DEFAULTS
from qunlian.insight.queries.today import today
from qunlian.kernel import scope
from qunlian.kernel.paging import every_row
from qunlian.platforms.port import Feature, Means
from qunlian.platforms.registry import platform
from tests.cast_words import NOON, Cast
from tests.community import plans

STORES = DEFAULTS["store"]


def _staffing(cast: Cast, plan_id: int, **posts: int | None) -> PlanStaffing:
    ids = cast.ids
    usual: dict[str, int | None] = {
        "owner_staff_id": ids["HQ1"],
        "steward_staff_id": ids["R1"],
        "superior_staff_id": ids["M1"],
        "second_superior_staff_id": ids["HQ1"],
        "manager_staff_id": ids["G1"],
    }
    version = plans.version(ids["brand"], plan_id)
    return PlanStaffing(plan_id=plan_id, version=version, number=1, **usual | posts)


def _template(cast: Cast, *accounts: tuple[int, int | None], **fields: object) -> None:
    change = LayerChange(layer="store", template=replace(STORES, **fields), accounts=accounts)
    change_layer(actor=cast.hua, change=change, now=NOON)


def test_another_team_is_kept_and_seated_when_applied(cast: Cast) -> None:
    ids = cast.ids
    plan_id = plans.planned(cast.hua)
    staffing = _staffing(
        cast, plan_id, owner_staff_id=ids["G1"], steward_staff_id=ids["R2"], manager_staff_id=None
    )
    staff_plan_group(actor=cast.hua, staffing=staffing, now=NOON)
    plans.applied(cast.hua, plan_id)
    with scope.reading(cast.hua):
        group = Group.objects.get(steward_staff_id=ids["R2"], territory_id=ids["PA"])
        roles = dict(Member.objects.filter(group=group).values_list("person_id", "role"))
    assert group.owner_person_id == cast.guan.person_id
    assert roles == {
        cast.guan.person_id: "owner",
        cast.song.person_id: "steward",
        cast.ma.person_id: "superior",
        cast.hua.person_id: "superior",
    }


def test_who_cannot_be_chosen_is_refused(cast: Cast) -> None:
    plan_id = plans.planned(cast.hua)
    with pytest.raises(OwnerMissing):
        staff_plan_group(
            actor=cast.hua, staffing=_staffing(cast, plan_id, owner_staff_id=None), now=NOON
        )
    stranger = _staffing(cast, plan_id, steward_staff_id=cast.wai.staff_id)
    with pytest.raises(NoSuchColleague) as refusal:
        staff_plan_group(actor=cast.hua, staffing=stranger, now=NOON)
    assert refusal.value.facts == {"field": "steward_staff_id"}


def test_made_upon_an_older_version_or_after_approval_it_is_refused(cast: Cast) -> None:
    plan_id = plans.planned(cast.hua)
    wanted = _staffing(cast, plan_id)
    staff_plan_group(actor=cast.hua, staffing=wanted, now=NOON)
    with pytest.raises(PlanChanged):
        staff_plan_group(actor=cast.hua, staffing=wanted, now=NOON)
    approve_plan(actor=cast.hua, plan_id=plan_id, version=1, now=NOON)
    with pytest.raises(PlanNotOpen):
        staff_plan_group(actor=cast.hua, staffing=_staffing(cast, plan_id), now=NOON)


def test_a_manager_gets_no_more_than_he_may_have(cast: Cast) -> None:
    _template(cast, manager_limit=1)
    plan_id = plans.planned(cast.hua)
    first, second = plans.groups(cast.ids["brand"], plan_id)
    assert (first.manager_staff_id, second.manager_staff_id) == (cast.ids["G1"], None)
    assert plan_loads(cast.hua, plan_id).without_manager == 1
    version = plans.version(cast.ids["brand"], plan_id)
    wanted = replace(_staffing(cast, plan_id), number=2, version=version)
    with pytest.raises(ManagerOverloaded) as refusal:
        staff_plan_group(actor=cast.hua, staffing=wanted, now=NOON)
    assert refusal.value.facts["groups"] == refusal.value.facts["most"] == 1


@pytest.mark.parametrize(
    ("policy", "accounts", "owners"),
    [
        ("named", (), ("HQ1", "HQ1")),
        ("steward", (), ("R1", "R2")),
        ("superior", (), ("M1", "M1")),
        ("named", (("G1", "PB"), ("M1", None)), ("M1", "G1")),
        ("least_loaded", (("G1", None), ("M1", "N")), ("M1", "G1")),
    ],
)
def test_the_policy_chooses_whose_account_owns_a_group(
    cast: Cast, policy: str, accounts: tuple[tuple[str, str | None], ...], owners: tuple[str, ...]
) -> None:
    ids = cast.ids
    named = [(ids[who], ids[where] if where else None) for who, where in accounts]
    _template(cast, *named, owner_policy=policy)
    plan_id = plans.planned(cast.hua)
    found = [group.owner_staff_id for group in plans.groups(ids["brand"], plan_id)]
    assert sorted(found) == sorted(ids[who] for who in owners)


class _ByHand:
    """A platform on which a person confirms each message to a group."""

    capabilities: ClassVar = {Feature.POST: Means.PERSON}


def test_what_an_owner_must_confirm_is_messages_times_groups(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan_id = plans.planned(cast.hua, messages_per_day=3.0)
    (owner,) = plan_loads(cast.hua, plan_id).owners
    assert (owner.name, owner.owned, owner.confirms_per_day) == ("华总", 2, 0)
    monkeypatch.setattr(platform("web"), "capabilities", _ByHand.capabilities)
    loads = plan_loads(cast.hua, plan_id)
    assert loads.is_by_hand
    assert loads.owners[0].confirms_per_day == 6


def test_more_groups_than_one_can_follow_are_pointed_out_before_and_after(cast: Cast) -> None:
    """Hua's account owns every group; it does not have to follow what is said there."""
    _template(cast, follow_limit=1)
    plan_id = plans.planned(cast.hua)
    assert {one.name for one in plan_loads(cast.hua, plan_id).overloaded} == {"马经理", "管群"}
    plans.applied(cast.hua, plan_id)
    assert [one.groups for one in plan_loads(cast.hua, plan_id).overloaded] == [2, 2]
    assert {one.name for one in list_loads(cast.hua, is_over=True).rows} == {"马经理", "管群"}
    assert len(list_loads(cast.hua).rows) == 5
    todos = {todo.code: todo.count for todo in today(cast.hua, now=NOON).todos}
    assert todos["staff_overloaded"] == 2


def test_loads_page_by_key(cast: Cast) -> None:
    plans.applied(cast.hua, plans.planned(cast.hua))
    whole = list_loads(cast.hua)
    pages = every_row(lambda after: list_loads(cast.hua, after=after, limit=2))
    assert tuple(pages) == whole.rows == tuple(every_load(cast.hua))
    assert whole.next_key is None
    assert list_loads(cast.hua, after="no key").rows == whole.rows


def test_the_pages_show_loads_and_take_another_team(cast: Cast, logged_in) -> None:
    hua, plan_id = logged_in(cast.hua), plans.planned(cast.hua, layers=("store", "distributor"))
    assert "谁来承担" in hua.get(f"/plans/{plan_id}").content.decode()
    assert hua.get(f"/plans/{plan_id}/groups/3").status_code == 200
    posts = dict.fromkeys(("superior_staff_id", "second_superior_staff_id"), "")
    posts |= {"version": "0", "owner_staff_id": str(cast.ids["G1"]), "manager_staff_id": ""}
    hua.post(f"/plans/{plan_id}/groups/1/staff", posts | {"steward_staff_id": ""})
    group = plans.groups(cast.ids["brand"], plan_id)[0]
    assert (group.owner_staff_id, group.steward_staff_id) == (cast.ids["G1"], None)
    plans.applied(cast.hua, plan_id)
    assert "华总" in hua.get("/groups/loads").content.decode()
    assert hua.get("/groups/loads/export").status_code == 200
