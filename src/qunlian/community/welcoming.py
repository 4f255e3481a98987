"""
What greets newcomers of rooms, where a platform keeps welcomes that a person chooses from.

The platform is asked first, outside any transaction; then the room's owner gets his task, which says what to
choose, or holds the words where there is nothing to choose.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from qunlian.community.models import Group, Request
from qunlian.community.rules.life import OPEN
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import PlatformTrouble
from qunlian.platforms import registry
from qunlian.platforms.extensions import RoomWelcome, WelcomeKeeper
from qunlian.platforms.port import Outcome, Result

logger = logging.getLogger(__name__)
_AT_ONCE = 200


def keeper(platform: str) -> WelcomeKeeper | None:
    """Return the adapter of a platform that keeps welcomes to choose from, or None."""
    if platform not in registry.names():
        return None
    adapter = registry.platform(platform)
    return adapter if isinstance(adapter, WelcomeKeeper) else None


def keep(actor: Actor, platform: str, part: Sequence[Request], now: datetime) -> tuple[Result, ...]:
    """
    Have a platform keep what these requests say; a platform that keeps none leaves all to a person.

    :raises PlatformTrouble: it can't be asked now
    """
    adapter = keeper(platform)
    if adapter is None:
        return tuple(
            Result(item=row.group.platform_key, outcome=Outcome.WITH_PERSON) for row in part
        )
    wishes = [
        RoomWelcome(room_key=row.group.platform_key, text=str(row.payload.get("text", "")))
        for row in part
    ]
    return adapter.keep_welcomes(actor.enterprise_id, wishes, now=now)


def told(payload: Mapping[str, Any], result: Result) -> dict[str, Any]:
    """Return what a person is told besides the words: to choose it, or to look whether it is there."""
    how = "kept" if result.key else "lost" if result.problem == "lost" else ""
    return {**payload, "template": how}


def look_over(actor: Actor, now: datetime) -> None:
    """Have the welcomes of rooms forgotten whose groups have ended, or greet nobody any more."""
    for name in registry.names():
        adapter = keeper(name)
        if adapter is None:
            continue
        kept = adapter.welcomed_rooms(actor.enterprise_id)
        with scope.reading(actor):
            rows = Group.objects.filter(platform=name, platform_key__in=kept, life__in=OPEN)
            wanted = set(rows.exclude(welcome="").values_list("platform_key", flat=True))
        stale = [RoomWelcome(room_key=key, text="") for key in kept if key not in wanted]
        for start in range(0, len(stale), _AT_ONCE):
            try:
                adapter.keep_welcomes(actor.enterprise_id, stale[start : start + _AT_ONCE], now=now)
            except PlatformTrouble as trouble:
                logger.warning("welcomes_trouble", extra={"code": trouble.code})
                break
