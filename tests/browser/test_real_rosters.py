"""The whole story on real rosters, through the browser, with their own columns.

Opt-in: ``QUNLIAN_ROSTERS=/folder/of/data pytest tests/browser/test_real_rosters.py -s``. Each roster is planned in
all three modes and two of the plans compared, then the balanced one goes the whole way. For each roster it prints
a line per plan and one of what happened, and leaves its pictures in ``var/screenshots``.
"""

import os
import re
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESKTOP, PHONE, SCREENSHOTS, Installation, shoot, window
from tests.browser.rosters import ROSTERS, Roster
from tests.browser.test_story import order, sell, speak
from tests.browser.walk import PASSWORD, confirm, log_in, press, visit, wait_for

pytestmark = pytest.mark.browser
FOLDER = os.environ.get("QUNLIAN_ROSTERS", "")
SLOW = 240_000


class Diary:
    """What happened and how long it took, printed as one line."""

    def __init__(self, roster: str) -> None:
        self.facts: dict[str, object] = {"roster": roster}

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.facts[f"{step}_s"] = round(time.monotonic() - began, 1)

    def line(self) -> str:
        return "real_roster " + " ".join(f"{key}={value}" for key, value in self.facts.items())


@pytest.mark.skipif(
    not FOLDER, reason="REAL ROSTERS ARE SKIPPED: set QUNLIAN_ROSTERS to the folder that holds them"
)
@pytest.mark.parametrize("roster", ROSTERS, ids=lambda roster: roster.name)
def test_the_story_on_a_real_roster(
    browser: Browser, empty_installation: Installation, tmp_path: Path, roster: Roster
) -> None:
    place, diary, data = empty_installation, Diary(roster.name), Path(FOLDER)
    login = f"{roster.name}-hq"
    place.run(
        "createuser", login, "--enterprise", roster.name, "--name", "华总", stdin=f"{PASSWORD}\n"
    )
    console = window(browser, place.url, DESKTOP)
    console.set_default_timeout(60_000)
    log_in(console, login)
    load(console, diary, roster, "stores", roster.write_stores(data, tmp_path))
    if roster.write_sales:
        load(console, diary, roster, "sales", roster.write_sales(data, tmp_path))
    look_at_the_tree(console, roster)
    plan(console, diary, roster)
    with diary.timed("join"):
        owner = join(browser, place, console, roster)
    sell(console)
    with diary.timed("message"):
        speak(console)
        understand(owner, roster)
    with diary.timed("order"):
        order(owner, console)
    visit(console, "/ledger")
    expect(console.locator("main")).to_contain_text("137.00")
    shoot(console, f"real-{roster.name}-9-ledger")
    visit(console, "/")
    shoot(console, f"real-{roster.name}-10-today")
    sys.stdout.write(f"\n{diary.line()}\n")


def load(console: Page, diary: Diary, roster: Roster, kind: str, path: Path) -> None:
    """Upload, correct the guess as a person would, check, load the good rows, hand back the bad."""
    picture = f"real-{roster.name}-{kind}"
    with diary.timed(f"{kind}_upload"):
        visit(console, f"/imports/new?kind={kind}")
        console.set_input_files("[name=file]", path)
        press(console.locator("main form .btn-primary"), timeout=SLOW)
        expect(console).to_have_url(re.compile(r"/imports/\d+"))
    diary.facts[f"{kind}_guess"] = guessed(console)
    shoot(console, f"{picture}-1-guess")
    corrections = roster.stores if kind == "stores" else roster.sales
    for name, heading in corrections.items():
        console.select_option(f"[name=column-{name}]", label=heading or "文件里没有")
    box = console.locator("[name=creates], [name=sets_size]")
    if box.count() and not box.first.is_checked():
        box.first.check()
    console.wait_for_timeout(800)
    shoot(console, f"{picture}-2-corrected")
    with diary.timed(f"{kind}_check"):
        press(console.locator("main form .btn-primary").first)
        watch(console, "button[name=mode]")
    shoot(console, f"{picture}-3-checked")
    diary.facts[f"{kind}_reasons"] = reasons(console)
    with diary.timed(f"{kind}_load"):
        press(console.locator("button[name=mode][value=good]"))
        watch(console, f'main a[href$="/imports/new?kind={kind}"]')
    shoot(console, f"{picture}-4-loaded")
    counts = console.locator(".q-stat").all_inner_texts()
    diary.facts[f"{kind}_counts"] = "|".join(" ".join(each.split()) for each in counts)
    if console.locator('a[href*="bad"]').count():
        address = console.locator('a[href*="format=csv"]').first.get_attribute("href") or ""
        answer = console.request.get(address)
        assert answer.ok
        diary.facts[f"{kind}_handed_back_bytes"] = len(answer.body())


