"""
Posting: a mass message per owner and wording, found again when its answer was lost, looked up, reminded of.

Only a group's owner can send into it, and only he, on the phone. So a post's best outcome is WITH_PERSON;
what he did is asked for later.
"""

import asyncio
from calendar import monthrange
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from qunlian.kernel import clock
from qunlian.kernel.errors import PlatformTrouble
from qunlian.platforms.port import Outcome, Post, Result
from qunlian.platforms.wecom import ledger, media, quota, rooms
from qunlian.platforms.wecom.accounts import Account
from qunlian.platforms.wecom.api import masses
from qunlian.platforms.wecom.client import Client, on_thread
from qunlian.platforms.wecom.errors import OutcomeUnknown, WeComTrouble
from qunlian.platforms.wecom.wording import wording

_MASS = "mass"
_REMIND = "remind"
#: WeCom's clock and ours differ.
_CLOCKS_DIFFER = timedelta(minutes=5)
_REFUSED = {masses.NO_CONTACT: "no_contact", masses.HAD_ANOTHER: "had_another"}


async def post(client: Client, posts: Sequence[Post], now: datetime) -> tuple[Result, ...]:
    """Hand posts to their rooms' owners; one that was asked before is looked for, never asked twice."""
    account = client.account
    items = [one.client_msg_id for one in posts]
    results = await on_thread(ledger.known, account, items)
    if any(one.outcome is Outcome.UNKNOWN for one in results.values()):
        await _find_all(client, items)
        results = await on_thread(ledger.known, account, items)
    fresh = {one.client_msg_id: one for one in posts if one.client_msg_id not in results}
    owners = await _owners(client, [one.room_key for one in fresh.values()])
    for item, one in list(fresh.items()):
        if one.room_key not in owners:
            results[item] = _refused(item, "room_unknown", is_permanent=True)
            del fresh[item]
    for one in fresh.values():
        await media.media_id(client, one)  # before anything is spent
    granted = await on_thread(
        quota.spend, account, _month(account, now), _units(list(fresh.values())), now=now
    )
    for item, one in list(fresh.items()):
        if granted.get(one.room_key, 0) < 1:
            results[item] = _refused(item, "month_used_up")
            del fresh[item]
        else:
            granted[one.room_key] -= 1
    parts = await _parts(client, list(fresh.values()), owners)
    for told in await asyncio.gather(*(_ask(client, *part, now) for part in parts)):
        results |= told
    return tuple(results[item] for item in items)


async def look_up(client: Client, items: Sequence[str]) -> tuple[Result, ...]:
    """Say what became of posts: looks for those whose answer was lost, asks for the results of the others."""
    await _find_all(client, items)
    tasks = [
        task for task in await on_thread(ledger.open_tasks, client.account, items) if task.msgid
    ]
    await asyncio.gather(*(_ask_results(client, task) for task in tasks))
    results = await on_thread(ledger.known, client.account, items)
    return tuple(results.get(item) or _refused(item, "never_seen") for item in items)


async def remind(client: Client, items: Sequence[str]) -> tuple[Result, ...]:
    """Prompt again the owners who have not confirmed, each task once for all its rooms."""
    results = await on_thread(ledger.known, client.account, items)
    for task in await on_thread(ledger.open_tasks, client.account, items):
        told = await _remind(client, task)
        results |= {
            item: Result(item=item, outcome=told.outcome, key=task.msgid, problem=told.problem)
            for item in task.rooms
            if item in results
        }
    return tuple(results.get(item) or _refused(item, "never_seen") for item in items)


async def _parts(
    client: Client, posts: Sequence[Post], owners: Mapping[str, str]
) -> list[tuple[str, masses.Wording, dict[str, str]]]:
    """Gather posts by owner and wording, at most 2,000 rooms each."""
    account = client.account
    wordings: dict[str, masses.Wording] = {}
    parts: defaultdict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for one in posts:
        said = wording(
            one.kind,
            one.body,
            public_url=account.public_url,
            media_id=await media.media_id(client, one),
        )
        named = repr(said)
        wordings[named] = said
        parts[(owners[one.room_key], named)][one.client_msg_id] = one.room_key
    found = []
    for (owner, named), part in parts.items():
        pairs = list(part.items())
        for start in range(0, len(pairs), masses.ROOMS_AT_ONCE):
            some = dict(pairs[start : start + masses.ROOMS_AT_ONCE])
            found.append((owner, wordings[named], some))
    return found


