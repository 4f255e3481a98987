"""The worker's part of a comparison: counted once, forgotten in the end, nothing left half done."""

import pytest

from qunlian.community.actions.compare_plans import compare_plans
from qunlian.community.actions.count_comparison import KEPT, count_comparison
from qunlian.community.models import ComparedGroup, ComparedLoad, ComparedStore, Comparison
from qunlian.community.queries.comparisons import comparison_card, list_comparisons
from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from qunlian.kernel.errors import NotFound
from tests.cast_words import NOON, Cast
from tests.community import plans


def test_older_ones_are_forgotten_and_a_late_worker_finds_nothing(cast: Cast) -> None:
    brand = system_actor(cast.ids["brand"])
    plan = plans.small_groups(cast.hua)
    found = [plans.compared(cast.hua, plan, None) for _ in range(KEPT + 2)]
    assert len(list_comparisons(cast.hua, limit=100)) == KEPT
    with pytest.raises(NotFound):
        comparison_card(cast.hua, found[0])
    for late in (found[0], found[-1]):
        again = count_comparison(actor=brand, comparison_id=late, now=NOON)
        assert again.state == "gone"
    with scope.reading(brand):
        assert not Comparison.objects.exclude(state="counted").exists()
        for rows in (ComparedGroup, ComparedStore, ComparedLoad):
            kept = rows.objects.values_list("comparison_id", flat=True)
            assert set(kept) <= set(found[2:])


def test_one_that_waits_is_never_forgotten(cast: Cast) -> None:
    plan = plans.small_groups(cast.hua)
    waits = compare_plans(actor=cast.hua, one_id=None, other_id=plan, now=NOON).comparison_id
    for _ in range(KEPT + 1):
        plans.compared(cast.hua, plan, None)
    assert not comparison_card(cast.hua, waits).is_counted
