"""Plans of all layers: drafted, staffed by their templates, applied, and planned again."""

import pytest

from qunlian.channel.models import Distributor, Staff
from qunlian.community.actions.draft_plan import draft_plan
from qunlian.community.actions.hand_over_staff import hand_over_staff
from qunlian.community.actions.split_plan_group import PlanSplit, split_plan_group
from qunlian.community.edits import NotOfStores
from qunlian.community.models import (
    Group,
    GroupDistributor,
    Member,
    PlanDistributor,
    PlanGroup,
    Request,
)
from qunlian.community.queries.handover import HandoverWish, review_handover
from qunlian.community.queries.partners import distributors_of_group
from qunlian.community.queries.plans import plan_card, plan_shape
from qunlian.community.wishes import PlanWish, TermsUnsound
from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from tests import make as make_rows
from tests.cast_words import NOON, TODAY, Cast
from tests.community import make, plans

ALL = ("store", "distributor", "consumer")


def _proposed(cast: Cast, plan_id: int, layer: str) -> list[PlanGroup]:
    return [g for g in plans.groups(cast.ids["brand"], plan_id) if g.layer == layer]


def _groups(cast: Cast, layer: str) -> dict[str, Group]:
    with scope.reading(cast.hua):
        rows = Group.objects.filter(layer=layer).exclude(life="merged").order_by("pk")
        return {row.base_key: row for row in rows}


def _seated(cast: Cast, group: Group) -> dict[int, str]:
    with scope.reading(cast.hua):
        rows = Member.objects.filter(group=group, left_at=None)
        return dict(rows.values_list("person_id", "role"))


def test_all_layers_are_proposed_and_staffed_by_their_templates(cast: Cast) -> None:
    ids = cast.ids
    plan_id = plans.planned(cast.hua, layers=ALL)
    stores, tiers, seeds = (_proposed(cast, plan_id, layer) for layer in ALL)
    assert [g.number for g in (*stores, *tiers, *seeds)] == [1, 2, 3, 4, 5, 6]
    first, second = tiers
    assert first.name == "临江食品·华北大区·1级经销商1群"
    assert second.name == "临江食品·丁记商贸·2级经销商1群"
    assert (first.distributor_id, second.distributor_id) == (None, ids["D1"])
    assert (first.territory_id, second.territory_id) == (ids["N"], ids["N-1"])
    assert [(g.distributors, g.seats, g.steward_staff_id) for g in tiers] == [(1, 1, ids["M1"])] * 2
    assert [(g.superior_staff_id, g.owner_staff_id) for g in tiers] == [
        (ids["HQ1"], ids["HQ1"])
    ] * 2
    assert [g.name for g in seeds] == ["临江食品·总部·种子用户群", "临江食品·石原市·种子用户群"]
    assert [g.steward_staff_id for g in seeds] == [ids["HQ1"], ids["G1"]]
    assert [g.manager_staff_id for g in seeds] == [None, None]
    with scope.reading(cast.hua):
        placed = dict(PlanDistributor.objects.values_list("distributor_id", "plan_group_id"))
    assert placed == {ids["D1"]: first.pk, ids["D2"]: second.pk}


def test_each_layer_is_counted_and_the_bound_speaks_of_stores_alone(cast: Cast) -> None:
    plan_id = plans.planned(cast.hua, layers=ALL)
    shape = plan_shape(cast.hua, plan_id)
    assert [(one.layer, one.groups, one.standing) for one in shape.layers] == [
        ("distributor", 2, 0),
        ("store", 2, 0),
        ("consumer", 2, 0),
    ]
    assert (shape.groups, shape.all_groups, shape.stores) == (2, 6, 7)


def test_a_part_has_its_own_districts_and_distributors_only(cast: Cast) -> None:
    plan_id = plans.planned(
        cast.ma, territory_id=cast.ids["N-1"], layers=("distributor", "consumer")
    )
    (tier2,) = _proposed(cast, plan_id, "distributor")
    (seeds,) = _proposed(cast, plan_id, "consumer")
    assert tier2.base_key == f"2d{cast.ids['D1']}.1"
    assert seeds.territory_id == cast.ids["N-1"]
    assert plan_card(cast.ma, plan_id).summary["groups"] == 2