async def _ask(
    client: Client, owner: str, said: masses.Wording, part: dict[str, str], now: datetime
) -> dict[str, Result]:
    account = client.account
    task = await on_thread(ledger.claim, account, owner, said.content, part, now=now)
    elsewhere = [item for item in part if item not in task.rooms]
    if task.rooms:
        try:
            room_keys = sorted(set(task.rooms.values()))
            added = await masses.add_to_groups(client, owner, room_keys, said)
        except OutcomeUnknown:
            pass  # it stays ``asking`` and is looked for
        except PlatformTrouble as trouble:
            await on_thread(ledger.lose, account, task, trouble.code)
            await on_thread(quota.give_back, account, _MASS, _rooms(task), now=now)
            return _troubled(task, trouble) | await _known_of(account, elsewhere)
        else:
            await on_thread(ledger.asked, account, task, added.msgid, added.failed)
    return await _known_of(account, list(part))


async def _known_of(account: Account, items: Sequence[str]) -> dict[str, Result]:
    found = await on_thread(ledger.known, account, items)
    return {item: found.get(item) or Result(item=item, outcome=Outcome.UNKNOWN) for item in items}


def _troubled(task: ledger.Task, trouble: PlatformTrouble) -> dict[str, Result]:
    problem = f"wecom_{trouble.errcode}" if isinstance(trouble, WeComTrouble) else trouble.code
    return {item: _refused(item, problem, is_permanent=trouble.permanent) for item in task.rooms}


async def _find_all(client: Client, items: Sequence[str]) -> None:
    """Look for tasks whose answer was lost among those WeCom has."""
    for task in await on_thread(ledger.open_tasks, client.account, items):
        if not task.msgid:
            await _find(client, task)


async def _find(client: Client, task: ledger.Task) -> None:
    account, now = client.account, await on_thread(clock.now)
    for one in await masses.listed(client, begin=task.asked_at - _CLOCKS_DIFFER, end=now):
        if ledger.digest_of(one.content) != task.digest:
            continue
        if await on_thread(ledger.is_taken, account, one.msgid):
            continue
        try:
            if task.sender not in await masses.senders(client, one.msgid):
                continue
            told = await masses.results(client, one.msgid, task.sender)
        except WeComTrouble:
            return  # still being handed out: neither found nor lost
        if {each.chat_id for each in told} & set(task.rooms.values()):
            await on_thread(ledger.asked, account, task, one.msgid)
            return
    if now > task.asked_at + timedelta(seconds=account.settings.unknown_settle_seconds):
        await on_thread(ledger.lose, account, task)
        await on_thread(quota.give_back, account, _MASS, _rooms(task), now=task.asked_at)


async def _ask_results(client: Client, task: ledger.Task) -> None:
    try:
        told = await masses.results(client, task.msgid, task.sender)
    except WeComTrouble:
        return  # still being handed out
    sent = {one.chat_id: one.sent_at for one in told if one.status == masses.SENT}
    refused = {one.chat_id: _REFUSED[one.status] for one in told if one.status in _REFUSED}
    await on_thread(ledger.settle, client.account, task, sent, refused)


async def _remind(client: Client, task: ledger.Task) -> Result:
    account, now = client.account, await on_thread(clock.now)
    if not task.msgid:
        return Result(item="", outcome=Outcome.UNKNOWN)
    allowance = quota.Allowance(
        kind=_REMIND, cap=account.settings.reminders_per_day, since=now - timedelta(hours=24)
    )
    if not await on_thread(quota.spend, account, allowance, {task.msgid: 1}, now=now):
        return _refused("", "reminded_often")
    try:
        await masses.remind(client, task.msgid)
    except OutcomeUnknown:
        return Result(item="", outcome=Outcome.UNKNOWN)
    except WeComTrouble as trouble:
        return _refused("", f"wecom_{trouble.errcode}")
    return Result(item="", outcome=Outcome.SENT)


async def _owners(client: Client, room_keys: Sequence[str]) -> dict[str, str]:
    """Return rooms' owners as they were read last; those never read are read now."""
    found = await on_thread(ledger.owners, client.account, room_keys)
    unread = [key for key in room_keys if key not in found]
    if unread:
        told = await rooms.read(client, unread)
        found |= {room.key: room.owner_key for room in told if room.owner_key}
    return found


def _month(account: Account, now: datetime) -> quota.Allowance:
    here = timezone.localtime(now)
    days = monthrange(here.year, here.month)[1]
    return quota.Allowance(
        kind=_MASS,
        cap=account.settings.masses_per_month or days,
        since=here.replace(day=1, hour=0, minute=0, second=0, microsecond=0),
    )


def _units(posts: Sequence[Post]) -> dict[str, int]:
    units: defaultdict[str, int] = defaultdict(int)
    for one in posts:
        units[one.room_key] += 1
    return dict(units)


def _rooms(task: ledger.Task) -> dict[str, int]:
    return dict.fromkeys(task.rooms.values(), 1)


def _refused(item: str, problem: str, *, is_permanent: bool = False) -> Result:
    return Result(item=item, outcome=Outcome.REFUSED, problem=problem, is_permanent=is_permanent)
