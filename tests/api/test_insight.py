"""The API of insight: the doctor's findings, for headquarters."""

import hashlib

from django.test import Client

from qunlian.channel.models import ApiToken
from qunlian.kernel.actor import Actor
from tests.cast_words import NOON, Cast


def _findings(actor: Actor, platform: str):
    token = f"token-{actor.account_id}"
    ApiToken.objects.get_or_create(
        digest=hashlib.sha256(token.encode()).hexdigest(),
        defaults={"account_id": actor.account_id, "name": "t", "created_at": NOON},
    )
    headers = {"Authorization": f"Bearer {token}"}
    return Client().get(f"/api/v1/platforms/{platform}/findings", headers=headers)


def test_headquarters_reads_what_the_doctor_finds(cast: Cast) -> None:
    (found,) = _findings(cast.hua, "wecom").json()
    assert (found["check"], found["state"]) == ("corp", "wrong")
    assert found["fix"]
    assert _findings(cast.hua, "web").json() == []
    assert _findings(cast.hua, "carrier-pigeon").status_code == 422
    assert _findings(cast.rong, "wecom").status_code == 403
