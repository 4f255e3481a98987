"""Group robots (消息推送): no token, a key in the address. Source: pages 91770 and 99398."""

import hashlib
from base64 import b64decode
from typing import Annotated, Any, Literal

from qunlian.sandboxes.wecom.calls.media import keep, told
from qunlian.sandboxes.wecom.errors import Refused
from qunlian.sandboxes.wecom.gate import Answer, Request
from qunlian.sandboxes.wecom.limits import Limits
from qunlian.sandboxes.wecom.records import Robot
from qunlian.sandboxes.wecom.requests import Body, Text, longest_bytes, read
from qunlian.sandboxes.wecom.state import Corp, World

MINUTE = 60
MOST_PICTURE_BYTES = 2 * 2**20
PROBLEMS = {"removed": 93000, "disabled": 93004, "out of group": 93008}


class RobotText(Body):
    content: Annotated[Text, longest_bytes(2048)]
    mentioned_list: list[str] = []
    mentioned_mobile_list: list[str] = []


class RobotMarkdown(Body):
    content: Annotated[Text, longest_bytes(4096)]


class RobotImage(Body):
    base64: Text
    md5: Text


class RobotMessage(Body):
    msgtype: Literal["text", "markdown", "image", "news", "file", "template_card"]
    text: RobotText | None = None
    markdown: RobotMarkdown | None = None
    image: RobotImage | None = None
    news: dict[str, Any] | None = None
    file: dict[str, Any] | None = None
    template_card: dict[str, Any] | None = None


def robot(world: World, key: str) -> tuple[Corp, Robot]:
    """Find the robot behind a key and its company, if it works."""
    for corp in world.corps.values():
        if key in corp.robots:
            found = corp.robots[key]
            if found.state in PROBLEMS:
                raise Refused(PROBLEMS[found.state])
            return corp, found
    raise Refused(93000)


def upload(world: World, request: Request) -> Answer:
    """Keep a file for a robot's next message: ``type`` is file or voice."""
    corp, _ = robot(world, request.query.get("key", ""))
    kind = request.query.get("type", "")
    if kind not in ("file", "voice"):
        raise Refused(40005, kind)
    return {"errcode": 0, "errmsg": "ok", **told(keep(world, corp, kind, request.upload))}


def send(world: World, limits: Limits, key: str, body: bytes) -> Answer:
    """Let a robot say something: 20 times a minute."""
    _, found = robot(world, key)
    ask = read(RobotMessage, {}, body, refuses_unknown=world.settings.refuses_unknown_fields)
    if getattr(ask, ask.msgtype) is None:
        raise Refused(40063, ask.msgtype)
    if ask.image:
        _check_picture(ask.image)
    if not limits.count(key, "robot", MINUTE, world.settings.robot_messages_per_minute):
        raise Refused(45009)
    found.posts.append(ask.model_dump(exclude_none=True))
    return {"errcode": 0, "errmsg": "ok"}


def _check_picture(image: RobotImage) -> None:
    try:
        content = b64decode(image.base64, validate=True)
    except ValueError:
        raise Refused(40058, "base64") from None
    if len(content) > MOST_PICTURE_BYTES:
        raise Refused(45001)
    if hashlib.md5(content, usedforsecurity=False).hexdigest() != image.md5:
        raise Refused(40058, "md5")
