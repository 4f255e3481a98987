"""Headquarters gives somebody a new first password."""

import pytest
from django.test import Client

from qunlian.channel.actions.log_in import LogInAttempt, log_in
from qunlian.channel.actions.reset_password import reset_password
from qunlian.channel.models import Account
from qunlian.channel.steps import WeakPassword
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import NOON, Cast


def test_the_new_password_holds(cast: Cast) -> None:
    rong = cast.rong.account_id or 0
    reset_password(actor=cast.hua, account_id=rong, password="quite-new-77", now=NOON)
    login = Account.objects.get(pk=rong).login
    attempt = LogInAttempt(login=login, password="quite-new-77", address="10.0.0.1")
    assert log_in(attempt=attempt, now=NOON).actor == cast.rong


def test_refusals(cast: Cast) -> None:
    rong = cast.rong.account_id or 0
    for actor, password, refusal in (
        (cast.ma, "quite-new-77", Forbidden),
        (cast.wai, "quite-new-77", NotFound),
        (cast.hua, "1", WeakPassword),
    ):
        with pytest.raises(refusal):
            reset_password(actor=actor, account_id=rong, password=password, now=NOON)


def test_whoever_logs_in_with_it_must_choose_his_own(cast: Cast) -> None:
    rong = cast.rong.account_id or 0
    reset_password(actor=cast.hua, account_id=rong, password="quite-new-77", now=NOON)
    browser = Client()
    login = Account.objects.get(pk=rong).login
    browser.post("/login", {"login": login, "password": "quite-new-77"})
    for address in ("/", "/stores", "/m/", f"/groups/{1}"):
        answer = browser.get(address)
        assert answer.headers["Location"] == "/account", address
    assert browser.get("/account").status_code == 200
    same = browser.post("/account/password", {"old": "quite-new-77", "password": "quite-new-77"})
    assert same.status_code == 422
    done = browser.post("/account/password", {"old": "quite-new-77", "password": "my-own-word-9"})
    assert done.status_code == 302
    assert browser.get("/stores").status_code == 200
    browser.post("/logout")
    browser.post("/login", {"login": login, "password": "my-own-word-9"})
    assert browser.get("/stores").status_code == 200


def test_the_page(cast: Cast, logged_in) -> None:
    address = f"/accounts/{cast.rong.account_id}/password"
    headquarters = logged_in(cast.hua)
    assert address in headquarters.get("/accounts").content.decode()
    assert headquarters.get(address).status_code == 200
    assert headquarters.post(address, {"password": "1"}).status_code == 422
    assert headquarters.post(address, {"password": "quite-new-77"}).status_code == 302
    assert Account.objects.get(pk=cast.rong.account_id).must_change_password
    for outsider in (cast.ma, cast.song, cast.du, cast.wai):
        assert logged_in(outsider).get(address).status_code == 404
        assert logged_in(outsider).post(address).status_code == 404
