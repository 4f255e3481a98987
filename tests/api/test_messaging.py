"""The API of messages: write, send, see the proof; another enterprise finds nothing."""

import json
from collections.abc import Callable

import pytest
from django.test import Client

from qunlian.kernel.actor import Actor
from tests.cast_words import Cast
from tests.messaging.scenes import deliver, scene

Api = Callable[..., tuple[int, dict]]


@pytest.fixture
def api(cast: Cast) -> Api:
    import hashlib

    from qunlian.channel.models import ApiToken
    from tests.cast_words import NOON

    def call(actor: Actor, method: str, path: str, **body: object) -> tuple[int, dict]:
        token = f"token-{actor.account_id}"
        digest = hashlib.sha256(token.encode()).hexdigest()
        ApiToken.objects.get_or_create(
            digest=digest,
            defaults={"account_id": actor.account_id, "name": "t", "created_at": NOON},
        )
        answer = Client().generic(
            method,
            f"/api/v1{path}",
            json.dumps(body),
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )
        return answer.status_code, json.loads(answer.content or b"{}")

    return call


def test_a_broadcast_from_draft_to_proof(cast: Cast, api: Api) -> None:
    here = scene(cast)
    status, size = api(cast.hua, "POST", "/broadcasts/size", layers=["store"])
    assert (status, size["groups"]) == (200, 2)
    status, made = api(cast.hua, "POST", "/broadcasts", title="通知", text="明天到货")
    assert (status, made["state"]) == (201, "draft")
    path = f"/broadcasts/{made['broadcast_id']}"
    assert api(cast.hua, "POST", f"{path}/send") == (200, {"groups": 2})
    deliver(cast, made["broadcast_id"])
    assert api(cast.hua, "GET", f"{path}/progress")[1]["sent"] == 2
    assert api(cast.hua, "GET", f"{path}/result")[1]["total"]["people"] == 1
    assert api(cast.hua, "GET", "/broadcasts")[1]["rows"][0]["state"] == "sent"
    status, said = api(
        cast.rong, "POST", f"/groups/{here.a}/messages", client_key="k-00000001", text="好"
    )
    assert (status, said) == (201, {"seq": 2, "is_new": True})
    lines = api(cast.rong, "GET", f"/groups/{here.a}/messages")[1]["lines"]
    assert [line["body"]["text"] for line in lines] == ["明天到货", "好"]
    assert api(cast.rong, "GET", "/chats")[0] == 200
    for verb, expected in (("pause", 409), ("resume", 409), ("cancel", 409), ("retry", 409)):
        assert api(cast.hua, "POST", f"{path}/{verb}")[0] == expected


def test_another_enterprise_finds_nothing(cast: Cast, api: Api) -> None:
    here = scene(cast)
    _, made = api(cast.hua, "POST", "/broadcasts", title="通知", text="明天到货")
    path = f"/broadcasts/{made['broadcast_id']}"
    for outsider in (cast.wai, cast.wei):
        assert api(outsider, "GET", path)[0] == 404
        assert api(outsider, "POST", f"{path}/send")[0] == 404
        assert api(outsider, "GET", f"/groups/{here.a}/messages")[0] == 404
    assert api(cast.hua, "POST", "/broadcasts/size", layers=["nonsense"])[0] == 422
