"""Messages get numbers without gaps, each key once, and readers who go by them miss nothing."""

from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from qunlian.messaging.models import Counter, Message
from qunlian.messaging.queries.chats import chat_head, my_chats, people_in_chat
from qunlian.messaging.queries.messages import changes_after, messages_before
from tests.cast_words import Cast
from tests.messaging.scenes import say, scene, texts_of


def test_messages_stand_in_the_order_they_came(cast: Cast) -> None:
    here = scene(cast)
    assert [t.seq for t in say(cast, here.a, "一", "二")] == [1, 2]
    assert [t.seq for t in say(cast, here.a, "三")] == [3]
    assert [t.seq for t in say(cast, here.b, "别处")] == [1]
    assert texts_of(cast, here.a) == ["一", "二", "三"]


def test_a_key_that_came_before_is_the_same_message(cast: Cast) -> None:
    here = scene(cast)
    say(cast, here.a, "一")
    again = say(cast, here.a, "二", "一", "二")
    assert [(t.seq, t.is_new) for t in again] == [(2, True), (1, False), (2, True)]
    assert texts_of(cast, here.a) == ["一", "二"]


def test_eight_at_once_leave_no_gap_and_no_double(cast: Cast) -> None:
    here = scene(cast)

    def speak(who: int) -> None:
        try:
            for n in range(10):
                say(cast, here.a, f"{who}-{n}", "同一句")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(speak, range(8)))
    with scope.reading(system_actor(cast.ids["brand"])):
        rows = list(Message.objects.filter(group_id=here.a).order_by("seq"))
        counter = Counter.objects.get(group_id=here.a)
    assert [row.seq for row in rows] == list(range(1, 82))
    assert sorted(row.change_no for row in rows) == list(range(1, 82))
    assert (counter.last_seq, counter.last_change_no) == (81, 81)
    assert sum(row.body["text"] == "同一句" for row in rows) == 1


def test_a_chat_is_read_backwards_by_page_and_forwards_by_change(cast: Cast) -> None:
    here = scene(cast)
    say(cast, here.a, *[str(n) for n in range(1, 36)])
    newest = messages_before(cast.oyang, here.a)
    assert [m.seq for m in newest] == list(range(6, 36))
    assert [m.seq for m in messages_before(cast.oyang, here.a, before_seq=6)] == [1, 2, 3, 4, 5]
    after = changes_after(cast.oyang, here.a, 33)
    assert [m.body["text"] for m in after.lines] == ["34", "35"]
    assert (after.last_change_no, after.has_more) == (35, False)
    assert changes_after(cast.oyang, here.a, 0, limit=10).has_more


def test_the_list_of_chats_knows_what_is_new(cast: Cast) -> None:
    here = scene(cast)
    say(cast, here.a, "第一句", "第二句")
    (chat,) = my_chats(cast.oyang)
    assert (chat.group_id, chat.unread, chat.last_line["text"]) == (here.a, 2, "第二句")
    assert chat.last_by == "荣业务"
    assert my_chats(cast.wei) == ()
    head = chat_head(cast.oyang, here.a)
    assert (head.role, head.may_speak, head.may_call_all) == ("member", True, False)
    assert [one.name for one in people_in_chat(cast.oyang, here.a)][-1] == "欧阳店主"