def watch(console: Page, selector: str) -> None:
    """Wait as a person does: the page shows the progress and then the result by itself."""
    console.locator(selector).first.wait_for(timeout=SLOW)


def guessed(console: Page) -> str:
    """Return which heading was guessed for which field."""
    pairs = []
    for box in console.locator("select[name^=column-]").all():
        label = box.evaluate("b => b.selectedOptions[0].value ? b.selectedOptions[0].text : ''")
        if label:
            name = (box.get_attribute("name") or "").removeprefix("column-")
            pairs.append(f"{name}:{label}")
    return ",".join(pairs).replace(" ", "_")


def reasons(console: Page) -> str:
    """Return why rows were refused."""
    rows = console.locator("#reasons tbody tr").all_inner_texts()
    return ";".join("/".join(row.split()) for row in rows) or "none"


def look_at_the_tree(console: Page, roster: Roster) -> None:
    visit(console, "/territories")
    shoot(console, f"real-{roster.name}-5-territories")
    visit(console, "/stores?sort=-size")
    expect(console.locator("#results tbody tr").first).to_be_visible()
    shoot(console, f"real-{roster.name}-5-stores")


def plan(console: Page, diary: Diary, roster: Roster) -> None:
    """Plan in all modes, compare the ends of the scale, and make the groups of the balanced one."""
    plans = {mode: plan_in(console, roster, mode) for mode in ("strict", "fewest", "balanced")}
    with diary.timed("compare"):
        visit(console, f"/plans/compare?one={plans['fewest']}&other={plans['strict']}")
        press(console.locator("main form .btn-primary"))
        watch(console, "#figures")
    stats = console.locator(".q-stat").all_inner_texts()
    diary.facts["compared"] = "|".join(" ".join(each.split()) for each in stats)
    whole(console, f"real-{roster.name}-6-compared")
    visit(console, f"/plans/{plans['balanced']}")
    confirm(console, "approve")
    with diary.timed("apply"):
        confirm(console, "apply")
        watch(console, '[data-state="applied"], .q-status:has-text("已执行")')
    wait_for(console, "/groups", "#results tbody tr")
    shoot(console, f"real-{roster.name}-7-groups")


def plan_in(console: Page, roster: Roster, mode: str) -> str:
    """Plan in one mode, print its figures as one line, take its picture; return its number."""
    visit(console, "/plans/new")
    console.check(f"[name=mode][value={mode}]")
    began = time.monotonic()
    press(console.locator("main form .btn-primary"))
    watch(console, '[data-dialog="approve"]')
    seconds = time.monotonic() - began
    groups, fewest, _above, pure, stores = (
        number(text) for text in console.locator(".q-stat-value").all_inner_texts()[:5]
    )
    chosen = console.locator("#modes tbody tr", has=console.locator("strong"))
    cells = chosen.locator("td").all_inner_texts()
    facts = {
        "roster": roster.name,
        "mode": mode,
        "stores": stores,
        "groups": groups,
        "bound_soft": fewest,
        "bound_strict": pure,
        "median_people": cells[2],
        "of_one_type": cells[3],
        "likeness": cells[4],
        "seconds": f"{seconds:.1f}",
    }
    told = " ".join(f"{name}={value}" for name, value in facts.items())
    sys.stdout.write(f"\nreal_roster_plan {told}\n")
    assert groups >= (pure if mode == "strict" else fewest)
    console.wait_for_timeout(900)
    whole(console, f"real-{roster.name}-6-plan-{mode}")
    return console.url.rstrip("/").rsplit("/", 1)[1].partition("?")[0]


def number(text: str) -> int:
    """Read a figure of the page; what is none, as a share, counts nothing."""
    found = re.sub(r"[^0-9]", "", text)
    return int(found) if found else 0


