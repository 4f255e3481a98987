"""A plan says whose account its platform does not know, before and when it is applied; it refuses nothing."""

from collections.abc import Callable
from dataclasses import replace

from django.test import Client

from qunlian.channel.models import Handle
from qunlian.community.actions.apply_plan import apply_plan
from qunlian.community.actions.carry_out_plan import carry_out_plan
from qunlian.community.actions.change_layer import LayerChange, change_layer
from qunlian.community.queries.plan_groups import (
    PlanGroupFilter,
    list_plan_groups,
    plan_group_card,
)
from qunlian.community.queries.plans import plan_shape
from qunlian.community.rules.layers import DEFAULTS
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, system_actor
from tests.cast_words import NOON, Cast
from tests.community.plans import approved, planned


def _on(cast: Cast, platform: str) -> None:
    template = replace(DEFAULTS["store"], platform=platform)
    change_layer(actor=cast.hua, change=LayerChange(layer="store", template=template), now=NOON)


def _without(cast: Cast, plan_id: int) -> list[int]:
    """The numbers of the groups that are flagged, however one asks."""
    flagged = list_plan_groups(cast.hua, plan_id, narrow=PlanGroupFilter(reason="no_account")).rows
    every = list_plan_groups(cast.hua, plan_id).rows
    numbers = [one.number for one in every if "no_account" in one.reasons]
    assert numbers == [one.number for one in flagged]
    assert plan_shape(cast.hua, plan_id).without_account == len(numbers)
    anything = list_plan_groups(cast.hua, plan_id, narrow=PlanGroupFilter(reason="any")).rows
    assert set(numbers) <= {one.number for one in anything}
    return numbers


def _give_account(cast: Cast, plan_id: int) -> None:
    owner = plan_group_card(cast.hua, plan_id, 1).owner
    assert owner == "华总"
    with scope.writing(system_actor(cast.ids["brand"])):
        Handle.objects.create(
            enterprise_id=cast.ids["brand"],
            platform="wecom",
            key="HuaZong",
            is_staff=True,
            person_id=cast.hua.person_id,
            met_at=NOON,
        )


def test_an_owner_without_an_account_is_told_until_he_has_one(
    cast: Cast, logged_in: Callable[[Actor], Client]
) -> None:
    _on(cast, "wecom")
    plan_id = planned(cast.hua)
    assert len(_without(cast, plan_id)) == plan_shape(cast.hua, plan_id).groups > 0
    assert "no_account" in plan_group_card(cast.hua, plan_id, 1).reasons
    page = logged_in(cast.hua).get(f"/plans/{plan_id}").content.decode()
    assert "?reason=no_account" in page
    assert "/staff/accounts" in page
    _give_account(cast, plan_id)
    assert _without(cast, plan_id) == []
    assert "?reason=no_account" not in logged_in(cast.hua).get(f"/plans/{plan_id}").content.decode()


def test_applying_refuses_nothing_and_says_so(
    cast: Cast, logged_in: Callable[[Actor], Client]
) -> None:
    _on(cast, "wecom")
    plan_id = approved(cast.hua, planned(cast.hua))
    groups = plan_shape(cast.hua, plan_id).groups
    said = logged_in(cast.hua).post(f"/plans/{plan_id}/apply", follow=True).content.decode()
    assert f"{groups} 个群" in said
    made = carry_out_plan(actor=system_actor(cast.ids["brand"]), plan_id=plan_id, now=NOON)
    assert (made.state, made.groups) == ("applied", groups)
    assert plan_shape(cast.hua, plan_id).without_account == 0


def test_elsewhere_nobody_needs_an_account(cast: Cast) -> None:
    for platform in ("web", "personal"):
        _on(cast, platform)
        plan_id = planned(cast.hua)
        assert _without(cast, plan_id) == []
    done = apply_plan(actor=cast.hua, plan_id=approved(cast.hua, plan_id), now=NOON)
    assert done.without_account == 0
