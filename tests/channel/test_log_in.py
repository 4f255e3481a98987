"""Logging in: the story, what is refused, the throttle and its race."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test import Client

from qunlian.channel.actions.log_in import LogInAttempt, WrongLogIn, log_in
from qunlian.channel.models import Account, Session
from qunlian.channel.rules import accounts as rules
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import RateLimited
from tests.cast_words import NOON, PASSWORD, Cast


def login_of(actor: Actor) -> str:
    return Account.objects.get(pk=actor.account_id).login


def attempt(actor: Actor, password: str = PASSWORD, address: str = "10.0.0.1") -> LogInAttempt:
    return LogInAttempt(login=login_of(actor), password=password, address=address)


def test_a_right_password_tells_who_it_is_and_how_far_he_reaches(cast: Cast) -> None:
    done = log_in(attempt=attempt(cast.rong), now=NOON)
    assert done.actor == cast.rong


def test_capital_letters_and_blanks_do_not_matter(cast: Cast) -> None:
    typed = LogInAttempt(
        login=f" {login_of(cast.hua).upper()} ", password=PASSWORD, address="10.0.0.1"
    )
    assert log_in(attempt=typed, now=NOON).actor == cast.hua


def test_a_wrong_password_an_unknown_login_and_a_deactivated_one_look_alike(cast: Cast) -> None:
    with scope.writing(cast.hua):
        Account.objects.filter(pk=cast.song.account_id).update(is_active=False)
    nobody = LogInAttempt(login="nobody@1", password=PASSWORD, address="10.0.0.1")
    for wrong in (attempt(cast.rong, "wrong"), attempt(cast.song), nobody):
        with pytest.raises(WrongLogIn):
            log_in(attempt=wrong, now=NOON)


def test_too_many_attempts_are_refused_until_the_window_ends(cast: Cast) -> None:
    for _ in range(rules.ATTEMPTS_PER_LOGIN):
        with pytest.raises(WrongLogIn):
            log_in(attempt=attempt(cast.rong, "wrong"), now=NOON)
    with pytest.raises(RateLimited) as refused:
        log_in(attempt=attempt(cast.rong, address="10.9.9.9"), now=NOON)
    assert 0 < refused.value.retry_after_seconds <= rules.WINDOW.total_seconds() + 1
    assert log_in(attempt=attempt(cast.song), now=NOON).actor == cast.song
    later = NOON + timedelta(seconds=refused.value.retry_after_seconds)
    assert log_in(attempt=attempt(cast.rong), now=later).actor == cast.rong


def test_one_address_cannot_try_many_logins(cast: Cast) -> None:
    for n in range(rules.ATTEMPTS_PER_ADDRESS):
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO channel_login_attempt AS kept (key, window_at, failures) VALUES (%s, %s, 1) "
                "ON CONFLICT (key, window_at) DO UPDATE SET failures = kept.failures + 1",
                ["address:10.0.0.1", rules.window_of(NOON)],
            )
        assert n >= 0
    with pytest.raises(RateLimited):
        log_in(attempt=attempt(cast.rong), now=NOON)


def test_right_ones_do_not_use_up_the_limit(cast: Cast) -> None:
    Account.objects.filter(pk=cast.rong.account_id).update(password=_cheap())
    for _ in range(rules.ATTEMPTS_PER_ADDRESS + 1):
        log_in(attempt=attempt(cast.rong), now=NOON)


def test_many_guesses_at_once_cannot_slip_past_the_limit(cast: Cast) -> None:
    guess = attempt(cast.rong, "wrong")

    def one(_: int) -> bool:
        try:
            log_in(attempt=guess, now=NOON)
        except WrongLogIn:
            return True
        except RateLimited:
            return False
        finally:
            connections.close_all()
        return False

    with ThreadPoolExecutor(6) as pool:
        looked_at = sum(pool.map(one, range(rules.ATTEMPTS_PER_LOGIN + 8)))
    assert looked_at == rules.ATTEMPTS_PER_LOGIN


def test_the_page_logs_in_remembers_where_to_and_refuses_foreign_addresses(cast: Cast) -> None:
    page = Client()
    assert page.get("/login?next=/stores").status_code == 200
    entered = {"login": login_of(cast.rong), "password": PASSWORD, "next": "/stores"}
    answer = page.post("/login", entered)
    assert (answer.status_code, answer["Location"]) == (302, "/stores")
    session = Session.objects.get(account_id=cast.rong.account_id)
    assert page.cookies["qunlian_session"].value == session.session_key
    away = Client().post("/login", {**entered, "next": "//evil.example/"})
    assert away["Location"] == "/"


def test_the_page_says_wait_with_429(cast: Cast) -> None:
    entered = {"login": login_of(cast.rong), "password": "wrong"}
    answers = [Client().post("/login", entered) for _ in range(rules.ATTEMPTS_PER_LOGIN + 1)]
    assert {answer.status_code for answer in answers[:-1]} == {422}
    assert answers[-1].status_code == 429
    assert int(answers[-1]["Retry-After"]) > 0


def test_logging_out_makes_the_cookie_worthless(
    cast: Cast, logged_in: Callable[[Actor], Client]
) -> None:
    browser = logged_in(cast.rong)
    copy = Client()
    copy.cookies["qunlian_session"] = browser.cookies["qunlian_session"].value
    assert copy.get("/login").status_code == 302
    assert browser.post("/logout")["Location"] == "/login"
    assert copy.get("/login").status_code == 200


def _cheap() -> str:
    from django.contrib.auth.hashers import make_password

    return make_password(PASSWORD, hasher="argon2")
