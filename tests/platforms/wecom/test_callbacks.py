"""Callbacks: ours are stored once and answered, all others are refused and nothing of them is kept."""

import base64
import time
from collections.abc import Callable
from xml.sax.saxutils import escape

import psycopg
import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from qunlian.platforms.port import Heard
from qunlian.platforms.registry import platform
from qunlian.platforms.wecom import inbox
from qunlian.platforms.wecom.accounts import configure, corp_of, envelope_of
from qunlian.platforms.wecom.crypto import Envelope
from qunlian.platforms.wecom.models import Callback, HeardRoom, InboxKey
from qunlian.sandboxes.wecom import start
from tests.cast_words import NOON, Cast
from tests.platforms.worlds import connect as connect_sandbox

#: Told while the database is away: come again.
BUSY = 503
CHANGED = {
    "ToUserName": "ww1",
    "FromUserName": "sys",
    "CreateTime": "1763793600",
    "MsgType": "event",
    "Event": "change_external_chat",
    "ChatId": "wr1",
    "ChangeType": "update",
    "UpdateDetail": "add_member",
    "JoinScene": "3",
    "MemChangeCnt": "1",
    "LastMemVer": "v1",
    "CurMemVer": "v2",
}


class Phone:
    """Sends callbacks to one address, closed as WeCom closes them."""

    def __init__(self, enterprise_id: int, code: str) -> None:
        self.enterprise_id = enterprise_id
        self.envelope = envelope_of(enterprise_id)
        self.path = f"/callbacks/wecom/{code}/"
        self.http = Client(raise_request_exception=False)

    def closed(self, fields: dict[str, str], envelope: Envelope | None = None) -> tuple[dict, str]:
        inner = "".join(f"<{k}>{v if '<' in v else escape(v)}</{k}>" for k, v in fields.items())
        envelope = envelope or self.envelope
        cipher = envelope.encrypt(f"<xml>{inner}</xml>".encode())
        query = {"timestamp": "1763793601", "nonce": "n1"}
        query["msg_signature"] = envelope.sign(query["timestamp"], query["nonce"], cipher)
        return query, f"<xml><ToUserName>ww1</ToUserName><Encrypt>{cipher}</Encrypt></xml>"

    def send(self, query: dict[str, str], body: str | bytes):
        """Post as WeCom does: again, up to three times, while the answer is that we are busy."""
        for _ in range(4):
            answer = self.http.post(self.path, body, content_type="text/xml", query_params=query)
            if answer.status_code != BUSY:
                break
        return answer

    def tell(self, **fields: str):
        return self.send(*self.closed(CHANGED | fields))

    def stored(self) -> int:
        with scope.reading(system_actor(self.enterprise_id)):
            assert Callback.objects.count() == InboxKey.objects.count()
            return Callback.objects.count()


@pytest.fixture
def phone(server, connect: Callable[..., int]) -> Phone:
    brand = connect(server)
    with scope.reading(system_actor(brand)):
        from qunlian.platforms.wecom.models import Corp

        code = Corp.objects.get().callback_code
    return Phone(brand, code)


def test_the_address_proves_itself(phone: Phone) -> None:
    cipher = phone.envelope.encrypt(b"5927782489442352469")
    query = {"timestamp": "1", "nonce": "n", "echostr": cipher}
    query["msg_signature"] = phone.envelope.sign("1", "n", cipher)
    answer = phone.http.get(phone.path, query)
    assert (answer.status_code, answer.content) == (200, b"5927782489442352469")
    assert phone.http.get(phone.path, query | {"nonce": "m"}).status_code == 403
    assert phone.http.get(phone.path).status_code == 403


def test_an_event_is_stored_once_however_often_it_comes(phone: Phone) -> None:
    for _ in "123":
        answer = phone.tell()
        assert (answer.status_code, answer.content) == (200, b"")
    assert phone.stored() == 1
    phone.tell(CurMemVer="v3", LastMemVer="v2")
    phone.tell(ChatId="wr2")
    assert phone.stored() == 3


def test_a_list_of_members_is_taken_nested_and_flat(phone: Phone) -> None:
    assert phone.tell(MemChangeList="<Item>wm1</Item><Item>wm2</Item>").status_code == 200
    assert phone.tell(CurMemVer="v3", MemChangeList="wm1,wm2").status_code == 200
    with scope.reading(system_actor(phone.enterprise_id)):
        told = [row.body["MemChangeList"] for row in Callback.objects.order_by("pk")]
    assert told == [["wm1", "wm2"], "wm1,wm2"]


