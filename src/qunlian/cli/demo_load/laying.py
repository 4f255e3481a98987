"""What the parts of the loader share: who acts, when the demo's today is, and its dice."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from qunlian.channel.queries.staff import StaffRow, list_staff
from qunlian.channel.queries.territories import territory_children, top_territories
from qunlian.cli.demo_data import Demo
from qunlian.kernel.actor import Actor, Role

CHINA = ZoneInfo("Asia/Shanghai")
MOST_STAFF = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Laying:
    """
    One run of the loader.

    :ivar machinery: the enterprise's own machinery; ``headquarters``: its first log-in
    :ivar now: the demo's present; nothing happens after it
    :ivar tell: says to the person at the terminal where we are
    """

    demo: Demo
    machinery: Actor
    headquarters: Actor
    now: datetime
    seed: int
    tell: Callable[[str], None]

    @property
    def today(self) -> date:
        """Return the demo's today, China time."""
        return self.now.astimezone(CHINA).date()

    def moment(self, days_ago: int, hour: int = 9, minute: int = 0) -> datetime:
        """Return a moment of an earlier day, China time; never one to come."""
        day = self.today - timedelta(days=days_ago)
        return min(datetime.combine(day, time(hour, minute), CHINA), self.now)

    def dice(self, name: str) -> np.random.Generator:
        """Return dice of this part's own, so that a part taken again falls the same way."""
        return np.random.default_rng([self.seed, *name.encode()])

    def staff(self) -> dict[str, StaffRow]:
        """Return the staff by code."""
        page = list_staff(self.headquarters, take=MOST_STAFF)
        return {row.code: row for row in page.rows}

    def stand_in(self, row: StaffRow) -> Actor:
        """Return a member of staff as an actor; he has no log-in, so he acts for himself only."""
        return Actor(
            enterprise_id=self.machinery.enterprise_id,
            role=Role(row.role),
            person_id=row.person_id,
            staff_id=row.id,
        )


def place_of(laying: Laying, *codes: str) -> int | None:
    """Return the territory that is found from the top by these codes, province first; None: there is none."""
    (region,) = top_territories(laying.headquarters)
    at = region.id
    for code in codes:
        ids = {node.code: node.id for node in territory_children(laying.headquarters, at)}
        if code not in ids:
            return None
        at = ids[code]
    return at
