"""Ask owners of groups on their own WeChat how many sit there, and for a new code before the old one ends."""

from datetime import datetime, timedelta
from typing import Final

from qunlian.channel.rules.staff import day_of
from qunlian.community.models import FoundRoom, Group, ToldRoom
from qunlian.community.personal import PLATFORM
from qunlian.community.rules import life
from qunlian.community.steps import tasks
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor

#: So long a count is good, and so long before its end a code is asked for.
COUNT_LASTS: Final = timedelta(days=7)
CODE_BEFORE: Final = timedelta(days=1)
_MOST: Final = 500


def ask_room_owners(*, actor: Actor, now: datetime) -> int:
    """Make tasks of what is due, each once per count and code; return how many rooms were asked about."""
    with scope.writing(actor):
        open_groups = Group.objects.filter(life__in=life.OPEN).values("pk")
        adopted = FoundRoom.objects.filter(platform=PLATFORM, group__in=open_groups)
        rooms = dict(adopted.values_list("pk", "group_id"))
        told = ToldRoom.objects.filter(room__in=list(rooms)).order_by("room_id")
        old = list(told.filter(told_at__lte=now - COUNT_LASTS)[:_MOST])
        ending = list(told.filter(code_until_at__lte=now + CODE_BEFORE)[:_MOST])
        wishes = [
            _wish("count", rooms[one.room_id] or 0, day_of(one.told_at).isoformat(), one)
            for one in old
        ] + [
            _wish("code", rooms[one.room_id] or 0, day_of(one.code_until_at).isoformat(), one)
            for one in ending
            if one.code_until_at
        ]
        tasks.ask(actor=actor, wishes=wishes, at=now)
        return len(wishes)


def _wish(kind: str, group_id: int, since: str, told: ToldRoom) -> tasks.Wish:
    return tasks.Wish(
        kind=kind,
        source="personal",
        source_key=f"{kind}-{group_id}-{since}",
        platform=PLATFORM,
        groups=(group_id,),
        payload={"people": told.people},
    )
