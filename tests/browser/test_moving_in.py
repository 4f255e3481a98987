"""
A brand moves in from WeCom, in real browsers on a sandbox in light weather: the demo channel, switched onto it.

The groups its people run there are adopted and their people bound → a way in hangs out and somebody scans it → a
plan opens a new group by its owner's hand → a message goes out by the owners' taps → somebody leaves and his groups
are handed over → in the end both sides count the same. What is done on phones is done on the sandbox's.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Installation, environment, shoot, window
from tests.browser.lookout import Lookout
from tests.browser.walk import confirm, press, visit, wait_for

IS_WHOLE = os.environ.get("QUNLIAN_WHOLE_DEMO") == "1"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not IS_WHOLE, reason="two minutes on the whole demo: `make screenshots` runs it"
    ),
]
IN_WECOM = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) wxwork/4.1.10"
PLACE = "九江"
TEXT = "各位老板：本周栗子酥买十箱赠一箱，周五截止。"


@dataclass(frozen=True, slots=True)
class Outside:
    """The sandbox beside the installation, and the installation."""

    url: str
    ours: str

    def ask(self, path: str, **fields: object) -> Any:
        """Do what somebody does there, or look at it."""
        data = json.dumps(fields).encode() if fields else None
        with urlopen(Request(f"{self.url}/_sandbox/{path}", data=data), timeout=30) as answer:
            return json.load(answer)

    def groups(self) -> dict[str, Any]:
        """Return the groups as they are, by chat id."""
        return {one["chat_id"]: one for one in self.ask("truth")["groups"]}

    def phone(self, browser: Browser, userid: str) -> Page:
        """Open Qunlian in WeCom on somebody's phone, who is logged in by it."""
        context = browser.new_context(
            base_url=self.ours, viewport=PHONE, user_agent=IN_WECOM, locale="zh-CN"
        )
        page = context.new_page()
        page.set_default_timeout(60_000)
        visit(page, "/beside/wecom")
        press(page.locator(f"a[href$='sandbox_person={userid}']"))
        return page


@pytest.fixture
def outside(empty_installation: Installation) -> Iterator[Outside]:
    empty_installation.run("demo")
    command = ("sandbox", "wecom", "--demo", "--port", "0", "--weather", "breeze")
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "qunlian.cli.main", *command],
        env=environment(empty_installation.home),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        url = next(line.split()[1] for line in lines if line.startswith("address"))
        rooms = next(line.split()[1] for line in lines if line.startswith("demo"))
        yield Outside(url, rooms.removesuffix("/rooms"))
    finally:
        process.terminate()
        process.communicate(timeout=30)


def test_a_brand_moves_in(browser: Browser, outside: Outside) -> None:
    desk = window(browser, outside.ours, DESKTOP)
    desk.set_default_timeout(60_000)
    look_after = Lookout(desk, "desk")
    visit(desk, "/login")
    desk.fill("[name=login]", "hq")
    desk.fill("[name=password]", "qunlian-demo")
    press(desk.locator("form button[type=submit]"))

    adopt(look_after, outside)
    assert look_after.trouble == []
    bind(desk)
    plan(desk)
    open_room(desk, browser, outside)
    scan(desk, browser, outside)
    owner = tell(desk, browser, outside)
    leave(desk, owner, outside)
    compare(desk, owner, outside)


def adopt(desk: Lookout, outside: Outside) -> None:
    """All groups there are, are read, proposed and taken over."""
    rooms = len(outside.groups())
    wait_for(desk.page, "/rooms?view=clear", "thead [data-select-all]")
    wait_for(desk.page, "/rooms", f".q-stat:has-text('待处理'):has-text('{rooms}')")
    desk.open("/rooms", is_read_aloud=True)
    desk.picture("wecom-adopt")
    while True:
        visit(desk.page, "/rooms?view=clear")
        boxes = desk.page.locator("thead [data-select-all]")
        if not boxes.count():
            break
        boxes.check()
        press(desk.page.locator('button[formaction$="/rooms/adopt"]'))
    desk.open("/rooms?view=adopted")


def bind(desk: Page) -> None:
    """Whose store is proposed is confirmed with a tap."""
    visit(desk, "/rooms/bind")
    press(desk.locator("main tbody a").first)
    shoot(desk, "moving-02-bind")
    people = desk.locator("#unbound tbody tr, table:has(form[action*='/bind']) tbody tr")
    before = people.count()
    press(desk.locator("form[action*='/bind'] .btn-primary").first)
    expect(people).to_have_count(before - 1)


def plan(desk: Page) -> None:
    """A part is planned from the groups there are; what is too many for them gets rooms of its own."""
    visit(desk, "/plans/new")
    desk.fill("[name=territory_id_q]", PLACE)
    desk.locator("label", has_text=PLACE).first.click()
    desk.select_option("[name=start]", "again")
    desk.fill("[name=soft]", "20")
    press(desk.locator("main form .q-form-actions .btn-primary"))
    card = desk.url
    wait_for(desk, card, '[data-dialog="approve"]')
    shoot(desk, "moving-03-plan")
    confirm(desk, "approve")
    confirm(desk, "apply")
    wait_for(desk, card, ".q-tone-good, [data-state=applied]")


def open_room(desk: Page, browser: Browser, outside: Outside) -> None:
    """Whoever is asked to open a room does so on the phone, under the name that was copied; it is found."""
    wait_for(desk, "/tasks", ".q-tasks a")
    press(desk.locator(".q-tasks a").first)
    task = desk.url
    shoot(desk, "moving-04-task")
    name = desk.locator("#copy-text").input_value()
    who = desk.locator("dt:has-text('由谁办理') + dd").inner_text().strip()
    act(browser, outside, who, "建群", name)
    press(desk.locator("button[value=done]"))
    wait_for(desk, task, ".q-badge:has-text('已完成')")
    assert name in {one["name"] for one in outside.groups().values()}


