"""What somebody says of himself on the claim page: when that is enough, and how often he may try."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

#: What a person's own word is worth beside the signs of ``channel.rules.bindings``.
POINTS: Final = {"claimed": 50, "claimed_proven": 10, "claimed_phone": 30, "claimed_twice": 0}
#: So many digits of a store's number one must know, from its end.
DIGITS: Final = 4
WINDOW: Final = timedelta(minutes=15)
#: Tries in a window: from one address at one group, at one group, and for one store.
MOST_FROM_ADDRESS: Final = 10
MOST_AT_GROUP: Final = 300
MOST_FOR_STORE: Final = 10
#: So much of a store's name must be typed before any is shown.
LEAST_TYPED: Final = 2


def signs_of(*, is_proven: bool, knows_number: bool, is_rival: bool) -> tuple[str, ...]:
    """Name what speaks for a claim, or that another has claimed the store."""
    told = {
        "claimed": True,
        "claimed_proven": is_proven,
        "claimed_phone": knows_number,
        "claimed_twice": is_rival,
    }
    return tuple(sign for sign, is_so in told.items() if is_so)


def is_sure(*, is_proven: bool, knows_number: bool, was_likely: bool, is_rival: bool) -> bool:
    """
    Tell whether nobody need look: the account is his for certain, and more than his word speaks for it.

    :param was_likely: what he is called in the room had spoken for the store before
    """
    return is_proven and (knows_number or was_likely) and not is_rival


def score_of(signs: Sequence[str], before: int) -> int:
    """Return 0 to 100."""
    return min(100, before + sum(POINTS.get(sign, 0) for sign in signs))


def window_of(now: datetime) -> datetime:
    """Return the start of the window that ``now`` falls into."""
    seconds = WINDOW.total_seconds()
    return datetime.fromtimestamp(now.timestamp() // seconds * seconds, tz=UTC)


def seconds_left(now: datetime) -> int:
    """Return how many whole seconds the window still lasts, at least one."""
    return max(1, int((window_of(now) + WINDOW - now).total_seconds()) + 1)


def plain_name(text: str) -> str:
    """Return a nickname as it is compared: without blanks, small letters."""
    return "".join(text.split()).casefold()
