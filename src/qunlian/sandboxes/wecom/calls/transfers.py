"""
Groups and customers to another staff member.

Source: pages 92127, 96334 (a leaver's groups), 95703 (groups on the job), 92125 and 94088 (customers on the
job), 94081 and 94082 (a leaver's customers), 92124 (who waits). Each refusal of a group stands in
``failed_chat_list``; the outer ``errcode`` stays 0.
"""

from collections.abc import Callable
from typing import Annotated, Any

from qunlian.sandboxes.wecom.calls.group_statistics import midnight
from qunlian.sandboxes.wecom.calls.groups import hand_to, settle
from qunlian.sandboxes.wecom.errors import TEXTS, Refused
from qunlian.sandboxes.wecom.gate import Answer, Caller, call
from qunlian.sandboxes.wecom.paging import page
from qunlian.sandboxes.wecom.records import DAY, Group, Relation, Staff, Transfer
from qunlian.sandboxes.wecom.requests import (
    Body,
    Cursor,
    Texts,
    UserId,
    at_most,
    longest_bytes,
    rows_up_to,
)

#: Source: pages 92127 and 95703
GROUPS_PER_DAY = 300
#: Source: pages 95703 and 92125
PERIOD, TRANSFERS_PER_PERIOD = 90 * DAY, 2
#: no code is written for it; this is a guess
TOO_MANY_GROUPS = 45009
DONE, WAITING = 1, 2


class TransferGroups(Body):
    chat_id_list: Annotated[Texts, at_most(100)]
    new_owner: UserId


class TransferCustomers(Body):
    handover_userid: UserId
    takeover_userid: UserId
    external_userid: Annotated[Texts, at_most(100)]


class TransferCustomersOnJob(TransferCustomers):
    transfer_success_msg: Annotated[str, longest_bytes(600)] | None = None


class TransferResults(Body):
    handover_userid: UserId
    takeover_userid: UserId
    cursor: Cursor = None


class Unassigned(Body):
    page_id: int | None = None
    page_size: Annotated[int, rows_up_to(1000, 1000, beyond="refused")] = 1000
    cursor: Cursor = None


def _taker(caller: Caller, userid: str) -> Staff:
    """Find who takes over: here, with customer contact, real-named (40098)."""
    taker = caller.follower(userid)
    if not taker.is_real_named:
        raise Refused(40098, userid)
    return taker


def _group(caller: Caller, chat_id: str) -> Group:
    group = caller.corp.groups.get(chat_id)
    if group is None or group.dismissed_at is not None:
        raise Refused(90501)
    if not caller.corp.sees(caller.app, group.owner):
        raise Refused(50002)
    settle(group, caller.now)
    return group


def _inherit(caller: Caller, chat_id: str, taker: str) -> None:
    """Hand a leaver's group over; it stays "being inherited" as long as the settings say."""
    group = _group(caller, chat_id)
    if group.heir:
        raise Refused(90507)
    if caller.corp.staff[group.owner].is_here:
        raise Refused(90508 if group.inherited_at else 90500)
    _take_quota(caller, taker)
    group.heir = taker
    group.inherited_at = caller.now + caller.world.settings.group_inherit_seconds
    settle(group, caller.now)


def _pass_on(caller: Caller, chat_id: str, taker: str) -> None:
    """Hand a group over on the job: twice in 90 days."""
    group = _group(caller, chat_id)
    if not caller.corp.staff[group.owner].is_here:
        raise Refused(90502)
    if group.owner == taker:
        raise Refused(90504)
    lately = [at for at in group.transfers if at > caller.now - PERIOD]
    if len(lately) >= TRANSFERS_PER_PERIOD:
        raise Refused(40128)
    _take_quota(caller, taker)
    group.transfers = [*lately, caller.now]
    hand_to(group, taker, caller.now)


def _take_quota(caller: Caller, taker: str) -> None:
    name = f"groups to {caller.corp.corp_id}/{taker} on {midnight(caller.now)}"
    if caller.world.counters.get(name, 0) >= GROUPS_PER_DAY:
        raise Refused(TOO_MANY_GROUPS)
    caller.world.count(name)


def _each(
    caller: Caller, ask: TransferGroups, hand_over: Callable[[Caller, str, str], None]
) -> Answer:
    taker = _taker(caller, ask.new_owner).userid
    failed: list[dict[str, Any]] = []
    for chat_id in ask.chat_id_list:
        try:
            hand_over(caller, chat_id, taker)
        except Refused as refusal:
            text = TEXTS[refusal.code]
            failed.append({"chat_id": chat_id, "errcode": refusal.code, "errmsg": text})
    return {"failed_chat_list": failed}


@call("externalcontact/groupchat/transfer", TransferGroups)
def inherit_groups(caller: Caller, ask: TransferGroups) -> Answer:
    return _each(caller, ask, _inherit)


