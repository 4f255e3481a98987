"""What a test knows of the cast; see cast.py for the story."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from qunlian.kernel.actor import Actor

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
TODAY = date(2026, 11, 20)
#: Since when everybody covers his territory; long ago, so that it holds whatever the machine's clock says.
SINCE = date(2020, 1, 1)
PASSWORD = "lin-jiang-2026"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Who is who. ``ids`` holds everything else by its code, e.g. ``cast.ids["A1"]``."""

    hua: Actor
    ma: Actor
    rong: Actor
    song: Actor
    guan: Actor
    ding: Actor
    du: Actor
    oyang: Actor
    wai: Actor
    wei: Actor
    ids: dict[str, int]
