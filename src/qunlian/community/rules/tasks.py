"""
What people do on their phones: who gets it, when it is due, when he is reminded, when it is over.

The usual terms stand in ``TERMS``, one line per kind; an enterprise may have its own times
(queries/task_terms.py). Nobody is reminded at night; what falls into the night waits for the morning.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

CHINA: Final = ZoneInfo("Asia/Shanghai")
#: From this hour to that one people are left in peace.
NIGHT_BEGINS: Final = 21
NIGHT_ENDS: Final = 8
#: Whoever was reminded of a task is left in peace for so long.
PEACE: Final = timedelta(hours=4)
#: No time of a task is longer, and nobody is reminded more often.
MOST_HOURS: Final = 90 * 24
MOST_REMINDERS: Final = 5
#: So long a person may take his own answer back.
SECOND_THOUGHTS: Final = timedelta(minutes=1)

#: with_person → one of the others; refused, expired and unknown may be asked again.
OPEN: Final = "with_person"
ENDS: Final = ("done", "refused", "expired", "unknown", "withdrawn")
ANSWERS: Final = ("done", "refused", "unknown")
AGAIN: Final = ("refused", "expired", "unknown")
#: What somebody said he did and no reading shows.
NOT_SEEN: Final = "not_seen"
#: Why something cannot be done; the first are offered to be tapped.
REASONS: Final = ("no_right", "not_found", "platform_refuses", "text_wrong", "not_mine", "other")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """
    How one kind of task is asked.

    :ivar parts: the parts in the group's team who can do it, the first to be asked first
    :ivar remind_hours: after so many hours the person is reminded, as long as it waits
    """

    parts: tuple[str, ...]
    due_hours: int
    expires_hours: int
    remind_hours: tuple[int, ...] = (4, 24, 48)

    def problem(self) -> str:
        """Return the field that cannot be, or "": due before it is over, reminded in between, in order."""
        if not 1 <= self.due_hours < MOST_HOURS:
            return "due_hours"
        if not self.due_hours < self.expires_hours <= MOST_HOURS:
            return "expires_hours"
        hours = self.remind_hours
        in_order = all(a < b for a, b in pairwise((0, *hours, self.expires_hours)))
        return "" if in_order and len(hours) <= MOST_REMINDERS else "remind_hours"

    def due_at(self, asked_at: datetime) -> datetime:
        """Return until when it should be done."""
        return by_day(asked_at + timedelta(hours=self.due_hours))

    def expires_at(self, asked_at: datetime) -> datetime:
        """Return when nobody is waited for any longer."""
        return asked_at + timedelta(hours=self.expires_hours)

    def reminders(self, asked_at: datetime) -> Iterator[datetime]:
        """Yield the moments at which the person is reminded."""
        for hours in self.remind_hours:
            yield by_day(asked_at + timedelta(hours=hours))

    def next_reminder(self, asked_at: datetime, after: datetime) -> datetime | None:
        """Return the next of these moments; none that would disturb somebody reminded just before."""
        return next((at for at in self.reminders(asked_at) if at >= after + PEACE), None)


_OWNER_FIRST: Final = ("owner", "steward", "manager", "superior")
_STEWARD_FIRST: Final = ("steward", "manager", "owner", "superior")
TERMS: Final[Mapping[str, Terms]] = {
    "create": Terms(parts=_OWNER_FIRST, due_hours=24, expires_hours=14 * 24),
    "rename": Terms(parts=_STEWARD_FIRST, due_hours=48, expires_hours=30 * 24),
    "owner": Terms(parts=_OWNER_FIRST, due_hours=24, expires_hours=30 * 24),
    "confirm": Terms(parts=_OWNER_FIRST, due_hours=4, expires_hours=72, remind_hours=(4, 24)),
    "post": Terms(parts=_STEWARD_FIRST, due_hours=4, expires_hours=48, remind_hours=(4, 24)),
    "answer": Terms(parts=_STEWARD_FIRST, due_hours=2, expires_hours=48, remind_hours=(2, 24)),
    "announce": Terms(parts=_STEWARD_FIRST, due_hours=24, expires_hours=14 * 24),
    "welcome": Terms(parts=_OWNER_FIRST, due_hours=24, expires_hours=14 * 24),
    "invite": Terms(parts=_STEWARD_FIRST, due_hours=72, expires_hours=21 * 24),
    "remove": Terms(parts=_STEWARD_FIRST, due_hours=12, expires_hours=14 * 24),
    "count": Terms(parts=_OWNER_FIRST, due_hours=48, expires_hours=14 * 24, remind_hours=(48,)),
    "code": Terms(parts=_OWNER_FIRST, due_hours=24, expires_hours=14 * 24, remind_hours=(24,)),
    "remind": Terms(parts=_STEWARD_FIRST, due_hours=4, expires_hours=48, remind_hours=(4, 24)),
    "recall": Terms(parts=_OWNER_FIRST, due_hours=2, expires_hours=48, remind_hours=(2, 24)),
    "packet": Terms(
        parts=_STEWARD_FIRST, due_hours=48, expires_hours=7 * 24, remind_hours=(48, 72)
    ),
    "mute": Terms(parts=_OWNER_FIRST, due_hours=12, expires_hours=72, remind_hours=(4, 24)),
    "unmute": Terms(parts=_OWNER_FIRST, due_hours=12, expires_hours=14 * 24),
    "admit": Terms(parts=_STEWARD_FIRST, due_hours=24, expires_hours=14 * 24),
}


@dataclass(frozen=True, slots=True)
class Team:
    """Who of the staff may do something in a group: part → staff ids; ``others`` when nobody is in it."""

    parts: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    others: tuple[int, ...] = ()


def assignee(kind: str, team: Team, load: Mapping[int, int]) -> int | None:
    """
    Return who is asked: the first part of the team that can; of several, who has the least to do.

    :param load: staff id → tasks that wait for him
    """
    for able in (*(team.parts.get(part, ()) for part in TERMS[kind].parts), team.others):
        if able:
            return min(able, key=lambda staff_id: (load.get(staff_id, 0), staff_id))
    return None


def by_day(at: datetime) -> datetime:
    """Return this moment, or the morning after it when it falls into the night."""
    local = at.astimezone(CHINA)
    if NIGHT_ENDS <= local.hour < NIGHT_BEGINS:
        return at
    day = local + timedelta(days=1) if local.hour >= NIGHT_BEGINS else local
    return day.replace(hour=NIGHT_ENDS, minute=0, second=0, microsecond=0).astimezone(at.tzinfo)


def may_take_back(*, state: str, kind: str, ended_at: datetime | None, now: datetime) -> bool:
    """
    Tell whether an answer may still be taken back.

    A room that changed hands has changed hands; what followed since no red packet was given has followed.
    """
    is_fresh = ended_at is not None and now - ended_at <= SECOND_THOUGHTS
    has_followed = (kind in ("owner", "remove") and state == "done") or (
        kind == "packet" and state == "refused"
    )
    return is_fresh and state in ANSWERS and not has_followed
