"""How the browser tests move from page to page: nothing is done on a page while another one is on its way.

A click does not wait for what it loads, so whatever loads a page is pressed by ``press``. A page that shows progress
loads itself anew when the work is done, perhaps in the middle of our own going somewhere: ``visit`` goes again then.
"""

import time

import pytest
from playwright.sync_api import Error, Locator, Page, Response, expect

PASSWORD = "lin-jiang-2026"
LONGEST_SECONDS = 120
_LOOK_MS = 1_000
#: A page that shows progress loads itself anew each second; on a busy machine often while we go there.
_VISITS = 30
_INTERRUPTED = ("interrupted by another navigation", "net::ERR_ABORTED")


def press(button: Locator, *, timeout: float | None = None) -> None:
    """Press what loads a page, a button of a form or a link; return when that page is there."""
    with button.page.expect_navigation(wait_until="load", timeout=timeout):
        button.click(timeout=timeout)


def visit(page: Page, path: str) -> Response | None:
    """Go to a page, even if the one before loads itself anew meanwhile."""
    for _ in range(_VISITS - 1):
        try:
            return page.goto(path, wait_until="load")
        except Error as trouble:
            if not any(sign in trouble.message for sign in _INTERRUPTED):
                raise
            page.wait_for_load_state("load")
    return page.goto(path, wait_until="load")


def wait_for(page: Page, path: str, selector: str) -> None:
    """Look at a page again until background work has brought something onto it."""
    deadline = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < deadline:
        visit(page, path)
        try:
            page.locator(selector).first.wait_for(state="attached", timeout=_LOOK_MS)
        except Error:
            continue
        page.wait_for_load_state("load")
        return
    pytest.fail(f"{selector} did not come on {path}: {page.inner_text('main')[:2000]}")


def confirm(page: Page, dialog: str) -> None:
    """Open a dialog and say yes."""
    page.locator(f'[data-dialog="{dialog}"]').first.click()
    press(page.locator(f"dialog#{dialog}[open] footer .btn:not([data-close])"))


def log_in(page: Page, login: str, password: str = PASSWORD) -> None:
    """Log in on the console's own page."""
    visit(page, "/login")
    page.fill("[name=login]", login)
    page.fill("[name=password]", password)
    press(page.locator("form button[type=submit]"))
    expect(page.locator(".q-stats")).to_be_visible()
