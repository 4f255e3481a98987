"""What is watched on every page of the demo: errors, width, accessibility, weight, and the pictures of the docs."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, Response

from tests.browser.conftest import ROOT, SCREENSHOTS
from tests.browser.walk import visit

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_COLOURS = 192
_MOST_BYTES = 150_000


@dataclass(slots=True)
class Lookout:
    """One window, and everything wrong that was seen in it."""

    page: Page
    name: str
    trouble: list[str] = field(default_factory=list)
    is_frame_heard: bool = False

    def __post_init__(self) -> None:
        self.page.on("console", lambda said: self._hear(said.type, said.text))
        self.page.on("pageerror", lambda error: self._hear("error", str(error)))

    def _hear(self, kind: str, text: str) -> None:
        if kind == "error":
            self.trouble.append(f"{self.name} {self.page.url}: {text}")

    def open(self, path: str, *, is_read_aloud: bool = False) -> None:
        """Go to a page; note what is wrong with it. ``is_read_aloud``: also what axe finds."""
        answer = visit(self.page, path)
        status = answer.status if isinstance(answer, Response) else 0
        if status != 200:
            self.trouble.append(f"{self.name} {path}: answered {status}")
            return
        wide = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if wide > 0:
            self.trouble.append(f"{self.name} {path}: {wide} px too wide")
        if is_read_aloud:
            self.listen(path)

    def listen(self, path: str) -> None:
        """Note the WCAG 2.2 AA violations that axe finds; the frame around a page only once a window."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        part, self.is_frame_heard = ("main" if self.is_frame_heard else "html"), True
        found = self.page.evaluate(
            "([part, rules]) => axe.run(part, {runOnly: rules, resultTypes: ['violations']})"
            ".then(r => r.violations.map(v => v.id + ': ' + v.nodes.length + '× ' + v.nodes[0].html.slice(0, 160)"
            " + ' — ' + v.nodes[0].failureSummary.slice(0, 200)))",
            [part, {"type": "tag", "values": _RULES}],
        )
        self.trouble += [f"{self.name} {path}: {each}" for each in found]

    def find(self, path: str, pattern: str) -> str:
        """Return the first address on a page that looks like this."""
        text = self.page.request.get(path).text()
        found = re.search(rf'href="({pattern})"', text)
        assert found, f"nothing like {pattern} on {path}"
        return found[1].replace("&amp;", "&")

    def picture(self, name: str, *, height: int | None = None) -> Path:
        """Take a picture for the docs, small enough to live in the repository."""
        size = self.page.viewport_size
        if height and size:
            self.page.set_viewport_size({"width": size["width"], "height": height})
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        path = SCREENSHOTS / f"{name}.png"
        self.page.mouse.move(0, 0)
        self.page.wait_for_timeout(700)  # plots draw themselves
        self.page.screenshot(path=str(path))
        if height and size:
            self.page.set_viewport_size(size)
        with Image.open(path) as taken:
            small = taken.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
        small.save(path, optimize=True)
        assert path.stat().st_size < _MOST_BYTES, f"{name}: {path.stat().st_size} bytes"
        return path


def weight(page: Page, path: str) -> int:
    """Return the bytes that a phone without anything in store fetches to show a page, pictures apart."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    pictures: set[str] = set()
    bytes_of: dict[str, int] = {}
    session.on(
        "Network.responseReceived",
        lambda e: pictures.add(e["requestId"]) if e["type"] in ("Image", "Media") else None,
    )
    session.on(
        "Network.loadingFinished",
        lambda e: bytes_of.__setitem__(e["requestId"], int(e["encodedDataLength"])),
    )
    visit(page, path)
    page.wait_for_timeout(500)
    session.detach()
    return sum(size for request, size in bytes_of.items() if request not in pictures)
