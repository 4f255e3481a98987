"""Making one proposed group of two."""

import pytest

from qunlian.community import edits
from qunlian.community.actions.merge_plan_groups import PlanMerge, merge_plan_groups
from qunlian.kernel.errors import NotFound
from tests.cast_words import NOON, Cast
from tests.community import plans


def test_two_become_one(cast: Cast) -> None:
    plan_id = plans.small_groups(cast.hua)
    merge = PlanMerge(plan_id=plan_id, version=0, from_number=2, into_number=1)
    assert merge_plan_groups(actor=cast.hua, merge=merge, now=NOON).version == 1
    assert plans.sizes(cast.ids["brand"], plan_id) == {1: 4, 3: 1, 4: 2}


def test_refusals(cast: Cast) -> None:
    plan_id = plans.small_groups(cast.hua, hard=4)
    for numbers, refusal in (
        ((1, 3), edits.NotSamePatch),
        ((1, 2), edits.NoSeats),
        ((1, 9), NotFound),
    ):
        merge = PlanMerge(
            plan_id=plan_id, version=0, from_number=numbers[0], into_number=numbers[1]
        )
        with pytest.raises(refusal):
            merge_plan_groups(actor=cast.hua, merge=merge, now=NOON)
    merge = PlanMerge(plan_id=plan_id, version=0, from_number=4, into_number=3)
    with pytest.raises(NotFound):
        merge_plan_groups(actor=cast.wai, merge=merge, now=NOON)
