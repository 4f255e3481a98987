"""A brand is switched onto the sandbox: its people work there, and the groups they had are found and fit."""

from collections.abc import Iterator

import pytest

from qunlian.cli.switching import Place, switch
from qunlian.community import jobs
from qunlian.community.queries.layers import layer_card
from qunlian.community.queries.rooms import list_rooms, room_counts
from qunlian.sandboxes.wecom import Sandbox, start
from tests.cast_words import Cast
from tests.platforms.served import served


@pytest.fixture
def sandbox(cast: Cast) -> Iterator[Sandbox]:
    running = start()
    yield running
    running.stop()


def _switch(cast: Cast, sandbox: Sandbox) -> Place:
    place = Place(
        sandbox.url,
        sandbox.corp_id,
        str(sandbox.agent_id),
        sandbox.secret,
        is_empty=not sandbox.corp.groups,
    )
    assert cast.hua.account_id
    with served() as ours:
        switch(cast.hua.account_id, ours, place)
    return place


def test_the_groups_its_people_had_are_found(cast: Cast, sandbox: Sandbox) -> None:
    _switch(cast, sandbox)
    jobs.list_rooms(enterprise_id=cast.ids["brand"], platform="wecom")
    truth = sandbox.get("truth")["counts"]
    counts = room_counts(cast.hua)
    assert (counts.views["open"], counts.people) == (truth["groups"], truth["customer_seats"])
    assert truth["groups"] > 0
    assert {row.layer for row in list_rooms(cast.hua).rows} == {"store"}
    assert layer_card(cast.hua, "store").template.platform == "wecom"


def test_switched_again_it_is_the_same_company(cast: Cast, sandbox: Sandbox) -> None:
    _switch(cast, sandbox)
    before = sandbox.get("truth")["counts"]
    _switch(cast, sandbox)
    assert sandbox.get("truth")["counts"] == before
