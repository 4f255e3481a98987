"""Rules on our own pages, from the message to the appeal: a steward, a member's phone, and the manager above."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Installation, shoot, window
from tests.browser.lookout import Lookout
from tests.browser.test_chat import Scene, lay_scene, say
from tests.browser.walk import press, visit, wait_for


@pytest.fixture(scope="module")
def scene(empty_installation: Installation) -> Scene:
    return lay_scene(empty_installation)


def _window(browser: Browser, scene: Scene, who: str, size: dict[str, int]) -> Page:
    page = window(browser, scene.url, size)
    page.context.add_cookies([{"name": scene.cookie, "value": scene.phones[who], "url": scene.url}])
    return page


def _write(page: Page, text: str) -> None:
    say(page, text)
    expect(page.locator(".m-msg.is-unsent")).to_have_count(0)


def _note(page: Page, group: int, message: str, shot: str = "") -> None:
    """Note it from the message, after a look at what follows."""
    visit(page, f"/groups/{group}?tab=messages")
    press(page.locator("tr").filter(has_text=message).get_by_text("违反群规"))
    expect(page.locator("main")).to_contain_text("系统立即执行")
    page.get_by_label("违反哪条").fill("群里不发广告")
    if shot:
        shoot(page, shot)
    press(page.get_by_role("button", name="确认记录"))
    expect(page.locator("main")).to_contain_text("群里不发广告")


def _appeal(page: Page, words: str) -> None:
    visit(page, "/m/me")
    press(page.get_by_role("link", name="我的群规"))
    shoot(page, "my-rules-390")
    card = page.locator("section").filter(has_text="您的消息已被撤回")
    card.get_by_text("我有不同看法").click()
    card.get_by_label("当时是什么情况？").fill(words)
    press(card.get_by_role("button", name="提交申诉"))
    expect(page.locator("main")).to_contain_text("申诉已提交，等待答复")


def _grant(page: Page, appeal: str, words: str) -> None:
    visit(page, "/")
    press(page.get_by_text("条成员申诉待裁定"))
    expect(page.locator("main")).to_contain_text(appeal)
    shoot(page, "appeals-390")
    page.get_by_label("告知他的话").fill(words)
    press(page.get_by_role("button", name="同意申诉"))
    expect(page.locator("main")).to_contain_text("没有待裁定的申诉")


def test_a_rule_is_broken_noted_appealed_and_granted(browser: Browser, scene: Scene) -> None:
    group = scene.rooms["rules"]
    oyang, rong = scene.chat(browser, "oyang", group), _window(browser, scene, "rong", DESKTOP)
    _write(oyang, "加我微信，领 200 元红包")
    _note(rong, group, "领 200 元红包", "note-breach-1280")

    # the reminder appears in his phone's window, and calls him
    reminder = oyang.locator(".m-msg").filter(has_text="温馨提醒")
    expect(reminder).to_be_visible(timeout=60_000)
    expect(reminder.locator(".m-mention.is-me")).to_have_text("@欧阳店主")
    shoot(oyang, "rules-reminder-390")
    visit(rong, f"/groups/{group}?tab=rules")
    expect(rong.locator("[id^=breach-]").first).to_contain_text("已完成")
    shoot(rong, "group-rules-1280")

    # a second time: his message goes
    _write(oyang, "再发一次，二维码在此")
    _note(rong, group, "二维码在此")
    gone = oyang.locator(".m-system").filter(has_text="您的一条消息已被群管理撤回")
    expect(gone).to_be_visible(timeout=60_000)

    # he appeals, the manager above grants it on her phone, and he reads the answer
    _appeal(oyang, "那是我们店的收款码，不是广告")
    ma = _window(browser, scene, "ma", PHONE)
    _grant(ma, "那是我们店的收款码", "已核实，是收款码")
    visit(oyang, "/m/rules")
    expect(oyang.locator("main")).to_contain_text("申诉已同意，这条不计入 — 已核实，是收款码")
    shoot(oyang, "my-rules-answered-390")


def test_the_pages_of_rules_are_read_by_everybody(browser: Browser, scene: Scene) -> None:
    group = scene.rooms["quiet"]
    watches = [
        Lookout(_window(browser, scene, "rong", size), f"rong {size['width']}")
        for size in (DESKTOP, PHONE)
    ]
    desk = watches[0]
    form = desk.find(f"/groups/{group}", rf"/groups/{group}/breaches/new[^\"]*")
    for _ in range(3):  # he is reminded, asked for a red packet, and silent
        visit(desk.page, form)
        desk.page.get_by_label("违反哪条").fill("九点以后不刷屏")
        press(desk.page.get_by_role("button", name="确认记录"))
    rules = f"/groups/{group}?tab=rules"
    wait_for(desk.page, rules, '[id^=breach-] a[href^="/tasks/"]')
    packet = desk.find(rules, r"/tasks/\d+")
    for watch in watches:
        for path, shot in ((form, "note"), (rules, "log"), (packet, "packet")):
            watch.open(path, is_read_aloud=True)
            picture = shoot(watch.page, f"rules-{shot}-{watch.name.split()[1]}")
            watch.page.screenshot(path=str(picture), full_page=True)
    ma = Lookout(_window(browser, scene, "ma", PHONE), "ma")
    for path in ("/layers/store", "/groups/appeals"):
        ma.open(path, is_read_aloud=True)
    oyang = Lookout(_window(browser, scene, "oyang", PHONE), "oyang")
    wait_for(oyang.page, f"/m/chats/{group}", ".m-chat a[href='/m/rules']")
    shoot(oyang.page, "chat-silent-390")
    oyang.open("/m/rules", is_read_aloud=True)
    press(oyang.page.get_by_role("button", name="红包我已经发到群里了"))
    visit(desk.page, packet)
    expect(desk.page.locator("main")).to_contain_text("他说红包已经发了")
    shoot(desk.page, "rules-packet-told-1280")
    assert [line for watch in (*watches, ma, oyang) for line in watch.trouble] == []
