"""Texts with attachments, as mass messages and welcome messages have them. Source: page 92135."""

from typing import Annotated, Any

from pydantic import Field

from qunlian.sandboxes.wecom.errors import Refused
from qunlian.sandboxes.wecom.gate import Caller
from qunlian.sandboxes.wecom.requests import Body, Text, at_most, longest_bytes, one_of

DAY = 86_400
MEDIA_DAYS = 3


class MessageText(Body):
    content: Annotated[str, longest_bytes(4000)] = ""


class Image(Body):
    media_id: str | None = None
    pic_url: str | None = None


class Link(Body):
    title: Annotated[Text, longest_bytes(128)]
    picurl: Annotated[str, longest_bytes(2048)] | None = None
    desc: Annotated[str, longest_bytes(512)] | None = None
    url: Annotated[Text, longest_bytes(2048)]


class Miniprogram(Body):
    title: Annotated[Text, longest_bytes(64)]
    pic_media_id: Text
    appid: Text
    page: Text


class Medium(Body):
    media_id: Text


class Attachment(Body):
    """One of image, link, miniprogram, video, file: ``msgtype`` says which and that field is filled."""

    msgtype: Annotated[str, one_of("image", "link", "miniprogram", "video", "file", code=41065)]
    image: Image | None = None
    link: Link | None = None
    miniprogram: Miniprogram | None = None
    video: Medium | None = None
    file: Medium | None = None


Attachments = Annotated[list[Attachment], at_most(9, 41064), Field()]


def check_attachments(
    caller: Caller, text: MessageText | None, attachments: list[Attachment]
) -> None:
    """Refuse a message of nothing (40063), half an attachment (40063), media that is gone (40007)."""
    if not attachments and not (text and text.content):
        raise Refused(40063, "text and attachments are both empty")
    for attachment in attachments:
        body = getattr(attachment, attachment.msgtype)
        if body is None:
            raise Refused(40063, attachment.msgtype)
        check_body(caller, attachment.msgtype, body)


def check_body(caller: Caller, kind: str, body: Any) -> None:
    """Refuse an attachment whose media is unknown, of another kind or older than three days."""
    media_id = getattr(body, "pic_media_id", None) or getattr(body, "media_id", None)
    if isinstance(body, Image) and not (body.media_id or body.pic_url):
        raise Refused(40063, "image")
    if media_id is None:
        return
    media = caller.corp.media.get(media_id)
    wanted = "image" if kind == "miniprogram" else kind
    if media is None or media.kind != wanted or media.created_at + MEDIA_DAYS * DAY < caller.now:
        raise Refused(40007, media_id)
