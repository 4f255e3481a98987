"""
``/_sandbox/…``: what no real server has, in JSON; ``?corp=`` chooses a company, else it is the first.

people/ACT       somebody does something on a phone
company          a whole company, made up or from lists
app, app/callback, apps, corps, robots   what an administrator sets
clock, weather, settings, tokens/revoke  the world itself
page                                     is a page signed for the JS-SDK?
truth, callbacks, key                    what is
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from qunlian.sandboxes.wecom import people
from qunlian.sandboxes.wecom.callbacks import Courier
from qunlian.sandboxes.wecom.calls.login import is_page_signed
from qunlian.sandboxes.wecom.company import Lists, MadeUp, make_up, settle_lists
from qunlian.sandboxes.wecom.people import Impossible
from qunlian.sandboxes.wecom.records import App, Callback, Robot
from qunlian.sandboxes.wecom.settings import Settings
from qunlian.sandboxes.wecom.state import Corp, World
from qunlian.sandboxes.wecom.tokens import revoke_tokens
from qunlian.sandboxes.wecom.truth import callbacks, truth
from qunlian.sandboxes.wecom.weather import PRESETS, Weather

ARCHIVE_AGENT = 2_000_004
Fields = dict[str, Any]
_SETTINGS = TypeAdapter(Settings)
_WEATHER = TypeAdapter(Weather)


class NewCallback(BaseModel):
    """An address to send events to; it is asked first."""

    model_config = ConfigDict(extra="forbid")

    url: str
    token: str
    aes_key: str
    agent_id: int | None = None


class AppChange(BaseModel):
    """What an administrator changes about an app; ``/_sandbox/apps`` makes another one."""

    model_config = ConfigDict(extra="forbid")

    agent_id: int | None = None
    name: str | None = None
    visible_departments: list[int] | None = None
    visible_userids: list[str] | None = None
    trusted_ips: list[str] | None = None
    trusted_domain: str | None = None
    is_closed: bool | None = None
    is_callable_for_customers: bool | None = None
    #: a new secret in place of the old one
    resets_secret: bool = False


class ArchiveChange(BaseModel):
    """Who is archived."""

    model_config = ConfigDict(extra="forbid")

    userids: list[str] = []
    is_licensed: bool = True
    #: public keys (PEM) by version, added to those there are; the newest seals what is written from now on
    public_keys: dict[int, str] = {}
    trusted_ips: list[str] | None = None


@dataclass(frozen=True)
class Desk:
    """Where an administrator or a person stands: the company, and what is asked of it."""

    world: World
    courier: Courier
    corp: Corp
    what: str


async def act(desk: Desk, fields: Fields) -> Any:
    """Let somebody act, and the events go."""
    told = people.perform(desk.world, desk.corp, desk.what, fields)
    desk.courier.set_out(desk.corp)
    return told


async def company(desk: Desk, fields: Fields) -> Any:
    """Fill the company: by ``lists``, or made up by sizes."""
    if "lists" in fields:
        return settle_lists(desk.world, desk.corp, Lists.model_validate(fields["lists"]))
    return make_up(desk.world, desk.corp, MadeUp.model_validate(fields))


async def clock(desk: Desk, fields: Fields) -> Any:
    """Put the clock forward."""
    desk.world.clock_offset += float(fields.get("advance_seconds", 0))
    return {"now": desk.world.now()}


async def change_weather(desk: Desk, fields: Fields) -> Any:
    """Take a preset's weather, or change single settings of the present one."""
    base = PRESETS[fields.pop("preset")] if "preset" in fields else desk.world.weather
    desk.world.weather = _WEATHER.validate_python(asdict(base) | fields)
    return asdict(desk.world.weather)


async def change_settings(desk: Desk, fields: Fields) -> Any:
    """Change single settings."""
    settings = desk.world.settings
    unknown = set(fields) - set(asdict(settings))
    if unknown:
        raise Impossible(f"there is no setting {unknown.pop()}")
    desk.world.settings = _SETTINGS.validate_python(asdict(settings) | fields)
    return asdict(desk.world.settings)


async def revoke(desk: Desk, fields: Fields) -> Any:
    """End all access tokens early."""
    return {"revoked": revoke_tokens(desk.world)}


def _app(corp: Corp, agent_id: int | None) -> App:
    found = corp.app(agent_id) if agent_id else next(iter(corp.apps.values()))
    if found is None:
        raise Impossible(f"there is no app {agent_id}")
    return found


async def change_app(desk: Desk, fields: Fields) -> Any:
    """Change an app and show it."""
    change = AppChange.model_validate(fields)
    found = _app(desk.corp, change.agent_id)
    kept = {"agent_id", "resets_secret"}
    for name, value in change.model_dump(exclude=kept, exclude_none=True).items():
        setattr(found, name, value)
    if change.resets_secret:
        found.secret = desk.world.new_id("secret", 43)
    return asdict(found)


async def another_app(desk: Desk, fields: Fields) -> Any:
    """Make another app."""
    number = max(app.agent_id for app in desk.corp.apps.values()) + 1
    made = App(number, str(fields.get("name", "应用")), desk.world.new_id("secret", 43))
    desk.corp.apps[str(number)] = made
    return asdict(made)