def test_applied_the_distributors_people_sit_in_their_groups(cast: Cast) -> None:
    ids = cast.ids
    plans.applied(cast.hua, plans.planned(cast.hua, layers=ALL))
    top = _groups(cast, "distributor")["1t0.1"]
    assert (top.purposes, top.seats_taken, top.owner_person_id) == (
        ["manage"],
        4,
        cast.hua.person_id,
    )
    assert _seated(cast, top) == {
        cast.hua.person_id: "owner",
        cast.ma.person_id: "steward",
        cast.guan.person_id: "manager",
        cast.ding.person_id: "member",
    }
    below = _groups(cast, "distributor")[f"2d{ids['D1']}.1"]
    assert _seated(cast, below)[cast.du.person_id] == "member"
    assert [d.code for d in distributors_of_group(cast.ding, below.pk)] == ["D2"]
    seeds = _groups(cast, "consumer")
    assert set(seeds) == {"p0", f"p{ids['N-1']}"}
    assert "member" not in _seated(cast, seeds["p0"]).values()


def test_planned_again_the_standing_groups_go_on(cast: Cast) -> None:
    ids = cast.ids
    plans.applied(cast.hua, plans.planned(cast.hua, layers=ALL))
    before = {**_groups(cast, "distributor"), **_groups(cast, "consumer")}
    machinery = system_actor(ids["brand"])
    wish = HandoverWish(staff_id=ids["M1"], on=TODAY, successor_id=ids["HQ1"])
    version = review_handover(cast.hua, wish).version
    hand_over_staff(actor=cast.hua, wish=wish, version=version, now=NOON)
    with scope.writing(machinery):  # Ma has left; Du buys from the brand itself
        Distributor.objects.filter(pk=ids["D2"]).update(tier=1, parent=None, path=f"/{ids['D2']}/")
    again = plans.planned(cast.hua, layers=ALL)
    standing = {one.layer: one.standing for one in plan_shape(cast.hua, again).layers}
    assert standing == {"distributor": 1, "store": 0, "consumer": 2}
    plans.applied(cast.hua, again)
    after = {**_groups(cast, "distributor"), **_groups(cast, "consumer")}
    assert {key: row.pk for key, row in after.items()} == {
        key: before[key].pk for key in ("1t0.1", "p0", f"p{ids['N-1']}")
    }
    seated = _seated(cast, after["1t0.1"])
    assert seated[cast.du.person_id] == seated[cast.ding.person_id] == "member"
    assert cast.ma.person_id not in seated
    assert after["1t0.1"].steward_staff_id == ids["HQ1"]
    assert after["1t0.1"].seats_taken == len(seated)
    with scope.reading(cast.hua):
        assert set(GroupDistributor.objects.values_list("group_id", flat=True)) == {
            after["1t0.1"].pk
        }
        old = Group.objects.get(pk=before[f"2d{ids['D1']}.1"].pk)
        taken = Member.objects.filter(group=old, left_at=None).count()
    assert (old.life, old.seats_taken) == ("merged", taken)
    assert cast.du.person_id not in _seated(cast, old)


def test_many_distributors_are_parted_along_the_tree(cast: Cast) -> None:
    """Ten more in the city: with two seats for them a group, nobody in two groups, none too full."""
    by = system_actor(cast.ids["brand"])
    for number in range(10):
        make_rows.distributor(by, None, f"E{number}", f"{number}商贸", territory=_city(cast))
    from qunlian.community.models import Layer
    from qunlian.community.rules.layers import DEFAULTS

    small = DEFAULTS["distributor"].as_json() | {"soft": 7, "hard": 20}
    with scope.writing(by):
        Layer.objects.create(
            enterprise_id=by.enterprise_id, layer="distributor", template=small, changed_at=NOON
        )
    plan_id = plans.planned(cast.hua, layers=("distributor",))
    tiers = _proposed(cast, plan_id, "distributor")
    assert max(g.seats for g in tiers) == 2
    assert len({g.base_key for g in tiers}) == len(tiers)
    assert sum(g.distributors for g in tiers) == 12


