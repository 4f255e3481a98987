"""Reading WeCom's answers: walking cursors safely, and fields that are missing or of another type."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from qunlian.platforms.wecom.client import Api, Client
from qunlian.platforms.wecom.errors import WeComUnreachable

_MOST_PAGES = 5_000


async def walk(
    client: Client, api: Api, body: Mapping[str, Any], rows: str
) -> list[dict[str, Any]]:
    """
    Read a list to its end: pages may be empty with more behind them, and a cursor may come twice.

    :param rows: the field that holds a page's rows
    :raises WeComUnreachable: it does not end
    """
    found: list[dict[str, Any]] = []
    cursor, seen = "", {""}
    for _ in range(_MOST_PAGES):
        answer = await client.call(api, {**body, **({"cursor": cursor} if cursor else {})})
        found += objects(answer, rows)
        cursor = text(answer, "next_cursor")
        if cursor in seen:
            return found
        seen.add(cursor)
    raise WeComUnreachable(api=api.path, reason="a list without end")


def objects(answer: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """Return a list of objects; a missing one, or null, is empty."""
    value = answer.get(name)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def texts(answer: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Return a list of texts; a missing one, or null, is empty."""
    value = answer.get(name)
    return tuple(str(one) for one in value) if isinstance(value, list) else ()


def part(answer: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return an object within another; a missing one, or null, is empty."""
    value = answer.get(name)
    return value if isinstance(value, dict) else {}


def text(answer: Mapping[str, Any], name: str) -> str:
    """Return a text; a missing one, or null, is empty. No text of the database can hold a NUL."""
    value = answer.get(name)
    return "" if value is None else str(value).replace("\x00", "")


def number(answer: Mapping[str, Any], name: str) -> int:
    """Return a number, which some answers give as a text; a missing one, or nonsense, is 0."""
    value = answer.get(name)
    try:
        return int(value or 0)
    except (TypeError, ValueError):
        return 0


def moment(answer: Mapping[str, Any], name: str) -> datetime | None:
    """Return a moment told in seconds since 1970; None where there is none."""
    seconds = number(answer, name)
    try:
        return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None
    except (OverflowError, ValueError, OSError):
        return None


def seconds(at: datetime) -> int:
    """Return a moment as WeCom wants it."""
    return int(at.timestamp())
