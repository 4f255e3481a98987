"""Names of groups: what is allowed, and how a template makes them."""

from dataclasses import dataclass
from string import Formatter
from typing import Final

LONGEST: Final = 40
DEFAULT_TEMPLATE: Final = "{brand}·{patch}·{n}群"
PLACES: Final = frozenset({"brand", "patch", "type", "management", "n"})


@dataclass(frozen=True, slots=True, kw_only=True)
class NameParts:
    """What a template may put into a name; ``n`` counts the groups of a patch from 1."""

    brand: str
    patch: str
    type: str
    management: str
    n: int


def tidy(name: str) -> str:
    """
    Return the name as it is kept.

    :raises ValueError: empty, or longer than a platform shows
    """
    kept = " ".join(name.split())
    if not 0 < len(kept) <= LONGEST:
        raise ValueError(name)
    return kept


def is_template(template: str) -> bool:
    """Tell whether a template can name groups apart: known places only, and ``{n}`` among them."""
    try:
        places = {place for _, place, *_ in Formatter().parse(template) if place is not None}
    except ValueError:
        return False
    return "n" in places and places <= PLACES and len(template) <= 2 * LONGEST


def name_from(template: str, parts: NameParts) -> str:
    """Fill a checked template; what is too long loses its brand first, then the end of its patch."""
    words = {
        "brand": parts.brand,
        "patch": parts.patch,
        "type": parts.type,
        "management": parts.management,
        "n": str(parts.n),
    }
    for place in ("brand", "patch", "type", "management"):
        made = " ".join(template.format(**words).split())
        over = len(made) - LONGEST
        if over <= 0:
            return made
        words[place] = words[place][: max(0, len(words[place]) - over)]
    return " ".join(template.format(**words).split())[:LONGEST]
