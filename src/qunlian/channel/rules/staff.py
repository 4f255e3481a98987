"""Who may be whose superior, and which roles staff have."""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")
STAFF_ROLES = ("headquarters", "manager", "rep", "group_manager")
HIGHEST_CHAIN = 60


def day_of(moment: datetime) -> date:
    """Return the day in China; assignments begin and end with it."""
    return moment.astimezone(CHINA).date()


def time_of_assignment(from_on: date, until_on: date | None, on: date) -> str:
    """Tell whether one is ``past``, ``now`` or ``coming``; ``until_on`` is the first day no more."""
    if from_on > on:
        return "coming"
    return "past" if until_on is not None and until_on <= on else "now"


def is_above(superiors: Mapping[int, int | None], staff_id: int, of_id: int) -> bool:
    """
    Tell whether ``staff_id`` stands somewhere above ``of_id``, or is the same.

    :param superiors: staff id → superior's id
    """
    at: int | None = of_id
    for _ in range(HIGHEST_CHAIN):
        if at is None:
            return False
        if at == staff_id:
            return True
        at = superiors.get(at)
    return True
