"""The one call: what is tried again, what is not, how often, and with whose token."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from qunlian.platforms.wecom import tokens
from qunlian.platforms.wecom.accounts import corp_of
from qunlian.platforms.wecom.client import Api, Client, converse
from qunlian.platforms.wecom.errors import (
    MEANINGS,
    Kind,
    NotConnected,
    OutcomeUnknown,
    WeComParked,
    WeComTrouble,
    WeComUnreachable,
    sentence_of,
)
from qunlian.platforms.wecom.models import Corp, Token
from tests.cast_words import Cast
from tests.platforms.wecom.scripted import TOKEN, Scripted

READ = Api(path="externalcontact/groupchat/get")
SEND = Api(path="externalcontact/add_msg_template", is_repeatable=False)
FINE = {"errcode": 0, "errmsg": "ok", "n": 1}


def _ask(enterprise_id: int, api: Api = READ) -> dict:
    return converse(enterprise_id, lambda client: client.call(api, {"chat_id": "wr1"}))


def test_a_call_carries_the_token_and_its_body(server: Scripted, connect) -> None:
    brand = connect(server)
    server.says[READ.path] = [FINE]
    assert _ask(brand) == FINE
    assert server.asked[READ.path] == [{"access_token": "token-1", "chat_id": "wr1"}]
    assert server.asked["gettoken"] == [{"corpid": "ww1", "corpsecret": "the-secret"}]


def test_the_token_is_shared_and_fetched_once(server: Scripted, connect) -> None:
    brand = connect(server)
    server.says[READ.path] = [FINE]
    server.seconds = 0.05

    def ask(_: int) -> None:
        try:
            _ask(brand)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(ask, range(4)))
    assert len(server.asked["gettoken"]) == 1
    assert len(server.asked[READ.path]) == 4


@pytest.mark.parametrize("errcode", [40014, 42001])
def test_a_refused_token_is_renewed_once_and_the_call_made_again(
    server: Scripted, connect, errcode: int
) -> None:
    brand = connect(server)
    server.says["gettoken"] = [TOKEN, TOKEN | {"access_token": "token-2"}]
    server.says[SEND.path] = [{"errcode": errcode}, FINE]
    assert _ask(brand, SEND) == FINE
    assert [one["access_token"] for one in server.asked[SEND.path]] == ["token-1", "token-2"]
    server.says[SEND.path] = [{"errcode": errcode}]
    with pytest.raises(WeComTrouble):
        _ask(brand, SEND)
    assert len(server.asked["gettoken"]) == 3
    assert len(server.asked[SEND.path]) == 4


def test_a_holder_who_died_leaves_the_token_to_the_next(server: Scripted, connect) -> None:
    brand = connect(server)
    server.says[READ.path] = [FINE]
    assert tokens.look(corp_of(brand)).is_ours_to_fetch
    assert not tokens.look(corp_of(brand)).is_ours_to_fetch
    with scope.writing(system_actor(brand)), connection.cursor() as cursor:
        cursor.execute("UPDATE platforms_wecom_token SET fetching_until = clock_timestamp()")
    assert _ask(brand) == FINE


def test_nothing_secret_lies_in_the_database_in_the_clear(server: Scripted, connect) -> None:
    brand = connect(server)
    server.says[READ.path] = [FINE]
    _ask(brand)
    with scope.reading(system_actor(brand)):
        corp, token = Corp.objects.get(), Token.objects.get()
    stored = " ".join(str(value) for value in [*vars(corp).values(), *vars(token).values()])
    assert "the-secret" not in stored
    assert "token-1" not in stored
    assert "the-secret" not in repr(corp_of(brand))


@pytest.mark.parametrize("trouble", [{"errcode": -1}, {"errcode": 45033}, "<html>502</html>", None])
def test_a_read_is_tried_again_a_bounded_number_of_times(
    server: Scripted, connect, trouble
) -> None:
    brand = connect(server)
    server.says[READ.path] = [trouble, trouble, FINE]
    assert _ask(brand) == FINE
    server.says[READ.path] = [trouble]
    with pytest.raises((WeComTrouble, WeComUnreachable)) as caught:
        _ask(brand)
    assert not caught.value.permanent
    assert len(server.asked[READ.path]) == 6


@pytest.mark.parametrize("trouble", [{"errcode": -1}, "<html>502</html>", None])
def test_what_may_have_been_done_is_not_tried_again(server: Scripted, connect, trouble) -> None:
    brand = connect(server)
    server.says[SEND.path] = [trouble, FINE]
    with pytest.raises(OutcomeUnknown):
        _ask(brand, SEND)
    assert len(server.asked[SEND.path]) == 1


def test_a_slow_answer_to_what_may_not_be_repeated_is_unknown(server: Scripted, connect) -> None:
    brand = connect(server, timeout_seconds=0.3)
    server.says[SEND.path] = [FINE]
    server.says[READ.path] = [FINE]
    _ask(brand)
    server.seconds = 0.6
    with pytest.raises(OutcomeUnknown):
        _ask(brand, SEND)
    assert len(server.asked[SEND.path]) == 1


def test_nobody_there_means_nothing_was_done(connect, cast: Cast) -> None:
    class Nowhere:
        url = "http://127.0.0.1:1"

    brand = connect(Nowhere)
    with pytest.raises(WeComUnreachable):
        _ask(brand, SEND)


def test_bad_data_is_refused_at_once_and_for_good(server: Scripted, connect) -> None:
    brand = connect(server)
    server.says[READ.path] = [{"errcode": 40050, "errmsg": "invalid chat id, hint: [17]"}]
    with pytest.raises(WeComTrouble) as caught:
        _ask(brand)
    assert (caught.value.errcode, caught.value.permanent) == (40050, True)
    assert len(server.asked[READ.path]) == 1


def test_too_often_parks_that_api_and_no_other(server: Scripted, connect) -> None:
    brand = connect(server)
    server.says[READ.path] = [{"errcode": 45009}]
    server.says[SEND.path] = [FINE]
    for _ in range(3):
        with pytest.raises(WeComParked) as caught:
            _ask(brand)
        assert 1 <= caught.value.retry_after_seconds <= 60
    assert len(server.asked[READ.path]) == 1
    assert _ask(brand, SEND) == FINE


def _parked(brand: int) -> int:
    """Ask, be parked, and let the time pass; how long it would have been is returned."""
    with pytest.raises(WeComParked) as caught:
        _ask(brand)
    with scope.writing(system_actor(brand)), connection.cursor() as cursor:
        cursor.execute("UPDATE platforms_wecom_pace SET parked_until = clock_timestamp()")
    return caught.value.retry_after_seconds


def test_refused_again_without_a_success_waits_for_the_longer_window(
    server: Scripted, connect
) -> None:
    brand = connect(server, park_seconds=7)
    server.says[READ.path] = [{"errcode": 45009}]
    first, second, third = (_parked(brand) for _ in range(3))
    assert (first, third) == (7, 86400)
    assert second <= 3600
    server.says[READ.path] = [FINE, {"errcode": 45009}]
    _ask(brand)
    assert _parked(brand) == 7
    assert len(server.asked[READ.path]) == 5


def test_our_own_limit_holds_before_theirs(server: Scripted, connect) -> None:
    brand = connect(server, calls_per_minute=7, calls_per_hour=7)
    server.says[READ.path] = [FINE]

    async def many(client: Client) -> int:
        for count in range(20):
            try:
                await client.call(READ)
            except WeComParked:
                return count
        return 20

    assert converse(brand, many) == 7
    assert len(server.asked[READ.path]) == 7


def test_no_more_calls_at_once_than_set(server: Scripted, connect) -> None:
    brand = connect(server, calls_at_once=3)
    server.says[READ.path] = [FINE]
    server.seconds = 0.02

    async def many(client: Client) -> None:
        await asyncio.gather(*(client.call(READ) for _ in range(12)))

    converse(brand, many)
    assert len(server.asked[READ.path]) == 12
    assert server.most_at_once == 3


def test_troubles_and_logs_name_no_token_and_no_secret(
    server: Scripted, connect, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    brand = connect(server)
    server.says[READ.path] = ["<html>"]
    with pytest.raises(WeComUnreachable) as caught:
        _ask(brand)
    told = repr(caught.value) + caplog.text + repr(caught.value.__context__)
    assert "token-1" not in told
    assert "the-secret" not in told


def test_an_enterprise_without_a_corp_is_told_so(cast: Cast) -> None:
    with pytest.raises(NotConnected):
        _ask(cast.ids["other"])


def test_each_code_has_a_kind_and_a_sentence() -> None:
    assert {one.kind for one in MEANINGS.values()} == set(Kind)
    assert all(one.sentence for one in MEANINGS.values())
    assert sentence_of(123456)
