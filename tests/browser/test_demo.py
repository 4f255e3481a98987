"""Every main page of the demo, by the people it is for, on a desk and on a phone.

No errors, nothing wider than the screen, no WCAG 2.2 AA violation that axe can find, the phone's first view
under 100 kB. The pictures of the docs are taken on the way (``make screenshots`` copies them).
"""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import DESKTOP, PHONE, Installation, window
from tests.browser.lookout import Lookout, weight
from tests.browser.walk import press, visit

pytestmark = pytest.mark.browser
PASSWORD = "qunlian-demo"
FIRST_VIEW_BYTES = 100_000

#: path, or (list, what to open from it); the name of the picture that the docs show
HEADQUARTERS: tuple[tuple[str, str, str], ...] = (
    ("/", "", "today"),
    ("/territories", "", ""),
    ("/territories", r"/territories/\d+", ""),
    ("/stores", "", "stores"),
    ("/stores", r"/stores/\d+", ""),
    ("/stores/enter", "", ""),
    ("/distributors", "", ""),
    ("/distributors", r"/distributors/\d+", ""),
    ("/staff", "", ""),
    ("/tasks", "", ""),
    ("/tasks?of=team", "", ""),
    ("/staff", r"/staff/\d+", ""),
    ("/people/duplicates", "", "duplicates"),
    ("/people/duplicates", r"/people/\d+", ""),
    ("/imports", "", ""),
    ("/imports", r"/imports/\d+", ""),
    ("/imports", r'/imports/\d+(?=">本月走访)', "import"),
    ("/imports/new", "", ""),
    ("/plans", "", ""),
    ("/plans", r"/plans/\d+", "plan"),
    ("/plans/new", "", ""),
    ("/coverage", "", ""),
    ("/coverage/map", "", ""),
    ("/coverage/map?division=33", "", "map"),
    ("/groups", "", ""),
    ("/groups?life=live", r"/groups/\d+", "group"),
    ("/broadcasts", "", ""),
    ("/broadcasts/new", "", ""),
    ("/broadcasts?state=finished", r"/broadcasts/\d+", ""),
    ("/decay", "", "decay"),
    ("/orders", "", ""),
    ("/orders", r"/orders/\d+", ""),
    ("/orders/board", "", "board"),
    ("/products", "", ""),
    ("/products", r"/products/\d+", ""),
    ("/ledger", "", "ledger"),
    ("/ledger/accounts", "", ""),
    ("/ledger/transfers", r"/ledger/transfers/\d+", ""),
    ("/audit", "", ""),
    ("/accounts", "", ""),
    ("/account", "", ""),
)
#: lists of the same components as others that axe reads
ALIKE = {
    "/distributors",
    "/staff",
    "/plans",
    "/orders",
    "/products",
    "/ledger/accounts",
    "/accounts",
}
TALL = {"decay": 1020, "plan": 980, "today": 900}
#: those who see a part: the pages they start from
OTHERS = ("/", "/stores", "/groups", "/coverage", "/broadcasts", "/relays", "/orders", "/m/chats")


@pytest.fixture(scope="module")
def demo(demo_installation: Installation) -> Installation:
    return demo_installation


def looking(browser: Browser, place: Installation, size: dict[str, int], login: str) -> Lookout:
    page = window(browser, place.url, size)
    visit(page, "/login")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    press(page.locator("form button[type=submit]"))
    page.wait_for_url(re.compile(r"/$"))
    return Lookout(page, f"{login} at {size['width']}")


def resolved(looker: Lookout, path: str, inner: str) -> str:
    return looker.find(path, inner) if inner else path


def test_headquarters_sees_the_whole_channel(browser: Browser, demo: Installation) -> None:
    desk = looking(browser, demo, DESKTOP, "hq")
    for path, inner, picture in HEADQUARTERS:
        desk.open(resolved(desk, path, inner), is_read_aloud=bool(inner) or path not in ALIKE)
        if picture:
            desk.picture(picture, height=TALL.get(picture))
    desk.open(f"{newest_sent(desk)}/result", is_read_aloud=True)
    desk.picture("broadcast")
    assert desk.trouble == [], "\n".join(desk.trouble)