def test_an_event_that_is_no_groups_is_kept_for_whoever_wants_it(phone: Phone) -> None:
    contact = {"Event": "change_external_contact", "ChangeType": "add_external_contact"}
    pair = {"UserID": "wang", "ExternalUserID": "wm1", "WelcomeCode": "code", "ChatId": ""}
    phone.tell(**contact, **pair)
    phone.tell(Event="change_external_tag", ChangeType="update", ChatId="", Id="tag1")
    phone.tell(Event="change_external_tag", ChangeType="update", ChatId="", Id="tag2")
    assert phone.stored() == 3
    with scope.reading(system_actor(phone.enterprise_id)):
        row = Callback.objects.order_by("pk").first()
    assert row is not None
    assert (row.staff_key, row.contact_key, row.body["WelcomeCode"]) == ("wang", "wm1", "code")


def test_what_others_closed_is_refused_and_not_kept(phone: Phone) -> None:
    ours = phone.envelope
    strangers = [
        Envelope(token="another", aes_key=ours.aes_key, receiver=ours.receiver),
        Envelope(token=ours.token, aes_key="A" * 42 + "E", receiver=ours.receiver),
        Envelope(token=ours.token, aes_key=ours.aes_key, receiver="ww2"),
    ]
    for stranger in strangers:
        assert phone.send(*phone.closed(CHANGED, stranger)).status_code == 403
    query, body = phone.closed(CHANGED)
    assert phone.send(query | {"timestamp": "1763799999"}, body).status_code == 403
    assert (
        phone.http.post("/callbacks/wecom/nobody/", body, content_type="text/xml").status_code
        == 403
    )
    assert phone.http.post("/callbacks/web/x/", body, content_type="text/xml").status_code == 404
    assert phone.http.post("/callbacks/pigeon/x/", body, content_type="text/xml").status_code == 404
    assert phone.stored() == 0


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_bent_callbacks_are_refused_and_never_break_anything(phone: Phone, data) -> None:
    query, body = phone.closed(CHANGED | {"ChatId": "never"})
    raw = body.encode()
    start_, end = raw.index(b"<Encrypt>") + 9, raw.index(b"</Encrypt>")
    how = data.draw(st.sampled_from(["flip", "cut", "grow", "query", "rubbish"]))
    if how == "flip":
        cipher = bytearray(base64.b64decode(raw[start_:end]))
        cipher[data.draw(st.integers(0, len(cipher) - 1))] ^= data.draw(st.integers(1, 255))
        raw = raw[:start_] + base64.b64encode(bytes(cipher)) + raw[end:]
    elif how == "cut":
        raw = raw[: data.draw(st.integers(0, end - 1))]
    elif how == "grow":
        raw = raw[:end] + data.draw(st.sampled_from([b"A", b"AAAA", b"=", b"%00"])) + raw[end:]
    elif how == "query":
        name = data.draw(st.sampled_from(sorted(query)))
        query[name] = data.draw(st.text(max_size=50).filter(lambda text: text != query[name]))
    else:
        raw = data.draw(st.binary(max_size=300))
    # no address with a NUL leads anywhere (site.middleware.addresses)
    refused = 404 if any("\x00" in value for value in query.values()) else 403
    assert phone.send(query, raw).status_code == refused


@pytest.mark.parametrize(
    "plain",
    [
        b"",
        b"no xml",
        b"<xml></xml>",
        b"<xml><Event></Event></xml>",
        b'<!DOCTYPE x [<!ENTITY a "b">]><xml><Event>&a;</Event></xml>',
        "<xml><Event>x</Event></xml>".encode("utf-16"),
    ],
)
def test_what_is_closed_rightly_but_says_nothing_is_refused(phone: Phone, plain: bytes) -> None:
    cipher = phone.envelope.encrypt(plain)
    query = {"timestamp": "1", "nonce": "n"}
    query["msg_signature"] = phone.envelope.sign("1", "n", cipher)
    answer = phone.send(query, f"<xml><Encrypt>{cipher}</Encrypt></xml>")
    assert answer.status_code == 403
    assert phone.stored() == 0


