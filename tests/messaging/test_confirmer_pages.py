"""The sender sees who has still to send a message by hand, and reminds him."""

from collections.abc import Callable

from tests.cast_words import Cast
from tests.community.hands import mine, task
from tests.messaging.by_hand import answer, look, told
from tests.platforms.by_hand import ByHand


def test_who_has_still_to_send_it(cast: Cast, by_hand: ByHand, logged_in: Callable) -> None:
    broadcast_id, _ = told(cast)
    (row,) = mine(cast.hua)
    desk = logged_in(cast.ma)
    for page in (f"/broadcasts/{broadcast_id}", f"/broadcasts/{broadcast_id}/result"):
        text = desk.get(page).content.decode()
        assert "人工发送" in text, page
        assert f"/tasks/{row.task_id}/remind" in text, page
    desk.post(f"/tasks/{row.task_id}/remind")
    assert task(cast, row.task_id).reminders == 1
    card = logged_in(cast.hua).get(f"/tasks/{row.task_id}").content.decode()
    assert f"/broadcasts/{broadcast_id}" in card
    assert "买十赠一" in card
    answer(cast.hua, row.task_id, "refused")
    look(cast)
    text = desk.get(f"/broadcasts/{broadcast_id}").content.decode()
    assert "负责发送的人说发不了" in text
    assert "没有权限" in text
