"""A database that is away is said plainly and soon over; a bug stays a bug."""

import os
from collections.abc import Iterator

import psycopg
import pytest
from django.db import OperationalError, connections
from django.test import Client

from qunlian.kernel.actor import Actor
from qunlian.site.errors import is_database_away
from tests.cast_words import Cast


@pytest.fixture
def away(cast: Cast) -> Iterator[None]:
    """No server where there was one."""
    connection = connections["default"]
    connection.close()
    host = connection.settings_dict["HOST"]
    connection.settings_dict["HOST"] = "/nowhere"
    yield
    connection.settings_dict["HOST"] = host


@pytest.mark.parametrize("path", ["/", "/m/chats", "/login"])
def test_a_page_asks_to_wait_a_moment(logged_in, cast: Cast, path: str, away: None) -> None:
    client = Client(raise_request_exception=False)
    client.cookies["qunlian_session"] = "somebody"
    answer = client.get(path)
    assert (answer.status_code, answer["Retry-After"]) == (503, "3")
    assert answer["X-Request-ID"] in answer.content.decode()


@pytest.mark.parametrize("path", ["/api/v1/stores", "/health/ready"])
def test_a_program_is_told_as_it_can_read(path: str, away: None) -> None:
    answer = Client(raise_request_exception=False).get(
        path, headers={"Authorization": "Bearer something"}
    )
    assert (answer.status_code, answer["Retry-After"]) == (503, "3")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "site.database_away"


def test_a_server_that_ends_in_the_middle_is_away_and_the_next_request_works(database: str) -> None:
    client = Client(raise_request_exception=False)
    assert client.get("/health/ready").status_code == 200
    with psycopg.connect(os.environ["QUNLIAN_TEST_CLUSTER_URL"], autocommit=True) as cluster:
        cluster.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [database]
        )
    assert client.get("/health/ready").status_code == 503
    connections["default"].close()
    assert client.get("/health/ready").status_code == 200


@pytest.mark.parametrize("state", ["40P01", "55P03", "57014", "53100"])
def test_what_the_server_says_about_our_query_is_no_excuse(state: str) -> None:
    error = OperationalError("said by the server")
    error.__cause__ = psycopg.errors.lookup(state)("said by the server")
    assert not is_database_away(error)


def test_a_bug_stays_a_500(cast: Cast, logged_in, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_actor: Actor) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("qunlian.site.context.enterprise_card", broken)
    client = logged_in(cast.hua)
    client.raise_request_exception = False
    answer = client.get("/")
    assert answer.status_code == 500
    assert "Retry-After" not in answer
