"""The whole of a company's moving in, in a storm: what people see on both sides is the same in the end."""

import time
from collections.abc import Iterator

import pytest

from qunlian.kernel.actor import system_actor
from qunlian.sandboxes.wecom import start
from tests.cast_words import Cast
from tests.platforms.served import served
from tests.platforms.wecom import story
from tests.platforms.wecom.company import Company, open_company
from tests.platforms.wecom.comparing import compare
from tests.platforms.worlds import connect, listen

GROUPS, PEOPLE = 12, 12


@pytest.fixture
def company(cast: Cast) -> Iterator[Company]:
    sandbox = start(seed=3)
    brand = system_actor(cast.ids["brand"])
    with served() as ours:
        try:
            code = connect(sandbox, brand.enterprise_id, timeout_seconds=3, park_seconds=3)
            listen(sandbox, brand.enterprise_id, code, ours)
            yield open_company(brand, sandbox, reps=3, groups=GROUPS, people=PEOPLE)
        finally:
            sandbox.stop()


def test_a_company_moves_in_through_a_storm(company: Company) -> None:
    company.sandbox.post("weather", preset="storm")
    assert story.reconcile(company) == GROUPS
    adopted = story.adopt(company)
    assert adopted["ticked"] + adopted["by_hand"] == GROUPS
    assert adopted["left"] == 0
    _one_leaves(company)
    assert story.reconcile(company) == GROUPS
    early = compare(company)
    assert (early["differ"], early["members"]) == (0, early["truth_seats"])
    bound = story.bind(company)
    assert bound["bound"] >= 0.6 * bound["people"]
    assert bound["right"] >= 0.99 * bound["bound"]
    claimed = story.claim(company)
    assert claimed["bound_now"] >= 0.9 * claimed["people"]
    planned = story.plan_onto(company)
    assert planned["left"] == 0
    joined = story.join(company)
    assert joined["scans"] == joined["came"] == joined["right"] > 0
    told = story.tell_everybody(company, "买十赠一，本周有效")
    assert told["left"] == told.get("with_person", 0) == 0
    assert told["sent"] == told["posted"]
    for leaver, resigns in (("rep0001", False), ("rep0003", True)):
        left = story.leave(company, leaver, "rep0002", resigns=resigns)
        assert left["left"] == 0
    story.reconcile(company)
    both = compare(company)
    assert both["differ"] == 0
    assert both["seats"] == both["truth_seats"]
    assert both["ownerless"] == 0


def _one_leaves(company: Company) -> None:
    room = company.truth()["groups"][-1]
    leaving = next(one["id"] for one in room["members"] if not one["is_staff"])
    company.sandbox.post("people/leave_group", chat_id=room["chat_id"], member=leaving)
    time.sleep(story.READS_LAG)
