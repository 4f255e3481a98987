"""What the documents hold: fenced blocks, commands, links, headings."""

import re
import shlex
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

ROOT = Path(__file__).parents[2]
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)
_SETTING = re.compile(r"^[A-Z_]+=")


@dataclass(frozen=True, slots=True)
class Command:
    """One command of a document, split as a shell would; ``settings`` stand before it."""

    place: str
    settings: tuple[str, ...]
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.place}: {' '.join(self.words)}"

    @property
    def program(self) -> str:
        """The program's name, without the folder that it lies in."""
        return Path(self.words[0]).name if self.words else ""


def documents() -> list[Path]:
    """Every document that people read."""
    return sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def blocks(path: Path, language: str) -> list[tuple[int, str]]:
    """Fenced blocks of a language, with the line they begin at."""
    text = path.read_text(encoding="utf-8")
    return [
        (text.count("\n", 0, match.start()) + 2, match.group(2))
        for match in _FENCE.finditer(text)
        if match.group(1) == language
    ]


def commands() -> list[Command]:
    """Every command in a ``console`` block."""
    found = []
    for path in documents():
        for first, text in blocks(path, "console"):
            for number, line in enumerate(text.replace("\\\n", " ").splitlines()):
                words = shlex.split(line, comments=True)
                while words and words[0] in ("$", "#"):
                    words.pop(0)
                settings = list(takewhile(_SETTING.match, words))
                rest = words[len(settings) :]
                if rest:
                    place = f"{path.relative_to(ROOT)}:{first + number}"
                    found.append(Command(place, tuple(settings), tuple(rest)))
    return found


def links(path: Path) -> list[str]:
    """Every link of a document, outside its blocks."""
    return _LINK.findall(_FENCE.sub("", path.read_text(encoding="utf-8")))


def anchors(path: Path) -> set[str]:
    """What a link may name behind ``#``: each heading in lower case with dashes."""
    text = _FENCE.sub("", path.read_text(encoding="utf-8"))
    plain = (re.sub(r"[`*_]|\]\([^)]*\)|\[", "", title) for title in _HEADING.findall(text))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in plain}
