"""
Customers' groups (客户群): list, read, count, hand over, and the join ways that lead into them.

Source: documents 96338 (get, 2023-12-01), 96359 (statistics), 92229 (join ways); silenceper/wechat
``work/externalcontact/join_way.go``; WxJava ``WxCpApiPathConsts.java``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qunlian.platforms.wecom.api.reading import moment, number, objects, part, seconds, text, texts
from qunlian.platforms.wecom.client import Api, Client

OWNERS_AT_ONCE = 100
TRANSFERS_AT_ONCE = 100
ROOMS_PER_JOIN_WAY = 5

LIST = Api(path="externalcontact/groupchat/list")
GET = Api(path="externalcontact/groupchat/get")
COUNT_BY_OWNER = Api(path="externalcontact/groupchat/statistic")
COUNT_BY_DAY = Api(path="externalcontact/groupchat/statistic_group_by_day")
#: Handing over sets a state: once more is answered "already".
TRANSFER = Api(path="externalcontact/groupchat/transfer")
TRANSFER_ON_JOB = Api(path="externalcontact/groupchat/onjob_transfer")
#: There is no list of join ways to look in after a lost answer; one too many is known to nobody.
ADD_JOIN_WAY = Api(path="externalcontact/groupchat/add_join_way")
GET_JOIN_WAY = Api(path="externalcontact/groupchat/get_join_way")
UPDATE_JOIN_WAY = Api(path="externalcontact/groupchat/update_join_way")
DELETE_JOIN_WAY = Api(path="externalcontact/groupchat/del_join_way")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A line of the list. ``status``: 0 normal, 1 owner resigned, 2 being inherited, 3 inherited."""

    chat_id: str
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Who sits in a group. ``join_scene``: 1 invited, 2 invite link, 3 QR code."""

    userid: str
    is_staff: bool
    name: str
    nickname: str
    unionid: str
    joined_at: datetime | None
    join_scene: int
    state: str
    invitor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group as it is read."""

    chat_id: str
    name: str
    owner: str
    notice: str
    made_at: datetime | None
    members: tuple[Member, ...]
    admins: tuple[str, ...]
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What happened in an owner's groups, or on a day; ``subject`` is his userid or the day's start."""

    subject: str
    new_groups: int
    groups: int
    groups_with_messages: int
    new_members: int
    members: int
    members_with_messages: int
    messages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinWay:
    """A QR code into up to five groups, which opens the next when all are full."""

    chat_ids: tuple[str, ...]
    state: str = ""
    remark: str = ""
    opens_next: bool = True
    next_name: str = ""
    next_number: int = 1
    qr_code: str = ""


async def page(
    client: Client, *, cursor: str = "", limit: int = 1000, owners: Sequence[str] = ()
) -> tuple[list[Head], str]:
    """Return a page of the list and the cursor behind it ("" at the end)."""
    body: dict[str, Any] = {"status_filter": 0, "limit": max(1, min(limit, 1000))}
    if owners:
        body["owner_filter"] = {"userid_list": list(owners[:OWNERS_AT_ONCE])}
    answer = await client.call(LIST, {**body, **({"cursor": cursor} if cursor else {})})
    heads = [
        Head(chat_id=text(row, "chat_id"), status=number(row, "status"))
        for row in objects(answer, "group_chat_list")
        if text(row, "chat_id")
    ]
    return heads, text(answer, "next_cursor")


async def get(client: Client, chat_id: str) -> Group:
    """Read a group with its members' names."""
    answer = await client.call(GET, {"chat_id": chat_id, "need_name": 1})
    chat = part(answer, "group_chat")
    return Group(
        chat_id=text(chat, "chat_id") or chat_id,
        name=text(chat, "name"),
        owner=text(chat, "owner"),
        notice=text(chat, "notice"),
        made_at=moment(chat, "create_time"),
        members=tuple(_member(row) for row in objects(chat, "member_list") if text(row, "userid")),
        admins=tuple(text(row, "userid") for row in objects(chat, "admin_list")),
        version=text(chat, "member_version"),
    )