def act(browser: Browser, outside: Outside, who: str, button: str, text: str = "") -> None:
    """Do something on somebody's phone in WeCom."""
    phone = window(browser, outside.url, PHONE)
    phone.set_default_timeout(60_000)
    visit(phone, f"/_sandbox/?q={who}")
    press(phone.locator("a[href*='/phones/staff/']").first)
    form = phone.locator("form", has=phone.get_by_role("button", name=button, exact=True)).first
    if text:
        form.get_by_role("textbox").first.fill(text)
    press(form.get_by_role("button", name=button, exact=True))
    expect(phone.get_by_role("status")).to_contain_text("好了")
    phone.context.close()


def scan(desk: Page, browser: Browser, outside: Outside) -> None:
    """A group's poster hangs out; who scans it is in the group, and known to have come by it."""
    visit(desk, "/rooms?view=adopted")
    press(desk.locator("main tbody a").first)
    group = desk.url
    press(desk.locator('a[href*="/doors/open"]').first)
    desk.select_option("[name=source]", "poster")
    press(desk.locator(".q-form .btn-primary"))
    link = desk.locator('main tbody a[href*="/m/"]').first.get_attribute("href") or ""
    press(desk.locator('a[href*="/invitations/posters"]').first)
    press(desk.locator("form[action$='/posters/make'] .btn-primary"))
    with desk.expect_download() as printed:
        desk.locator("a[download]").first.click(timeout=60_000)
    assert printed.value.path().read_bytes().startswith(b"%PDF-")
    phone = window(browser, outside.ours, PHONE)
    wait_for(phone, re.sub(r"^https?://[^/]+", "", link), ".m-code")
    shoot(phone, "moving-05-code")
    ways = outside.ask("truth")["join_ways"]
    visit(phone, f"{outside.url}/_sandbox/scan/{ways[-1]['config_id']}")
    phone.get_by_role("textbox").fill("浔阳小卖部")
    press(phone.get_by_role("button", name="加入群聊"))
    wait_for(desk, f"{group}?tab=members", "tr:has-text('浔阳小卖部'):has-text('海报')")
    shoot(desk, "moving-06-members")


def tell(desk: Page, browser: Browser, outside: Outside) -> str:
    """A message to all groups waits on their owners' phones; one sends it; who that was."""
    visit(desk, "/broadcasts/new")
    desk.fill("[name=title]", "栗子酥中秋")
    desk.fill("[name=text]", TEXT)
    press(desk.locator("#compose .q-form-actions .btn-primary"))
    press(desk.locator('form[action$="/send"] .btn-primary'))
    card = desk.url
    wait_for(desk, f"{card}/result", ".q-badge:has-text('待办理')")
    sender = next(iter(outside.ask("truth")["mass_messages"][0]["targets"]))
    phone = outside.phone(browser, sender)
    visit(phone, "/tasks?kind=confirm")
    press(phone.locator(".q-tasks a").first)
    Lookout(phone, "phone").picture("wecom-confirm")
    act(browser, outside, sender, "确认发送")
    press(phone.locator("button[value=done]"))
    phone.context.close()
    name = next(one["name"] for one in outside.ask("truth")["staff"] if one["userid"] == sender)
    wait_for(desk, f"{card}/result", f"tr:has-text('{name}') td:nth-child(3):text-is('1')")
    Lookout(desk, "desk").picture("wecom-result")
    return sender


def leave(desk: Page, owner: str, outside: Outside) -> None:
    """The one who sent it leaves: in one reviewed step all that he held is another's, there too."""
    mine = {key for key, one in outside.groups().items() if one["owner"] == owner}
    assert mine
    visit(desk, f"/staff?q={owner}")
    press(desk.locator("#results tbody a").first)
    press(desk.locator('a[href*="/hand-over"]').first)
    desk.select_option("[name=successor]", index=1)
    press(desk.locator("form[method=get] .q-form-actions .btn"))
    shoot(desk, "moving-09-leaves")
    press(desk.locator("form[action$='/hand-over/do'] .btn-primary"))
    for _ in range(60):
        left = {key for key, one in outside.groups().items() if one["owner"] == owner}
        if not left:
            break
        desk.wait_for_timeout(1_000)
    assert not left
    assert {one["status"] for key, one in outside.groups().items() if key in mine} <= {0, 2, 3}


def compare(desk: Page, owner: str, outside: Outside) -> None:
    """Read again, both sides count the same: all groups, those opened since too, and all their people."""
    visit(desk, "/rooms")
    press(desk.locator("form[action$='/rooms/look'] button"))
    truth = outside.ask("truth")
    people, groups = truth["counts"]["customer_seats"], truth["counts"]["groups"]
    name = next(one["name"] for one in truth["staff"] if one["userid"] == owner)
    wait_for(desk, "/rooms", f".q-stat:has-text('群里的人'):has-text('{people:,}')")
    wait_for(desk, "/rooms?view=leavers", f"main:not(:has-text('{name}'))")
    open_ones, taken_over = (
        int(desk.locator(f".q-stat:has-text('{word}') .q-stat-value").inner_text())
        for word in ("待处理", "已收编")
    )
    assert open_ones + taken_over == groups
    shoot(desk, "moving-10-both-sides")
