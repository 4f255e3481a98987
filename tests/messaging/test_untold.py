"""Where a platform never tells who has a message, nobody there counts as one who has missed it."""

from collections.abc import Callable

import pytest
from django.test import Client

from qunlian.community.models import Group
from qunlian.insight.queries.today import today
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, system_actor
from qunlian.messaging.actions.mark_seen import mark_seen
from qunlian.messaging.models import Delivery
from qunlian.messaging.queries.proofs import (
    broadcast_result,
    group_of_result,
    groups_of_result,
    territories_of_result,
)
from qunlian.messaging.queries.results import broadcast_decay
from tests.cast_words import NOON, Cast
from tests.messaging.scenes import Scene, scene, sent
from tests.messaging.test_view_receipts import crowd


@pytest.fixture
def told(cast: Cast) -> tuple[int, Scene]:
    """Of two groups with three people each one is on WeCom; in the other one person has read it."""
    groups = scene(cast)
    crowd(cast, groups.a, 2)
    crowd(cast, groups.b, 3)
    broadcast_id = sent(cast)
    with scope.writing(system_actor(cast.ids["brand"])):
        Group.objects.filter(pk=groups.b).update(platform="wecom", platform_key="wr1")
    mark_seen(actor=cast.oyang, group_id=groups.a, delivered_seq=9, read_seq=9, now=NOON)
    return broadcast_id, groups


def test_shares_leave_them_out(cast: Cast, told: tuple[int, Scene]) -> None:
    broadcast_id, groups = told
    result = broadcast_result(cast.hua, broadcast_id)
    total = result.total
    assert (total.people, total.sent, total.known, total.sent_known, total.read) == (6, 6, 3, 3, 1)
    assert result.silent == ("wecom",)
    by_group = {row.group_id: row for row in groups_of_result(cast.hua, broadcast_id).rows}
    assert [by_group[one].known for one in (groups.a, groups.b)] == [3, 0]
    places = territories_of_result(cast.hua, broadcast_id).rows
    assert sum(one.known for one in places) == 3


def test_decay_is_not_measured_on_them_nor_their_steward_reminded(
    cast: Cast, told: tuple[int, Scene]
) -> None:
    broadcast_id, groups = told
    found = broadcast_decay(cast.hua, broadcast_id)
    assert (found.untold, found.silent) == (3, ("wecom",))
    assert [hop.exposed for hop in found.decay.hops] == [3]
    assert [(row.group_id, row.missed) for row in found.quiet] == [(groups.a, 2)]


def test_what_was_never_sent_is_known_not_to_be_there(cast: Cast, told: tuple[int, Scene]) -> None:
    broadcast_id, groups = told
    with scope.writing(system_actor(cast.ids["brand"])):
        Delivery.objects.filter(group_id=groups.b).update(state="failed", problem="person_expired")
    alone = group_of_result(cast.hua, broadcast_id, groups.b)
    assert alone is not None
    assert (alone.sent, alone.known) == (0, 3)


def test_pages_say_so(
    cast: Cast, told: tuple[int, Scene], logged_in: Callable[[Actor], Client]
) -> None:
    broadcast_id, groups = told
    (recent,) = today(cast.hua, now=NOON).recent
    assert (recent.people, recent.known, recent.read_share) == (6, 3, 1 / 3)
    desk = logged_in(cast.hua)
    for page in ("result", "decay", f"groups/{groups.b}"):
        text = desk.get(f"/broadcasts/{broadcast_id}/{page}").content.decode()
        assert "企业微信不提供" in text, page
    assert (
        "企业微信不提供"
        not in desk.get(f"/broadcasts/{broadcast_id}/groups/{groups.a}").content.decode()
    )
    page = desk.get(f"/groups/{groups.b}?tab=messages").content.decode()
    assert "企业微信能告诉我们的" in page
