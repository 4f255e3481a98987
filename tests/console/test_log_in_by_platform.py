"""Log-in by WeCom, from the button to the page that was asked for, with the sandbox's people."""

from collections.abc import Iterator
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from qunlian.channel.models import Handle
from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from qunlian.sandboxes.wecom import Sandbox, start
from tests.cast_words import NOON, Cast
from tests.platforms.worlds import connect


@pytest.fixture
def sandbox(cast: Cast) -> Iterator[Sandbox]:
    """Rong's account is tied, Song's is not."""
    brand, made = system_actor(cast.ids["brand"]), start()
    connect(
        made,
        brand.enterprise_id,
        authorize_url=f"{made.url}/connect/oauth2/authorize",
        qr_url=f"{made.url}/wwlogin/sso/login",
    )
    for userid, name in (("rong", "荣业务"), ("song", "宋业务")):
        made.post("people/hire", userid=userid, name=name)
    with scope.writing(brand):
        Handle.objects.create(
            enterprise_id=brand.enterprise_id,
            platform="wecom",
            key="rong",
            is_staff=True,
            person_id=cast.rong.person_id,
            met_at=NOON,
        )
    yield made
    made.stop()


def _scan(address: str, person: str) -> str:
    """Let somebody scan the code; return where the browser is sent, without its host."""
    import http.client

    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc)
    connection.request("GET", f"{parts.path}?{parts.query}&sandbox_person={person}")
    location = connection.getresponse().headers["Location"]
    connection.close()
    back = urlsplit(location)
    return f"{back.path}?{back.query}"


def _begin(client: Client, **more: str) -> str:
    answer = client.get("/login/by/wecom", more)
    assert answer.status_code == HTTPStatus.FOUND
    return answer["Location"]


def test_scanning_logs_in_and_leads_on(sandbox: Sandbox, cast: Cast) -> None:
    client = Client()
    page = client.get("/login?next=/tasks").content.decode()
    assert "/login/by/wecom?company=" in page
    address = _begin(client, next="/tasks")
    assert "/wwlogin/sso/login" in address
    done = client.get(_scan(address, "rong"))
    assert (done.status_code, done["Location"]) == (HTTPStatus.FOUND, "/tasks")
    assert client.get("/tasks").status_code == HTTPStatus.OK


def test_inside_wecom_there_is_nothing_to_scan(sandbox: Sandbox, cast: Cast) -> None:
    client = Client(headers={"user-agent": "Mozilla/5.0 wxwork/4.1.10"})
    address = _begin(client)
    assert "/connect/oauth2/authorize" in address
    assert client.get(_scan(address, "rong"))["Location"] == "/"


def test_an_unknown_account_is_told_who_can_tie_it(sandbox: Sandbox, cast: Cast) -> None:
    client = Client()
    answer = client.get(_scan(_begin(client), "song"))
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert "song" in answer.content.decode()
    assert client.get("/tasks").status_code == HTTPStatus.FOUND


def test_what_was_not_begun_here_is_refused(sandbox: Sandbox, cast: Cast) -> None:
    client, other = Client(), Client()
    back = _scan(_begin(client), "rong")
    assert other.get(back).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    forged = back.replace(parse_qs(urlsplit(back).query)["state"][0], "guessed")
    assert client.get(forged).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    # the state is gone with the first try, right or wrong
    assert client.get(back).status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_a_code_is_good_once(sandbox: Sandbox, cast: Cast) -> None:
    client = Client()
    back = _scan(_begin(client), "rong")
    code = parse_qs(urlsplit(back).query)["code"][0]
    assert client.get(back).status_code == HTTPStatus.FOUND
    again = Client()
    state = parse_qs(urlsplit(_begin(again)).query)["state"][0]
    answer = again.get(f"/login/from/wecom?code={code}&state={state}")
    assert answer.status_code == HTTPStatus.BAD_GATEWAY
    assert "40029" in answer.content.decode()


def test_a_strange_next_leads_nowhere_else(sandbox: Sandbox, cast: Cast) -> None:
    client = Client()
    done = client.get(_scan(_begin(client, next="https://evil.example.com/"), "rong"))
    assert done["Location"] == "/"


def test_without_a_corp_there_is_no_button_and_no_way(cast: Cast) -> None:
    assert "/login/by/" not in Client().get("/login").content.decode()
    assert Client().get("/login/by/wecom").status_code == HTTPStatus.NOT_FOUND
    assert Client().get("/login/by/web").status_code == HTTPStatus.NOT_FOUND


def test_of_several_enterprises_only_the_one_whose_code_is_brought(
    sandbox: Sandbox, cast: Cast
) -> None:
    code = connect(sandbox, cast.ids["other"])
    assert "/login/by/" not in Client().get("/login").content.decode()
    assert f"company={code}" in Client().get(f"/login?company={code}").content.decode()
    assert Client().get("/login/by/wecom").status_code == HTTPStatus.NOT_FOUND
    assert Client().get(f"/login/by/wecom?company={code}").status_code == HTTPStatus.FOUND
