"""
What every call passes on its way in: token, address, limits, rights, fields.

``@call(path, Model)`` makes a function a call: the model says how its fields are read, ``Body`` a POST and
``Query`` a GET. The function gets the caller and the fields, and answers or raises ``Refused``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel

from qunlian.sandboxes.wecom.errors import Refused
from qunlian.sandboxes.wecom.limits import Limits
from qunlian.sandboxes.wecom.records import App, Group, Relation, Staff
from qunlian.sandboxes.wecom.requests import Body, FileQuery, read
from qunlian.sandboxes.wecom.state import Corp, World
from qunlian.sandboxes.wecom.tokens import who_calls

#: Source: page 90313, 45009
DEBUG_PER_MINUTE = 5
Answer = dict[str, Any]
Ask = TypeVar("Ask", bound=BaseModel)


@dataclass(frozen=True)
class Request:
    """One HTTP request, without the HTTP."""

    api: str
    method: str
    query: Mapping[str, str]
    body: bytes
    ip: str
    base_url: str
    #: an uploaded file: name and content
    upload: tuple[str, bytes] | None = None


@dataclass(frozen=True)
class Caller:
    """Who asks, in which world, and what the weather does to his pages."""

    world: World
    corp: Corp
    app: App
    request: Request
    limits: Limits
    now: float
    is_page_odd: bool

    def member(self, userid: str) -> Staff:
        """Find a staff member; 60111 unknown or gone, 60011 out of the app's range (page 90313)."""
        found = self.corp.staff.get(userid)
        if found is None or not found.is_here:
            raise Refused(60111, f"userid {userid}")
        if not self.corp.sees(self.app, userid):
            raise Refused(60011, f"userid {userid}")
        return found

    def follower(self, userid: str) -> Staff:
        """Find a staff member with customer contact; 84084 without (page 90313)."""
        found = self.member(userid)
        if not found.has_customer_contact:
            raise Refused(84084, f"userid {userid}")
        return found

    def relation(self, userid: str, external_userid: str) -> Relation:
        """
        Find a contact of a staff member, or refuse with 40096 or 84061.

        A customer who deleted the member can still be called by; one whom the member deleted cannot.
        Source: page 90313, 84061.
        """
        self.follower(userid)
        if external_userid not in self.corp.customers:
            raise Refused(40096, external_userid)
        found = self.corp.relation(userid, external_userid)
        if found is None or found.ended_by == "staff":
            raise Refused(84061, external_userid)
        return found

    def group(self, chat_id: str) -> Group:
        """Find a customer group whose owner the app sees; 40050 and 49008 otherwise (page 90313)."""
        found = self.corp.groups.get(chat_id)
        if found is None or not self.corp.sees(self.app, found.owner):
            raise Refused(40050, chat_id)
        if found.dismissed_at is not None:
            raise Refused(49008, chat_id)
        return found


@dataclass(frozen=True)
class Call:
    """One API: its path below ``/cgi-bin/``, its fields, and who carries it out."""

    path: str
    model: type[BaseModel]
    run: Callable[[Caller, Any], Answer]

    @property
    def method(self) -> str:
        """Return POST where the request has a body: a JSON object or a file."""
        return "POST" if issubclass(self.model, Body | FileQuery) else "GET"

    @property
    def is_about_customers(self) -> bool:
        """Say whether the app must be named as callable for customer contact. Source: page 96361."""
        return self.path.startswith("externalcontact/")


CALLS: dict[str, Call] = {}


def call(
    path: str, model: type[Ask]
) -> Callable[[Callable[[Caller, Ask], Answer]], Callable[[Caller, Ask], Answer]]:
    """Make a function the call behind a path."""

    def register(run: Callable[[Caller, Ask], Answer]) -> Callable[[Caller, Ask], Answer]:
        CALLS[path] = Call(path, model, run)
        return run

    return register


def admit(world: World, limits: Limits, request: Request) -> tuple[Call, Corp, App]:
    """Let a request through to its call, or refuse it."""
    found = CALLS[request.api]
    corp, app = who_calls(world, request.query.get("access_token", ""))
    if request.ip not in app.trusted_ips:
        raise Refused(60020)
    limits.take(corp.corp_id, request.ip, request.api)
    if request.query.get("debug") and not limits.count(corp.corp_id, "debug", 60, DEBUG_PER_MINUTE):
        raise Refused(45009, "debug=1")
    if found.is_about_customers and not app.is_callable_for_customers:
        raise Refused(48002)
    if found.method == "GET" and request.method != "GET":
        raise Refused(43001)
    return found, corp, app


def carry_out(found: Call, caller: Caller) -> Answer:
    """Read the fields and make the call: one step that nothing interrupts."""
    query = {n: v for n, v in caller.request.query.items() if n not in ("access_token", "debug")}
    ask = read(
        found.model,
        query,
        caller.request.body,
        refuses_unknown=caller.world.settings.refuses_unknown_fields,
    )
    return {"errcode": 0, "errmsg": "ok", **found.run(caller, ask)}
