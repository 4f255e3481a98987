"""Whom we remind, the platform reminds too, never oftener than it takes."""

from datetime import timedelta

from qunlian.community.actions.remind_task import remind_task
from qunlian.kernel.actor import system_actor
from qunlian.messaging import jobs
from qunlian.messaging.actions.claim_nudges import claim_nudges
from qunlian.platforms.port import Feature
from tests.cast_words import NOON, Cast
from tests.community.hands import mine
from tests.messaging.by_hand import told
from tests.platforms.by_hand import ByHand


def test_each_once_and_eight_hours_apart(cast: Cast, by_hand: ByHand) -> None:
    told(cast)
    brand, (row,) = system_actor(cast.ids["brand"]), mine(cast.hua)
    assert claim_nudges(actor=brand, platform="by_hand", now=NOON) == ()
    claimed = 0
    for hours in range(0, 24, 2):
        now = NOON + timedelta(hours=hours)
        if hours % 4 == 0:
            remind_task(actor=cast.hua, task_id=row.task_id, now=now)
        found = claim_nudges(actor=brand, platform="by_hand", now=now)
        claimed += len(found)
        assert all(len(nudge.items) == 3 for nudge in found)
    assert claimed == 3


def test_only_where_the_platform_can(cast: Cast, by_hand: ByHand) -> None:
    told(cast)
    remind_task(actor=cast.hua, task_id=mine(cast.hua)[0].task_id, now=NOON)
    brand = system_actor(cast.ids["brand"])
    declared = by_hand.capabilities.pop(Feature.REMIND)
    jobs._nudge(brand, "by_hand")
    assert by_hand.reminded == []
    by_hand.capabilities[Feature.REMIND] = declared
    assert claim_nudges(actor=brand, platform="web", now=NOON) == ()
    assert len(claim_nudges(actor=brand, platform="by_hand", now=NOON)) == 1
    jobs._nudge(brand, "by_hand")
    assert by_hand.reminded == []  # whoever claimed it asks
