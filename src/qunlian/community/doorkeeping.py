"""
Doors looked after: where they lead is chosen anew, and codes on platforms follow, outside any transaction.

Claimed under a lease like requests. What a platform made of a lost answer is known to nobody, so a code is
simply made again. A platform in trouble is asked again, later each time.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q

from qunlian.community import doors, opening
from qunlian.community.models import Door, Group
from qunlian.community.rules import doors as rules
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import PlatformTrouble
from qunlian.platforms import extensions, registry
from qunlian.platforms.extensions import Doorkeeper
from qunlian.platforms.port import Feature, Means

logger = logging.getLogger(__name__)
LEASE = timedelta(seconds=60)
_AT_ONCE = 20
_TRIES = 8
#: All that lead on; of stores' own those that led elsewhere, or nowhere, when they were looked after last.
_STALE = """
SELECT d.id FROM community_door d
LEFT JOIN community_group_store gs ON gs.enterprise_id = d.enterprise_id AND gs.layer = 'store'
    AND gs.store_id = d.store_id
WHERE d.enterprise_id = %(enterprise)s AND d.closed_at IS NULL
  AND (d.kind <> 'store' OR NOT d.group_ids @> coalesce(to_jsonb(gs.group_id), '[]'::jsonb))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """
    What is to become of one door's code.

    :ivar platform: where it shall stand; "" = nowhere
    :ivar is_same: it stands there like this already
    """

    door: Door
    platform: str
    door_there: extensions.Door | None
    is_same: bool


def tend_some(actor: Actor, now: datetime) -> int:
    """Look after some doors; return how many were (0 = none is due)."""
    wishes = _claim(actor, now)
    for wish in wishes:
        key, url, problem, is_lost = _carry_out(actor, wish)
        with scope.writing(actor):
            _settle(wish, (key, url), problem, now if is_lost else None)
    return len(wishes)


def look_over(actor: Actor, now: datetime) -> None:
    """Have those doors looked after that may lead elsewhere by now, though nobody said so."""
    with scope.writing(actor), connection.cursor() as cursor:
        cursor.execute(_STALE, {"enterprise": actor.enterprise_id})
        stale = [door_id for (door_id,) in cursor.fetchall()]
        doors.mark(actor.enterprise_id, Door.objects.filter(pk__in=stale), now)


def doorkeeper(platform: str) -> Doorkeeper | None:
    """Return the adapter of a platform that makes codes into its rooms, or None."""
    if platform not in registry.names():
        return None
    adapter = registry.platform(platform)
    makes = registry.means(platform, Feature.OPEN_DOOR) is Means.API
    return adapter if makes and isinstance(adapter, Doorkeeper) else None


def _claim(actor: Actor, now: datetime) -> list[_Wish]:
    with scope.writing(actor):
        free = Q(lease_until=None) | Q(lease_until__lt=now)
        rows = list(
            Door.objects.filter(free, due_at__lte=now)
            .order_by("due_at", "pk")
            .select_for_update(skip_locked=True, of=("self",))[:_AT_ONCE]
        )
        Door.objects.filter(pk__in=[row.pk for row in rows]).update(lease_until=now + LEASE)
        return [_wish(actor, row, now) for row in rows]


def _wish(actor: Actor, door: Door, now: datetime) -> _Wish:
    """Choose where a door leads now; where all is full, see to the next group."""
    groups = doors.groups_of(door) if door.closed_at is None else []
    groups = [one for one in groups if one.platform == groups[0].platform]
    keeper = doorkeeper(groups[0].platform) if groups else None
    choice = _choose(door, groups, keeper)
    if choice.needs_next and opening.leads_on(door):
        opening.hold(groups[-1])
        groups = [one for one in doors.groups_of(door) if one.platform == groups[0].platform]
        if _choose(door, groups, keeper).needs_next:
            groups.append(opening.open_next(actor, groups, now))
        choice = _choose(door, groups, keeper)
    before, door.group_ids = door.group_ids, list(choice.group_ids)
    Door.objects.filter(pk=door.pk).update(group_ids=door.group_ids)
    if keeper is None or not choice.group_ids:
        return _Wish(door=door, platform="", door_there=None, is_same=not door.way_key)
    platform = groups[0].platform
    is_same = bool(door.way_key and not door.problem) and before == door.group_ids
    return _Wish(
        door=door,
        platform=platform,
        door_there=_there(door, [one for one in groups if one.pk in choice.group_ids]),
        is_same=is_same and door.platform == platform,
    )


def _choose(door: Door, groups: list[Group], keeper: Doorkeeper | None) -> rules.Choice:
    return rules.choose(
        [doors.candidate(one, is_store=door.kind == "store") for one in groups],
        most=keeper.rooms_per_door if keeper else len(groups),
        opens_itself=bool(keeper and keeper.opens_next_room and opening.leads_on(door)),
    )


def _there(door: Door, groups: list[Group]) -> extensions.Door:
    """Say to a platform where the code shall lead, and how the room after these is called."""
    stem, number, _end = rules.numbered(groups[-1].name)
    return extensions.Door(
        room_keys=tuple(one.platform_key for one in groups),
        state=door.code,
        remark=door.name or groups[0].name,
        next_name=(stem or groups[-1].name) if opening.leads_on(door) else "",
        next_number=number + 1,
    )


def _carry_out(actor: Actor, wish: _Wish) -> tuple[str, str, str, bool]:
    """Ask the platform; return key and picture as they are then, the problem, and whether to ask again."""
    door = wish.door
    key, url = door.way_key, door.code_url
    if wish.is_same:
        return key, url, "", False
    try:
        if key and door.platform != wish.platform:
            old = doorkeeper(door.platform)
            if old is not None:
                old.close_door(actor.enterprise_id, key)
            key = url = ""
        keeper = doorkeeper(wish.platform)
        if keeper is None or wish.door_there is None:
            return "", "", "", False
        if key:
            keeper.change_door(actor.enterprise_id, key, wish.door_there)
        elif _is_full(actor, wish.platform, keeper.most_doors):
            return "", "", "too_many_doors", False
        else:
            made = keeper.open_door(actor.enterprise_id, wish.door_there)
            key, url = made.key, made.code_url
    except PlatformTrouble as trouble:
        logger.warning("door_trouble", extra={"door": door.pk, "code": trouble.code})
        return key, url, trouble.code, not trouble.permanent
    return key, url, "", False


def _is_full(actor: Actor, platform: str, most: int) -> bool:
    with scope.reading(actor):
        return Door.objects.filter(platform=platform).exclude(way_key="").count() >= most


def _settle(wish: _Wish, way: tuple[str, str], problem: str, lost_at: datetime | None) -> None:
    """Note how the code stands; a door that was marked again meanwhile stays due."""
    door, (key, url) = wish.door, way
    facts = {"way_key": key, "code_url": url, "problem": problem[:80], "lease_until": None}
    facts["platform"] = (wish.platform or door.platform) if key else ""
    rows = Door.objects.filter(pk=door.pk)
    if lost_at is not None and door.tries < _TRIES:
        again = lost_at + timedelta(seconds=5 * 2**door.tries)
        rows.update(**facts, due_at=again, tries=door.tries + 1)
        return
    rows.update(**facts)
    rows.filter(due_at=door.due_at).update(due_at=None, tries=0)
