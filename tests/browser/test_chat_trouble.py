"""Chats where something is in the way: a microphone to hold, a line that breaks, no WebSocket, a long history."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, WebSocketRoute, expect

from tests.browser.conftest import Installation, shoot
from tests.browser.test_chat import Scene, lay_scene, picture, say
from tests.browser.walk import press, visit

POLLED = 20_000


@pytest.fixture(scope="module")
def scene(empty_installation: Installation) -> Scene:
    return lay_scene(empty_installation)


def both(browser: Browser, scene: Scene, room: str) -> tuple[Page, Page]:
    """An owner and his rep in a room of this test alone."""
    pages = tuple(scene.chat(browser, who, scene.rooms[room]) for who in ("oyang", "rong"))
    for page in pages:
        expect(page.locator("[data-composer]")).to_be_visible()
    return pages[0], pages[1]


def kept(scene: Scene) -> set[Path]:
    return {path for path in (scene.home / "media").rglob("*") if path.is_file()}


def hold_down(page: Page, milliseconds: int, *, slide: int = 0) -> float:
    """Hold the button for a while, and let go; ``slide`` pixels higher. Seconds it was held."""
    box = page.locator("[data-hold]").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    began = time.monotonic()
    page.mouse.down()
    expect(page.locator(".m-recording")).to_be_visible()
    page.wait_for_timeout(milliseconds)
    if slide:
        page.mouse.move(x, y - slide, steps=4)
        expect(page.locator(".m-recording.is-cancelling")).to_be_visible()
    shoot(page, "chat-recording-390")
    page.mouse.up()
    expect(page.locator(".m-recording")).to_have_count(0)
    return time.monotonic() - began


def test_a_voice_is_held_sent_heard_and_may_be_cancelled(browser: Browser, scene: Scene) -> None:
    oyang, rong = both(browser, scene, "voice")
    oyang.locator("[data-voice-switch]").click()
    hold_down(oyang, 1500, slide=120)  # slid up: nothing goes out
    held = hold_down(oyang, 1500)
    voice = rong.locator(".m-voice")
    expect(voice).to_have_count(1)
    expect(oyang.locator(".m-msg.is-unsent")).to_have_count(0)
    assert 1 <= int((voice.text_content() or "").strip().removesuffix("″")) <= held + 1
    expect(rong.locator(".m-voice.is-unheard")).to_have_count(1)
    with rong.expect_response(lambda answer: "/media/" in answer.url) as heard:
        voice.click()
    assert heard.value.headers["content-type"].startswith("audio/")
    expect(rong.locator(".m-voice.is-unheard")).to_have_count(0)
    expect(rong.locator(".m-voice.is-playing")).to_have_count(0)  # it came to its end
    shoot(rong, "chat-voice-390")
    rong.reload()
    expect(rong.locator(".m-voice")).to_have_count(1)
    expect(rong.locator(".m-voice.is-unheard")).to_have_count(0)


def test_an_upload_whose_answer_was_lost_comes_once(
    browser: Browser, scene: Scene, tmp_path: Path
) -> None:
    oyang, rong = both(browser, scene, "lift")
    before, tries = kept(scene), []

    def lose(route: Route) -> None:
        tries.append(route.request.url)
        if len(tries) == 1:  # the server has it, the phone never hears so
            route.fetch()
            route.abort("connectionreset")
        elif len(tries) == 2:
            route.fulfill(status=503, body="{}")
        else:
            route.continue_()

    oyang.route("**/media", lose)
    oyang.locator("[data-more]").click()
    oyang.locator("input[data-kind=image][multiple]").set_input_files(picture(tmp_path))
    expect(rong.locator(".m-photo")).to_have_count(1)
    expect(oyang.locator(".m-msg.is-unsent")).to_have_count(0)
    assert len(tries) == 3
    for page in (oyang, rong):
        page.reload()
        expect(page.locator(".m-photo")).to_have_count(1)
    assert len(kept(scene) - before) == 2  # the picture and its small copy


def test_a_line_that_breaks_in_the_middle_of_a_film(
    browser: Browser, scene: Scene, tmp_path: Path
) -> None:
    film = tmp_path / "shelf.mp4"
    film.write_bytes(b"\x00\x00\x00\x18ftypisom" + bytes(3_000_000))
    oyang, rong = both(browser, scene, "tunnel")
    before = kept(scene)
    line = oyang.context.new_cdp_session(oyang)
    slow = {"offline": False, "latency": 20, "downloadThroughput": -1, "uploadThroughput": 400_000}
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", slow)
    oyang.locator("[data-more]").click()
    oyang.locator("input[data-kind=video]").set_input_files(film)
    expect(oyang.locator(".m-msg-note")).to_contain_text("%")
    line.send("Network.emulateNetworkConditions", slow | {"offline": True})
    expect(oyang.locator(".m-offline")).to_be_visible()
    expect(oyang.locator(".m-msg-note")).to_contain_text("恢复后自动发出")
    shoot(oyang, "chat-upload-offline-390")
    expect(oyang.locator(".m-msg.is-failed")).to_have_count(0)
    line.send("Network.emulateNetworkConditions", slow | {"uploadThroughput": -1})
    expect(rong.locator(".m-video")).to_have_count(1, timeout=POLLED)
    expect(oyang.locator(".m-msg.is-unsent")).to_have_count(0)
    rong.reload()
    expect(rong.locator(".m-video")).to_have_count(1)
    assert len(kept(scene) - before) == 1


def test_where_the_websocket_is_blocked_messages_come_by_asking(
    browser: Browser, scene: Scene
) -> None:
    blocked: list[str] = []

    def refuse(socket: WebSocketRoute) -> None:
        blocked.append(socket.url)
        socket.close(code=1011)

    oyang = scene.phone(browser, "oyang")
    oyang.route_web_socket("**/*", refuse)
    visit(oyang, f"/m/chats/{scene.rooms['lane']}")
    expect(oyang.locator("[data-composer]")).to_be_visible()
    rong = scene.chat(browser, "rong", scene.rooms["lane"])
    say(rong, "巷口卸货，请来人")
    heard = oyang.locator(".m-msg").filter(has_text="巷口卸货")
    expect(heard).to_have_count(1, timeout=POLLED)
    say(oyang, "马上到")
    expect(rong.locator(".m-msg").filter(has_text="马上到")).to_have_count(1)
    rong.locator(".m-msg").filter(has_text="巷口卸货").locator(".m-bubble").click(button="right")
    rong.locator(".m-sheet button").filter(has_text="撤回").click()
    expect(heard).to_have_count(0, timeout=POLLED)
    assert blocked


def test_what_was_said_long_ago_is_found_and_opened(browser: Browser, scene: Scene) -> None:
    oyang = scene.chat(browser, "oyang", scene.rooms["archive"])
    expect(oyang.locator(".m-msg").last).to_contain_text("第 120 次补货")
    expect(oyang.locator(".m-msg").filter(has_text="暗号")).to_have_count(0)
    search = oyang.get_by_label("查找聊天记录")
    heading, button = oyang.locator(".m-top h1").bounding_box(), search.bounding_box()
    assert heading is not None
    assert button is not None
    assert heading["x"] + heading["width"] <= button["x"] + 1  # side by side in the bar
    assert button["y"] < heading["y"] + heading["height"] < button["y"] + button["height"]
    press(search)
    oyang.locator(".m-search input").fill("蓝色")
    press(oyang.locator(".m-search button"))
    expect(oyang.locator(".m-found")).to_have_text("暗号是蓝色货架")
    shoot(oyang, "chat-search-390")
    press(oyang.locator(".m-cell").filter(has_text="暗号"))
    found = oyang.locator(".m-msg").filter(has_text="暗号")
    expect(found).to_be_in_viewport()
    visit(oyang, f"/m/chats/{scene.rooms['archive']}/search?q=次补货")
    expect(oyang.locator(".m-found")).to_have_count(20)
    press(oyang.locator(".m-actions a"))
    expect(oyang.locator(".m-found").first).to_have_text("第 100 次补货")
    visit(oyang, f"/m/chats/{scene.rooms['archive']}/search?q=没说过")
    expect(oyang.locator(".m-found")).to_have_count(0)
