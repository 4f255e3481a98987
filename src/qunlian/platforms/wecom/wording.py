"""A message of Qunlian as WeCom can show it: text within its bytes, attachments within their number. Pure."""

from collections.abc import Mapping
from typing import Any

from qunlian.platforms.wecom.api.masses import TEXT_BYTES, Wording

_LETTERS = "ABCDEFGH"
_FEN = 100


def media_of(kind: str, body: Mapping[str, Any]) -> tuple[str, str]:
    """Return the kind of file a message carries and its token; ("", "") when it carries none."""
    token = str(body.get("media") or "")
    shown = str(body.get("media_kind") or kind)
    if not token:
        return "", ""
    return (shown if shown in {"image", "video"} else "file"), token


def wording(
    kind: str,
    body: Mapping[str, Any],
    *,
    public_url: str = "",
    media_id: str = "",
    limit: int = TEXT_BYTES,
) -> Wording:
    """
    Word a message: its own words, then the question with its options by letter; a card as a link.

    :param public_url: where our own pages are reached from a phone; without it a card is text alone
    :param media_id: what its picture or video was uploaded as
    """
    lines = [_own_words(body), *_question(body)]
    attachments: list[Mapping[str, Any]] = []
    if body.get("kind") == "product":
        title, price = str(body.get("title") or ""), _price(body.get("price_fen"))
        lines.append(" ".join(part for part in (title, price) if part))
        if public_url and body.get("product_id"):
            url = f"{public_url.rstrip('/')}/m/products/{body['product_id']}"
            link = {"title": title[:32], "url": url, **({"desc": price} if price else {})}
            attachments.append({"msgtype": "link", "link": link})
    shown, _ = media_of(kind, body)
    if media_id:
        attachments.append({"msgtype": shown, shown: {"media_id": media_id}})
    content = "\n".join(line for line in lines if line)
    return Wording(content=cut(content, limit), attachments=tuple(attachments))


def cut(content: str, limit: int) -> str:
    """Return as much of a text as fits into so many bytes of UTF-8, never half a character."""
    raw = content.encode("utf-8", "replace")
    if len(raw) <= limit:
        return raw.decode()
    return raw[: limit - len("…".encode())].decode("utf-8", "ignore") + "…"


def _own_words(body: Mapping[str, Any]) -> str:
    above, by = str(body.get("wording") or ""), str(body.get("wording_by") or "")
    said = f"{by}：{above}" if above and by else above
    return "\n".join(one for one in (said, str(body.get("text") or "")) if one)


def _question(body: Mapping[str, Any]) -> list[str]:
    question, options = body.get("question"), body.get("options")
    if not question:
        return []
    answers = options if isinstance(options, list | tuple) else []
    return [
        str(question),
        *(f"{letter}. {one}" for letter, one in zip(_LETTERS, answers, strict=False)),
    ]


def _price(fen: object) -> str:
    return f"¥{fen / _FEN:.2f}" if isinstance(fen, int) else ""
