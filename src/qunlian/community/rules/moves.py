"""Why stores change groups in a plan from the groups there are, and how freely they may."""

import math
from enum import IntEnum
from typing import Final


class Move(IntEnum):
    """Why a store gets a group or another one; the planner's ``Reason``, and what people change by hand."""

    STAYS = 0
    NEW = 1
    ELSEWHERE = 2
    FULL = 3
    DISSOLVED = 4
    ALIKE = 5
    BY_HAND = 6


#: Their names outside, in the order in which a page tells them.
NAMES: Final[dict[int, str]] = {
    Move.NEW: "new",
    Move.ELSEWHERE: "elsewhere",
    Move.FULL: "full",
    Move.DISSOLVED: "dissolved",
    Move.ALIKE: "alike",
    Move.BY_HAND: "by_hand",
}
#: Moves that must be, whatever people would like.
FORCED: Final = (Move.NEW, Move.ELSEWHERE, Move.FULL)
#: Moves that may be declined.
WISHED: Final = (Move.DISSOLVED, Move.ALIKE, Move.BY_HAND)
#: What a voluntary move must save in unlikeness (μ), from the fewest moves to the best groups.
CHOICES: Final[dict[str, float]] = {
    "must": math.inf,
    "few": 16.0,
    "usual": 4.0,
    "more": 1.0,
    "best": 0.0,
}
USUAL: Final = "usual"
