"""Saying something in a group: once, in order, by those who sit there."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from qunlian.community.models import Group
from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from qunlian.kernel.errors import NotFound
from qunlian.messaging.access import NotInGroup
from qunlian.messaging.actions.post_message import (
    BadMessage,
    Draft,
    GroupSilent,
    StaffOnly,
    post_message,
)
from qunlian.messaging.actions.upload_media import Upload, upload_media
from qunlian.messaging.queries.chats import my_chats
from qunlian.messaging.queries.messages import messages_before
from tests.cast_words import NOON, Cast
from tests.messaging.scenes import scene, texts_of
from tests.messaging.test_upload_media import jpeg


def test_a_store_owner_speaks_and_others_read_it(cast: Cast) -> None:
    here = scene(cast)
    taken = post_message(
        actor=cast.oyang,
        group_id=here.a,
        draft=Draft(client_key="k-000001", text=" 到货了吗？ "),
        now=NOON,
    )
    assert (taken.seq, taken.is_new) == (1, True)
    (line,) = messages_before(cast.rong, here.a)
    assert (line.body, line.sender_name, line.posted_at) == (
        {"text": "到货了吗？"},
        "欧阳店主",
        NOON,
    )
    (chat,) = my_chats(cast.rong)
    assert chat.unread == 1


def test_a_retry_is_the_same_message(cast: Cast) -> None:
    here = scene(cast)
    draft = Draft(client_key="k-000001", text="一次")
    first = post_message(actor=cast.oyang, group_id=here.a, draft=draft, now=NOON)
    again = post_message(actor=cast.oyang, group_id=here.a, draft=draft, now=NOON)
    assert (again.seq, again.is_new) == (first.seq, False)
    other = post_message(actor=cast.rong, group_id=here.a, draft=draft, now=NOON)
    assert other.is_new  # another person's key is another key
    assert texts_of(cast, here.a) == ["一次", "一次"]


def test_eight_retries_at_once_are_one_message(cast: Cast) -> None:
    here = scene(cast)
    draft = Draft(client_key="k-000001", text="一次")

    def send(_: int) -> int:
        try:
            return post_message(actor=cast.oyang, group_id=here.a, draft=draft, now=NOON).seq
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(send, range(8))) == {1}
    assert texts_of(cast, here.a) == ["一次"]


@pytest.mark.negative_control
def test_without_the_lock_of_the_counter_the_race_breaks(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tests above would mean little if nothing broke without the guard."""
    from qunlian.messaging import steps

    here = scene(cast)

    def unguarded(enterprise_id: int, group_id: int) -> tuple[int, int]:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO messaging_group_counter (enterprise_id, group_id, last_seq, last_change_no, last_line)"
                " VALUES (%s, %s, 0, 0, '{}') ON CONFLICT DO NOTHING",
                [enterprise_id, group_id],
            )
            cursor.execute(
                "SELECT last_seq, last_change_no, pg_sleep(0.05) FROM messaging_group_counter"
                " WHERE group_id = %s",
                [group_id],
            )
            seq, change_no, _ = cursor.fetchone()
        return seq, change_no

    monkeypatch.setattr(steps, "_lock", unguarded)

    def speak(n: int) -> bool:
        try:
            post_message(
                actor=cast.oyang,
                group_id=here.a,
                draft=Draft(client_key=f"k-00000{n}", text=str(n)),
                now=NOON,
            )
        except Exception:  # noqa: BLE001  (a unique key may catch it; either way the guard was needed)
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(speak, range(6)))
    seqs = [line.seq for line in messages_before(cast.oyang, here.a)]
    assert not all(done) or sorted(set(seqs)) != list(range(1, 7))


