"""
Internal groups that an app makes, and its messages to staff.

Source: pages 90245 (create, 2024-11-29: a longer name is cut off), 98913 (update), 98914 (get), 90248 (send),
90236 (message to staff), 90454 (limits; what goes beyond a person's share is dropped without an error).
"""

import re
from typing import Annotated, Any

from qunlian.sandboxes.wecom.errors import Refused
from qunlian.sandboxes.wecom.gate import Answer, Caller, call
from qunlian.sandboxes.wecom.records import DAY, ROOT_DEPARTMENT, AppChat, Post
from qunlian.sandboxes.wecom.requests import Body, Query, Text, cut

LEAST_MEMBERS, MOST_MEMBERS = 2, 2000
CREATIONS_PER_DAY, CHANGES_PER_HOUR = 1000, 1000
MESSAGES_PER_PERSON_AND_MINUTE = 30
HOUR, MINUTE = 3600, 60
KINDS = ("text", "markdown", "image", "voice", "video", "file", "textcard", "news", "mpnews")
ALL = "@all"


class NewChat(Body):
    name: Annotated[str, cut(50)] = ""
    owner: str | None = None
    userlist: list[str]
    chatid: str | None = None


class ChangeChat(Body):
    chatid: Text
    name: Annotated[str, cut(50)] | None = None
    owner: str | None = None
    add_user_list: list[str] = []
    del_user_list: list[str] = []


class OneChat(Query):
    chatid: Text


class ChatMessage(Body):
    """``msgtype`` names the field that is filled."""

    chatid: Text
    msgtype: str
    text: dict[str, Any] | None = None
    markdown: dict[str, Any] | None = None
    image: dict[str, Any] | None = None
    voice: dict[str, Any] | None = None
    video: dict[str, Any] | None = None
    file: dict[str, Any] | None = None
    textcard: dict[str, Any] | None = None
    news: dict[str, Any] | None = None
    mpnews: dict[str, Any] | None = None
    safe: int = 0


class StaffMessage(ChatMessage):
    chatid: str = ""
    touser: str = ""
    toparty: str = ""
    totag: str = ""
    agentid: int
    enable_id_trans: int = 0
    enable_duplicate_check: int = 0
    duplicate_check_interval: int = 1800


def _check_root(caller: Caller) -> None:
    """Refuse an app that doesn't see the root department (page 90245: 48002)."""
    if ROOT_DEPARTMENT not in caller.app.visible_departments:
        raise Refused(48002)


def _members(caller: Caller, wanted: list[str]) -> list[str]:
    """Return each once; 86216 for who isn't there."""
    found = list(dict.fromkeys(wanted))
    for userid in found:
        member = caller.corp.staff.get(userid)
        if member is None or not member.is_here:
            raise Refused(86216, userid)
    if not LEAST_MEMBERS <= len(found) <= MOST_MEMBERS:
        raise Refused(86006)
    return found


def _chat(caller: Caller, chatid: str) -> AppChat:
    found = caller.corp.app_chats.get(chatid)
    if found is None:
        raise Refused(86003, chatid)
    if found.agent_id != caller.app.agent_id:
        raise Refused(86008, chatid)
    return found


@call("appchat/create", NewChat)
def create_chat(caller: Caller, ask: NewChat) -> Answer:
    _check_root(caller)
    members = _members(caller, ask.userlist)
    owner = ask.owner or members[0]
    if owner not in members:
        raise Refused(86207, owner)
    if ask.chatid is not None and not re.fullmatch(r"[0-9A-Za-z]{1,32}", ask.chatid):
        raise Refused(86001, ask.chatid)
    if ask.chatid in caller.corp.app_chats:
        raise Refused(86215, ask.chatid or "")
    corp_id = caller.corp.corp_id
    if not caller.limits.count(corp_id, "appchat made", DAY, CREATIONS_PER_DAY):
        raise Refused(45009)
    chatid = ask.chatid or caller.world.new_id("wr")
    caller.corp.app_chats[chatid] = AppChat(chatid, caller.app.agent_id, ask.name, owner, members)
    return {"chatid": chatid}


@call("appchat/update", ChangeChat)
def change_chat(caller: Caller, ask: ChangeChat) -> Answer:
    _check_root(caller)
    chat = _chat(caller, ask.chatid)
    if not caller.limits.count(caller.corp.corp_id, "appchat changed", HOUR, CHANGES_PER_HOUR):
        raise Refused(45009)
    kept = [userid for userid in chat.members if userid not in ask.del_user_list]
    members = _members(caller, [*kept, *ask.add_user_list])
    owner = ask.owner or chat.owner
    if owner not in members:
        raise Refused(86207, owner)
    chat.members, chat.owner = members, owner
    chat.name = chat.name if ask.name is None else ask.name
    return {}


@call("appchat/get", OneChat)
def get_chat(caller: Caller, ask: OneChat) -> Answer:
    _check_root(caller)
    chat = _chat(caller, ask.chatid)
    told = {"chatid": chat.chatid, "name": chat.name, "owner": chat.owner}
    return {"chat_info": told | {"userlist": chat.members, "chat_type": 0}}


def _content(ask: ChatMessage) -> dict[str, Any]:
    if ask.msgtype not in KINDS:
        raise Refused(40008, ask.msgtype)
    found: dict[str, Any] | None = getattr(ask, ask.msgtype)
    if not found:
        raise Refused(40063, ask.msgtype)
    return found


@call("appchat/send", ChatMessage)
def send_to_chat(caller: Caller, ask: ChatMessage) -> Answer:
    _check_root(caller)
    chat = _chat(caller, ask.chatid)
    content = _content(ask)
    post = Post(caller.app.name, caller.now, str(content.get("content", "")), [content])
    chat.posts.append(post)
    return {}


@call("message/send", StaffMessage)
def send_to_staff(caller: Caller, ask: StaffMessage) -> Answer:
    """Send a message to staff; beyond 30 a minute one person's are dropped, and nobody is told."""
    if ask.agentid != caller.app.agent_id:
        raise Refused(40056)
    content = _content(ask)
    seen = [
        one.userid
        for one in caller.corp.staff.values()
        if one.is_here and caller.corp.sees(caller.app, one.userid)
    ]
    named = [userid for userid in ask.touser.split("|") if userid]
    wanted = seen if ask.touser == ALL else [userid for userid in named if userid in seen]
    if not wanted:
        raise Refused(81013)
    for userid in wanted:
        window = (userid, "messages")
        if caller.limits.count(*window, MINUTE, MESSAGES_PER_PERSON_AND_MINUTE):
            told = {"msgtype": ask.msgtype, "at": caller.now, **content}
            caller.corp.staff[userid].messages.append(told)
        else:
            caller.world.count("messages dropped")
    unknown = [userid for userid in named if userid not in seen and ask.touser != ALL]
    return {"invaliduser": "|".join(unknown), "msgid": caller.world.new_id("msg")}
