"""
Mass messages: tasks that wait for people to confirm them on their phones; nothing is ever sent from here.

Source: pages 92135 (2025-11-17: making), 93338 and 96355
(2023-12-08: lists, tasks, results), 97610 (remind), 97611 (cancel).
"""

from calendar import monthrange
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from qunlian.sandboxes.wecom.calls.attachments import Attachments, MessageText, check_attachments
from qunlian.sandboxes.wecom.calls.group_statistics import BEIJING
from qunlian.sandboxes.wecom.errors import Refused
from qunlian.sandboxes.wecom.gate import Answer, Caller, call
from qunlian.sandboxes.wecom.paging import page
from qunlian.sandboxes.wecom.records import DAY, MassMessage
from qunlian.sandboxes.wecom.requests import Body, Cursor, Flag, Text, at_most, rows_up_to
from qunlian.sandboxes.wecom.state import Corp, World

REMINDERS_PER_DAY = 3
LONGEST_SPAN = 31 * DAY
NOT_SENT, SENT = 0, 2


class TagList(Body):
    tag_list: list[str] = []


class TagFilter(Body):
    group_list: list[TagList] = []


class NewMassMessage(Body):
    chat_type: Literal["single", "group"] = "single"
    external_userid: Annotated[list[str], at_most(10_000)] = []
    chat_id_list: Annotated[list[str], at_most(2000)] = []
    tag_filter: TagFilter | None = None
    sender: str | None = None
    allow_select: Flag = 0
    text: MessageText | None = None
    attachments: Attachments = []


class ListMassMessages(Body):
    chat_type: Literal["single", "group"] = "single"
    start_time: int
    end_time: int
    creator: str | None = None
    filter_type: Annotated[int, Field(ge=0, le=2)] = 2
    limit: Annotated[int, rows_up_to(50, 100, beyond="default")] = 50
    cursor: Cursor = None


class MassTasks(Body):
    msgid: Text
    limit: Annotated[int, rows_up_to(500, 1000, beyond="default")] = 500
    cursor: Cursor = None


class MassResults(MassTasks):
    userid: Text


class OneMassMessage(Body):
    msgid: Text


def month_of(moment: float) -> str:
    """Name the month of a moment in Beijing."""
    return datetime.fromtimestamp(moment, UTC).astimezone(BEIJING).strftime("%Y-%m")


def cap(world: World, now: float) -> int:
    """Return how many mass messages one may get a month: as many as it has days (page 92135)."""
    if world.settings.mass_per_month is not None:
        return world.settings.mass_per_month
    month = datetime.fromtimestamp(now, UTC).astimezone(BEIJING)
    return monthrange(month.year, month.month)[1]


def received(corp: Corp, target: str, now: float) -> int:
    """Count the mass messages that a customer or group got this month."""
    return sum(
        message.status.get(target) == 1
        and any(
            target in message.targets[userid] and month_of(at) == month_of(now)
            for userid, at in message.sent_at.items()
        )
        for message in corp.mass_messages.values()
    )


def _targets_of_groups(
    caller: Caller, ask: NewMassMessage
) -> tuple[dict[str, list[str]], set[str]]:
    if not ask.sender:
        raise Refused(40063, "sender")
    caller.follower(ask.sender)
    owned = [
        group.chat_id
        for group in caller.corp.groups.values()
        if group.owner == ask.sender and group.dismissed_at is None
    ]
    wanted = ask.chat_id_list or owned
    return {ask.sender: [one for one in wanted if one in set(owned)]}, set(wanted) - set(owned)


def _targets_of_customers(
    caller: Caller, ask: NewMassMessage
) -> tuple[dict[str, list[str]], set[str]]:
    """Ask per customer the member with the newest chat, where several have him (page 92135)."""
    if not ask.external_userid and not ask.sender:
        raise Refused(40063, "external_userid and sender")
    if ask.sender:
        caller.follower(ask.sender)
    wanted = ask.external_userid or [
        one.external_userid for one in caller.corp.contacts(ask.sender or "")
    ]
    targets: dict[str, list[str]] = {}
    failed = set()
    for customer in dict.fromkeys(wanted):
        followers = [
            one
            for one in caller.corp.followers(customer)
            if one.ended_by == ""
            and (not ask.sender or one.userid == ask.sender)
            and caller.corp.staff[one.userid].is_here
            and caller.corp.sees(caller.app, one.userid)
            and _is_tagged(one.tag_ids, ask.tag_filter)
        ]
        if followers:
            newest = max(followers, key=lambda one: (one.chatted_at, one.created_at))
            targets.setdefault(newest.userid, []).append(customer)
        else:
            failed.add(customer)
    return targets, failed


def _is_tagged(tag_ids: list[str], wanted: TagFilter | None) -> bool:
    """Say whether every list has a tag that the contact has: *or* inside a list, *and* between them."""
    lists = wanted.group_list if wanted else []
    return all(set(one.tag_list) & set(tag_ids) for one in lists if one.tag_list)


