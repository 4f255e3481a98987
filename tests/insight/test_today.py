"""Today: everybody lands on it, sees his own part, and at a bounded cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qunlian.insight.actions.take_tally import take_tally
from qunlian.insight.queries.today import today
from qunlian.kernel.actor import system_actor
from tests.cast_words import NOON, Cast


def test_what_waits_is_what_is_undone_in_ones_part(cast: Cast) -> None:
    take_tally(actor=system_actor(cast.ids["brand"]), now=NOON)
    assert {t.code: t.count for t in today(cast.hua, now=NOON).todos} == {"stores_without_group": 7}
    assert {t.code: t.count for t in today(cast.rong, now=NOON).todos} == {
        "stores_without_group": 4
    }


def test_it_costs_a_constant_number_of_queries(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as queries:
        today(cast.hua, now=NOON)
    assert len(queries) <= 17


@pytest.mark.parametrize("name", ["hua", "ma", "rong", "guan", "ding", "du"])
def test_every_role_has_the_page(cast: Cast, logged_in, name: str) -> None:
    answer = logged_in(getattr(cast, name)).get("/")
    assert answer.status_code == 200
