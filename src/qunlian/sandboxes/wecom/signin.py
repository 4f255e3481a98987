"""
Where people say who they are: the pages that send a browser back with a code.

Source: pages 91022 (authorize in the client) and 98152 (QR code in a browser): ``redirect_uri`` lies on the
app's trusted domain, and comes back with ``code`` and ``state``. Who "scans" is chosen on the page; tests
name him by ``sandbox_person``.
"""

from urllib.parse import parse_qsl, urlencode, urlsplit

from aiohttp import web

from qunlian.sandboxes.wecom import pages
from qunlian.sandboxes.wecom.errors import Refused
from qunlian.sandboxes.wecom.records import App
from qunlian.sandboxes.wecom.state import Code, Corp, World

ANY = "*"
MOST_SHOWN = 50
IN_CLIENT = "/connect/oauth2/authorize"
#: By which name a customer is looked for on the page; no field of the vendor's.
WANTED = "sandbox_name"


def add_routes(application: web.Application, world: World) -> None:
    """Put both pages where the vendor has them."""

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return _answer(world, request)
        except Refused as refusal:
            return pages.page("登录失败", told=str(refusal.answer()["errmsg"]))

    application.router.add_get(IN_CLIENT, answer)
    application.router.add_get("/wwlogin/sso/login", answer)


def _answer(world: World, request: web.Request) -> web.StreamResponse:
    query = request.query
    corp = world.corps.get(query.get("appid", ""))
    if corp is None:
        raise Refused(40013)
    app = _app(corp, query.get("agentid", ""))
    target = query.get("redirect_uri", "")
    if not _is_trusted(app, target):
        raise Refused(50001)
    person = query.get("sandbox_person", "")
    if person not in corp.staff and person not in corp.customers:
        return _choose(corp, request)
    code = Code(
        corp.corp_id,
        app.agent_id,
        person,
        query.get("scope") == "snsapi_privateinfo",
        world.now(),
    )
    value = world.new_id("code", 43)
    world.codes[value] = code
    raise web.HTTPFound(_with(target, code=value, state=query.get("state", "")))


def _app(corp: Corp, agent_id: str) -> App:
    """Find the app; only ``snsapi_base`` in the client goes without an agent id."""
    found = corp.app(int(agent_id)) if agent_id.isdigit() else None
    if agent_id and found is None:
        raise Refused(40056)
    return found or next(iter(corp.apps.values()))


def _is_trusted(app: App, address: str) -> bool:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return False
    return app.trusted_domain in (ANY, parts.hostname, parts.netloc)


def _with(address: str, **added: str) -> str:
    parts = urlsplit(address)
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), *added.items()])
    return parts._replace(query=query).geturl()


def _choose(corp: Corp, request: web.Request) -> web.Response:
    """Ask whose phone it is: in the client also a customer's, who may be looked for by name."""
    wanted = request.query.get(WANTED, "")
    names = {member.userid: member.name for member in corp.staff.values() if member.is_here}
    drawn = [pages.phone(corp.name, *_people(request, names))]
    if request.path == IN_CLIENT:
        others = {one.external_userid: one.name for one in corp.customers.values()}
        found = {person: name for person, name in others.items() if wanted in name}
        search = pages.search(WANTED, "昵称", "查找", dict(request.query))
        drawn.append(pages.phone("客户", search, *_people(request, found)))
    return pages.page("谁的手机？", pages.phones(drawn))


def _people(request: web.Request, names: dict[str, str]) -> list[str]:
    here = str(request.rel_url)
    return [
        pages.card(name, pages.link(name, _with(here, sandbox_person=person)), pages.quiet(person))
        for person, name in list(names.items())[:MOST_SHOWN]
    ]