@call("externalcontact/add_msg_template", NewMassMessage)
def make_mass_message(caller: Caller, ask: NewMassMessage) -> Answer:
    """Ask the senders to confirm; ``fail_list`` are those who cannot get it, 41048 when that is all."""
    check_attachments(caller, ask.text, ask.attachments)
    find = _targets_of_groups if ask.chat_type == "group" else _targets_of_customers
    targets, failed = find(caller, ask)
    most = cap(caller.world, caller.now)
    for userid, found in targets.items():
        full = {one for one in found if received(caller.corp, one, caller.now) >= most}
        targets[userid] = [one for one in dict.fromkeys(found) if one not in full]
        failed |= full
    targets = {userid: found for userid, found in targets.items() if found}
    if not targets:
        raise Refused(41048)
    message = MassMessage(
        msgid=caller.world.new_id("msg"),
        agent_id=caller.app.agent_id,
        chat_type=ask.chat_type,
        created_at=caller.now,
        text=ask.text.content if ask.text else "",
        attachments=[one.model_dump(exclude_none=True) for one in ask.attachments],
        targets=targets,
    )
    caller.corp.mass_messages[message.msgid] = message
    return {"fail_list": sorted(failed), "msgid": message.msgid}


def _message(caller: Caller, msgid: str) -> MassMessage:
    found = caller.corp.mass_messages.get(msgid)
    if found is None or found.agent_id != caller.app.agent_id:
        raise Refused(41047, msgid)
    if caller.now < found.created_at + caller.world.settings.mass_dispatch_seconds:
        raise Refused(41063)
    return found


@call("externalcontact/get_groupmsg_list_v2", ListMassMessages)
def list_mass_messages(caller: Caller, ask: ListMassMessages) -> Answer:
    """List messages of at most a month; ``create_time`` is a text, as in the vendor's sample."""
    if not 0 <= ask.end_time - ask.start_time <= LONGEST_SPAN:
        raise Refused(40058, "end_time")
    found = [
        one
        for one in caller.corp.mass_messages.values()
        if one.chat_type == ask.chat_type
        and ask.start_time <= one.created_at < ask.end_time + 1
        and ask.filter_type != 1
        and not ask.creator
    ]
    rows, behind = page(
        found, ask.cursor, ask.limit, key=lambda one: one.msgid, is_odd=caller.is_page_odd
    )
    told = [
        {
            "msgid": one.msgid,
            "create_time": str(int(one.created_at)),
            "create_type": 0,
            "text": {"content": one.text},
            "attachments": one.attachments,
        }
        for one in rows
    ]
    return {"group_msg_list": told, "next_cursor": behind}


@call("externalcontact/get_groupmsg_task", MassTasks)
def list_mass_tasks(caller: Caller, ask: MassTasks) -> Answer:
    """Tell who was asked and who confirmed."""
    message = _message(caller, ask.msgid)
    rows, behind = page(
        list(message.targets), ask.cursor, ask.limit, key=str, is_odd=caller.is_page_odd
    )
    told = [
        {"userid": userid, "status": SENT, "send_time": int(message.sent_at[userid])}
        if userid in message.sent_at
        else {"userid": userid, "status": NOT_SENT}
        for userid in rows
    ]
    return {"task_list": told, "next_cursor": behind}


@call("externalcontact/get_groupmsg_send_result", MassResults)
def list_mass_results(caller: Caller, ask: MassResults) -> Answer:
    """Tell what became of each of a sender's targets."""
    message = _message(caller, ask.msgid)
    if ask.userid not in message.targets:
        raise Refused(40003, ask.userid)
    name = "chat_id" if message.chat_type == "group" else "external_userid"
    rows, behind = page(
        message.targets[ask.userid], ask.cursor, ask.limit, key=str, is_odd=caller.is_page_odd
    )
    told: list[dict[str, Any]] = []
    for target in rows:
        status = message.status.get(target, 0)
        row = {name: target, "userid": ask.userid, "status": status}
        told.append(row | ({"send_time": int(message.sent_at[ask.userid])} if status else {}))
    return {"send_list": told, "next_cursor": behind}


@call("externalcontact/remind_groupmsg_send", OneMassMessage)
def remind(caller: Caller, ask: OneMassMessage) -> Answer:
    """Ask those again who have not confirmed: three times in 24 hours (41094)."""
    message = _message(caller, ask.msgid)
    if message.cancelled_at is not None:
        raise Refused(41093)
    lately = [at for at in message.reminded_at if at > caller.now - DAY]
    if len(lately) >= REMINDERS_PER_DAY:
        raise Refused(41094)
    message.reminded_at = [*lately, caller.now]
    message.ignored_by = []
    return {}


@call("externalcontact/cancel_groupmsg_send", OneMassMessage)
def cancel(caller: Caller, ask: OneMassMessage) -> Answer:
    """Take the question back from those who have not confirmed; once (41093)."""
    message = _message(caller, ask.msgid)
    if message.cancelled_at is not None:
        raise Refused(41093)
    message.cancelled_at = caller.now
    return {}
