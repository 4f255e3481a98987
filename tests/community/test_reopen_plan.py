"""Taking an approval back."""

import pytest

from qunlian.community.actions.approve_plan import approve_plan
from qunlian.community.actions.reopen_plan import NotReopenable, reopen_plan
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, Cast
from tests.community import plans


def test_an_approved_plan_opens_again(cast: Cast) -> None:
    plan_id = plans.planned(cast.ma, territory_id=cast.ids["N"])
    with pytest.raises(NotReopenable):
        reopen_plan(actor=cast.ma, plan_id=plan_id, now=NOON)
    approve_plan(actor=cast.ma, plan_id=plan_id, version=0, now=NOON)
    with pytest.raises(Forbidden):
        reopen_plan(actor=cast.guan, plan_id=plan_id, now=NOON)
    with pytest.raises(NotFound):
        reopen_plan(actor=cast.wai, plan_id=plan_id, now=NOON)
    reopen_plan(actor=cast.ma, plan_id=plan_id, now=NOON)
    assert plans.row(cast.ids["brand"], plan_id).state == "planned"
