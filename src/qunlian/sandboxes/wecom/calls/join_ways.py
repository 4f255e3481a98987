"""
Join ways: a QR code into up to five groups. Source: pages 92229 and 99547 (2026-01-05).

A remark beyond 30 characters is cut off; an app finds only the ways it made itself.
"""

from typing import Annotated, Any

from pydantic import Field

from qunlian.sandboxes.wecom.errors import Refused
from qunlian.sandboxes.wecom.gate import Answer, Caller, call
from qunlian.sandboxes.wecom.records import JoinWay
from qunlian.sandboxes.wecom.requests import Body, Flag, Text, Texts, at_most, cut

#: Source: page 92229, shared with contact ways
MOST_WAYS = 500_000
TOO_MANY_WAYS = 41045


class NewWay(Body):
    scene: Annotated[int, Field(ge=1, le=2)]
    remark: Annotated[str, cut(30)] = ""
    auto_create_room: Flag = 1
    room_base_name: Annotated[str, at_most(40)] = ""
    room_base_id: Annotated[int, Field(ge=1)] = 1
    chat_id_list: Annotated[Texts, at_most(5, 41091)]
    state: Annotated[str, at_most(30)] = ""
    mark_source: Flag = 1


class WholeWay(NewWay):
    config_id: Text


class OneWay(Body):
    config_id: Text


def _way(caller: Caller, config_id: str) -> JoinWay:
    found = caller.corp.join_ways.get(config_id)
    if found is None or found.agent_id != caller.app.agent_id:
        raise Refused(41044, config_id)
    return found


def _made(caller: Caller, config_id: str, ask: NewWay) -> JoinWay:
    for chat_id in ask.chat_id_list:
        caller.group(chat_id)
    return JoinWay(
        config_id=config_id,
        agent_id=caller.app.agent_id,
        scene=ask.scene,
        chat_ids=list(ask.chat_id_list),
        remark=ask.remark,
        auto_create_room=bool(ask.auto_create_room),
        room_base_name=ask.room_base_name,
        room_base_id=ask.room_base_id,
        state=ask.state,
        mark_source=bool(ask.mark_source),
    )


@call("externalcontact/groupchat/add_join_way", NewWay)
def add_join_way(caller: Caller, ask: NewWay) -> Answer:
    if len(caller.corp.join_ways) >= MOST_WAYS:
        raise Refused(TOO_MANY_WAYS)
    way = _made(caller, caller.world.new_id("jw"), ask)
    caller.corp.join_ways[way.config_id] = way
    return {"config_id": way.config_id}


@call("externalcontact/groupchat/get_join_way", OneWay)
def get_join_way(caller: Caller, ask: OneWay) -> Answer:
    """Show a way; ``qr_code`` is the address of a picture, as there."""
    way = _way(caller, ask.config_id)
    told: dict[str, Any] = {
        "config_id": way.config_id,
        "scene": way.scene,
        "remark": way.remark,
        "auto_create_room": int(way.auto_create_room),
        "room_base_name": way.room_base_name,
        "room_base_id": way.room_base_id,
        "chat_id_list": way.chat_ids,
        "qr_code": f"{caller.request.base_url}/wwqr/{way.config_id}.png",
        "state": way.state,
        "mark_source": way.mark_source,
    }
    return {"join_way": told}


@call("externalcontact/groupchat/update_join_way", WholeWay)
def update_join_way(caller: Caller, ask: WholeWay) -> Answer:
    """Replace a way as a whole: what is left out is as if it was never set."""
    _way(caller, ask.config_id)
    caller.corp.join_ways[ask.config_id] = _made(caller, ask.config_id, ask)
    return {}


@call("externalcontact/groupchat/del_join_way", OneWay)
def delete_join_way(caller: Caller, ask: OneWay) -> Answer:
    del caller.corp.join_ways[_way(caller, ask.config_id).config_id]
    return {}
