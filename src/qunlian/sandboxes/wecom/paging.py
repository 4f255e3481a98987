"""
Cursors, with what makes them awkward: an empty page that is not the last, a row that comes twice.

A cursor names the row behind which to go on, and how many rows there were. When rows came or went since, the
page begins one row earlier: rows may come twice, none is missed. Source: none is written; connectors of real
products meet both, so a client must bear them.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import TypeVar

from qunlian.sandboxes.wecom.errors import Refused
from qunlian.sandboxes.wecom.requests import BAD_PARAMETER

Row = TypeVar("Row")


def page(
    rows: Sequence[Row], cursor: str | None, limit: int, *, key: Callable[[Row], str], is_odd: bool
) -> tuple[list[Row], str]:
    """Return a page of rows in their order and the cursor behind it (``""`` at the end)."""
    start = _start(rows, cursor, key) if cursor else 0
    left = len(rows) - start
    if is_odd and left > 0 and not (cursor and _read(cursor)[2]):
        return [], _write(rows, start, key, was_empty=True)
    found = list(rows[start : start + limit])
    more = start + len(found) < len(rows)
    return found, _write(rows, start + len(found), key, was_empty=False) if more else ""


def _start(rows: Sequence[Row], cursor: str, key: Callable[[Row], str]) -> int:
    last, count, _ = _read(cursor)
    names = [key(row) for row in rows]
    if not last:
        return 0
    if last in names:
        place = names.index(last) + 1
        return place if count == len(rows) else place - 1
    return 0  # the row is gone: begin again rather than miss one


def _write(rows: Sequence[Row], behind: int, key: Callable[[Row], str], *, was_empty: bool) -> str:
    last = key(rows[behind - 1]) if behind else ""
    return urlsafe_b64encode(json.dumps([last, len(rows), was_empty]).encode()).decode()


def _read(cursor: str) -> tuple[str, int, bool]:
    try:
        last, count, was_empty = json.loads(urlsafe_b64decode(cursor.encode()))
    except ValueError:
        raise Refused(BAD_PARAMETER, "cursor") from None
    return str(last), int(count), bool(was_empty)
