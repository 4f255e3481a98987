"""Customer groups: list and get. Source: pages 92120 and 92122, 96338 (2023-12-01)."""

from typing import Annotated, Any

from pydantic import Field

from qunlian.sandboxes.wecom.errors import Refused
from qunlian.sandboxes.wecom.gate import Answer, Caller, call
from qunlian.sandboxes.wecom.paging import page
from qunlian.sandboxes.wecom.records import Group, Seat
from qunlian.sandboxes.wecom.requests import Body, Cursor, Flag, Text, at_most, rows_up_to
from qunlian.sandboxes.wecom.state import Corp

#: Source: page 93414 (2025-01-13)
MOST_SEEN = 1000
STANDS, OWNER_GONE, INHERITING, INHERITED = 0, 1, 2, 3


class OwnerFilter(Body):
    userid_list: Annotated[list[str], at_most(100)] = []


class ListGroups(Body):
    status_filter: Annotated[int, Field(ge=0, le=3)] = 0
    owner_filter: OwnerFilter | None = None
    cursor: Cursor = None
    limit: Annotated[int, rows_up_to(1000, 1000, beyond="refused")]


class GetGroup(Body):
    chat_id: Text
    need_name: Flag = 0


def status(corp: Corp, group: Group) -> int:
    """Tell how a group stands: 0 normal, 1 its owner left, 2 being inherited, 3 inherited."""
    if group.heir:
        return INHERITING
    owner = corp.staff.get(group.owner)
    if owner and not owner.is_here:
        return OWNER_GONE
    return INHERITED if group.inherited_at else STANDS


def hand_to(group: Group, userid: str, now: float) -> None:
    """Make a staff member the owner; he gets a seat if he has none."""
    group.owner = userid
    group.admins = [one for one in group.admins if one != userid]
    if userid not in group.seats:
        group.seats[userid] = Seat(userid, is_staff=True, joined_at=now)
        group.version += 1


def settle(group: Group, now: float) -> None:
    """Let an heir become the owner once his time has come."""
    if group.heir and now >= group.inherited_at:
        hand_to(group, group.heir, now)
        group.heir = ""


def is_readable(group: Group, now: float) -> bool:
    """Say whether a group shows yet: one that was just made may not."""
    return not (group.shown == {} and now < group.shown_until)


def owners_asked(caller: Caller, owner_filter: OwnerFilter | None) -> list[str] | None:
    """Return the owners a list is about; none: all that the app sees. For leavers see ``settings``."""
    if owner_filter is None or not owner_filter.userid_list:
        return None
    for userid in owner_filter.userid_list:
        member = caller.corp.staff.get(userid)
        takes_leavers = caller.world.settings.leavers_groups != "unnamed"
        if member is None or not (member.is_here or takes_leavers):
            raise Refused(40003, userid)
        if not caller.corp.sees(caller.app, userid):
            raise Refused(60011, userid)
    return owner_filter.userid_list


def groups_of(caller: Caller, owners: list[str] | None) -> list[Group]:
    """Return the standing groups of some owners, or of all; 81017 where an app sees over a thousand."""
    corp = caller.corp
    seen = [one for one in corp.staff.values() if one.is_here and corp.sees(caller.app, one.userid)]
    if owners is None and len(seen) > MOST_SEEN:
        raise Refused(81017)
    found = []
    for group in caller.corp.groups.values():
        settle(group, caller.now)
        is_theirs = group.owner in owners if owners else _shows_unasked(caller, group)
        if is_theirs and group.dismissed_at is None and is_readable(group, caller.now):
            found.append(group)
    return found


def _shows_unasked(caller: Caller, group: Group) -> bool:
    """Say whether a group shows where no owner is named."""
    owner = caller.corp.staff.get(group.owner)
    is_here = owner is not None and owner.is_here
    is_listed = is_here or caller.world.settings.leavers_groups != "named"
    return is_listed and caller.corp.sees(caller.app, group.owner)


@call("externalcontact/groupchat/list", ListGroups)
def list_groups(caller: Caller, ask: ListGroups) -> Answer:
    """List groups by owner and status (page 92120)."""
    found = [
        group
        for group in groups_of(caller, owners_asked(caller, ask.owner_filter))
        if ask.status_filter in (0, status(caller.corp, group))
    ]
    rows, behind = page(
        found, ask.cursor, ask.limit, key=lambda group: group.chat_id, is_odd=caller.is_page_odd
    )
    answer: Answer = {
        "group_chat_list": [
            {"chat_id": group.chat_id, "status": status(caller.corp, group)} for group in rows
        ]
    }
    return answer | ({"next_cursor": behind} if behind else {})


def _seat(corp: Corp, seat: Seat) -> dict[str, Any]:
    told: dict[str, Any] = {
        "userid": seat.member,
        "type": 1 if seat.is_staff else 2,
        "join_time": int(seat.joined_at),
        "join_scene": seat.scene,
        "group_nickname": seat.nickname,
    }
    customer = corp.customers.get(seat.member)
    member = corp.staff.get(seat.member)
    if customer and customer.unionid:
        told["unionid"] = customer.unionid
    if seat.invitor:
        told["invitor"] = {"userid": seat.invitor}
    if seat.state:
        told["state"] = seat.state
    return told | {"name": customer.name if customer else member.name if member else ""}


def picture(corp: Corp, group: Group) -> dict[str, Any]:
    """Show a group with names, as it stands now."""
    return {
        "chat_id": group.chat_id,
        "name": group.name,
        "owner": group.owner,
        "create_time": int(group.created_at),
        "notice": group.notice,
        "member_list": [_seat(corp, seat) for seat in group.seats.values()],
        "admin_list": [{"userid": userid} for userid in group.admins],
        "member_version": group.member_version(),
    }


@call("externalcontact/groupchat/get", GetGroup)
def get_group(caller: Caller, ask: GetGroup) -> Answer:
    """
    Show a group with its members.

    After a change this may still be the old picture: "part of the data is made asynchronously" (page 96338).
    """
    group = caller.group(ask.chat_id)
    settle(group, caller.now)
    if not is_readable(group, caller.now):
        raise Refused(40050, ask.chat_id)
    is_late = group.shown is not None and caller.now < group.shown_until
    told = group.shown if is_late and group.shown else picture(caller.corp, group)
    if not ask.need_name:
        seats = [{n: v for n, v in s.items() if n != "name"} for s in told["member_list"]]
        told = {**told, "member_list": seats}
    return {"group_chat": told}
