"""The page beside a chat in Chromium, with what WeCom's client puts into its browser: texts and pictures are sent."""

import io
import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from qunlian.sandboxes.wecom import Sandbox, start
from tests.browser.conftest import PHONE
from tests.browser.lookout import Lookout
from tests.browser.walk import press
from tests.cast_words import NOON, Cast
from tests.platforms.served import served
from tests.platforms.worlds import connect

WORDS = "本群只谈订货和到货，晚上九点后不发消息。"
#: How often the client has put something into the chat.
SENT = """n => window.told.filter(([name, told]) => name === "sendChatMessage"
    && told.err_msg === "sendChatMessage:ok").length === n"""


@pytest.fixture(autouse=True)
def beside_a_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Django work in this thread, in which the browser's loop runs too."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    made = start()
    made.post("people/hire", userid="rong", name="荣业务")
    yield made
    made.stop()


@pytest.fixture
def group_id(cast: Cast, sandbox: Sandbox) -> int:
    """Rong's group wr1 on WeCom, with a task of hers; her account is tied."""
    from qunlian.channel.models import Handle
    from qunlian.community.models import Group
    from qunlian.community.steps import tasks
    from qunlian.kernel import scope
    from qunlian.kernel.actor import system_actor
    from qunlian.messaging.actions.upload_media import Upload, upload_media
    from tests.messaging.scenes import group

    brand = system_actor(cast.ids["brand"])
    connect(sandbox, brand.enterprise_id, authorize_url=f"{sandbox.url}/connect/oauth2/authorize")
    made = group(cast, "PA", steward=cast.rong, people={cast.rong: "owner"})
    room = sandbox.post("people/make_group", userid="rong", name="东街群")["chat_id"]
    picture = upload_media(
        actor=cast.rong, upload=Upload(kind="image", content=_drawn(), group_id=made), now=NOON
    ).token
    usual = {"enterprise_id": brand.enterprise_id}
    with scope.writing(brand):
        Group.objects.filter(pk=made).update(platform="wecom", platform_key=room)
        wish = tasks.Wish(
            kind="post",
            source="test",
            source_key="1",
            platform="wecom",
            groups=(made,),
            payload={"text": WORDS, "pictures": [picture]},
        )
        tasks.ask(actor=brand, wishes=[wish], at=NOON)
        rong = {"platform": "wecom", "key": "rong", "person_id": cast.rong.person_id}
        Handle.objects.create(**usual, **rong, is_staff=True, met_at=NOON)
    return made


def _drawn() -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (640, 480), "#06803f").save(out, "PNG")
    return out.getvalue()


def test_a_rep_does_her_task_beside_the_chat(
    group_id: int, sandbox: Sandbox, browser: Browser
) -> None:
    (room,) = sandbox.corp.groups
    address = f"{sandbox.url}/_sandbox/client.js?userid=rong&chat_id={room}"
    client = urllib.request.urlopen(address, timeout=5).read().decode()
    with served() as ours:
        window = browser.new_context(
            base_url=ours,
            viewport=PHONE,
            user_agent="Mozilla/5.0 wxwork/4.1.10",
            locale="zh-CN",
            bypass_csp=True,  # the client's script is no script of the page
        )
        page = window.new_page()
        page.add_init_script(client)
        beside = Lookout(page, "beside")
        beside.open("/beside/wecom")
        press(page.get_by_role("link", name="荣业务"))  # the sandbox asks whose phone it is
        page.wait_for_url(f"**/beside/wecom?chat={room}")
        beside.listen("/beside/wecom")
        beside.picture("wecom-beside", height=1200)
        buttons = page.get_by_role("button", name="发到当前聊天")
        expect(buttons).to_have_count(2)  # the client lends the picture's a moment later
        text, picture = buttons.all()
        posts = sandbox.corp.groups[room].posts
        for button, count in ((text, 1), (picture, 2), (picture, 3)):
            button.click()
            page.wait_for_function(SENT, arg=count)
        assert posts[0].text == WORDS
        (sent,) = posts[1].attachments
        held = sandbox.corp.media[sent["image"]["mediaid"]]
        assert (held.kind, len(sandbox.corp.media)) == ("image", 1)  # uploaded once, sent twice
        assert posts[2].attachments == posts[1].attachments
        press(page.get_by_role("button", name="已完成"))
        expect(page.get_by_text(WORDS)).to_have_count(0)
        assert beside.trouble == []
        window.close()
