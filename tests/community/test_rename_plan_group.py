"""Naming a proposed group by hand."""

import pytest

from qunlian.community import edits
from qunlian.community.actions.rename_plan_group import PlanRename, rename_plan_group
from qunlian.kernel.errors import NotFound
from tests.cast_words import NOON, Cast
from tests.community import plans


def test_a_new_name(cast: Cast) -> None:
    plan_id = plans.planned(cast.hua)
    rename = PlanRename(plan_id=plan_id, version=0, number=1, name="  东片\t一群 ")
    assert rename_plan_group(actor=cast.hua, rename=rename, now=NOON).version == 1
    assert plans.groups(cast.ids["brand"], plan_id)[0].name == "东片 一群"


def test_refusals(cast: Cast) -> None:
    plan_id = plans.planned(cast.hua)
    for name in ("", "  ", "长" * 41):
        with pytest.raises(edits.NameUnfit):
            rename_plan_group(
                actor=cast.hua,
                rename=PlanRename(plan_id=plan_id, version=0, number=1, name=name),
                now=NOON,
            )
    with pytest.raises(NotFound):
        rename_plan_group(
            actor=cast.wai,
            rename=PlanRename(plan_id=plan_id, version=0, number=1, name="x"),
            now=NOON,
        )
