"""A store owner opens a claim link inside the client: WeCom's own log-in says who he is, one tap binds his store."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import Browser, expect

from qunlian.sandboxes.wecom import Sandbox, start
from tests.browser.conftest import PHONE
from tests.browser.lookout import Lookout
from tests.browser.walk import press
from tests.cast_words import NOON, Cast
from tests.platforms.served import served
from tests.platforms.worlds import connect

CLIENT = "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.50"


@pytest.fixture(autouse=True)
def beside_a_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Django work in this thread, in which the browser's loop runs too."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture
def sandbox(cast: Cast) -> Iterator[Sandbox]:
    made = start()
    connect(made, cast.ids["brand"], authorize_url=f"{made.url}/connect/oauth2/authorize")
    made.post("people/hire", userid="rong", name="荣业务")
    yield made
    made.stop()


@pytest.fixture
def link(cast: Cast, sandbox: Sandbox) -> str:
    """Return the claim link of Rong's group, in which two of her customers sit; it was read and taken over."""
    from qunlian.channel.models import Handle
    from qunlian.channel.steps import public_code
    from qunlian.community.actions.adopt_rooms import Adoption, adopt_rooms
    from qunlian.community.actions.find_bindings import find_bindings
    from qunlian.community.models import FoundRoom
    from qunlian.kernel import scope
    from qunlian.kernel.actor import system_actor

    brand = system_actor(cast.ids["brand"])
    people = [
        sandbox.post("people/new_customer", name=name)["external_userid"]
        for name in ("欧阳店主", "云淡风轻")
    ]
    sandbox.post("people/make_group", userid="rong", name="石原东片群", members=people)
    with scope.writing(brand):
        Handle.objects.create(
            enterprise_id=brand.enterprise_id,
            platform="wecom",
            key="rong",
            person_id=cast.rong.person_id,
            is_staff=True,
            met_at=NOON,
        )
    with ThreadPoolExecutor(1) as elsewhere:  # the adapter's loop can't run beside the browser's
        elsewhere.submit(_read_all, brand.enterprise_id).result()
    with scope.reading(brand):
        room_id = FoundRoom.objects.get().pk
    done = adopt_rooms(actor=cast.hua, adoptions=[Adoption(room_id=room_id)], now=NOON)
    find_bindings(actor=brand, room_id=room_id, now=NOON)
    with scope.writing(brand):
        code = public_code(actor=brand, kind="claim", target_id=done.groups[room_id])
    return f"/m/claim/{code}"


def _read_all(enterprise_id: int) -> None:
    from django.db import connection

    from qunlian.community import jobs

    try:
        jobs.list_rooms(enterprise_id=enterprise_id, platform="wecom")
    finally:
        connection.close()


def test_one_tap_binds_whom_wecom_has_logged_in(
    link: str, sandbox: Sandbox, cast: Cast, browser: Browser
) -> None:
    with served() as ours:
        window = browser.new_context(
            base_url=ours, viewport=PHONE, user_agent=CLIENT, locale="zh-CN"
        )
        phone = Lookout(window.new_page(), "phone")
        page = phone.page
        phone.open(link, is_read_aloud=True)  # the sandbox asks whose phone it is
        assert page.url.startswith(sandbox.url)
        press(page.get_by_role("link", name="欧阳店主"))
        assert page.url == f"{ours}{link}"
        phone.listen(link)
        phone.picture("wecom-claim")
        expect(page.get_by_label("您在群里的名字")).to_have_count(0)
        press(page.get_by_role("button", name="东街1号便利店"))
        expect(page.get_by_text("已确认这是您的店")).to_be_visible()
        phone.picture("wecom-claimed")
        assert phone.trouble == []
        window.close()
    assert _members_stores(cast) == {"欧阳店主": cast.ids["A1"], "云淡风轻": None}


def _members_stores(cast: Cast) -> dict[str, int | None]:
    from qunlian.community.models import HandleView, Member
    from qunlian.kernel import scope

    with scope.reading(cast.hua):
        names = dict(
            HandleView.objects.filter(platform="wecom", is_staff=False).values_list(
                "person_id", "name"
            )
        )
        rows = Member.objects.filter(person_id__in=names, left_at=None)
        return {names[person]: store for person, store in rows.values_list("person_id", "store_id")}
