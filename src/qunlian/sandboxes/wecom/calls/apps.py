"""An app's own card, as its administrator set it up. Source: page 90227 (agent/get); page 90313 (301002)."""

from qunlian.sandboxes.wecom.errors import Refused
from qunlian.sandboxes.wecom.gate import Answer, Caller, call
from qunlian.sandboxes.wecom.requests import Query


class OneApp(Query):
    agentid: int


@call("agent/get", OneApp)
def get_app(caller: Caller, ask: OneApp) -> Answer:
    """Show the app that asks; another one is 301002, one that isn't there 40056."""
    app = caller.app
    if ask.agentid != app.agent_id:
        raise Refused(301002 if caller.corp.app(ask.agentid) else 40056)
    return {
        "agentid": app.agent_id,
        "name": app.name,
        "description": "",
        "allow_userinfos": {"user": [{"userid": one} for one in app.visible_userids]},
        "allow_partys": {"partyid": app.visible_departments},
        "allow_tags": {"tagid": []},
        "close": int(app.is_closed),
        "redirect_domain": app.trusted_domain,
        "report_location_flag": 0,
        "isreportenter": 0,
        "home_url": "",
    }
