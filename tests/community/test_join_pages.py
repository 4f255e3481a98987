"""The page behind a store's code, on a phone."""

from collections.abc import Callable

from django.test import Client

from qunlian.channel.steps import public_code
from qunlian.community.models import Group
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, system_actor
from tests.cast_words import Cast
from tests.community import make
from tests.community.words import East


def _code(cast: Cast, store: str) -> str:
    machinery = system_actor(cast.ids["brand"])
    with scope.writing(machinery):
        return public_code(actor=machinery, kind="store", target_id=cast.ids[store])


def test_scan_type_and_sit_in_the_group(cast: Cast, two_groups: East) -> None:
    address = f"/m/j/{_code(cast, 'A3')}"
    phone = Client()
    page = phone.get(address).content.decode()
    for text in ("临江食品", "东片一群", "东街3号便利店"):
        assert text in page
    assert phone.post(address, {"name": "新店主", "phone": "13900000009"}).status_code in (200, 302)
    assert make.seats_taken(cast.ids["brand"], two_groups.east) == (4, 4)
    again = phone.post(address, {})  # his phone knows him now
    assert again.status_code in (200, 302)
    assert make.seats_taken(cast.ids["brand"], two_groups.east) == (4, 4)


def test_what_was_typed_comes_back_with_the_reason(cast: Cast, two_groups: East) -> None:
    address = f"/m/j/{_code(cast, 'A3')}"
    response = Client().post(address, {"name": "新店主", "phone": "12"})
    assert response.status_code == 422
    assert "新店主" in response.content.decode()


def test_a_seed_groups_poster_brings_a_consumer_into_its_chat(
    cast: Cast, logged_in: Callable[[Actor], Client]
) -> None:
    brand, machinery = cast.ids["brand"], system_actor(cast.ids["brand"])
    seeds = make.group(brand, "尝鲜群", territory_id=cast.ids["N-1"], layer="consumer")
    with scope.writing(machinery):
        code = public_code(actor=machinery, kind="group", target_id=seeds)
    posters = logged_in(cast.hua).get(f"/invitations/posters?group={seeds}")
    assert [poster.words.rpartition("/")[2] for poster in posters.context["posters"]] == [code]
    phone, address = Client(), f"/m/j/{code}?from=poster"
    assert "尝鲜群" in phone.get(address).content.decode()
    answer = phone.post(address, {"name": "小雨", "phone": "13900000031"})
    assert answer.headers["Location"] == f"/m/chats/{seeds}"
    assert "尝鲜群" in phone.get("/m/").content.decode()
    assert "/m/products" not in phone.get("/m/me").content.decode()  # he has no store to buy for
    refused = phone.get("/m/products", headers={"referer": "http://testserver/m/me"})
    assert refused.headers["Location"] == "http://testserver/m/me"


def test_a_groups_page_speaks_of_whom_its_layer_gathers(
    cast: Cast, logged_in: Callable[[Actor], Client]
) -> None:
    brand, city = cast.ids["brand"], cast.ids["N-1"]
    client = logged_in(cast.hua)
    for layer, tabs in (("distributor", ["distributors"]), ("consumer", []), ("store", ["stores"])):
        group = make.group(brand, f"{layer}群", territory_id=city, layer=layer)
        page = client.get(f"/groups/{group}?tab={tabs[0] if tabs else 'stores'}")
        assert page.context["tab"] == (tabs[0] if tabs else "members")
        others = [name for name in page.context["tabs"] if name in ("stores", "distributors")]
        assert others == tabs
        assert ("/invitations/posters" in page.content.decode()) == (layer != "distributor")


def test_full_and_waiting_say_what_to_do(cast: Cast, two_groups: East) -> None:
    with scope.writing(cast.hua):
        Group.objects.filter(pk=two_groups.east).update(seats_cap=3)
    page = Client().get(f"/m/j/{_code(cast, 'A3')}").content.decode()
    assert "荣业务" in page
    address = f"/m/j/{_code(cast, 'A4')}"
    response = Client().post(address, {"name": "等店主", "phone": "13900000008"})
    assert response.status_code == 200


def test_wrong_codes_and_colleagues(
    cast: Cast, two_groups: East, logged_in: Callable[[Actor], Client]
) -> None:
    assert Client().get("/m/j/nosuchcode").status_code == 404
    colleague = logged_in(cast.rong)
    address = f"/m/j/{_code(cast, 'A3')}"
    assert colleague.post(address, {"name": "甲", "phone": "13900000007"}).status_code == 200
    assert make.seats_taken(cast.ids["brand"], two_groups.east) == (3, 3)
