"""Who follows in which group, and whether the successor can carry it."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

#: A rep who sees each store once a month, some fourteen a working day, has no time for more.
MOST_STORES = 300
#: Groups one person can steward and still answer the same day.
MOST_STEWARDED = 12
#: Groups one person can sit in and still follow.
MOST_SEATED = 60
#: The parts that pass to a successor; a plain member's stay only ends.
PARTS = ("steward", "superior", "manager")
_RANK = {"member": 0, "superior": 1, "manager": 2, "steward": 3, "owner": 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """One group in somebody's hands. ``path`` is its territory's, empty when it has none."""

    group_id: int
    name: str
    path: str
    part: str
    is_owner: bool
    is_seated: bool
    seats_taken: int
    seats_cap: int

    @property
    def is_full(self) -> bool:
        """Tell whether nobody fits in."""
        return self.seats_taken >= self.seats_cap


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What somebody carries: stores in his territories, groups he stewards, groups he sits in."""

    stores: int = 0
    stewarded: int = 0
    seated: int = 0

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return what is more than one person can do."""
        limits = (
            ("stores", self.stores > MOST_STORES),
            ("stewarded", self.stewarded > MOST_STEWARDED),
            ("seated", self.seated > MOST_SEATED),
        )
        return tuple(name for name, is_over in limits if is_over)


def successor_for(path: str, chosen: Mapping[str, int], otherwise: int | None) -> int | None:
    """
    Return who follows in a group: the successor of the nearest territory above it.

    :param chosen: territory path → successor
    """
    nearest = max((own for own in chosen if path.startswith(own)), key=len, default=None)
    return otherwise if nearest is None else chosen[nearest]


def higher(one: str, other: str) -> str:
    """Return the higher of two roles in a group."""
    return max(one, other, key=lambda role: _RANK[role])


def fingerprint(
    holdings: Iterable[Holding], territory_ids: Iterable[int], below: Iterable[int]
) -> str:
    """
    Return the version of what somebody holds: the same while nothing a reviewer decides upon has changed.

    Names, stores, members and seats may change meanwhile; which groups are in his hands, and how, may not.
    """
    groups = sorted((h.group_id, h.part, h.is_owner) for h in holdings)
    facts = [groups, sorted(set(territory_ids)), sorted(set(below))]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]
