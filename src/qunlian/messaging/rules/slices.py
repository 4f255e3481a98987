"""Which groups a broadcast means: a part of the matrix in plain words."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

LAYERS = ("distributor", "store", "consumer", "vip", "internal")
#: Groups that somebody can be spoken to in.
SPEAKABLE = ("inviting", "live", "fading")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """
    A part of the matrix. An empty tuple means "any"; everything given must hold together.

    ``territory_ids`` and ``distributor_ids`` mean their whole subtrees (a distributor's own groups, and
    those that hold stores it serves); ``tags``: any of them; ``store_types``: groups that hold such a store.
    """

    territory_ids: tuple[int, ...] = ()
    distributor_ids: tuple[int, ...] = ()
    group_ids: tuple[int, ...] = ()
    layers: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    store_types: tuple[str, ...] = ()
    lives: tuple[str, ...] = ("live", "fading")


def as_json(of: Slice) -> dict[str, Any]:
    """Return the slice as it is kept."""
    return {name: list(values) for name, values in asdict(of).items() if values}


def from_json(kept: Mapping[str, Any]) -> Slice:
    """
    Read a slice that was kept or posted.

    :raises ValueError: an id is no number, or a layer or state of life is unknown
    """
    found = Slice(
        territory_ids=_ids(kept.get("territory_ids")),
        distributor_ids=_ids(kept.get("distributor_ids")),
        group_ids=_ids(kept.get("group_ids")),
        layers=_words(kept.get("layers")),
        tags=_words(kept.get("tags")),
        store_types=_words(kept.get("store_types")),
        lives=_words(kept.get("lives")) or ("live", "fading"),
    )
    if not set(found.layers) <= set(LAYERS) or not set(found.lives) <= set(SPEAKABLE):
        raise ValueError("slice")
    return found


def _ids(values: Any) -> tuple[int, ...]:
    return tuple(sorted({int(value) for value in values or ()}))


def _words(values: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(value).strip() for value in values or () if str(value).strip()))
