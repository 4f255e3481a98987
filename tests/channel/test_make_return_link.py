"""A member lost or changed his phone: who looks after his store makes the way back."""

from collections.abc import Callable

import pytest
from django.test import Client

from qunlian.channel.actions.make_return_link import (
    LostPhone,
    MadeReturnLink,
    NotJoinedYet,
    PhoneTaken,
    make_return_link,
)
from qunlian.channel.models import Person, ReturnLink
from qunlian.channel.queries.audit import history
from qunlian.channel.steps import NotAPhone
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, system_actor
from qunlian.kernel.errors import Forbidden, NotFound
from tests import make
from tests.cast_words import NOON, Cast
from tests.settled import wait_for_journal

LoggedIn = Callable[[Actor], Client]


def lost(cast: Cast, phone: str = "") -> LostPhone:
    return LostPhone(store_id=cast.ids["A1"], person_id=cast.oyang.person_id or 0, phone=phone)


def made(cast: Cast, phone: str = "") -> MadeReturnLink:
    return make_return_link(actor=cast.rong, lost=lost(cast, phone), now=NOON)


def test_all_phones_are_logged_out_and_an_older_link_is_void(
    cast: Cast, logged_in: LoggedIn
) -> None:
    phone = logged_in(cast.oyang)
    assert phone.get("/m/me").status_code == 200
    first = made(cast)
    assert first.ended == 1
    assert phone.get("/m/me").status_code == 302
    second = made(cast)
    assert first.token != second.token
    assert ReturnLink.objects.count() == 1
    wait_for_journal()
    with scope.reading(cast.hua):
        facts = history(cast.hua, "store", cast.ids["A1"]).rows
    assert [line.name for line in facts] == ["channel.return_link_made"] * 2
    assert first.token not in str(facts)


def test_a_changed_number_is_kept(cast: Cast) -> None:
    made(cast, "139 0000 0009")
    with scope.reading(cast.hua):
        assert Person.objects.get(pk=cast.oyang.person_id).phone == "+8613900000009"


def test_refusals(cast: Cast) -> None:
    brand = system_actor(cast.ids["brand"])
    make.person(brand, "别人", "+8613900000007")
    for actor, refusal in (
        (cast.du, Forbidden),
        (cast.guan, Forbidden),
        (cast.oyang, Forbidden),
        (cast.song, NotFound),
        (cast.wai, NotFound),
    ):
        with pytest.raises(refusal):
            make_return_link(actor=actor, lost=lost(cast), now=NOON)
    stranger = LostPhone(store_id=cast.ids["A2"], person_id=cast.oyang.person_id or 0)
    with pytest.raises(NotFound):
        make_return_link(actor=cast.rong, lost=stranger, now=NOON)
    with pytest.raises(NotAPhone):
        made(cast, "12")
    with pytest.raises(PhoneTaken):
        made(cast, "13900000007")
    assert ReturnLink.objects.count() == 0


def test_who_never_joined_has_nothing_to_come_back_to(cast: Cast) -> None:
    from qunlian.channel.models import Contact

    brand = system_actor(cast.ids["brand"])
    known = make.person(brand, "未入群")
    with scope.writing(brand):
        Contact.objects.create(
            enterprise_id=brand.enterprise_id, person=known, store_id=cast.ids["A1"], since_at=NOON
        )
    wish = LostPhone(store_id=cast.ids["A1"], person_id=known.pk)
    with pytest.raises(NotJoinedYet):
        make_return_link(actor=cast.rong, lost=wish, now=NOON)


def test_the_pages_from_the_store_to_the_new_phone(cast: Cast, logged_in: LoggedIn) -> None:
    rep = logged_in(cast.rong)
    address = f"/stores/{cast.ids['A1']}/people/{cast.oyang.person_id}/return"
    assert address in rep.get(f"/stores/{cast.ids['A1']}").content.decode()
    assert rep.get(address).status_code == 200
    bad = rep.post(address, {"phone": "12"})
    assert bad.status_code == 422
    shown = rep.post(address, {"phone": ""})
    assert shown.status_code == 200
    link = shown.context["link"]
    assert "<svg" in shown.content.decode()
    phone = Client()
    assert "欧阳店主" in phone.get(link).content.decode()
    answer = phone.post(link)
    assert answer.status_code == 302
    assert phone.get("/m/me").status_code == 200
    assert Client().get(link).status_code == 404
    assert Client().post(link).status_code == 409
    for outsider in (cast.song, cast.du, cast.wai):
        assert logged_in(outsider).get(address).status_code == 404
        assert logged_in(outsider).post(address).status_code == 404
