"""
Staff who serve customers, the customers, their tags, and handing customers over.

Source: WxJava ``WxCpApiPathConsts.java``; samples in LinkWechat-Scrm ``config/涉及到的企微官方api.md``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qunlian.platforms.wecom.api.reading import moment, number, objects, part, text, texts, walk
from qunlian.platforms.wecom.client import Api, Client

STAFF_AT_ONCE = 100
TRANSFERS_AT_ONCE = 100

FOLLOWERS = Api(path="externalcontact/get_follow_user_list", is_get=True)
DEPARTMENT_STAFF = Api(path="user/list", is_get=True)
STAFF_MEMBER = Api(path="user/get", is_get=True)
CUSTOMER = Api(path="externalcontact/get", is_get=True)
CUSTOMERS = Api(path="externalcontact/list", is_get=True)
CUSTOMERS_OF = Api(path="externalcontact/batch/get_by_user")
REMARK = Api(path="externalcontact/remark")
WELCOME = Api(path="externalcontact/send_welcome_msg", is_repeatable=False)
TAGS = Api(path="externalcontact/get_corp_tag_list")
ADD_TAGS = Api(path="externalcontact/add_corp_tag", is_repeatable=False)
EDIT_TAG = Api(path="externalcontact/edit_corp_tag")
DELETE_TAGS = Api(path="externalcontact/del_corp_tag")
MARK_TAGS = Api(path="externalcontact/mark_tag")
TRANSFER = Api(path="externalcontact/transfer_customer")
TRANSFER_OF_LEAVER = Api(path="externalcontact/resigned/transfer_customer")
TRANSFERRED = Api(path="externalcontact/transfer_result")
TRANSFERRED_OF_LEAVER = Api(path="externalcontact/resigned/transfer_result")
LEAVERS = Api(path="externalcontact/get_unassigned_list")


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMember:
    """A member of the corp. ``status``: 1 active, 2 disabled, 4 not yet active, 5 left."""

    userid: str
    name: str
    mobile: str
    departments: tuple[int, ...]
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Follower:
    """What one member of staff keeps of a customer; ``tags`` are their ids."""

    userid: str
    remark: str
    mobiles: tuple[str, ...]
    tags: tuple[str, ...]
    state: str
    since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A customer and who serves him. ``kind``: 1 WeChat, 2 WeCom."""

    external_userid: str
    name: str
    kind: int
    unionid: str
    corp_name: str
    followers: tuple[Follower, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A tag within its group."""

    tag_id: str
    name: str
    group_id: str
    group_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """How a customer's hand-over stands: 1 done, 2 waiting, 3 he refused, 4 the heir has too many."""

    external_userid: str
    status: int
    taken_over_at: datetime | None


async def followers(client: Client) -> tuple[str, ...]:
    """Return the staff who may serve customers."""
    return texts(await client.call(FOLLOWERS), "follow_user")


async def staff_of(client: Client, department_id: int = 1) -> list[StaffMember]:
    """Return the members of a department and those below it, as far as the app sees them."""
    answer = await client.call(DEPARTMENT_STAFF, department_id=str(department_id), fetch_child="1")
    return [_staff_member(row) for row in objects(answer, "userlist")]


async def staff_member(client: Client, userid: str) -> StaffMember:
    """Read one member of the corp."""
    return _staff_member(await client.call(STAFF_MEMBER, userid=userid))


async def customers_page(
    client: Client, userids: Sequence[str], cursor: str = ""
) -> tuple[list[Customer], str]:
    """
    Return a page of the customers of up to 100 members, and the cursor behind it, empty after the last.

    Each has one follower: a customer of two comes twice.
    """
    body = {"userid_list": list(userids[:STAFF_AT_ONCE]), "limit": 100}
    answer = await client.call(CUSTOMERS_OF, {**body, **({"cursor": cursor} if cursor else {})})
    found = [
        _customer(part(row, "external_contact"), [_follower(part(row, "follow_info"))])
        for row in objects(answer, "external_contact_list")
    ]
    behind = text(answer, "next_cursor")
    return found, "" if behind == cursor else behind


async def customer(client: Client, external_userid: str) -> Customer:
    """Read one customer with everybody who serves him."""
    found: list[Follower] = []
    cursor, seen = "", {""}
    while True:
        answer = await client.call(CUSTOMER, external_userid=external_userid, cursor=cursor)
        found += [_follower(row) for row in objects(answer, "follow_user")]
        cursor = text(answer, "next_cursor")
        if cursor in seen:
            return _customer(part(answer, "external_contact"), found)
        seen.add(cursor)


async def customer_keys(client: Client, userid: str) -> tuple[str, ...]:
    """Return the keys of one member's customers."""
    return texts(await client.call(CUSTOMERS, userid=userid), "external_userid")


async def set_remark(client: Client, userid: str, external_userid: str, remark: str) -> None:
    """Name a customer for the member who serves him."""
    await client.call(
        REMARK, {"userid": userid, "external_userid": external_userid, "remark": remark[:20]}
    )


async def welcome(
    client: Client, code: str, content: str, attachments: Sequence[Mapping[str, Any]] = ()
) -> None:
    """Greet a new customer: within 20 seconds of his event, once."""
    body: dict[str, Any] = {"welcome_code": code}
    if content:
        body["text"] = {"content": content}
    if attachments:
        body["attachments"] = [dict(one) for one in attachments]
    await client.call(WELCOME, body)


async def tags(client: Client) -> list[Tag]:
    """Return all tags of the corp."""
    answer = await client.call(TAGS)
    return [
        Tag(
            tag_id=text(row, "id"),
            name=text(row, "name"),
            group_id=text(group, "group_id"),
            group_name=text(group, "group_name"),
        )
        for group in objects(answer, "tag_group")
        for row in objects(group, "tag")
    ]


async def add_tags(client: Client, group_name: str, names: Sequence[str]) -> list[Tag]:
    """Add tags to a group of tags, which is made when there is none of that name."""
    answer = await client.call(
        ADD_TAGS, {"group_name": group_name, "tag": [{"name": name} for name in names]}
    )
    group = part(answer, "tag_group")
    return [
        Tag(
            tag_id=text(row, "id"),
            name=text(row, "name"),
            group_id=text(group, "group_id"),
            group_name=text(group, "group_name"),
        )
        for row in objects(group, "tag")
    ]


async def rename_tag(client: Client, tag_id: str, name: str) -> None:
    """Give a tag another name."""
    await client.call(EDIT_TAG, {"id": tag_id, "name": name})


async def delete_tags(client: Client, tag_ids: Sequence[str]) -> None:
    """Delete tags; customers lose them."""
    await client.call(DELETE_TAGS, {"tag_id": list(tag_ids)})


async def mark(
    client: Client, of: tuple[str, str], add: Sequence[str] = (), remove: Sequence[str] = ()
) -> None:
    """Give a customer tags and take some away, for one (userid, external_userid)."""
    body: dict[str, Any] = {"userid": of[0], "external_userid": of[1]}
    if add:
        body["add_tag"] = list(add)
    if remove:
        body["remove_tag"] = list(remove)
    await client.call(MARK_TAGS, body)


async def hand_over(
    client: Client, between: tuple[str, str], external_userids: Sequence[str], *, has_left: bool
) -> dict[str, int]:
    """Hand customers over from one userid to another; return the error code of each that failed."""
    answer = await client.call(
        TRANSFER_OF_LEAVER if has_left else TRANSFER,
        {
            "handover_userid": between[0],
            "takeover_userid": between[1],
            "external_userid": list(external_userids[:TRANSFERS_AT_ONCE]),
        },
    )
    codes = {
        text(row, "external_userid"): number(row, "errcode") for row in objects(answer, "customer")
    }
    return {key: code for key, code in codes.items() if code}


async def handed_over(
    client: Client, between: tuple[str, str], *, has_left: bool
) -> list[Transfer]:
    """Return how the hand-overs from one userid to another stand."""
    rows = await walk(
        client,
        TRANSFERRED_OF_LEAVER if has_left else TRANSFERRED,
        {"handover_userid": between[0], "takeover_userid": between[1]},
        "customer",
    )
    return [
        Transfer(
            external_userid=text(row, "external_userid"),
            status=number(row, "status"),
            taken_over_at=moment(row, "takeover_time"),
        )
        for row in rows
    ]


async def leavers(client: Client) -> list[tuple[str, str]]:
    """Return (userid, external_userid) of customers whose member has left and nobody has taken them over."""
    rows = await walk(client, LEAVERS, {"page_size": 1000}, "info")
    return [(text(row, "handover_userid"), text(row, "external_userid")) for row in rows]


def _staff_member(row: Mapping[str, Any]) -> StaffMember:
    departments = row.get("department")
    return StaffMember(
        userid=text(row, "userid"),
        name=text(row, "name"),
        mobile=text(row, "mobile"),
        departments=tuple(one for one in departments if isinstance(one, int))
        if isinstance(departments, list)
        else (),
        status=number(row, "status"),
    )


def _customer(row: Mapping[str, Any], found: Sequence[Follower]) -> Customer:
    return Customer(
        external_userid=text(row, "external_userid"),
        name=text(row, "name"),
        kind=number(row, "type"),
        unionid=text(row, "unionid"),
        corp_name=text(row, "corp_name"),
        followers=tuple(found),
    )


def _follower(row: Mapping[str, Any]) -> Follower:
    """Read a follower; one call tells tags with their names, another their ids alone."""
    named = tuple(text(one, "tag_id") for one in objects(row, "tags"))
    return Follower(
        userid=text(row, "userid"),
        remark=text(row, "remark"),
        mobiles=texts(row, "remark_mobiles"),
        tags=tuple(one for one in named if one) or texts(row, "tag_id"),
        state=text(row, "state"),
        since=moment(row, "createtime"),
    )
