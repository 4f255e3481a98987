"""The whole story in real browsers: a console and two phones, from a spreadsheet to a balanced ledger.

Roster → plan → approved and applied → two owners join by their links → they chat live → headquarters
speaks to all, asks one question, sees who understood → one of them orders from the card, pays, the goods
are shipped and signed for, a part is refunded → the trial balance is nothing.
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Installation, shoot, window
from tests.browser.walk import PASSWORD, confirm, log_in, press, visit, wait_for

pytestmark = pytest.mark.browser
LOGIN = "hua"
HEADINGS = "客户编号,客户名称,门店类型,管理属性,省份,城市,区县,业务员,年销售额(元),老板,手机"


def roster(path: Path) -> Path:
    """Forty stores of two reps as a program of 2005 writes them: GB18030, own headings, one bad row."""
    lines = [HEADINGS]
    for number in range(1, 41):
        rep = "赵一" if number <= 20 else "钱二"
        kind = ("便利店", "餐饮", "烟酒店")[number % 3]
        lines.append(
            f"K{number:03d},{rep}片{number}号{kind},{kind},{'AB'[number % 2]},浙江省,杭州市,西湖区,{rep},"
            f"{number * 1000},店主{number},１３８ 0000 {number:04d}"
        )
    lines.append("K001,重复的门店,餐饮,A,浙江省,杭州市,西湖区,赵一,1000,重复,13800009999")
    path.write_bytes("\r\n".join(lines).encode("gb18030"))
    return path


def test_the_whole_story(
    browser: Browser, empty_installation: Installation, tmp_path: Path
) -> None:
    place = empty_installation
    place.run(
        "createuser", LOGIN, "--enterprise", "临江食品", "--name", "华总", stdin=f"{PASSWORD}\n"
    )
    console = window(browser, place.url, DESKTOP)
    log_in(console, LOGIN)
    shoot(console, "story-01-empty")

    load_roster(console, roster(tmp_path / "客户.csv"))
    plan_and_apply(console)
    first, second = (join(browser, place, console, code) for code in ("K001", "K004"))
    chat(first, second)
    sell(console)
    speak(console)
    answer(first, second)
    result(console)
    order(first, console)
    ledger(console)


def load_roster(console: Page, path: Path) -> None:
    visit(console, "/imports/new?kind=stores")
    console.set_input_files("[name=file]", path)
    press(console.locator("main form .btn-primary"))
    expect(console).to_have_url(re.compile(r"/imports/\d+"))
    shoot(console, "story-02-columns")
    if not console.is_checked("[name=creates]"):
        console.check("[name=creates]")
    card = console.url.split("?")[0]
    press(console.locator("main form .btn-primary").first)
    wait_for(console, card, "button[name=mode]")
    expect(console.locator("main")).to_contain_text("42")
    shoot(console, "story-03-checked")
    press(console.locator("button[name=mode][value=good]"))
    wait_for(console, card, 'main a[href*="/stores"]')
    shoot(console, "story-04-loaded")
    visit(console, "/stores?q=qianer")
    expect(console.locator("#results tbody tr").first).to_contain_text("钱二")
    shoot(console, "story-05-stores")


def plan_and_apply(console: Page) -> None:
    visit(console, "/plans/new")
    console.fill("[name=soft]", "60")
    press(console.locator("main form .btn-primary"))
    card = console.url
    wait_for(console, card, '[data-dialog="approve"]')
    shoot(console, "story-06-plan")
    confirm(console, "approve")
    confirm(console, "apply")
    wait_for(console, card, ".q-tone-good, [data-state=applied]")
    wait_for(console, "/groups", "#results tbody tr")
    shoot(console, "story-07-groups")


def join(browser: Browser, place: Installation, console: Page, code: str) -> Page:
    visit(console, f"/stores?q={code}")
    press(console.locator("#results tbody tr a").first)
    link = console.locator('a[href*="/m/j/"]').first.get_attribute("href") or ""
    assert link
    phone = window(browser, place.url, PHONE)
    visit(phone, re.sub(r"^https?://[^/]+", "", link))
    phone.fill("[name=name]", f"店主{int(code[1:])}")
    phone.fill("[name=phone]", f"1380000{int(code[1:]):04d}")
    shoot(phone, f"story-08-join-{code}")
    press(phone.locator("form .m-button"))
    phone.wait_for_url(re.compile(r"/m/chats/\d+|/m/j/"))
    visit(phone, "/m/chats")
    expect(phone.locator(".m-cell").first).to_be_visible()
    return phone


def chat(first: Page, second: Page) -> None:
    for phone in (first, second):
        visit(phone, "/m/chats")
        press(phone.locator(".m-cell").first)
        expect(phone.locator("[data-text]")).to_be_visible()
    first.fill("[data-text]", "大家好，新口味到货了吗？")
    first.locator("[data-send]").click()
    expect(second.locator(".m-log")).to_contain_text("新口味到货了吗", timeout=20_000)
    second.fill("[data-text]", "到了，我这边已经上架")
    second.locator("[data-send]").click()
    expect(first.locator(".m-log")).to_contain_text("已经上架", timeout=20_000)
    shoot(first, "story-09-chat")


def sell(console: Page) -> None:
    visit(console, "/warehouses")
    console.locator('[data-dialog="warehouse"]').first.click()
    console.fill("[name=warehouse_code]", "W1")
    console.fill("[name=warehouse_name]", "杭州仓")
    press(console.locator("dialog[open] .btn-primary"))
    visit(console, "/products/new")
    console.fill("[name=code]", "P001")
    console.fill("[name=name]", "栗子酥 12 枚")
    console.fill("[name=unit]", "箱")
    console.select_option("[name=status]", "on_sale")
    press(console.locator("main form .btn-primary"))
    expect(console.locator("[name=price_yuan]")).to_be_visible()
    console.fill("[name=price_yuan]", "68.50")
    press(console.locator("form:has([name=price_yuan]) .btn-primary"))
    console.fill("[name=change]", "100")
    console.fill("[name=stock_note]", "首批到货")
    press(console.locator("form:has([name=change]) .btn-primary"))
    expect(console.locator("main")).to_contain_text("100")
    shoot(console, "story-10-product")


def speak(console: Page) -> None:
    visit(console, "/broadcasts/new")
    console.fill("[name=title]", "栗子酥上市")
    console.fill("[name=text]", "栗子酥本周上市，买十箱赠一箱，周五截止。")
    console.select_option("[name=product]", index=1)
    console.fill("[name=question]", "买几箱赠一箱？")
    console.fill("[name=option0]", "买五赠一")
    console.fill("[name=option1]", "买十赠一")
    console.check('[name=right][value="1"]')
    for box in console.locator("[name=life]").all():
        box.check()
    press(console.locator("#compose .q-form-actions .btn-primary"))
    console.wait_for_url(re.compile(r"/broadcasts/\d+$"))
    shoot(console, "story-11-preview")
    press(console.locator('form[action$="/send"] .btn-primary'))
    card = console.url
    wait_for(console, f"{card}/result", "main tbody tr")
    shoot(console, "story-12-sent")


def answer(first: Page, second: Page) -> None:
    for phone, text in ((first, "买十赠一"), (second, "买五赠一")):
        option = phone.locator(".m-question-options button", has_text=text).first
        expect(option).to_be_visible(timeout=60_000)
        option.click()
        expect(phone.locator(".m-question-options .is-chosen").first).to_be_visible()
    shoot(first, "story-13-question")


def result(console: Page) -> None:
    visit(console, "/broadcasts")
    press(console.locator("tbody tr a").first)
    visit(console, f"{console.url.removesuffix('/result')}/result")
    expect(console.locator("main")).to_contain_text("50")
    shoot(console, "story-14-result")
    visit(console, "/decay")
    shoot(console, "story-15-decay")


def order(phone: Page, console: Page) -> None:
    press(phone.locator('.m-log a[href*="/m/products/"]').last)
    expect(phone.locator(".m-price").first).to_contain_text("68.50")
    shoot(phone, "story-16-card")
    phone.fill("#units", "2")
    press(phone.locator(".m-sticky .m-button"))
    phone.check("[name=pay_mode][value=cashier]")
    shoot(phone, "story-17-order")
    press(phone.locator(".m-sticky .m-button"))
    if "/m/pay/" not in phone.url:
        press(phone.locator('a[href*="/m/pay/"]'))
    press(phone.locator(".m-actions .m-button"))
    phone.wait_for_url(re.compile(r"/m/orders/\d+"))
    path = re.sub(r"^https?://[^/]+", "", phone.url)
    number = re.search(r"\d+", path)
    assert number
    shoot(phone, "story-18-paid")
    wait_for(console, f"/orders/{number[0]}", 'form[action$="/confirm"]')
    press(console.locator('form[action$="/confirm"] button'))
    console.locator('[data-dialog="ship"]').click()
    console.fill("[name=carrier]", "自送")
    press(console.locator("dialog[open] .btn-primary"))
    expect(console.locator('[data-dialog="sign"]')).to_be_visible()
    visit(phone, path)
    press(phone.locator('form[action$="/sign"] .m-button'))
    visit(phone, path)
    shoot(phone, "story-19-signed")
    visit(console, f"/orders/{number[0]}")
    console.fill("[name=refund_yuan]", "68.50")
    console.fill("[name=refund_reason]", "一箱破损")
    press(console.locator('form[action$="/refund"] .btn-danger'))
    expect(console.locator("main")).to_contain_text("68.50")
    shoot(console, "story-20-refunded")


def ledger(console: Page) -> None:
    visit(console, "/ledger")
    expect(console.locator("main")).to_contain_text("137.00")
    shoot(console, "story-21-ledger")
    visit(console, "/")
    expect(console.locator("main")).to_contain_text("¥68.50")
    shoot(console, "story-22-today")
