"""What is done by hand, on the phone of the one who does it, and on his manager's desk."""

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import (
    DESKTOP,
    PHONE,
    ROOT,
    Installation,
    environment,
    shoot,
    window,
)
from tests.browser.lookout import Lookout, weight
from tests.browser.walk import press, visit

FIRST_VIEW_BYTES = 100_000


@pytest.fixture(scope="module")
def scene(empty_installation: Installation) -> dict[str, Any]:
    answer = subprocess.run(
        [sys.executable, "-m", "tests.browser.task_scene"],
        cwd=ROOT,
        env=environment(empty_installation.home),
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr[-4000:]
    return {"url": empty_installation.url, **json.loads(answer.stdout.splitlines()[-1])}


@pytest.fixture
def opened(browser: Browser, scene: dict[str, Any]) -> Callable[[str, dict[str, int]], Page]:
    def open_window(who: str, size: dict[str, int]) -> Page:
        page = window(browser, scene["url"], size)
        page.set_default_timeout(45_000)
        page.context.add_cookies(
            [{"name": scene["cookie"], "value": scene["phones"][who], "url": scene["url"]}]
        )
        return page

    return open_window


def test_a_rep_does_them_with_his_thumb(scene: dict[str, Any], opened: Callable) -> None:
    page = opened("rong", PHONE)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    watch = Lookout(page, "rong phone")
    weighed = weight(page, "/tasks")
    assert weighed < FIRST_VIEW_BYTES, weighed
    watch.open("/", is_read_aloud=True)
    watch.open("/tasks", is_read_aloud=True)
    first = page.locator(".q-tasks a").first
    expect(first).to_contain_text("确认群发消息")  # what is overdue stands first
    box = first.bounding_box()
    assert box is not None
    assert box["height"] >= 48
    shoot(page, "tasks-phone")
    watch.open(f"/tasks/{scene['tasks']['announce']}", is_read_aloud=True)
    page.locator("[data-copy]").click()
    expect(page.locator("[data-copy]")).to_contain_text("已复制")
    assert page.evaluate("navigator.clipboard.readText()").startswith("1. 不发广告")
    shoot(page, "task-phone")
    press(page.locator("button[value=done]"))
    expect(page.get_by_text("一分钟内可以撤回")).to_be_visible()
    shoot(page, "task-done-phone")
    press(page.locator("form[action$=take-back] button"))
    expect(page.locator("button[value=done]")).to_be_visible()
    watch.open(f"/tasks/{scene['tasks']['remove']}")
    page.locator(".q-cannot summary").click()
    page.fill("[name=words]", "老板不同意")
    shoot(page, "task-cannot-phone")
    press(page.locator('[value="refused:no_right"]'))
    expect(page.locator("main")).to_contain_text("老板不同意")
    assert watch.trouble == []


def test_without_a_script_the_text_can_be_marked(browser: Browser, scene: dict[str, Any]) -> None:
    context = browser.new_context(base_url=scene["url"], java_script_enabled=False, viewport=PHONE)
    context.add_cookies(
        [{"name": scene["cookie"], "value": scene["phones"]["rong"], "url": scene["url"]}]
    )
    page = context.new_page()
    page.set_default_timeout(45_000)
    visit(page, f"/tasks/{scene['tasks']['rename']}")
    expect(page.locator("[data-copy]")).to_be_hidden()
    expect(page.locator("#copy-text")).to_have_text("石原东片好店 1 群")
    expect(page.locator("button[value=done]")).to_be_visible()


def test_a_manager_at_her_desk(scene: dict[str, Any], opened: Callable) -> None:
    page = opened("ma", DESKTOP)
    watch = Lookout(page, "ma desk")
    watch.open("/tasks?of=team", is_read_aloud=True)
    expect(page.locator("#results tbody tr").first).to_contain_text("荣业务")
    shoot(page, "tasks-team-desk")
    watch.open(f"/tasks/{scene['tasks']['confirm']}", is_read_aloud=True)
    shoot(page, "task-desk")
    watch.open(f"/groups/{scene['group']}", is_read_aloud=True)
    shoot(page, "group-asked-desk")
    assert watch.trouble == []
