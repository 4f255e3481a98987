"""Lists page by key, never by offset."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Row]):
    """One page of a list and the key where the next begins (``None`` at the end)."""

    rows: tuple[Row, ...]
    next_key: str | None


def every_row(page_of: Callable[[str], Page[Row]]) -> Iterator[Row]:
    """
    Yield all rows of a list, for an export; each page opens a scope of its own.

    :param page_of: the page after a key, the first after ``""``
    """
    after: str | None = ""
    while after is not None:
        page = page_of(after)
        yield from page.rows
        after = page.next_key


def moment_key(at: datetime, row_id: int) -> str:
    """Return the key of a row in a list ordered by time and id."""
    return f"{at.isoformat()}~{row_id}"


def read_moment_key(key: str) -> tuple[datetime, int] | None:
    """Return the time and id of a ``moment_key``; None when it is none (a list then begins at its start)."""
    text, _, last = key.rpartition("~")
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (at, int(last)) if at.tzinfo is not None and last.isdecimal() else None
