"""
Who came by a log-in code, and tickets for pages in the client.

Source: pages 91023 (getuserinfo), 90506 (jsapi tickets and their limits), 90313 (40029).
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Literal

from qunlian.sandboxes.wecom.errors import Refused
from qunlian.sandboxes.wecom.gate import Answer, Caller, call
from qunlian.sandboxes.wecom.requests import Query, Text
from qunlian.sandboxes.wecom.state import World

CODE_SECONDS = 300
TICKET_SECONDS = 7200
HOUR = 3600
CORP_TICKETS_PER_HOUR, APP_TICKETS_PER_HOUR = 400, 100


class ByCode(Query):
    code: Text


class AppTicket(Query):
    type: Literal["agent_config"]


class Nothing(Query):
    pass


def _who(caller: Caller, ask: ByCode) -> dict[str, str]:
    """Use a code up; 40029 when it was used, is over five minutes old or another app's."""
    found = caller.world.codes.get(ask.code)
    app = (caller.corp.corp_id, caller.app.agent_id)
    if found is None or found.is_used or (found.corp_id, found.agent_id) != app:
        raise Refused(40029)
    if caller.now > found.created_at + CODE_SECONDS:
        raise Refused(40029)
    found.is_used = True
    member = caller.corp.staff.get(found.person)
    if member is None or not member.is_here:
        customer = caller.corp.customers.get(found.person)
        told = {"openid": customer.openid if customer else found.person}
        return told | ({"external_userid": found.person} if customer else {})
    told = {"userid": found.person}
    return told | ({"user_ticket": caller.world.new_id("ut")} if found.is_private else {})


@call("auth/getuserinfo", ByCode)
def who_logs_in(caller: Caller, ask: ByCode) -> Answer:
    return {**_who(caller, ask)}


@call("user/getuserinfo", ByCode)
def who_logs_in_old(caller: Caller, ask: ByCode) -> Answer:
    """Answer the older call, which writes its names with capitals."""
    names = {"userid": "UserId", "openid": "OpenId"}
    return {names.get(name, name): value for name, value in _who(caller, ask).items()}


def is_page_signed(world: World, signed: Mapping[str, str], whose: str) -> bool:
    """
    Check a page's signature for the JS-SDK, as the client does: SHA-1 over ticket, nonce, time and address.

    Source: page 90506. The address is that of the page, without what stands behind ``#``.
    """
    period = int(world.now()) // TICKET_SECONDS
    text = (
        f"jsapi_ticket={ticket(whose, period)}&noncestr={signed['noncestr']}"
        f"&timestamp={signed['timestamp']}&url={signed['url'].partition('#')[0]}"
    )
    made = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
    return hmac.compare_digest(made, signed["signature"])


def _ticket(caller: Caller, what: str, limit: int) -> Answer:
    """Return the ticket of these two hours; asking too often is 45009."""
    if not caller.limits.count(what, "tickets", HOUR, limit):
        raise Refused(45009)
    period, since = divmod(int(caller.now), TICKET_SECONDS)
    return {"ticket": ticket(what, period), "expires_in": TICKET_SECONDS - since}


def ticket(what: str, period: int) -> str:
    """Name the ticket of a corp or app in a period of two hours."""
    return f"sandbox-ticket-{what}-{period}"


@call("get_jsapi_ticket", Nothing)
def corp_ticket(caller: Caller, ask: Nothing) -> Answer:
    return _ticket(caller, caller.corp.corp_id, CORP_TICKETS_PER_HOUR)


@call("ticket/get", AppTicket)
def app_ticket(caller: Caller, ask: AppTicket) -> Answer:
    app = f"{caller.corp.corp_id}-{caller.app.agent_id}"
    return _ticket(caller, app, APP_TICKETS_PER_HOUR)
