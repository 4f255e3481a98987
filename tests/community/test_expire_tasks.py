"""What nobody does in its time is over, and whoever asked for it knows."""

from datetime import timedelta

from qunlian.community.actions.expire_tasks import expire_tasks
from qunlian.community.queries.asked import open_requests
from qunlian.kernel.actor import system_actor
from tests.cast_words import NOON, Cast
from tests.community.hands import hand_group, mine, renamed, request_state, task


def test_a_rename_expires_after_thirty_days(cast: Cast, by_hand: object) -> None:
    brand, group_id = system_actor(cast.ids["brand"]), hand_group(cast)
    task_id = renamed(cast, group_id)
    assert expire_tasks(actor=brand, now=NOON + timedelta(days=29)) == ()
    assert expire_tasks(actor=brand, now=NOON + timedelta(days=30)) == (task_id,)
    assert expire_tasks(actor=brand, now=NOON + timedelta(days=31)) == ()
    assert task(cast, task_id).state == "expired"
    assert request_state(cast, "rename")[0] == "expired"
    assert open_requests(cast.rong, [group_id])[0].is_again
    assert (mine(cast.rong), len(mine(cast.rong, state="expired"))) == ((), 1)
