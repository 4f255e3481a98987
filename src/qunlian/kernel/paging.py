"""Lists page by key, never by offset."""

from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Row]):
    """One page of a list and the key where the next begins (``None`` at the end)."""

    rows: tuple[Row, ...]
    next_key: str | None
