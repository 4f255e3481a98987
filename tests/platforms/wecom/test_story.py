"""The whole of a company's moving in, in a storm: what people see on both sides is the same in the end."""

from collections.abc import Iterator

import pytest

from qunlian.kernel.actor import system_actor
from qunlian.sandboxes.wecom import start
from tests.cast_words import Cast
from tests.platforms.served import served
from tests.platforms.wecom import story
from tests.platforms.worlds import connect, listen

GROUPS, PEOPLE = 12, 12


@pytest.fixture
def company(cast: Cast) -> Iterator[story.Company]:
    sandbox = start(seed=3)
    brand = system_actor(cast.ids["brand"])
    with served() as ours:
        try:
            code = connect(sandbox, brand.enterprise_id, timeout_seconds=3, park_seconds=3)
            listen(sandbox, brand.enterprise_id, code, ours)
            yield story.open_company(brand, sandbox, reps=3, groups=GROUPS, people=PEOPLE)
        finally:
            sandbox.stop()


def test_a_company_moves_in_through_a_storm(company: story.Company) -> None:
    company.sandbox.post("weather", preset="storm")
    assert story.reconcile(company) == GROUPS
    adopted = story.adopt(company)
    assert adopted["ticked"] + adopted["by_hand"] == GROUPS
    bound = story.bind(company)
    assert bound["bound"] >= 0.6 * bound["people"]
    assert bound["right"] >= 0.99 * bound["bound"]
    planned = story.plan_onto(company)
    assert planned["left"] == 0
    told = story.tell_everybody(company, "买十赠一，本周有效")
    assert told["left"] == told.get("with_person", 0) == 0
    assert told["sent"] == told["posted"]
    for leaver, resigns in (("rep0001", False), ("rep0003", True)):
        left = story.leave(company, leaver, "rep0002", resigns=resigns)
        assert left["left"] == 0
    story.reconcile(company)
    both = story.compare(company)
    assert both["differ"] == 0
    assert both["seats"] == both["truth_seats"]