async def archive(desk: Desk, fields: Fields) -> Any:
    """Switch the conversation archive on, or change who is archived and whether its licence holds."""
    asked = ArchiveChange.model_validate(fields)
    made = App(ARCHIVE_AGENT, "会话内容存档", desk.world.new_id("secret", 43), is_archive=True)
    found = desk.corp.apps.setdefault(str(ARCHIVE_AGENT), made)
    found.is_callable_for_customers = False
    found.is_licensed = asked.is_licensed
    found.archived_userids = asked.userids
    if asked.trusted_ips is not None:
        found.trusted_ips = asked.trusted_ips
    for version, pem in asked.public_keys.items():
        if not isinstance(load_pem_public_key(pem.encode()), RSAPublicKey):
            raise Impossible("the archive's keys are RSA keys")
        desk.corp.archive_keys[version] = pem
    return asdict(found)


async def another_corp(desk: Desk, fields: Fields) -> Any:
    """Make another company, which has an app."""
    corp = Corp(desk.world.new_id("ww", 18), str(fields.get("name", "另一家公司")))
    app = App(1_000_002, "应用", desk.world.new_id("secret", 43))
    corp.apps[str(app.agent_id)] = app
    desk.world.corps[corp.corp_id] = corp
    return {"corp_id": corp.corp_id, "app": asdict(app)}


async def callback(desk: Desk, fields: Fields) -> Any:
    """Set where events go, if the address proves that it can decrypt."""
    asked = NewCallback.model_validate(fields)
    found = _app(desk.corp, asked.agent_id)
    wanted = Callback(asked.url, asked.token, asked.aes_key)
    problem = await desk.courier.verify(desk.corp, wanted)
    if not problem:
        found.callback = wanted
    return {"is_verified": not problem, "problem": problem}


async def check_page(desk: Desk, fields: Fields) -> Any:
    """Tell whether a page is rightly signed for ``wx.config`` or ``wx.agentConfig``, as the client would."""
    corp_id, app = desk.corp.corp_id, _app(desk.corp, None)
    signed = {name: str(fields[name]) for name in ("noncestr", "timestamp", "url", "signature")}
    return {
        "config": is_page_signed(desk.world, signed, corp_id),
        "agent_config": is_page_signed(desk.world, signed, f"{corp_id}-{app.agent_id}"),
    }


async def robots(desk: Desk, fields: Fields) -> Any:
    """Make a group robot, or change the state of one: works, disabled, removed, out of group."""
    key = str(fields.get("key") or desk.world.new_id("robot", 36))
    robot = desk.corp.robots.get(key) or Robot(key, str(fields.get("name", "机器人")))
    desk.corp.robots[key] = replace(robot, state=str(fields.get("state", robot.state)))
    return {"key": key}


async def whole_truth(desk: Desk, fields: Fields) -> Any:
    """Tell everything."""
    return truth(desk.world, desk.corp)


async def delivered(desk: Desk, fields: Fields) -> Any:
    """Tell what became of the events."""
    return callbacks(desk.world.counters, desk.courier.under_way)


async def key(desk: Desk, fields: Fields) -> Any:
    """Tell what a client needs: corp, app, secret."""
    found = _app(desk.corp, None)
    return {"corp_id": desk.corp.corp_id, "agent_id": found.agent_id, "secret": found.secret}


Room = Callable[[Desk, Fields], Awaitable[Any]]
WRITES: dict[str, Room] = {
    "people/{what}": act,
    "company": company,
    "clock": clock,
    "weather": change_weather,
    "settings": change_settings,
    "tokens/revoke": revoke,
    "app": change_app,
    "apps": another_app,
    "archive": archive,
    "corps": another_corp,
    "app/callback": callback,
    "robots": robots,
    "page": check_page,
}
READS: dict[str, Room] = {"truth": whole_truth, "callbacks": delivered, "key": key}


def corp_asked(world: World, request: web.Request) -> Corp:
    """Return the company that is meant: the first, unless the address names another."""
    wanted = request.query.get("corp") or next(iter(world.corps))
    if wanted not in world.corps:
        raise Impossible(f"there is no company {wanted}")
    return world.corps[wanted]


def add_routes(application: web.Application, world: World, courier: Courier) -> None:
    """Put the control API below ``/_sandbox/``."""
    for path, room in WRITES.items():
        application.router.add_post(f"/_sandbox/{path}", _in_json(world, courier, room))
    for path, room in READS.items():
        application.router.add_get(f"/_sandbox/{path}", _in_json(world, courier, room))


def _in_json(
    world: World, courier: Courier, room: Room
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Read fields, write an answer; what cannot be done is HTTP 400 with the reason."""

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            fields = json.loads(await request.read() or b"{}")
            corp = corp_asked(world, request)
            desk = Desk(world, courier, corp, request.match_info.get("what", ""))
            told = await room(desk, fields)
        except (Impossible, ValidationError, ValueError, KeyError, TypeError) as trouble:
            return web.json_response({"error": str(trouble)}, status=400)
        return web.json_response(told, dumps=lambda found: json.dumps(found, ensure_ascii=False))

    return answer
