"""The WeCom sandbox's phones in a browser: a mass message is confirmed, a poster's code scanned; picture for the docs."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from qunlian.sandboxes.wecom import Sandbox, start
from tests.browser.conftest import DESKTOP, PHONE, window
from tests.browser.lookout import Lookout
from tests.browser.walk import press
from tests.sandboxes.wecom.client import Bare

TEXT = "明早 8 点到货，先到先得。要留货的老板请回复门店名和箱数。"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    made = start(seed=1)
    made.post("company", groups=4, customers_per_group=12, staff=2, groups_of_leavers=0)
    yield made
    made.stop()


def test_the_phones_of_staff_and_customers(sandbox: Sandbox, browser: Browser) -> None:
    bare = Bare(sandbox)
    chat = bare.post("externalcontact/groupchat/list", limit=1)["group_chat_list"][0]["chat_id"]
    config = bare.post(
        "externalcontact/groupchat/add_join_way", scene=2, chat_id_list=[chat], remark="东街海报"
    )["config_id"]
    ask = {"chat_type": "group", "sender": "rep0001", "text": {"content": TEXT}}
    msgid = bare.post("externalcontact/add_msg_template", **ask)["msgid"]

    desk = Lookout(window(browser, sandbox.url, DESKTOP), "desk")
    desk.open("/_sandbox/", is_read_aloud=True)
    desk.open("/_sandbox/phones/staff/rep0001", is_read_aloud=True)
    desk.picture("wecom-phones", height=560)
    press(desk.page.get_by_role("button", name="确认发送"))
    expect(desk.page.get_by_role("status")).to_contain_text("好了")
    told = bare.post("externalcontact/get_groupmsg_task", msgid=msgid)["task_list"]
    assert [one["status"] for one in told] == [2]

    phone = Lookout(window(browser, sandbox.url, PHONE), "phone")
    phone.open(f"/_sandbox/scan/{config}", is_read_aloud=True)
    phone.page.get_by_role("textbox").fill("西门便利店")
    press(phone.page.get_by_role("button", name="加入群聊"))
    phone.open(phone.page.url, is_read_aloud=True)
    expect(phone.page.get_by_text(TEXT[:10])).to_be_visible()
    members = bare.post("externalcontact/groupchat/get", chat_id=chat, need_name=1)["group_chat"]
    assert members["member_list"][-1]["name"] == "西门便利店"
    assert desk.trouble + phone.trouble == []
