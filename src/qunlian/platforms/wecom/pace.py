"""
How often one API of one corp may be called, counted in the database for all processes together.

Calls are granted in growing handfuls, so that a long walk does not write the row for each call. A 45009 parks
the API until the minute ends; refused again before one call went well, until the hour ends, then a day.
Source: developer.work.weixin.qq.com document 90454 (2023-08-28).
"""

from dataclasses import dataclass, field

from django.db import connection

from qunlian.kernel import scope
from qunlian.platforms.wecom.accounts import Account
from qunlian.platforms.wecom.errors import WeComParked

_MOST_AT_ONCE = 64

_GRANT = """
INSERT INTO platforms_wecom_pace AS p
    (enterprise_id, api, minute_at, in_minute, hour_at, in_hour, parked_times)
VALUES (%(enterprise)s, %(api)s, date_trunc('minute', clock_timestamp()), %(count)s,
        date_trunc('hour', clock_timestamp()), %(count)s, 0)
ON CONFLICT (enterprise_id, api) DO UPDATE SET
    in_minute = CASE WHEN p.minute_at = EXCLUDED.minute_at THEN p.in_minute ELSE 0 END + %(count)s,
    in_hour = CASE WHEN p.hour_at = EXCLUDED.hour_at THEN p.in_hour ELSE 0 END + %(count)s,
    minute_at = EXCLUDED.minute_at, hour_at = EXCLUDED.hour_at
WHERE (p.parked_until IS NULL OR p.parked_until <= clock_timestamp())
  AND CASE WHEN p.minute_at = EXCLUDED.minute_at THEN p.in_minute ELSE 0 END + %(count)s <= %(minute)s
  AND CASE WHEN p.hour_at = EXCLUDED.hour_at THEN p.in_hour ELSE 0 END + %(count)s <= %(hour)s
RETURNING parked_times
"""
_WAIT = """
SELECT greatest(1, ceil(extract(epoch FROM CASE
    WHEN parked_until > clock_timestamp() THEN parked_until
    WHEN hour_at = date_trunc('hour', clock_timestamp()) AND in_hour >= %(hour)s
        THEN hour_at + interval '1 hour'
    ELSE date_trunc('minute', clock_timestamp()) + interval '1 minute' END - clock_timestamp())))
FROM platforms_wecom_pace WHERE api = %(api)s
"""
#: Refused again without one success in between: the window is a longer one than was thought.
_PARK = """
INSERT INTO platforms_wecom_pace AS p
    (enterprise_id, api, minute_at, hour_at, in_minute, in_hour, parked_until, parked_times)
VALUES (%(enterprise)s, %(api)s, date_trunc('minute', clock_timestamp()),
        date_trunc('hour', clock_timestamp()), 0, 0,
        CASE WHEN %(park)s > 0 THEN clock_timestamp() + make_interval(secs => %(park)s)
             ELSE date_trunc('minute', clock_timestamp()) + interval '1 minute' END, 1)
ON CONFLICT (enterprise_id, api) DO UPDATE SET
    parked_times = CASE WHEN p.parked_until > clock_timestamp() THEN p.parked_times
                        ELSE least(p.parked_times + 1, 3) END,
    parked_until = CASE
        WHEN p.parked_until > clock_timestamp() THEN p.parked_until
        WHEN p.parked_times = 0 THEN EXCLUDED.parked_until
        WHEN p.parked_times = 1 THEN date_trunc('hour', clock_timestamp()) + interval '1 hour'
        ELSE clock_timestamp() + interval '1 day' END
RETURNING greatest(1, ceil(extract(epoch FROM parked_until - clock_timestamp())))
"""
_TRUST = "UPDATE platforms_wecom_pace SET parked_times = 0 WHERE api = %s AND parked_times > 0"


@dataclass(slots=True)
class Pacer:
    """What one conversation may still call without asking the database again."""

    account: Account
    _left: dict[str, int] = field(default_factory=dict)
    _handful: dict[str, int] = field(default_factory=dict)
    #: parked before, and no call went well since
    _suspected: set[str] = field(default_factory=set)

    def take(self, api: str) -> bool:
        """Take one call from what was granted before; False when a grant is needed."""
        if self._left.get(api, 0) < 1:
            return False
        self._left[api] -= 1
        return True

    def grant(self, api: str) -> None:
        """
        Ask for a handful of calls.

        :raises WeComParked: none are to be had before a while
        """
        handful = self._handful.get(api, 1)
        while not self._granted(api, handful):
            if handful == 1:
                raise WeComParked(api=api, retry_after_seconds=self._wait(api))
            handful = 1
        self._left[api] = self._left.get(api, 0) + handful
        self._handful[api] = min(2 * handful, _MOST_AT_ONCE)

    def park(self, api: str) -> WeComParked:
        """Leave an API alone until its window ends; returns the trouble to raise."""
        self._left.pop(api, None)
        self._handful.pop(api, None)
        with scope.writing(self.account.machinery), connection.cursor() as cursor:
            cursor.execute(
                _PARK,
                {
                    "enterprise": self.account.enterprise_id,
                    "api": api,
                    "park": self.account.settings.park_seconds,
                },
            )
            (seconds,) = cursor.fetchone()
        return WeComParked(api=api, retry_after_seconds=int(seconds))

    def is_suspected(self, api: str) -> bool:
        """Tell whether an API was parked and no call went well since."""
        return api in self._suspected

    def trust(self, api: str) -> None:
        """Take it that its window has ended: a call went well."""
        self._suspected.discard(api)
        with scope.writing(self.account.machinery), connection.cursor() as cursor:
            cursor.execute(_TRUST, [api])

    def _granted(self, api: str, count: int) -> bool:
        with scope.writing(self.account.machinery), connection.cursor() as cursor:
            cursor.execute(_GRANT, self._terms(api, count))
            row = cursor.fetchone()
        if row and row[0]:
            self._suspected.add(api)
        return row is not None

    def _wait(self, api: str) -> int:
        with scope.reading(self.account.machinery), connection.cursor() as cursor:
            cursor.execute(_WAIT, self._terms(api, 1))
            row = cursor.fetchone()
        return int(row[0]) if row else 60

    def _terms(self, api: str, count: int) -> dict[str, str | int]:
        return {
            "enterprise": self.account.enterprise_id,
            "api": api,
            "count": count,
            "minute": self.account.settings.calls_per_minute,
            "hour": self.account.settings.calls_per_hour,
        }