def whole(console: Page, name: str) -> None:
    """Take a picture of the whole page, charts and all."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    console.screenshot(path=str(SCREENSHOTS / f"{name}.png"), full_page=True)


def join(browser: Browser, place: Installation, console: Page, roster: Roster) -> Page:
    """Let an owner join by the link of a store of the first group."""
    visit(console, "/groups")
    press(console.locator("#results tbody tr a").first)
    visit(console, f"{console.url.split('?')[0]}?tab=stores")
    press(console.locator('main a[href^="/stores/"]').first)
    link = console.locator('a[href*="/m/j/"]').first.get_attribute("href") or ""
    phone = window(browser, place.url, PHONE)
    visit(phone, re.sub(r"^https?://[^/]+", "", link))
    phone.fill("[name=name]", "周建芬")
    phone.fill("[name=phone]", "13800001234")
    shoot(phone, f"real-{roster.name}-8-join")
    press(phone.locator("form .m-button"))
    phone.wait_for_url(re.compile(r"/m/chats/\d+"))
    return phone


def understand(owner: Page, roster: Roster) -> None:
    """Read the message in the chat and answer its question."""
    option = owner.locator(".m-question-options button", has_text="买十赠一").first
    expect(option).to_be_visible(timeout=120_000)
    option.click()
    expect(owner.locator(".m-question-options .is-chosen").first).to_be_visible()
    shoot(owner, f"real-{roster.name}-8-understood")


@pytest.mark.skipif(
    not FOLDER, reason="REAL ROSTERS ARE SKIPPED: set QUNLIAN_ROSTERS to the folder that holds them"
)
def test_lines_of_a_real_file_are_handed_back_mended_and_loaded(
    browser: Browser, empty_installation: Installation, tmp_path: Path
) -> None:
    """Iowa's invoices name stores that its list of 2021 lacks: handed back, the stores added, loaded as they are."""
    place, diary, data = empty_installation, Diary("iowa-handed-back"), Path(FOLDER)
    login, iowa = "handed-hq", next(each for each in ROSTERS if each.name == "iowa")
    place.run(
        "createuser", login, "--enterprise", "handed", "--name", "华总", stdin=f"{PASSWORD}\n"
    )
    console = window(browser, place.url, DESKTOP)
    console.set_default_timeout(60_000)
    log_in(console, login)
    assert iowa.write_sales is not None
    roster, sales = tmp_path / "iowa-2021.csv", iowa.write_sales(data, tmp_path)
    rows = pl.read_parquet(data / "iowa/stores_status_2021.parquet")
    roster.write_bytes(rows.write_csv().encode())
    columns = {"code": "Store", "name": "Name", "status": "Store Status", "address": "Address"}
    check(console, "stores", roster, columns | {"type": ""})
    finish(console, "stores")
    check(console, "sales", sales, iowa.sales)
    diary.facts["reasons"] = reasons(console)
    shoot(console, "real-handed-back-1-reasons")
    finish(console, "sales")
    address = console.locator('a[href*="format=csv"]').first.get_attribute("href") or ""
    back = tmp_path / "退回.csv"
    back.write_bytes(console.request.get(address).body())
    refused = pl.read_csv(back, infer_schema=False)
    unknown = ~pl.col("store_number").is_in(rows["Store"].implode())
    assert refused.height == pl.read_parquet(data / "iowa/sales.parquet").filter(unknown).height
    diary.facts["handed_back"] = refused.height
    check(console, "stores", iowa.write_stores(data, tmp_path), iowa.stores)
    finish(console, "stores")
    check(console, "sales", back, {})  # its columns are known
    diary.facts["reasons_then"] = reasons(console)
    finish(console, "sales")
    shoot(console, "real-handed-back-2-mended")
    stats = console.locator(".q-stat").all_inner_texts()
    diary.facts["counts"] = "|".join(" ".join(each.split()) for each in stats)
    sys.stdout.write(f"\n{diary.line()}\n")
    assert diary.facts["reasons_then"] == "none"


def finish(console: Page, kind: str) -> None:
    """Load the good rows."""
    press(console.locator("button[name=mode][value=good]"))
    watch(console, f'main a[href$="/imports/new?kind={kind}"]')


def check(console: Page, kind: str, path: Path, columns: Mapping[str, str]) -> None:
    """Upload a file, choose its columns, and wait for what the check found."""
    visit(console, f"/imports/new?kind={kind}")
    console.set_input_files("[name=file]", path)
    press(console.locator("main form .btn-primary"), timeout=SLOW)
    for name, heading in columns.items():
        console.select_option(f"[name=column-{name}]", label=heading or "文件里没有")
    box = console.locator("[name=creates], [name=sets_size]")
    if box.count() and not box.first.is_checked():
        box.first.check()
    console.wait_for_timeout(800)
    press(console.locator("main form .btn-primary").first)
    watch(console, 'main a[href="?columns=1"]')
