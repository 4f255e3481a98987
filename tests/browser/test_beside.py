"""The page beside a chat in Chromium, which stands in for WeCom's own browser: logged in, the chat told, a text sent."""

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
#: What the client puts into its browser: it takes calls by name and answers with err_msg.
BRIDGE = """
window.said = [];
window.WeixinJSBridge = {
  on() {},
  invoke(name, params, answer) {
    window.said.push([name, params]);
    const told = { getCurExternalChat: { chatId: "wr1" } }[name] ?? {};
    setTimeout(() => answer({ err_msg: `${name}:ok`, ...told }));
  },
};
"""


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
    from tests.messaging.scenes import group

    brand = system_actor(cast.ids["brand"])
    connect(sandbox, brand.enterprise_id, authorize_url=f"{sandbox.url}/connect/oauth2/authorize")
    made = group(cast, "PA", steward=cast.rong, people={cast.rong: "owner"})
    usual = {"enterprise_id": brand.enterprise_id}
    with scope.writing(brand):
        Group.objects.filter(pk=made).update(platform="wecom", platform_key="wr1")
        wish = tasks.Wish(
            kind="post",
            source="test",
            source_key="1",
            platform="wecom",
            groups=(made,),
            payload={"text": WORDS},
        )
        tasks.ask(actor=brand, wishes=[wish], at=NOON)
        rong = {"platform": "wecom", "key": "rong", "person_id": cast.rong.person_id}
        Handle.objects.create(**usual, **rong, is_staff=True, met_at=NOON)
    return made


def test_a_rep_does_her_task_beside_the_chat(
    group_id: int, sandbox: Sandbox, browser: Browser
) -> None:
    with served() as ours:
        window = browser.new_context(
            base_url=ours, viewport=PHONE, user_agent="Mozilla/5.0 wxwork/4.1.10", locale="zh-CN"
        )
        page = window.new_page()
        page.add_init_script(BRIDGE)
        beside = Lookout(page, "beside")
        beside.open("/beside/wecom")
        press(page.get_by_role("link", name="rong"))  # the sandbox asks whose phone it is
        page.wait_for_url("**/beside/wecom?chat=wr1")
        beside.listen("/beside/wecom")
        beside.picture("wecom-beside", height=900)
        page.get_by_role("button", name="发到当前聊天").click()
        page.wait_for_function("window.said.some(([name]) => name === 'sendChatMessage')")
        said = dict(page.evaluate("window.said"))
        assert said["sendChatMessage"]["text"] == {"content": WORDS}
        told = said["agentConfig"]
        assert told["corpid"] == sandbox.corp_id
        checked = sandbox.post(
            "page",
            noncestr=told["nonceStr"],
            timestamp=str(told["timestamp"]),
            url=page.url,
            signature=told["signature"],
        )
        assert checked["agent_config"]
        press(page.get_by_role("button", name="已完成"))
        expect(page.get_by_text(WORDS)).to_have_count(0)
        assert beside.trouble == []
        window.close()
