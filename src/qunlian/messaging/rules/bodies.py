"""What a message may hold, kind by kind, and the short line that stands for it in a list."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

TEXT_LIMIT = 2000
CAPTION_LIMIT = 300
TITLE_LIMIT = 80
LINE_LIMIT = 60
MENTIONS_LIMIT = 50
OPTIONS_MIN, OPTIONS_MAX, OPTION_LIMIT = 2, 4, 40
QUESTION_LIMIT = 120
VOICE_LIMIT_MS = 60_000
WRITTEN_KINDS = frozenset({"text", "image", "video", "voice", "card"})
_BLANK = re.compile(r"[ \t\u3000]+")
_MANY_LINES = re.compile(r"\n{3,}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


class BadBody(ValueError):
    """The message cannot be sent as it is; ``reason`` says why in one word."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A one-tap check whether the message was understood; ``right`` is the index of the right option."""

    text: str
    options: tuple[str, ...]
    right: int


def clean_text(text: str, limit: int = TEXT_LIMIT) -> str:
    """
    Return what a person typed without control and direction-override characters, trimmed.

    :raises BadBody: longer than ``limit`` characters
    """
    plain = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    plain = _MANY_LINES.sub("\n\n", plain).strip()
    if len(plain) > limit:
        raise BadBody("too_long")
    return plain


def text_body(text: str) -> dict[str, Any]:
    """
    Return the body of a text.

    :raises BadBody: empty or too long
    """
    cleaned = clean_text(text)
    if not cleaned:
        raise BadBody("empty")
    return {"text": cleaned}


def product_body(product_id: int, title: str, price_fen: int | None) -> dict[str, Any]:
    """
    Return the body of a product card; its link is made where it is shown.

    :raises BadBody: no title, or it is too long
    """
    name = clean_text(title, TITLE_LIMIT)
    if not name:
        raise BadBody("empty")
    return {"kind": "product", "product_id": product_id, "title": name, "price_fen": price_fen}


def question_of(text: str, options: Sequence[str], right: int | None) -> Question | None:
    """
    Read the question of a broadcast; None when there is none.

    :raises BadBody: fewer than 2 or more than 4 options, one of them empty or twice, no right one
    """
    asked = clean_text(text, QUESTION_LIMIT)
    given = tuple(o for o in (clean_text(option, OPTION_LIMIT) for option in options) if o)
    if not asked:
        if given:
            raise BadBody("question_missing")
        return None
    if not OPTIONS_MIN <= len(given) <= OPTIONS_MAX or len(set(given)) != len(given):
        raise BadBody("options")
    if right is None or not 0 <= right < len(given):
        raise BadBody("right_option_missing")
    return Question(text=asked, options=given, right=right)


def line_of(kind: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a list of chats shows of a message: its kind and at most 60 characters."""
    if kind == "system":
        return {"kind": kind, **body}
    words = str(body.get("text") or body.get("title") or "")
    return {"kind": kind, "text": _BLANK.sub(" ", words.replace("\n", " "))[:LINE_LIMIT]}


def passed_on(body: Mapping[str, Any], wording: str, by: str) -> dict[str, Any]:
    """Return a broadcast's body as a group sees it after a hop added own words above it."""
    return {**body, "wording": wording, "wording_by": by} if wording else dict(body)


def media_body(
    token: str,
    *,
    width: int | None,
    height: int | None,
    duration_ms: int | None,
    text: str = "",
) -> dict[str, Any]:
    """
    Return the body of a picture, voice or video: where it is, how large, how long.

    :raises BadBody: the caption is too long
    """
    facts = {"width": width, "height": height, "duration_ms": duration_ms}
    known = {name: value for name, value in facts.items() if value}
    caption = clean_text(text, CAPTION_LIMIT)
    return {"media": token, **known, **({"text": caption} if caption else {})}
