"""Numbers in addresses, keys of lists and forms: what is typed is read, or it is nothing."""

from math import isfinite

#: More figures may not fit the database's widest whole number.
_LONGEST = 18


def whole(text: object) -> int | None:
    """Read a whole number from 0; anything else is None."""
    tidy = "" if text is None else str(text).strip()
    is_whole = tidy.isascii() and tidy.isdigit() and len(tidy) <= _LONGEST
    return int(tidy) if is_whole else None


def wholes(*texts: object) -> tuple[int, ...] | None:
    """Read several whole numbers, the parts of a key; None where one of them is none."""
    found = [number for text in texts if (number := whole(text)) is not None]
    return tuple(found) if len(found) == len(texts) else None


def decimal(text: object) -> float | None:
    """Read a finite number, of either sign; anything else is None."""
    try:
        found = float(str(text))
    except ValueError:
        return None
    return found if isfinite(found) else None


def digits(text: str | None) -> str:
    """Read a code of figures; anything else is empty."""
    tidy = (text or "").strip()
    return tidy if tidy.isascii() and tidy.isdigit() else ""
