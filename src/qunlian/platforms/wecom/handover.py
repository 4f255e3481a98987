"""
Other owners for groups: on the job or after somebody has left, within what one may take over a day.

The answer as a whole says 0 even where single groups failed, so that each group's own code decides.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from qunlian.kernel import clock, scope
from qunlian.kernel.errors import PlatformTrouble
from qunlian.platforms.port import Outcome, OwnerChange, Result, RoomStatus
from qunlian.platforms.wecom import quota
from qunlian.platforms.wecom.accounts import Account
from qunlian.platforms.wecom.api import groups
from qunlian.platforms.wecom.client import Client, on_thread
from qunlian.platforms.wecom.errors import Kind, OutcomeUnknown, WeComTrouble, meaning_of
from qunlian.platforms.wecom.models import HeardRoom, Room

_RECEIVER, _ROOM = "transfer_to", "transfer_of"
_OWNER_LEFT, _OWNER_HERE = 90502, 90500
_ALREADY = {90504, 90508}
_RUNNING = {90507, 40129}
_ON_THE_PHONE = {90503}


async def change_owners(
    client: Client, changes: Sequence[OwnerChange], now: datetime
) -> tuple[Result, ...]:
    """Hand rooms over, each receiver's together; one that has him already is fine."""
    by_receiver: defaultdict[str, list[str]] = defaultdict(list)
    for change in changes:
        by_receiver[change.to_key].append(change.room_key)
    results: dict[str, Result] = {}
    for receiver, keys in by_receiver.items():
        allowed = await on_thread(_allowed, client.account, receiver, keys, now)
        results |= {
            key: Result(item=key, outcome=Outcome.REFUSED, problem="handed_over_often")
            for key in keys
            if key not in allowed
        }
        left = await on_thread(_left, client.account, allowed)
        for has_left in (False, True):
            some = [key for key in allowed if (key in left) is has_left]
            results |= await _hand_over(client, some, receiver, has_left=has_left)
        done = [key for key in allowed if results[key].outcome is Outcome.SENT]
        # what is not known to be done is asked for again, and must not be counted twice
        unused = [key for key in allowed if key not in done]
        await on_thread(_give_back, client.account, receiver, unused, now)
        await on_thread(_note, client.account, receiver, done)
    return tuple(results[change.room_key] for change in changes)


async def _hand_over(
    client: Client, keys: Sequence[str], receiver: str, *, has_left: bool
) -> dict[str, Result]:
    """Hand some rooms over; those whose owner left, against what we knew, go the other way once."""
    codes = await _codes(client, keys, receiver, has_left=has_left)
    wrong = _OWNER_HERE if has_left else _OWNER_LEFT
    others = [key for key in keys if codes[key] == wrong]
    if others:
        codes |= await _codes(client, others, receiver, has_left=not has_left)
    return {key: _result(key, codes[key]) for key in keys}


async def _codes(
    client: Client, keys: Sequence[str], receiver: str, *, has_left: bool
) -> dict[str, int | PlatformTrouble]:
    codes: dict[str, int | PlatformTrouble] = {}
    for start in range(0, len(keys), groups.TRANSFERS_AT_ONCE):
        some = keys[start : start + groups.TRANSFERS_AT_ONCE]
        try:
            failed: Mapping[str, int | PlatformTrouble] = await groups.transfer(
                client, some, receiver, is_on_job=not has_left
            )
        except WeComTrouble as trouble:
            failed = dict.fromkeys(some, trouble.errcode)
        except PlatformTrouble as trouble:
            failed = dict.fromkeys(some, trouble)
        codes |= {key: failed.get(key, 0) for key in some}
    return codes


def _result(key: str, code: int | PlatformTrouble) -> Result:
    if isinstance(code, PlatformTrouble):
        # handing over may be repeated, so that a lost answer is asked for by doing it again
        is_lost = isinstance(code, OutcomeUnknown) or not code.permanent
        outcome = Outcome.UNKNOWN if is_lost else Outcome.REFUSED
        return Result(item=key, outcome=outcome, problem=code.code, is_permanent=code.permanent)
    if code == 0 or code in _ALREADY:
        return Result(item=key, outcome=Outcome.SENT, key=key)
    if code in _RUNNING:
        return Result(item=key, outcome=Outcome.UNKNOWN, problem=f"wecom_{code}")
    if code in _ON_THE_PHONE:
        return Result(item=key, outcome=Outcome.WITH_PERSON, problem=f"wecom_{code}")
    is_permanent = meaning_of(code).kind not in {Kind.RETRY, Kind.PARK, Kind.LIMIT}
    return Result(
        item=key, outcome=Outcome.REFUSED, problem=f"wecom_{code}", is_permanent=is_permanent
    )


def _allowed(account: Account, receiver: str, keys: Sequence[str], now: datetime) -> list[str]:
    """Return the rooms that may change hands: by their own two times, then by the receiver's day."""
    limits = account.settings
    twice = quota.Allowance(
        kind=_ROOM, cap=limits.transfers_per_room_in_90_days, since=now - timedelta(days=90)
    )
    rooms = quota.spend(account, twice, dict.fromkeys(keys, 1), now=now)
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    day = quota.Allowance(kind=_RECEIVER, cap=limits.transfers_per_receiver_and_day, since=today)
    fine = [key for key in keys if key in rooms]
    count = (
        quota.spend(account, day, {receiver: len(fine)}, now=now).get(receiver, 0) if fine else 0
    )
    quota.give_back(account, _ROOM, dict.fromkeys(fine[count:], 1), now=now)
    return fine[:count]


def _give_back(account: Account, receiver: str, keys: Sequence[str], now: datetime) -> None:
    quota.give_back(account, _ROOM, dict.fromkeys(keys, 1), now=now)
    quota.give_back(account, _RECEIVER, {receiver: len(keys)} if keys else {}, now=now)


def _left(account: Account, keys: Sequence[str]) -> set[str]:
    with scope.reading(account.machinery):
        rows = Room.objects.filter(key__in=keys, status=RoomStatus.OWNER_GONE)
        return set(rows.values_list("key", flat=True))


def _note(account: Account, receiver: str, keys: Sequence[str]) -> None:
    """
    Send posts to the new owner from now on, and have the rooms read soon: of what an app changes itself
    WeCom tells no event.
    """
    now = clock.now()
    due_at = now + timedelta(seconds=account.settings.reads_settle_seconds)
    with scope.writing(account.machinery):
        Room.objects.filter(key__in=keys).update(owner_key=receiver, status=RoomStatus.STANDS)
        HeardRoom.objects.bulk_create(
            [
                HeardRoom(
                    enterprise_id=account.enterprise_id,
                    room_key=key,
                    mark=0,
                    heard_at=now,
                    due_at=due_at,
                )
                for key in sorted(keys)
            ],
            update_conflicts=True,
            update_fields=["due_at"],
            unique_fields=["enterprise_id", "room_key"],
        )