def test_headquarters_on_a_phone(browser: Browser, demo: Installation) -> None:
    phone = looking(browser, demo, PHONE, "hq")
    for path, inner, _picture in HEADQUARTERS:
        phone.open(resolved(phone, path, inner))
    phone.open(f"{newest_sent(phone)}/result")
    phone.open("/", is_read_aloud=True)
    phone.picture("phone-today")
    assert phone.trouble == [], "\n".join(phone.trouble)


def newest_sent(looker: Lookout) -> str:
    """Return the address of the newest message that was sent."""
    text = looker.page.request.get("/").text()
    found = re.search(r'href="(/broadcasts/\d+)/result"', text)
    assert found
    return found[1]


@pytest.mark.parametrize(("login", "is_read"), [("rep", True), ("distributor", False)])
def test_those_who_see_a_part(
    browser: Browser, demo: Installation, login: str, *, is_read: bool
) -> None:
    trouble = []
    for size, is_read_aloud in ((DESKTOP, False), (PHONE, is_read)):
        looker = looking(browser, demo, size, login)
        menu = looker.page.locator("nav.q-side").inner_html()
        for path in OTHERS:
            if path.startswith("/m/") or f'href="{path}"' in menu:
                looker.open(path, is_read_aloud=is_read_aloud)
        trouble += looker.trouble
    assert trouble == [], "\n".join(trouble)


def test_the_keyboard(browser: Browser, demo: Installation) -> None:
    looker = looking(browser, demo, DESKTOP, "hq")
    page = looker.page
    page.keyboard.press("/")
    expect(page.locator("[data-search]").first).to_be_focused()
    page.keyboard.press("Escape")
    page.locator("main").focus()
    page.keyboard.press("g")
    page.keyboard.press("g")
    page.wait_for_url(re.compile(r"/groups$"))
    page.keyboard.press("?")
    expect(page.locator("dialog#shortcuts[open]")).to_be_visible()
    assert looker.trouble == []


def test_an_owner_on_the_phone(browser: Browser, demo: Installation) -> None:
    desk = looking(browser, demo, DESKTOP, "hq")
    group = desk.find("/groups?life=live", r"/groups/\d+")
    store = desk.find(f"{group}?tab=stores", r"/stores/\d+")
    link = re.sub(r"^https?://[^/]+", "", desk.find(store, r"[^\"]*/m/j/[\w-]+"))
    owner = Lookout(window(browser, demo.url, PHONE), "owner at 390")
    page = owner.page
    owner.open(link, is_read_aloud=True)
    page.fill("[name=name]", "周建芬")
    page.fill("[name=phone]", "13800001234")
    press(page.locator("form .m-button"))
    page.wait_for_url(re.compile(r"/m/chats/\d+"))
    chat = page.url
    assert weight(page, chat) < FIRST_VIEW_BYTES
    assert weight(page, "/m/") < FIRST_VIEW_BYTES
    owner.open("/m/", is_read_aloud=True)
    owner.open(chat, is_read_aloud=True)
    expect(page.locator(".m-log .m-msg").first).to_be_visible()
    owner.picture("phone-chat")
    owner.open(f"{chat}/about", is_read_aloud=True)
    owner.open("/m/products", is_read_aloud=True)
    owner.open(owner.find("/m/products", r"/m/products/\d+[^\"]*"), is_read_aloud=True)
    page.fill("#units", "12")
    press(page.locator(".m-sticky .m-button"))
    page.check("[name=pay_mode][value=cashier]")
    owner.listen("/m/orders/new")
    owner.picture("phone-order")
    press(page.locator(".m-sticky .m-button"))
    page.wait_for_url(re.compile(r"/m/pay/"))
    owner.listen("/m/pay")
    press(page.locator(".m-actions .m-button"))
    page.wait_for_url(re.compile(r"/m/orders/\d+"))
    owner.listen("/m/orders/1")
    owner.open("/m/orders", is_read_aloud=True)
    owner.open("/m/me", is_read_aloud=True)
    assert owner.trouble == [], "\n".join(owner.trouble)
