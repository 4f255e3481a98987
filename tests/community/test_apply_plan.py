"""Setting an approved plan to work."""

from datetime import timedelta

import pytest
from django.db import connection

from qunlian.community import proposals
from qunlian.community.actions.apply_plan import NotApproved, apply_plan
from qunlian.kernel import scope
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, Cast
from tests.community import plans


def test_a_job_waits_and_a_second_ask_is_told(cast: Cast) -> None:
    plan_id = plans.applying(cast.hua, plans.planned(cast.hua))
    with scope.reading(cast.hua), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name LIKE '%carry_out%'")
        assert cursor.fetchone() == (1,)
    with pytest.raises(proposals.WorkTaken):
        apply_plan(actor=cast.hua, plan_id=plan_id, now=NOON)
    later = NOON + proposals.LEASE + timedelta(seconds=1)
    assert apply_plan(actor=cast.hua, plan_id=plan_id, now=later).plan_id == plan_id


def test_refusals(cast: Cast) -> None:
    plan_id = plans.planned(cast.ma, territory_id=cast.ids["N"])
    with pytest.raises(NotApproved):
        apply_plan(actor=cast.ma, plan_id=plan_id, now=NOON)
    plans.approved(cast.ma, plan_id)
    with pytest.raises(Forbidden):
        apply_plan(actor=cast.guan, plan_id=plan_id, now=NOON)
    for outsider in (cast.rong, cast.du, cast.wai):
        with pytest.raises(NotFound):
            apply_plan(actor=outsider, plan_id=plan_id, now=NOON)
    plans.applied(cast.hua, plans.planned(cast.hua))