def test_a_reply_quotes_and_a_mention_calls(cast: Cast) -> None:
    here = scene(cast)
    post_message(
        actor=cast.oyang,
        group_id=here.a,
        draft=Draft(client_key="k-000001", text="到货了吗？"),
        now=NOON,
    )
    post_message(
        actor=cast.rong,
        group_id=here.a,
        draft=Draft(
            client_key="k-000002",
            text="@欧阳店主 明天到",
            reply_to_seq=1,
            mentions=(cast.oyang.person_id or 0, cast.wai.person_id or 0, 999_999),
        ),
        now=NOON,
    )
    line = messages_before(cast.oyang, here.a)[-1]
    assert line.quoted is not None
    assert (line.quoted.name, line.quoted.line["text"]) == ("欧阳店主", "到货了吗？")
    assert line.mentions == (cast.oyang.person_id,)
    (chat,) = my_chats(cast.oyang)
    assert chat.is_mentioned


def test_a_picture_is_sent_by_its_token(cast: Cast) -> None:
    here = scene(cast)
    token = upload_media(
        actor=cast.oyang, upload=Upload(kind="image", content=jpeg(), group_id=here.a), now=NOON
    ).token
    post_message(
        actor=cast.oyang,
        group_id=here.a,
        draft=Draft(client_key="k-000001", kind="image", media_token=token),
        now=NOON,
    )
    (line,) = messages_before(cast.rong, here.a)
    assert line.body == {"media": token, "width": 40, "height": 30}
    with pytest.raises(BadMessage):
        post_message(
            actor=cast.rong,
            group_id=here.a,
            draft=Draft(client_key="k-000002", kind="image", media_token=token),
            now=NOON,
        )


@pytest.mark.parametrize(
    "draft",
    [
        Draft(client_key="k-000001", text="  \n "),
        Draft(client_key="k-000001", text="长" * 2001),
        Draft(client_key="short", text="x"),
        Draft(client_key="k-000001", kind="system", text="x"),
        Draft(client_key="k-000001", kind="card"),
        Draft(client_key="k-000001", kind="image", media_token="nobody's"),
        Draft(client_key="k-000001", text="x", reply_to_seq=7),
    ],
)
def test_what_cannot_be_sent_is_refused(cast: Cast, draft: Draft) -> None:
    here = scene(cast)
    with pytest.raises(BadMessage):
        post_message(actor=cast.rong, group_id=here.a, draft=draft, now=NOON)


def test_only_the_groups_staff_send_cards_and_call_all(cast: Cast) -> None:
    here = scene(cast)
    card = Draft(client_key="k-000001", kind="card", card={"kind": "product", "title": "酱油"})
    with pytest.raises(StaffOnly):
        post_message(actor=cast.oyang, group_id=here.a, draft=card, now=NOON)
    with pytest.raises(StaffOnly):
        post_message(
            actor=cast.oyang,
            group_id=here.a,
            draft=Draft(client_key="k-000002", text="x", is_for_all=True),
            now=NOON,
        )
    assert post_message(actor=cast.rong, group_id=here.a, draft=card, now=NOON).is_new


def test_one_outside_finds_nothing_and_one_above_only_looks(cast: Cast) -> None:
    here = scene(cast)
    draft = Draft(client_key="k-000001", text="x")
    for stranger in (cast.wai, cast.wei, cast.song):
        with pytest.raises(NotFound):
            post_message(actor=stranger, group_id=here.a, draft=draft, now=NOON)
    with pytest.raises(NotFound):
        post_message(actor=cast.oyang, group_id=here.b, draft=draft, now=NOON)
    with pytest.raises(NotInGroup):
        post_message(actor=cast.hua, group_id=here.a, draft=draft, now=NOON)


def test_a_merged_group_is_silent(cast: Cast) -> None:
    here = scene(cast)
    with scope.writing(system_actor(cast.ids["brand"])):
        Group.objects.filter(pk=here.a).update(life="merged")
    with pytest.raises(GroupSilent):
        post_message(
            actor=cast.oyang,
            group_id=here.a,
            draft=Draft(client_key="k-000001", text="x"),
            now=NOON,
        )
