"""From when on the channel keeps what it needs only for a while; how long is a setting."""

from dataclasses import dataclass
from datetime import datetime, timedelta

#: A file without an import is one whose upload was interrupted; an upload takes minutes, not a day.
STRAY_FILE_DAYS = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """What is older than these moments is forgotten."""

    rosters_at: datetime
    strays_at: datetime


def roster_cut(now: datetime, days: int) -> Cut:
    """Return from when on uploaded files are kept."""
    return Cut(
        rosters_at=now - timedelta(days=days), strays_at=now - timedelta(days=STRAY_FILE_DAYS)
    )
