# ruff: noqa: ARG002
"""The claim page on a phone: one tap where the platform says who he is, a few words elsewhere."""

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from django.conf import settings
from django.test import Client, override_settings

from qunlian.channel.steps import public_code
from qunlian.community.actions.bind_member import bind_member
from qunlian.community.actions.recognise_member import recognise_member
from qunlian.community.queries.claims import claim_card
from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from qunlian.kernel.errors import PlatformTrouble
from qunlian.platforms import registry
from tests.cast_words import NOON, Cast
from tests.community import outside
from tests.community.bound import adopt, handle_of, store_of
from tests.community.claims import DIGITS, signs_of

WECHAT = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.50"}


class TellsWho(outside.Outside):
    """A platform that says who opened a page: whoever stands in the code it gave."""

    def companies(self) -> dict[str, int]:
        return {}

    def log_in_address(
        self, enterprise_id: int, *, back_to: str, state: str, is_in_client: bool
    ) -> str:
        return f"https://platform.example/authorize?{urlencode({'back': back_to, 'state': state})}"

    def who_logged_in(self, enterprise_id: int, code: str) -> str:
        if code == "used":
            raise PlatformTrouble(permanent=True)
        return code


@pytest.fixture(autouse=True)
def connected() -> Iterator[None]:
    platforms = {**settings.QUNLIAN_PLATFORMS, "outside": f"{__name__}.TellsWho"}
    with override_settings(QUNLIAN_PLATFORMS=platforms):
        registry.platform.cache_clear()
        yield
    registry.platform.cache_clear()


def link(cast: Cast, kind: str, target_id: int) -> str:
    machinery = system_actor(cast.ids["brand"])
    with scope.writing(machinery):
        return f"/m/claim/{public_code(actor=machinery, kind=kind, target_id=target_id)}"


def come_back(phone: Client, address: str, person: str) -> None:
    sent = phone.get(address, headers=WECHAT)
    asked = dict(parse_qsl(urlsplit(sent.headers["Location"]).query))
    assert asked["back"] == f"http://testserver{address}/me"
    back = phone.get(f"{address}/me", {"state": asked["state"], "code": person}, headers=WECHAT)
    assert back.headers["Location"] == address


def test_one_tap_inside_the_platform(cast: Cast) -> None:
    _, group_id = adopt(cast)
    address, phone = link(cast, "claim", group_id), Client()
    come_back(phone, address, "wm3")
    page = phone.get(address, {"q": "1号"}, headers=WECHAT).content.decode()
    assert "东街1号便利店" in page
    assert 'name="called"' not in page
    done = phone.post(address, {"store_id": cast.ids["A1"], "digits": DIGITS}, headers=WECHAT)
    assert done.status_code == 200
    assert store_of(cast, group_id, "wm3") == cast.ids["A1"]


def test_who_the_platform_does_not_know_says_it_in_words(cast: Cast) -> None:
    _, group_id = adopt(cast)
    address, phone = link(cast, "claim", group_id), Client()
    come_back(phone, address, "")
    page = phone.get(address, headers=WECHAT)  # he is not sent round in circles
    assert page.status_code == 200
    assert 'name="called"' in page.content.decode()
    typed = {"called": "云淡风轻", "store_id": cast.ids["A1"]}
    assert phone.post(address, typed, headers=WECHAT).status_code == 200
    assert signs_of(cast, "wm3", "A1") == ("proposed", ["claimed"])
    wrong = phone.post(address, typed | {"called": "谁"}, headers=WECHAT)
    assert wrong.status_code == 422


def test_outside_the_platform_nobody_is_sent_anywhere(cast: Cast) -> None:
    _, group_id = adopt(cast)
    page = Client().get(link(cast, "claim", group_id))
    assert page.status_code == 200
    for secret in ("老王", "二号便利店", "欧阳店主", "东街1号便利店"):
        assert secret not in page.content.decode()


def test_a_stores_own_link_asks_for_that_store_only(cast: Cast) -> None:
    _, group_id = adopt(cast)
    own = link(cast, "store", cast.ids["A1"])
    assert Client().get(own).status_code == 404  # it has no group yet
    phone = Client()
    phone.post(link(cast, "claim", group_id), {"called": "云淡风轻", "store_id": cast.ids["A2"]})
    handle_id = handle_of(cast, "wm1")
    bind_member(
        actor=cast.rong, group_id=group_id, handle_id=handle_id, store_id=cast.ids["A1"], now=NOON
    )
    assert "东街1号便利店" in Client().get(own).content.decode()
    Client().post(own, {"called": "欧阳店主", "store_id": cast.ids["A2"]})
    assert signs_of(cast, "wm4", "A1")[0] == "proposed"


def test_a_state_that_we_did_not_give_is_nobodys(cast: Cast) -> None:
    _, group_id = adopt(cast)
    address, phone = link(cast, "claim", group_id), Client()
    phone.get(address, headers=WECHAT)
    phone.get(f"{address}/me", {"state": "forged", "code": "wm3"}, headers=WECHAT)
    phone.get(f"{address}/me", {"state": "", "code": "wm3"}, headers=WECHAT)
    assert 'name="called"' in phone.get(address, headers=WECHAT).content.decode()


def test_codes_that_lead_nowhere(cast: Cast) -> None:
    _, group_id = adopt(cast)
    assert Client().get("/m/claim/nonsense").status_code == 404
    assert Client().get(link(cast, "group", group_id)).status_code == 404
    assert Client().get(link(cast, "claim", 10**9)).status_code == 404


def test_nobody_elses_account_is_recognised(cast: Cast) -> None:
    _, group_id = adopt(cast)
    machinery = system_actor(cast.ids["brand"])
    card = claim_card(machinery, "claim", group_id)
    assert recognise_member(actor=machinery, card=card, code="wm3") == handle_of(cast, "wm3")
    for code in ("", "used", "R1", "stranger"):  # our own staff claim nothing
        assert recognise_member(actor=machinery, card=card, code=code) is None