def test_new_keys_are_taken_up_by_processes_that_knew_the_old(phone: Phone, server) -> None:
    from qunlian.platforms.wecom.accounts import Setup

    assert phone.tell().status_code == 200
    setup = Setup(
        corp_id="ww1",
        agent_id=1,
        callback_token="fresh",
        callback_key="B" * 42 + "E",
        base_url=server.url,
    )
    configure(actor=system_actor(phone.enterprise_id), setup=setup, now=NOON)
    phone.envelope = envelope_of(phone.enterprise_id)
    time.sleep(inbox.KEYS_SECONDS)
    assert phone.tell(CurMemVer="v9").status_code == 200


def test_while_the_database_is_away_the_platform_is_asked_to_repeat(
    phone: Phone, owner: psycopg.Connection
) -> None:
    phone.tell()  # the keys are known
    owner.execute("BEGIN; LOCK TABLE platforms_wecom_inbox_key")
    answer = phone.tell(CurMemVer="v5")  # comes though the table is locked for ever
    owner.execute("ROLLBACK")
    assert (answer.status_code, answer["Retry-After"]) == (BUSY, "5")
    assert phone.tell(CurMemVer="v5").status_code == 200
    assert phone.stored() == 2


def test_many_events_of_a_room_are_one_thing_heard(phone: Phone) -> None:
    adapter, brand = platform("wecom"), phone.enterprise_id
    for number in range(5):
        phone.tell(LastMemVer=f"v{number}", CurMemVer=f"v{number + 1}")
    phone.tell(ChatId="wr2")
    heard = adapter.heard_rooms(brand)
    assert [one.room_key for one in heard] == ["wr1", "wr2"]
    phone.tell(LastMemVer="v5", CurMemVer="v6")
    adapter.heard_rooms(brand)
    adapter.heed_rooms(brand, heard)
    (still,) = adapter.heard_rooms(brand)
    assert still.room_key == "wr1"
    assert still.mark != heard[0].mark
    adapter.heed_rooms(brand, [still, Heard(room_key="wr9", mark="1")])
    assert adapter.heard_rooms(brand) == ()


def test_a_room_that_was_read_too_early_stays_heard_of(phone: Phone, server) -> None:
    adapter, brand = platform("wecom"), phone.enterprise_id
    chat = {"chat_id": "wr1", "name": "n", "owner": "wang", "member_list": []}
    path = "externalcontact/groupchat/get"
    server.says[path] = [
        {"errcode": 0, "group_chat": chat | {"member_version": version}} for version in ("v1", "v2")
    ]
    phone.tell()
    for is_known in (False, True):
        heard = adapter.heard_rooms(brand)
        assert [one.room_key for one in heard] == ["wr1"]
        (room,) = adapter.read_rooms(brand, ["wr1"])
        adapter.heed_rooms(brand, heard)
        with scope.reading(system_actor(brand)):
            assert HeardRoom.objects.exists() is not is_known
    assert room.version == "v2"


def test_what_was_read_is_forgotten_its_key_never(phone: Phone, owner: psycopg.Connection) -> None:
    account = corp_of(phone.enterprise_id)
    phone.tell()
    owner.execute("UPDATE platforms_wecom_callback SET received_at = '2026-01-01', read_at = NULL")
    assert inbox.forget(account, NOON) == 0
    inbox.hear(account)
    assert inbox.forget(account, NOON) == 1
    phone.tell()
    with scope.reading(system_actor(phone.enterprise_id)):
        assert not Callback.objects.exists()


def test_the_sandboxs_events_come_to_be_heard(cast: Cast) -> None:
    brand, sandbox = cast.ids["brand"], start()
    try:
        code = connect_sandbox(sandbox, brand)
        phone = Phone(brand, code)
        sandbox.post("people/hire", userid="wang", name="王芳")
        made = sandbox.post("people/make_group", userid="wang", name="一群")["chat_id"]
        (read,) = platform("wecom").read_rooms(brand, [made])
        assert read.owner_key == "wang"
        assert phone.tell(ToUserName=sandbox.corp_id, ChatId=made).status_code == 200
        assert [one.room_key for one in platform("wecom").heard_rooms(brand)] == [made]
    finally:
        sandbox.stop()
