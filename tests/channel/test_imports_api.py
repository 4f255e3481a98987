"""Rosters by program: the same engine behind JSON and files."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from qunlian.channel import jobs
from qunlian.kernel.actor import Actor
from tests.cast_words import Cast
from tests.channel.rosters import fetch

Caller = Callable[[Actor], Client]


@pytest.fixture
def calling(cast: Cast) -> Caller:
    """A program with somebody's key."""
    import hashlib

    from qunlian.channel.models import ApiToken
    from tests.cast_words import NOON

    def open_client(actor: Actor) -> Client:
        token = f"key-of-{actor.account_id}"
        digest = hashlib.sha256(token.encode()).hexdigest()
        ApiToken.objects.get_or_create(
            digest=digest,
            defaults={"account_id": actor.account_id, "name": "t", "created_at": NOON},
        )
        return Client(headers={"Authorization": f"Bearer {token}"})

    return open_client


def load(client: Client, rows: list[dict[str, Any]], kind: str = "stores", **more: Any):
    body = {"rows": rows, **more}
    return client.post(f"/api/v1/rosters/{kind}", body, content_type="application/json")


def run_jobs(cast: Cast) -> None:
    for (args,) in fetch(
        cast.hua, "SELECT args FROM procrastinate_jobs WHERE task_name = 'channel.commit_roster'"
    ):
        jobs.commit(**json.loads(args))


def test_rows_are_loaded_and_bad_ones_told(cast: Cast, calling: Caller) -> None:
    client = calling(cast.hua)
    rows = [
        {"code": "N1", "name": "店", "territory": "PA", "size": 12.5, "owner_phone": 13800001234},
        {"code": "N2", "name": "", "territory": "PA"},
    ]
    answer = load(client, rows)
    assert (answer.status_code, answer.json()["state"]) == (202, "loading")
    run_jobs(cast)
    place = f"/api/v1/imports/{answer.json()['id']}"
    told = client.get(place).json()
    assert (told["state"], told["new"], told["bad"]) == ("loaded", 1, 1)
    assert told["reasons"][0]["field"] == "name"
    (bad,) = client.get(f"{place}/bad-rows").json()
    assert (bad["line"], bad["cells"]["code"]) == (3, "N2")
    assert fetch(cast.hua, "SELECT size_fen FROM channel_store WHERE code = 'N1'") == [(1250,)]


def test_a_file_goes_the_same_way(cast: Cast, calling: Caller) -> None:
    client = calling(cast.rong)
    file = SimpleUploadedFile("a.csv", "店编码,店名\nN1,店\nB1,别人的\n".encode())
    answer = client.post("/api/v1/rosters/stores/file", {"file": file, "is_all_or_nothing": "true"})
    assert answer.status_code == 202
    run_jobs(cast)
    assert client.get(f"/api/v1/imports/{answer.json()['id']}").json()["state"] == "refused"


def test_what_cannot_be_meant_is_refused(cast: Cast, calling: Caller) -> None:
    client = calling(cast.hua)
    assert load(client, [{"nonsense": 1}]).json()["code"] == "channel.unknown_field"
    assert load(client, [{"type": "便利店"}]).json()["code"] == "channel.columns_missing"
    assert load(client, []).status_code == 422
    assert load(client, [{"code": "N1"}], "nonsense").status_code == 422
    assert load(calling(cast.rong), [{"code": "N1", "name": "x"}], "staff").status_code == 403


def test_an_outsider_finds_nothing(cast: Cast, calling: Caller) -> None:
    answer = load(calling(cast.hua), [{"code": "N1", "name": "店", "territory": "PA"}])
    place = f"/api/v1/imports/{answer.json()['id']}"
    for who in (cast.wai, cast.rong, cast.ding):
        client = calling(who)
        assert client.get(place).status_code == 404
        assert client.get(f"{place}/bad-rows").status_code == 404
        assert client.post(f"{place}/cancel").status_code == 404
    assert calling(cast.hua).post(f"{place}/cancel").status_code == 200
