"""
The app's own group chats (staff only), group robots, uploads, log-in and what the sidebar's page needs.

Source: documents 91770 (robots), 90454 (limits); WxJava ``WxCpApiPathConsts.java``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from qunlian.platforms.wecom.accounts import Account
from qunlian.platforms.wecom.api.reading import number, part, text, texts
from qunlian.platforms.wecom.client import GETTOKEN, Api, Client, Request

if TYPE_CHECKING:
    import aiohttp

CHAT_CREATE = Api(path="appchat/create", is_repeatable=False)
CHAT_UPDATE = Api(path="appchat/update")
CHAT_GET = Api(path="appchat/get", is_get=True)
CHAT_SEND = Api(path="appchat/send", is_repeatable=False)
ROBOT_SEND = Api(path="webhook/send", is_repeatable=False, has_token=False)
UPLOAD = Api(path="media/upload")
UPLOAD_IMAGE = Api(path="media/uploadimg")
WHO = Api(path="auth/getuserinfo", is_get=True)
CORP_TICKET = Api(path="get_jsapi_ticket", is_get=True)
APP = Api(path="agent/get", is_get=True)
ARCHIVED = Api(path="msgaudit/get_permit_user_list", has_token=False)
APP_TICKET = Api(path="ticket/get", is_get=True)

_AUTHORIZE = "https://open.weixin.qq.com/connect/oauth2/authorize"
_QR = "https://login.work.weixin.qq.com/wwlogin/sso/login"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """A group chat that the app made."""

    chat_id: str
    name: str
    owner: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Who logged in: a member of staff, or a customer, or somebody outside (both empty)."""

    userid: str
    external_userid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppCard:
    """The app as its administrator set it up; ``domain`` is the one trusted for log-in and pages."""

    name: str
    is_closed: bool
    domain: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file to send. ``kind``: image, voice, video or file; kept by WeCom for three days."""

    kind: str
    name: str
    content: bytes = field(repr=False)
    content_type: str = "application/octet-stream"


async def create_chat(client: Client, chat: Chat) -> str:
    """Make a group chat of staff, under our own id so that it is made once; return its id."""
    body = {"name": chat.name[:50], "owner": chat.owner, "userlist": list(chat.members)}
    return text(await client.call(CHAT_CREATE, {**body, "chatid": chat.chat_id}), "chatid")


async def change_chat(
    client: Client,
    chat_id: str,
    *,
    name: str = "",
    add: Sequence[str] = (),
    remove: Sequence[str] = (),
) -> None:
    """Rename a chat the app made, ask staff in, take some out."""
    body: dict[str, Any] = {"chatid": chat_id}
    if name:
        body["name"] = name[:50]
    if add:
        body["add_user_list"] = list(add)
    if remove:
        body["del_user_list"] = list(remove)
    await client.call(CHAT_UPDATE, body)


async def get_chat(client: Client, chat_id: str) -> Chat:
    """Read a chat the app made."""
    chat = part(await client.call(CHAT_GET, chatid=chat_id), "chat_info")
    return Chat(
        chat_id=text(chat, "chatid"),
        name=text(chat, "name"),
        owner=text(chat, "owner"),
        members=texts(chat, "userlist"),
    )


async def say_in_chat(client: Client, chat_id: str, content: str) -> None:
    """Send text into a chat the app made; it is sent at once, nobody confirms."""
    body = {"chatid": chat_id, "msgtype": "text", "text": {"content": content}, "safe": 0}
    await client.call(CHAT_SEND, body)


async def say_by_robot(client: Client, key: str, message: Mapping[str, Any]) -> None:
    """Let a group's robot say something; 20 a minute. The key is a secret."""
    await client.send(ROBOT_SEND, Request(body=message, query={"key": key}))


async def upload(client: Client, file: Upload) -> str:
    """Upload a file; return its media_id, good for three days."""
    sent = Request(query={"type": file.kind}, form=lambda: _form(file))
    return text(await client.send(UPLOAD, sent), "media_id")


async def upload_image(client: Client, file: Upload) -> str:
    """Upload a picture for good; return its address, which only WeCom's own clients may show."""
    return text(await client.send(UPLOAD_IMAGE, Request(form=lambda: _form(file))), "url")


async def who(client: Client, code: str) -> Who:
    """Tell who logged in with a code; it is good for five minutes, once."""
    answer = await client.call(WHO, code=code)
    return Who(
        userid=text(answer, "userid") or text(answer, "UserId"),
        external_userid=text(answer, "external_userid"),
    )


async def card(client: Client, agent_id: int) -> AppCard:
    """Read the app's own card (document 90227)."""
    answer = await client.call(APP, agentid=str(agent_id))
    return AppCard(
        name=text(answer, "name"),
        is_closed=number(answer, "close") == 1,
        domain=text(answer, "redirect_domain"),
    )


async def fresh_token(client: Client, secret: str) -> str:
    """Fetch a secret's token past all that is kept; while one is valid WeCom gives the same again."""
    answer = await client.call(GETTOKEN, corpid=client.account.corp_id, corpsecret=secret)
    return text(answer, "access_token")


async def archived(client: Client, token: str) -> tuple[str, ...]:
    """Return whose words are archived; ``token`` is one of the archive's own secret (document 91614)."""
    sent = Request(body={}, query={"access_token": token})
    return texts(await client.send(ARCHIVED, sent), "ids")


async def ticket(client: Client, *, is_for_app: bool) -> tuple[str, int]:
    """Return a jsapi ticket (of the corp, or for ``agentConfig``) and how many seconds it lasts."""
    answer = await (
        client.call(APP_TICKET, type="agent_config") if is_for_app else client.call(CORP_TICKET)
    )
    return text(answer, "ticket"), number(answer, "expires_in")


def log_in_address(account: Account, *, back_to: str, state: str, is_in_client: bool) -> str:
    """Return where a browser logs in: inside WeCom at once, elsewhere by a QR code."""
    if is_in_client:
        asked = {
            "appid": account.corp_id,
            "redirect_uri": back_to,
            "response_type": "code",
            "scope": "snsapi_base",
            "state": state,
            "agentid": str(account.agent_id),
        }
        return f"{account.settings.authorize_url or _AUTHORIZE}?{urlencode(asked)}#wechat_redirect"
    asked = {
        "login_type": "CorpApp",
        "appid": account.corp_id,
        "agentid": str(account.agent_id),
        "redirect_uri": back_to,
        "state": state,
    }
    return f"{account.settings.qr_url or _QR}?{urlencode(asked)}"


def _form(file: Upload) -> "aiohttp.FormData":
    import aiohttp  # noqa: PLC0415 (as in client.py)

    form = aiohttp.FormData(quote_fields=False)
    form.add_field("media", file.content, filename=file.name, content_type=file.content_type)
    return form