def _city(cast: Cast):
    from qunlian.channel.models import Territory

    with scope.reading(cast.hua):
        return Territory.objects.get(pk=cast.ids["N-1"])


def test_groups_of_other_layers_are_not_taken_apart_by_hand(cast: Cast) -> None:
    plan_id = plans.planned(cast.hua, layers=("distributor",))
    with pytest.raises(NotOfStores):
        split_plan_group(
            actor=cast.hua, split=PlanSplit(plan_id=plan_id, version=0, number=1), now=NOON
        )


@pytest.mark.parametrize("layers", [(), ("vip",)])
def test_a_plan_needs_layers_that_are_planned(cast: Cast, layers: tuple[str, ...]) -> None:
    with pytest.raises(TermsUnsound) as refusal:
        draft_plan(actor=cast.hua, wish=PlanWish(layers=layers), now=NOON)
    assert refusal.value.facts == {"field": "layers"}


def test_nothing_to_plan_says_so(cast: Cast) -> None:
    with scope.writing(system_actor(cast.ids["brand"])):
        Distributor.objects.update(is_active=False)
    wish = PlanWish(layers=("distributor",))
    plan_id = draft_plan(actor=cast.hua, wish=wish, now=NOON).plan_id
    from qunlian.community.actions.plan_matrix import plan_matrix

    assert plan_matrix(actor=cast.hua, plan_id=plan_id, now=NOON).state == "failed"
    assert plans.row(cast.ids["brand"], plan_id).problem == {"code": "nothing_to_plan"}


def test_a_left_colleague_is_replaced_when_it_is_applied(cast: Cast) -> None:
    plan_id = plans.planned(cast.hua, layers=("store",))
    with scope.writing(system_actor(cast.ids["brand"])):
        Staff.objects.filter(pk=cast.ids["G1"]).update(left_on=TODAY)
    plans.applied(cast.hua, plan_id)
    for group in plans.groups(cast.ids["brand"], plan_id):
        assert group.manager_staff_id is None
        assert cast.guan.person_id not in _seated_of(cast, group)


def _seated_of(cast: Cast, proposal: PlanGroup) -> dict[int, str]:
    with scope.reading(cast.hua):
        return _seated(cast, Group.objects.get(pk=proposal.group_id))


def test_seats_are_counted_right_in_every_group(cast: Cast) -> None:
    plans.applied(cast.hua, plans.planned(cast.hua, layers=ALL))
    with scope.reading(cast.hua):
        ids = list(Group.objects.values_list("pk", flat=True))
    for group_id in ids:
        counted, there = make.seats_taken(cast.ids["brand"], group_id)
        assert counted == there


def test_a_standing_rooms_owner_stays_until_its_platform_has_another(cast: Cast) -> None:
    """The plan chooses another owner for the branch's group: he gets a seat, and is asked for, once."""
    plans.applied(cast.hua, plans.planned(cast.hua, layers=("distributor",)))
    for _twice in range(2):
        again = plans.planned(cast.hua, layers=("distributor",))
        with scope.writing(cast.hua):
            PlanGroup.objects.filter(plan_id=again).update(owner_staff_id=cast.ids["G1"])
        plans.applied(cast.hua, again)
    group = _groups(cast, "distributor")["1t0.1"]
    with scope.reading(cast.hua):
        asked = Request.objects.filter(group=group, kind="owner")
        payloads = [(r.payload["from_person_id"], r.payload["to_person_id"]) for r in asked]
    assert payloads == [(cast.hua.person_id, cast.guan.person_id)]
    seated = _seated(cast, group)
    assert group.owner_person_id == cast.hua.person_id
    assert seated[cast.hua.person_id] == "owner"
    assert cast.guan.person_id in seated
