"""
What the client does for a page beside a chat (聊天工具栏).

``/_sandbox/client.js`` is what it puts into its browser.

Source: pages 94313 and 98539 (sendChatMessage: only after a right agentConfig, only beside a chat with
customers, only for an app with customer contact), 90253 (files are held for three days).
"""

import json
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ValidationError

from qunlian.sandboxes.wecom.calls.attachments import DAY, MEDIA_DAYS
from qunlian.sandboxes.wecom.calls.login import is_page_signed
from qunlian.sandboxes.wecom.people.acts import Impossible, Scene
from qunlian.sandboxes.wecom.records import Post
from qunlian.sandboxes.wecom.state import Corp, World

NEEDS_CONFIG = {"sendChatMessage", "getCurExternalChat", "getCurExternalContact", "getContext"}
FILES = ("image", "video", "file")
BRIDGE = """
(() => {
  const here = %(here)s;
  let config = null;
  window.said = [];
  window.told = [];
  window.WeixinJSBridge = {
    on() {},
    async invoke(name, params, answer) {
      window.said.push([name, params]);
      if (name === "agentConfig") config = params;
      const body = JSON.stringify({ ...here.who, name, params, config, url: location.href });
      const told = await (await fetch(here.address, { method: "POST", body })).json();
      if (name === "agentConfig" && !told.err_msg.endsWith(":ok")) config = null;
      window.told.push([name, told]);
      answer(told);
    },
  };
})();
"""


class Declined(Exception):
    """The client refuses; the page is told why."""


class Invocation(BaseModel):
    """What a page asks of the client, and where the client is just now."""

    userid: str
    chat_id: str = ""
    external_userid: str = ""
    name: str
    params: dict[str, Any] = {}
    config: dict[str, Any] | None = None
    url: str


def add_routes(application: web.Application, world: World) -> None:
    """Put the client's script and what is behind it below ``/_sandbox/``."""

    async def script(request: web.Request) -> web.StreamResponse:
        known = ("userid", "chat_id", "external_userid")
        here = {
            "who": {name: request.query[name] for name in known if name in request.query},
            "address": f"{request.scheme}://{request.host}/_sandbox/client",
        }
        return web.Response(
            text=BRIDGE % {"here": json.dumps(here)}, content_type="text/javascript"
        )

    async def invoke(request: web.Request) -> web.StreamResponse:
        try:
            asked = Invocation.model_validate_json(await request.read())
        except ValidationError as trouble:
            return web.json_response({"error": str(trouble)}, status=400)
        corp = next(iter(world.corps.values()))
        told = {"err_msg": f"{asked.name}:ok"}
        try:
            told |= answer(world, corp, asked)
        except (Declined, Impossible) as declined:
            told = {"err_msg": f"{asked.name}:fail {declined}"}
        return web.json_response(told, headers={"Access-Control-Allow-Origin": "*"})

    application.router.add_get("/_sandbox/client.js", script)
    application.router.add_post("/_sandbox/client", invoke)


def answer(world: World, corp: Corp, asked: Invocation) -> dict[str, Any]:
    """
    Do what a page asks.

    :raises Declined: the client does not do it
    """
    if asked.name == "agentConfig":
        _check_config(world, corp, asked, asked.params)
    elif asked.name in NEEDS_CONFIG:
        if asked.config is None:
            raise Declined("no permission")
        _check_config(world, corp, asked, asked.config)
    if asked.name == "getCurExternalChat":
        return {"chatId": _beside(asked.chat_id)}
    if asked.name == "getCurExternalContact":
        return {"userId": _beside(asked.external_userid)}
    if asked.name == "getContext":
        return {"entry": "group_chat_tools" if asked.chat_id else "single_chat_tools"}
    if asked.name == "sendChatMessage":
        _say(world, corp, asked)
    return {}


def _beside(key: str) -> str:
    if not key:
        raise Declined("without context of external contact")
    return key


def _check_config(world: World, corp: Corp, asked: Invocation, told: dict[str, Any]) -> None:
    """Check a page's agentConfig: company, app and signature over its own address."""
    app = next(iter(corp.apps.values()))
    if told.get("corpid") != corp.corp_id or str(told.get("agentid")) != str(app.agent_id):
        raise Declined("no permission")
    signed = {
        "noncestr": str(told.get("nonceStr", "")),
        "timestamp": str(told.get("timestamp", "")),
        "signature": str(told.get("signature", "")),
        "url": asked.url,
    }
    if not is_page_signed(world, signed, f"{corp.corp_id}-{app.agent_id}"):
        raise Declined("invalid signature")


def _say(world: World, corp: Corp, asked: Invocation) -> None:
    """Put a message into the chat that is open, as whoever holds the phone."""
    scene = Scene(world, corp, world.now())
    member, app = scene.staff(asked.userid), next(iter(corp.apps.values()))
    if not app.is_callable_for_customers or not member.has_customer_contact:
        raise Declined("no permission")
    group = scene.group(_beside(asked.chat_id))
    if asked.userid not in group.seats:
        raise Declined("no permission")
    kind = str(asked.params.get("msgtype"))
    body = asked.params.get(kind)
    if not isinstance(body, dict):
        raise Declined("invalid msgtype")
    if kind == "text":
        group.posts.append(Post(asked.userid, scene.now, str(body.get("content", ""))))
    elif kind in FILES:
        _check_file(corp, scene.now, kind, str(body.get("mediaid", "")))
        group.posts.append(Post(asked.userid, scene.now, "", [{"msgtype": kind, kind: body}]))
    else:
        raise Declined("invalid msgtype")


def _check_file(corp: Corp, now: float, kind: str, media_id: str) -> None:
    found = corp.media.get(media_id)
    if found is None or found.kind != kind or now > found.created_at + MEDIA_DAYS * DAY:
        raise Declined("invalid mediaid")
