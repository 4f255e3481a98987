"""Two phones and a rep in one group: live, offline, replies, mentions, pictures, a question."""

import json
import subprocess
import sys
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE, ROOT, Installation, environment, shoot, window
from tests.browser.walk import press, visit

expect.set_options(timeout=15_000)


@dataclass(frozen=True, slots=True)
class Scene:
    """Two groups in a running installation, and phones that are logged in.

    The tests run in any order, so each group is written into by one of them only.
    """

    url: str
    home: Path
    group: int
    cellar: int
    rooms: dict[str, int]
    cookie: str
    phones: dict[str, str]

    def phone(self, browser: Browser, who: str) -> Page:
        page = window(browser, self.url, PHONE)
        page.set_default_timeout(45_000)  # the first page of a cold server on a busy machine
        page.context.add_cookies(
            [{"name": self.cookie, "value": self.phones[who], "url": self.url}]
        )
        return page

    def chat(self, browser: Browser, who: str, group: int | None = None) -> Page:
        page = self.phone(browser, who)
        visit(page, f"/m/chats/{group or self.group}")
        return page


@pytest.fixture(scope="module")
def scene(empty_installation: Installation) -> Scene:
    return lay_scene(empty_installation)


def lay_scene(installation: Installation) -> Scene:
    answer = subprocess.run(
        [sys.executable, "-m", "tests.browser.chat_scene"],
        cwd=ROOT,
        env=environment(installation.home),
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr[-4000:]
    return Scene(
        url=installation.url, home=installation.home, **json.loads(answer.stdout.splitlines()[-1])
    )


def say(page: Page, text: str) -> None:
    page.locator("[data-text]").fill(text)
    page.locator("[data-send]").click()


def hold(page: Page, text: str, choice: str) -> None:
    """Hold a message down and choose from what opens."""
    page.locator(".m-msg").filter(has_text=text).last.locator(".m-bubble").click(button="right")
    page.locator(".m-sheet button").filter(has_text=choice).click()


def picture(folder: Path) -> Path:
    path = folder / "shelf.png"
    out = BytesIO()
    Image.effect_noise((640, 480), 60).convert("RGB").save(out, "PNG")
    path.write_bytes(out.getvalue())
    return path


def test_two_phones_talk(browser: Browser, scene: Scene, tmp_path: Path) -> None:
    oyang = scene.chat(browser, "oyang")
    gui = scene.phone(browser, "gui")
    visit(gui, "/m/")
    expect(gui.locator(".m-cell .m-unread").first).to_have_text("62")
    shoot(gui, "chat-list-390")
    press(gui.locator(".m-cell").filter(has_text="石原东片 1 群"))
    expect(gui.locator(".m-jump-up")).to_contain_text("62")

    # live, both ways
    say(gui, "老板们，周三能送到吗？")
    expect(oyang.locator(".m-msg").filter(has_text="周三能送到吗")).to_be_visible()
    expect(gui.locator(".m-msg.is-unsent")).to_have_count(0)

    # a reply that calls somebody
    hold(oyang, "周三能送到吗", "回复")
    oyang.locator("[data-text]").press_sequentially("可以 @桂")
    oyang.locator("[data-mentions] button").filter(has_text="张桂兰").click()
    shoot(oyang, "chat-composing-390")
    oyang.locator("[data-send]").click()
    called = gui.locator(".m-msg").filter(has_text="可以")
    expect(called.locator(".m-mention.is-me")).to_have_text("@张桂兰")
    expect(called.locator(".m-quote")).to_contain_text("张桂兰：老板们")

    # a picture, seen large
    oyang.locator("[data-more]").click()
    oyang.locator("input[data-kind=image][multiple]").set_input_files(picture(tmp_path))
    expect(gui.locator(".m-photo")).to_be_visible()
    expect(oyang.locator(".m-msg.is-unsent")).to_have_count(0)
    gui.locator(".m-photo").click()
    expect(gui.locator("[data-viewer] img")).to_be_visible()
    gui.locator("[data-viewer]").click()

    # a question, answered by one tap
    gui.locator(".m-question-options button").first.click()
    expect(gui.locator(".m-question-options .is-chosen.is-right")).to_have_count(1)
    shoot(gui, "chat-390")

    # taken back
    say(oyang, "发错了")
    expect(gui.locator(".m-msg").filter(has_text="发错了")).to_be_visible()
    hold(oyang, "发错了", "撤回")
    expect(gui.locator(".m-system").filter(has_text="欧阳店主 撤回了一条消息")).to_be_visible()
    expect(gui.locator(".m-msg").filter(has_text="发错了")).to_have_count(0)


def test_what_is_written_without_a_line_goes_out_once(browser: Browser, scene: Scene) -> None:
    oyang = scene.chat(browser, "oyang", scene.cellar)
    rong = scene.chat(browser, "rong", scene.cellar)
    expect(oyang.locator(".m-msg").first).to_be_attached()
    oyang.context.set_offline(True)
    expect(oyang.locator(".m-offline")).to_be_visible()
    say(oyang, "地下室没有信号")
    say(oyang, "先记两箱")
    expect(oyang.locator(".m-msg.is-unsent")).to_have_count(2)
    shoot(oyang, "chat-offline-390")
    oyang.context.set_offline(False)
    for text in ("地下室没有信号", "先记两箱"):
        expect(rong.locator(".m-msg").filter(has_text=text)).to_have_count(1)
    expect(oyang.locator(".m-msg.is-unsent")).to_have_count(0)
    oyang.reload()
    for text in ("地下室没有信号", "先记两箱"):
        expect(oyang.locator(".m-msg").filter(has_text=text)).to_have_count(1)


def test_the_first_view_is_light_and_older_messages_come_as_one_scrolls(
    browser: Browser, scene: Scene
) -> None:
    page = scene.chat(browser, "oyang")
    expect(page.locator(".m-msg").first).to_be_attached()
    sizes = page.evaluate(
        "performance.getEntries().filter((one) => one.transferSize !== undefined)"
        ".map((one) => [one.name, one.transferSize])"
    )
    assert sum(size for _, size in sizes) < 100_000, sizes
    log = page.locator("[data-log]")
    for _ in range(4):
        log.evaluate("(log) => { log.scrollTop = 0; }")
        page.wait_for_timeout(250)
    expect(page.locator(".m-msg").filter(has_text="第 1 天陈列")).to_have_count(1)


def test_a_phone_that_was_forgotten_learns_the_way_back(browser: Browser, scene: Scene) -> None:
    stranger = window(browser, scene.url, PHONE)
    visit(stranger, f"/m/chats/{scene.group}")
    expect(stranger.locator("h1")).to_have_text("重新进入")
    oyang = scene.phone(browser, "oyang")
    visit(oyang, "/m/me")
    expect(oyang.locator(".m-cell").filter(has_text="东街1号便利店")).to_be_visible()
    shoot(oyang, "chat-me-390")
