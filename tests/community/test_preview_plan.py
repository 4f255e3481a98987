"""Terms are tried on a sample before anything is planned; nothing is kept of it."""

import pytest

from qunlian.channel.models import Store
from qunlian.community import planner
from qunlian.community.models import Plan
from qunlian.community.queries.plans import plan_shape
from qunlian.community.queries.preview import preview_plan, sample_of
from qunlian.community.wishes import PartMissing, PlanWish, TermsUnsound
from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import Cast
from tests.community import plans


@pytest.mark.parametrize("mode", ["strict", "balanced", "fewest"])
def test_a_sample_of_everything_comes_to_what_the_plan_comes_to(cast: Cast, mode: str) -> None:
    found = preview_plan(cast.hua, PlanWish(mode=mode, seats_soft=60))
    shape = plan_shape(cast.hua, plans.planned(cast.hua, mode=mode, seats_soft=60))
    assert found is not None
    assert (found.groups, found.sampled) == (shape.groups, shape.stores)
    assert found.sampled_patches == found.patches
    assert sum(group.stores for group in found.example) > 0
    assert sum(point.is_chosen for point in found.curve) == (mode != "strict")


def test_nothing_is_kept_of_it(cast: Cast) -> None:
    preview_plan(cast.hua, PlanWish())
    with scope.reading(cast.hua):
        assert not Plan.objects.exists()


def test_a_sample_is_scaled_to_the_whole_part(cast: Cast) -> None:
    found = preview_plan(cast.hua, PlanWish(), most=1)
    assert found is not None
    assert (found.sampled_patches, found.patches) == (1, 2)
    assert found.groups == round(len(found.example) * found.stores / found.sampled)


@pytest.mark.parametrize("most", [1, 50, 400, 5000])
def test_samples_hold_small_and_large_patches_and_are_the_same_each_time(most: int) -> None:
    counts = {patch: 1 + patch % 40 for patch in range(200)}
    chosen = sample_of(counts, most)
    assert chosen == sample_of(counts, most)
    assert 1 <= len(chosen) <= len(counts)
    total = sum(counts[patch] for patch in chosen)
    if most >= sum(counts.values()):
        assert len(chosen) == len(counts)
    elif most > 1:
        assert most / 2 <= total <= most * 1.5
    if most == 400:
        assert min(counts[patch] for patch in chosen) < 10
        assert max(counts[patch] for patch in chosen) > 30


def test_what_cannot_be_is_refused(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        preview_plan(cast.rong, PlanWish(territory_id=cast.ids["PA"]))
    with pytest.raises(PartMissing):
        preview_plan(cast.ma, PlanWish())
    with pytest.raises(NotFound):
        preview_plan(cast.wai, PlanWish(territory_id=cast.ids["PA"]))
    with pytest.raises(TermsUnsound):
        preview_plan(cast.hua, PlanWish(seats_soft=1))
    with scope.writing(system_actor(cast.ids["brand"])):
        Store.objects.filter(pk=cast.ids["A2"]).update(expected_people=196)
    with pytest.raises(planner.StoreTooLarge):
        preview_plan(cast.hua, PlanWish())


def test_the_wizard_shows_it_while_one_chooses(cast: Cast, logged_in) -> None:
    client = logged_in(cast.hua)
    assert 'hx-get="/plans/preview"' in client.get("/plans/new").content.decode()
    chosen = {"layers": "store", "mode": "balanced", "soft": "60", "price": "100"}
    page = client.get("/plans/preview", chosen).content.decode()
    assert "约多少个群" in page
    assert "该范围内的全部片区" in page
    assert (
        "这些条件无法试算" in client.get("/plans/preview", chosen | {"soft": "1"}).content.decode()
    )
    assert (
        "无需试算" in client.get("/plans/preview", chosen | {"layers": "consumer"}).content.decode()
    )
    with scope.reading(cast.hua):
        assert not Plan.objects.exists()
