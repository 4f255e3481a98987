"""The walk through a platform's set-up as headquarters sees it."""

import pytest
from django.test import Client

from qunlian.platforms.wecom.accounts import corp_of, envelope_of
from qunlian.sandboxes.wecom import start
from tests.cast_words import Cast


@pytest.fixture
def browser(logged_in, cast: Cast) -> Client:
    client: Client = logged_in(cast.hua)
    return client


def _enter(browser: Client, **entries: str):
    return browser.post("/platforms/wecom/enter", entries, follow=True)


def test_the_truth_table_stands_there(browser: Client) -> None:
    page = browser.get("/platforms").content.decode()
    assert "企业微信" in page
    assert "/platforms/wecom" in page


def test_a_walk_from_nothing_to_checks(browser: Client, cast: Cast) -> None:
    assert "Checking" not in browser.get("/platforms/wecom").content.decode()
    sandbox = start()
    try:
        _enter(browser, corp_id=sandbox.corp_id)
        _enter(browser, base_url=sandbox.url)
        _enter(browser, agent_id=str(sandbox.agent_id), secret="wrong")
        page = browser.get("/platforms/wecom?check=1").content.decode()
        assert "40001" in page
        _enter(browser, secret=sandbox.secret)
        page = browser.get("/platforms/wecom?check=1").content.decode()
        assert "40001" not in page
        assert sandbox.secret not in page
    finally:
        sandbox.stop()


def test_keys_are_shown_once(browser: Client, cast: Cast) -> None:
    _enter(browser, corp_id="ww12")
    made = browser.post("/platforms/wecom/keys")
    keys = envelope_of(cast.ids["brand"])
    assert keys.token in made.content.decode()
    assert keys.aes_key in made.content.decode()
    assert made["Cache-Control"] == "no-store"
    later = browser.get("/platforms/wecom").content.decode()
    assert keys.token not in later
    assert keys.aes_key not in later


def test_a_wrong_entry_is_said_at_its_field_and_nothing_typed_is_lost(
    browser: Client, cast: Cast
) -> None:
    _enter(browser, corp_id="ww12")
    answer = _enter(browser, agent_id="seven", secret="typed-once")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "seven" in page
    assert "typed-once" not in page
    assert corp_of(cast.ids["brand"]).agent_id == 0


def test_others_find_nothing(logged_in, cast: Cast) -> None:
    for actor in (cast.ma, cast.ding):
        assert logged_in(actor).get("/platforms").status_code == 404
        assert logged_in(actor).get("/platforms/wecom").status_code == 404
    assert logged_in(cast.hua).get("/platforms/web").status_code == 404
