"""A message to a group on somebody's own WeChat is a task with the text to copy, sent when he says so."""

from qunlian.community.actions.finish_task import TaskAnswer, finish_task
from qunlian.community.queries.tasks import TaskFilter, list_tasks, task_card
from qunlian.messaging.actions.compose_broadcast import Composition, compose_broadcast
from qunlian.messaging.actions.send_broadcast import send_broadcast
from qunlian.messaging.jobs import look_after_people
from qunlian.messaging.queries.broadcasts import broadcast_card
from qunlian.messaging.rules.slices import Slice
from tests.cast_words import NOON, Cast
from tests.community.test_register_room import register
from tests.messaging.scenes import deliver


def test_it_goes_out_by_hand(cast: Cast, logged_in) -> None:
    group_id = register(cast.rong)
    wish = Composition(title="新品", text="新品到货，今天下单", slice=Slice(group_ids=(group_id,)))
    told = compose_broadcast(actor=cast.hua, broadcast_id=None, composition=wish, now=NOON)
    send_broadcast(actor=cast.hua, broadcast_id=told, now=NOON)
    deliver(cast, told)
    (row,) = list_tasks(cast.rong, TaskFilter(), now=NOON).rows
    card = task_card(cast.rong, row.task_id, now=NOON)
    assert (row.kind, row.platform, card.text) == ("confirm", "personal", "新品到货，今天下单")
    page = logged_in(cast.rong).get(f"/tasks/{row.task_id}").content.decode()
    assert "copy-text" in page
    finish_task(actor=cast.rong, answer=TaskAnswer(task_id=row.task_id, state="done"), now=NOON)
    assert broadcast_card(cast.hua, told).state == "sending"
    look_after_people(0)
    assert broadcast_card(cast.hua, told).state == "sent"
