"""
Mass messages (企业群发): a task for a sender, who confirms it on the phone; what became of it; reminding him.

Source: document 92135 (2025-11-17), which replaces ``add_group_msg`` and its ``check_status``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qunlian.platforms.wecom.api.reading import (
    moment,
    number,
    part,
    seconds,
    text,
    texts,
    walk,
)
from qunlian.platforms.wecom.client import Api, Client

ROOMS_AT_ONCE = 2_000
TEXT_BYTES = 4_000
ATTACHMENTS = 9

ADD = Api(path="externalcontact/add_msg_template", is_repeatable=False)
LIST = Api(path="externalcontact/get_groupmsg_list_v2")
TASK = Api(path="externalcontact/get_groupmsg_task")
RESULT = Api(path="externalcontact/get_groupmsg_send_result")
REMIND = Api(path="externalcontact/remind_groupmsg_send", is_repeatable=False)
CANCEL = Api(path="externalcontact/cancel_groupmsg_send")

NOT_SENT, SENT, NO_CONTACT, HAD_ANOTHER = 0, 1, 2, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a mass message says; one of both is not empty. Attachments are as WeCom writes them."""

    content: str
    attachments: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """The task that was made and who cannot receive it: his limit is reached, or there is no relation."""

    msgid: str
    failed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A task in the list of tasks."""

    msgid: str
    made_at: datetime | None
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What became of one room: ``status`` 0 not sent, 1 sent, 2 no contact, 3 had another already."""

    chat_id: str
    status: int
    sent_at: datetime | None


async def add_to_groups(
    client: Client, sender: str, chat_ids: Sequence[str], wording: Wording
) -> Added:
    """Hand a message for up to 2,000 of his groups to their owner; he confirms it or does not."""
    body: dict[str, Any] = {
        "chat_type": "group",
        "sender": sender,
        "chat_id_list": list(chat_ids),
        "allow_select": False,
    }
    if wording.content:
        body["text"] = {"content": wording.content}
    if wording.attachments:
        body["attachments"] = [dict(one) for one in wording.attachments]
    answer = await client.call(ADD, body)
    return Added(msgid=text(answer, "msgid"), failed=texts(answer, "fail_list"))


async def listed(client: Client, *, begin: datetime, end: datetime) -> list[Listed]:
    """Return the corp's own tasks for groups made within a month at most."""
    rows = await walk(
        client,
        LIST,
        {
            "chat_type": "group",
            "start_time": seconds(begin),
            "end_time": seconds(end),
            "filter_type": 0,
            "limit": 100,
        },
        "group_msg_list",
    )
    return [
        Listed(
            msgid=text(row, "msgid"),
            made_at=moment(row, "create_time"),
            content=text(part(row, "text"), "content"),
        )
        for row in rows
    ]


async def senders(client: Client, msgid: str) -> tuple[str, ...]:
    """Return who is to send a task."""
    rows = await walk(client, TASK, {"msgid": msgid, "limit": 1000}, "task_list")
    return tuple(text(row, "userid") for row in rows)


async def results(client: Client, msgid: str, sender: str) -> list[Sent]:
    """Return what became of each room of a task."""
    body = {"msgid": msgid, "userid": sender, "limit": 1000}
    return [
        Sent(
            chat_id=text(row, "chat_id"),
            status=number(row, "status"),
            sent_at=moment(row, "send_time"),
        )
        for row in await walk(client, RESULT, body, "send_list")
    ]


async def remind(client: Client, msgid: str) -> None:
    """Prompt again who has not confirmed; at most three times in 24 hours."""
    await client.call(REMIND, {"msgid": msgid})


async def cancel(client: Client, msgid: str) -> None:
    """Stop a task for who has not confirmed it yet."""
    await client.call(CANCEL, {"msgid": msgid})
