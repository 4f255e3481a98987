"""What follows a breach of the rules, in the chat on our own pages: called, taken back, silent."""

from datetime import timedelta

import pytest

from qunlian.community.actions.lift_breach import lift_breach
from qunlian.kernel import scope
from qunlian.messaging import jobs
from qunlian.messaging.actions.post_message import Draft, Muted, post_message
from qunlian.messaging.models import Message
from qunlian.messaging.queries.chats import my_chats
from qunlian.messaging.queries.messages import changes_after
from tests.cast_words import NOON, Cast
from tests.community.offences import RULE, carry_out, noted
from tests.messaging.scenes import say, scene, texts_of


def _arrive(cast: Cast) -> None:
    """Let the worker carry out what was asked, and the chat take it in."""
    carry_out(cast)
    jobs.take_in(cast.ids["brand"], "web")


def _said(cast: Cast, group_id: int, text: str, at: int = 0) -> int:
    draft = Draft(client_key=f"key-{text}-{at}", text=text)
    when = NOON + timedelta(days=at)
    return post_message(actor=cast.oyang, group_id=group_id, draft=draft, now=when).seq


def test_he_is_reminded_by_name(cast: Cast) -> None:
    here = scene(cast)
    noted(cast, here.a)
    _arrive(cast)
    _arrive(cast)
    (reminder,) = texts_of(cast, here.a)
    assert reminder.startswith("@欧阳店主")
    assert RULE in reminder
    (chat,) = my_chats(cast.oyang)
    assert (chat.is_mentioned, chat.unread) == (True, 1)
    assert not next(c for c in my_chats(cast.ma) if c.group_id == here.a).is_mentioned
    with scope.reading(cast.hua):
        assert Message.objects.get(group_id=here.a).body == {"text": reminder}


def test_the_message_is_gone_and_everybody_hears_of_it(cast: Cast) -> None:
    here = scene(cast)
    say(cast, here.a, "早上好", "加微信领红包", by=cast.oyang)
    noted(cast, here.a)
    noted(cast, here.a, seq=2)
    _arrive(cast)
    changed = {line.seq: line for line in changes_after(cast.ma, here.a, 2).lines}
    assert (changed[2].is_recalled, changed[2].body) == (True, {"by_group": True})
    assert texts_of(cast, here.a)[0] == "早上好"
    assert len(changed) == 3


def test_a_message_that_is_gone_already_is_left_alone(cast: Cast) -> None:
    from qunlian.messaging.actions.recall_message import recall_message

    here = scene(cast)
    say(cast, here.a, "加微信领红包", by=cast.oyang)
    noted(cast, here.a)
    noted(cast, here.a, seq=1)
    first = recall_message(actor=cast.oyang, group_id=here.a, seq=1, now=NOON)
    _arrive(cast)
    assert recall_message(actor=cast.oyang, group_id=here.a, seq=1, now=NOON) == first


def test_who_is_silent_reads_and_does_not_write(cast: Cast) -> None:
    here = scene(cast)
    for _ in range(3):
        last = noted(cast, here.a)
        _arrive(cast)
    with pytest.raises(Muted) as refused:
        _said(cast, here.a, "让我说")
    assert refused.value.facts["until"] == "11月23日 12:00"
    assert my_chats(cast.oyang)[0].group_id == here.a
    # his time is over; or it was a mistake
    assert _said(cast, here.a, "又能说了", at=3) > 0
    lift_breach(actor=cast.ma, breach_id=last.breach_id, now=NOON)
    assert _said(cast, here.a, "还是能说") > 0
