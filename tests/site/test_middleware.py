"""What every answer carries, whatever page it is."""

from django.test import Client

from tests.cast_words import Cast


def test_every_answer_has_its_request_id_and_keeps_an_offered_one(cast: Cast) -> None:
    client = Client()
    assert len(client.get("/health/alive")["X-Request-ID"]) == 32
    offered = client.get("/health/alive", headers={"X-Request-ID": "proxy-0123456789"})
    assert offered["X-Request-ID"] == "proxy-0123456789"
    forged = client.get("/health/alive", headers={"X-Request-ID": "a b\tc"})
    assert forged["X-Request-ID"] != "a b\tc"


def test_only_our_own_scripts_and_styles_run(cast: Cast) -> None:
    policy = Client().get("/health/alive")["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


def test_ready_means_a_database_as_a_role_that_is_fenced(cast: Cast) -> None:
    answer = Client().get("/health/ready")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})


def test_a_stranger_is_sent_to_log_in_and_back(cast: Cast) -> None:
    answer = Client().get("/")
    assert answer.status_code == 302
    assert answer["Location"] == "/login?next=%2F"


def test_an_address_that_is_not_there_is_a_404_page_with_the_request_id(cast: Cast) -> None:
    answer = Client().get("/nowhere")
    assert answer.status_code == 404
    assert answer["X-Request-ID"] in answer.content.decode()