@call("externalcontact/groupchat/onjob_transfer", TransferGroups)
def pass_on_groups(caller: Caller, ask: TransferGroups) -> Answer:
    return _each(caller, ask, _pass_on)


def settle_customers(caller: Caller) -> None:
    """Let customers move over whose time has come."""
    corp, wait = caller.corp, caller.world.settings.customer_transfer_seconds
    for transfer in corp.transfers:
        if transfer.status != WAITING or caller.now < transfer.begun_at + wait:
            continue
        old = corp.relation(transfer.handover, transfer.external_userid)
        transfer.status = DONE
        moved = Relation(transfer.takeover, transfer.external_userid, caller.now, add_way=202)
        if old:
            old.ended_by = "staff"
            moved.remark, moved.remark_mobiles = old.remark, old.remark_mobiles
            moved.tag_ids, moved.transfers = old.tag_ids, [*old.transfers, caller.now]
        corp.relate(moved)


def _begin(caller: Caller, ask: TransferCustomers, external_userid: str, *, resigned: bool) -> int:
    """Begin to move one customer; return its own ``errcode``."""
    relation = caller.corp.relation(ask.handover_userid, external_userid)
    if external_userid not in caller.corp.customers:
        return 40096
    if relation is None or relation.ended_by == "staff":
        return 40131
    if any(
        t.external_userid == external_userid and t.status == WAITING for t in caller.corp.transfers
    ):
        return 40129
    lately = [at for at in relation.transfers if at > caller.now - PERIOD]
    if not resigned and len(lately) >= TRANSFERS_PER_PERIOD:
        return 40128
    caller.corp.transfers.append(
        Transfer(ask.handover_userid, ask.takeover_userid, external_userid, caller.now, resigned)
    )
    return 0


def _transfer(caller: Caller, ask: TransferCustomers, *, resigned: bool) -> Answer:
    settle_customers(caller)
    giver = caller.corp.staff.get(ask.handover_userid)
    if giver is None:
        raise Refused(60111, ask.handover_userid)
    if resigned and giver.is_here:
        raise Refused(40097)
    if not resigned:
        caller.follower(ask.handover_userid)
    if ask.handover_userid == ask.takeover_userid:
        raise Refused(40130)
    _taker(caller, ask.takeover_userid)
    told = [
        {"external_userid": one, "errcode": _begin(caller, ask, one, resigned=resigned)}
        for one in ask.external_userid
    ]
    return {"customer": told}


@call("externalcontact/transfer_customer", TransferCustomersOnJob)
def pass_on_customers(caller: Caller, ask: TransferCustomersOnJob) -> Answer:
    return _transfer(caller, ask, resigned=False)


@call("externalcontact/resigned/transfer_customer", TransferCustomers)
def inherit_customers(caller: Caller, ask: TransferCustomers) -> Answer:
    return _transfer(caller, ask, resigned=True)


def _results(caller: Caller, ask: TransferResults, *, resigned: bool) -> Answer:
    settle_customers(caller)
    wait = caller.world.settings.customer_transfer_seconds
    found = [
        one
        for one in caller.corp.transfers
        if (one.handover, one.takeover) == (ask.handover_userid, ask.takeover_userid)
        and one.is_resigned == resigned
    ]
    rows, behind = page(
        found, ask.cursor, 1000, key=lambda one: one.external_userid, is_odd=caller.is_page_odd
    )
    told = [
        {
            "external_userid": one.external_userid,
            "status": one.status,
            "takeover_time": int(one.begun_at + wait),
        }
        for one in rows
    ]
    return {"customer": told, "next_cursor": behind}


@call("externalcontact/transfer_result", TransferResults)
def passed_on_customers(caller: Caller, ask: TransferResults) -> Answer:
    return _results(caller, ask, resigned=False)


@call("externalcontact/resigned/transfer_result", TransferResults)
def inherited_customers(caller: Caller, ask: TransferResults) -> Answer:
    return _results(caller, ask, resigned=True)


@call("externalcontact/get_unassigned_list", Unassigned)
def list_unassigned(caller: Caller, ask: Unassigned) -> Answer:
    """List the customers of leavers, who have only customers here: their groups do not show (page 92124)."""
    settle_customers(caller)
    under_way = {t.external_userid for t in caller.corp.transfers if t.status in (DONE, WAITING)}
    found = [
        {
            "handover_userid": one.userid,
            "external_userid": relation.external_userid,
            "dimission_time": int(one.left_at),
        }
        for one in caller.corp.staff.values()
        if one.left_at is not None and caller.corp.sees(caller.app, one.userid)
        for relation in caller.corp.contacts(one.userid)
        if relation.external_userid not in under_way
    ]
    rows, behind = page(
        found,
        ask.cursor,
        ask.page_size,
        key=lambda row: f"{row['handover_userid']}/{row['external_userid']}",
        is_odd=caller.is_page_odd,
    )
    return {"info": rows, "is_last": not behind, "next_cursor": behind}