async def count_by_owner(
    client: Client, owners: Sequence[str], *, begin: datetime, end: datetime
) -> list[Counts]:
    """Return what happened in the groups of up to 100 owners between two days, both included."""
    body = _days(begin, end, owners) | {"order_by": 1, "order_asc": 0, "limit": 1000}
    found: list[Counts] = []
    offset = 0
    while True:
        answer = await client.call(COUNT_BY_OWNER, {**body, "offset": offset})
        found += [_counts(row, text(row, "owner")) for row in objects(answer, "items")]
        behind = number(answer, "next_offset")
        if behind <= offset or behind >= number(answer, "total"):
            return found
        offset = behind


async def count_by_day(
    client: Client, owners: Sequence[str], *, begin: datetime, end: datetime
) -> list[Counts]:
    """Return what happened each day in the groups of up to 100 owners."""
    answer = await client.call(COUNT_BY_DAY, _days(begin, end, owners))
    return [_counts(row, str(number(row, "stat_time"))) for row in objects(answer, "items")]


async def transfer(
    client: Client, chat_ids: Sequence[str], new_owner: str, *, is_on_job: bool
) -> dict[str, int]:
    """Hand groups over; return the error code of each that failed (the answer itself says 0 all the same)."""
    api = TRANSFER_ON_JOB if is_on_job else TRANSFER
    answer = await client.call(api, {"chat_id_list": list(chat_ids), "new_owner": new_owner})
    return {
        text(row, "chat_id"): number(row, "errcode") for row in objects(answer, "failed_chat_list")
    }


async def add_join_way(client: Client, way: JoinWay) -> str:
    """Make a join way; return its config_id."""
    return text(await client.call(ADD_JOIN_WAY, _way(way)), "config_id")


async def get_join_way(client: Client, config_id: str) -> JoinWay:
    """Read a join way, with the address of its QR code."""
    way = part(await client.call(GET_JOIN_WAY, {"config_id": config_id}), "join_way")
    return JoinWay(
        chat_ids=texts(way, "chat_id_list"),
        state=text(way, "state"),
        remark=text(way, "remark"),
        opens_next=number(way, "auto_create_room") == 1,
        next_name=text(way, "room_base_name"),
        next_number=number(way, "room_base_id"),
        qr_code=text(way, "qr_code"),
    )


async def update_join_way(client: Client, config_id: str, way: JoinWay) -> None:
    """Replace all of a join way; its QR code stays."""
    await client.call(UPDATE_JOIN_WAY, {"config_id": config_id, **_way(way)})


async def delete_join_way(client: Client, config_id: str) -> None:
    """Take a join way back: its QR code leads nowhere any more."""
    await client.call(DELETE_JOIN_WAY, {"config_id": config_id})


def _member(row: Mapping[str, Any]) -> Member:
    return Member(
        userid=text(row, "userid"),
        is_staff=number(row, "type") == 1,
        name=text(row, "name"),
        nickname=text(row, "group_nickname"),
        unionid=text(row, "unionid"),
        joined_at=moment(row, "join_time"),
        join_scene=number(row, "join_scene"),
        state=text(row, "state"),
        invitor=text(part(row, "invitor"), "userid"),
    )


def _days(begin: datetime, end: datetime, owners: Sequence[str]) -> dict[str, Any]:
    return {
        "day_begin_time": seconds(begin),
        "day_end_time": seconds(end),
        "owner_filter": {"userid_list": list(owners[:OWNERS_AT_ONCE])},
    }


def _counts(row: Mapping[str, Any], subject: str) -> Counts:
    data = part(row, "data")
    return Counts(
        subject=subject,
        new_groups=number(data, "new_chat_cnt"),
        groups=number(data, "chat_total"),
        groups_with_messages=number(data, "chat_has_msg"),
        new_members=number(data, "new_member_cnt"),
        members=number(data, "member_total"),
        members_with_messages=number(data, "member_has_msg"),
        messages=number(data, "msg_total"),
    )


def _way(way: JoinWay) -> dict[str, Any]:
    return {
        "scene": 2,
        "remark": way.remark[:30],
        "auto_create_room": int(way.opens_next),
        "room_base_name": way.next_name[:40],
        "room_base_id": way.next_number,
        "chat_id_list": list(way.chat_ids[:ROOMS_PER_JOIN_WAY]),
        "state": way.state[:30],
    }
