"""The steward gets a task: the claim text with the group's link, ready to be posted."""

from datetime import timedelta

import pytest

from qunlian.channel.queries.public_codes import resolve
from qunlian.community.actions.ask_for_claims import (
    ClaimCall,
    ClaimTextUnfit,
    NoRoomToClaim,
    ask_for_claims,
)
from qunlian.community.queries.tasks import task_card
from qunlian.kernel.errors import NotFound
from tests.cast_words import NOON, Cast
from tests.community.bound import adopt
from tests.community.words import East


def call(group_id: int, text: str = "请认领你的店：") -> ClaimCall:
    return ClaimCall(group_id=group_id, text=text, address="https://q.example/m/claim/")


def test_the_task_holds_text_and_link_once_a_day(cast: Cast) -> None:
    _, group_id = adopt(cast)
    asked = ask_for_claims(actor=cast.rong, call=call(group_id), now=NOON)
    card = task_card(cast.rong, asked.task_id, now=NOON)
    assert (card.row.kind, card.row.staff_id) == ("post", cast.ids["R1"])
    assert card.text == f"请认领你的店：\n{asked.link}"
    target = resolve(asked.link.rpartition("/")[2])
    assert target is not None
    assert (target.kind, target.target_id) == ("claim", group_id)
    again = ask_for_claims(actor=cast.hua, call=call(group_id), now=NOON)
    assert again == asked
    tomorrow = ask_for_claims(actor=cast.hua, call=call(group_id), now=NOON + timedelta(days=1))
    assert tomorrow.link == asked.link
    assert tomorrow.task_id != asked.task_id


def test_refusals(cast: Cast, two_groups: East) -> None:
    _, group_id = adopt(cast)
    for outsider in (cast.song, cast.wai):
        with pytest.raises(NotFound):
            ask_for_claims(actor=outsider, call=call(group_id), now=NOON)
    for text in (" ", "长" * 501):
        with pytest.raises(ClaimTextUnfit):
            ask_for_claims(actor=cast.rong, call=call(group_id, text), now=NOON)
    with pytest.raises(NoRoomToClaim):  # people of the web platform come by their own links
        ask_for_claims(actor=cast.rong, call=call(two_groups.east), now=NOON)
