"""Figures of customer groups by owner and by day, counted from what happened. Source: page 96359."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated, Any

from pydantic import Field

from qunlian.sandboxes.wecom.calls.groups import OwnerFilter, groups_of, owners_asked
from qunlian.sandboxes.wecom.errors import Refused
from qunlian.sandboxes.wecom.gate import Answer, Caller, call
from qunlian.sandboxes.wecom.records import DAY, Group
from qunlian.sandboxes.wecom.requests import Body, Flag, rows_up_to

BEIJING = timezone(timedelta(hours=8))
OLDEST_DAYS = 180
LONGEST_DAYS = 30
ORDERS = {1: "new_chat_cnt", 2: "chat_total", 3: "new_member_cnt", 4: "member_total"}


class ByDay(Body):
    day_begin_time: int
    day_end_time: int | None = None
    owner_filter: OwnerFilter | None = None


class ByOwner(ByDay):
    order_by: Annotated[int, Field(ge=1, le=4)] = 1
    order_asc: Flag = 0
    offset: Annotated[int, Field(ge=0)] = 0
    limit: Annotated[int, rows_up_to(500, 1000, beyond="refused")] = 500


def midnight(moment: float) -> int:
    """Return the beginning of a moment's day in Beijing."""
    day = datetime.fromtimestamp(moment, UTC).astimezone(BEIJING)
    return int(day.replace(hour=0, minute=0, second=0, microsecond=0).timestamp())


def _days(caller: Caller, ask: ByDay) -> range:
    """Return the days asked about: from yesterday back to 180 days, at most 30; else 600018."""
    today = midnight(caller.now)
    first = midnight(ask.day_begin_time)
    last = midnight(ask.day_end_time) if ask.day_end_time else first
    is_in_time = today - OLDEST_DAYS * DAY <= first <= last <= today - DAY
    if not is_in_time or last - first >= LONGEST_DAYS * DAY:
        raise Refused(600018)
    return range(first, last + DAY, DAY)


def _figures(groups: list[Group], first: float, end: float) -> dict[str, int]:
    """Count what happened from ``first`` to before ``end``, and what stood at its end."""

    def during(moment: float) -> bool:
        return first <= moment < end

    standing = [g for g in groups if g.created_at < end and not (g.dismissed_at or end) < end]
    joins = [seat.joined_at for g in groups for seat in g.seats.values()]
    gone = [one for g in groups for one in g.past]
    joins += [one.joined_at for one in gone]
    posts = [(g.chat_id, post.sender) for g in groups for post in g.posts if during(post.at)]
    return {
        "new_chat_cnt": sum(during(g.created_at) for g in groups),
        "chat_total": len(standing),
        "chat_has_msg": len({chat for chat, _ in posts}),
        "new_member_cnt": sum(during(moment) for moment in joins),
        "member_total": sum(moment < end for moment in joins)
        - sum(one.left_at < end for one in gone),
        "member_has_msg": len(set(posts)),
        "msg_total": len(posts),
        "migrate_trainee_chat_cnt": 0,
    }


@call("externalcontact/groupchat/statistic", ByOwner)
def count_by_owner(caller: Caller, ask: ByOwner) -> Answer:
    """Count per owner over all the days."""
    days = _days(caller, ask)
    owners = owners_asked(caller, ask.owner_filter)
    groups = groups_of(caller, owners)
    items: list[dict[str, Any]] = [
        {
            "owner": owner,
            "data": _figures([g for g in groups if g.owner == owner], days[0], days[-1] + DAY),
        }
        for owner in owners or sorted({group.owner for group in groups})
    ]
    order = ORDERS[ask.order_by]
    items.sort(key=lambda item: int(item["data"][order]), reverse=not ask.order_asc)
    behind = ask.offset + ask.limit
    return {"total": len(items), "next_offset": behind, "items": items[ask.offset : behind]}


@call("externalcontact/groupchat/statistic_group_by_day", ByDay)
def count_by_day(caller: Caller, ask: ByDay) -> Answer:
    """Count per day over all the owners."""
    days = _days(caller, ask)
    groups = groups_of(caller, owners_asked(caller, ask.owner_filter))
    items = [{"stat_time": day, "data": _figures(groups, day, day + DAY)} for day in days]
    return {"items": items}
