"""
Customers of the staff. Source: pages 92570 (who has customer contact), 92113 (list), 92114 (get),
92994 (get_by_user), 92115 (remark), 92137 (welcome message).
"""

from typing import Annotated, Any

from qunlian.sandboxes.wecom.calls.attachments import Attachments, MessageText, check_attachments
from qunlian.sandboxes.wecom.errors import Refused
from qunlian.sandboxes.wecom.gate import Answer, Caller, call
from qunlian.sandboxes.wecom.paging import page
from qunlian.sandboxes.wecom.records import Customer, Relation
from qunlian.sandboxes.wecom.requests import (
    Body,
    Cursor,
    Query,
    Text,
    Texts,
    UserId,
    at_most,
    rows_up_to,
)

FOLLOWERS_PER_PAGE = 500


class Nothing(Query):
    pass


class OfMember(Query):
    userid: Text


class OneCustomer(Query):
    external_userid: Text
    cursor: Cursor = None


class OfMembers(Body):
    userid_list: Annotated[Texts, at_most(100)]
    cursor: Cursor = None
    limit: Annotated[int, rows_up_to(50, 100, beyond="clamped")] = 50


class Remark(Body):
    userid: UserId
    external_userid: Text
    remark: Annotated[str, at_most(20)] | None = None
    description: Annotated[str, at_most(150)] | None = None
    remark_company: Annotated[str, at_most(20)] | None = None
    remark_mobiles: list[str] | None = None
    remark_pic_mediaid: str | None = None


class WelcomeMessage(Body):
    welcome_code: Text
    text: MessageText | None = None
    attachments: Attachments = []


@call("externalcontact/get_follow_user_list", Nothing)
def list_followers(caller: Caller, ask: Nothing) -> Answer:
    return {
        "follow_user": [
            one.userid
            for one in caller.corp.staff.values()
            if one.is_here and one.has_customer_contact and caller.corp.sees(caller.app, one.userid)
        ]
    }


@call("externalcontact/list", OfMember)
def list_customers(caller: Caller, ask: OfMember) -> Answer:
    """List a member's customers; 84061 when he has none (page 92113)."""
    caller.follower(ask.userid)
    found = [relation.external_userid for relation in caller.corp.contacts(ask.userid)]
    if not found:
        raise Refused(84061)
    return {"external_userid": found}


def _card(customer: Customer) -> dict[str, Any]:
    card: dict[str, Any] = {
        "external_userid": customer.external_userid,
        "name": customer.name,
        "avatar": "",
        "type": customer.type,
        "gender": customer.gender,
    }
    if customer.type == 2:  # noqa: PLR2004 - a WeCom user shows his company
        card |= {"position": customer.position, "corp_name": customer.corp_name}
        card |= {"corp_full_name": customer.corp_name}
    if customer.unionid:
        card["unionid"] = customer.unionid
    return card


def _follow_info(relation: Relation) -> dict[str, Any]:
    return {
        "userid": relation.userid,
        "remark": relation.remark,
        "description": relation.description,
        "createtime": int(relation.created_at),
        "remark_corp_name": relation.remark_company,
        "remark_mobiles": relation.remark_mobiles,
        "add_way": relation.add_way,
        "oper_userid": relation.userid,
        **({"state": relation.state} if relation.state else {}),
    }


def _named_tags(caller: Caller, relation: Relation) -> list[dict[str, Any]]:
    return [
        {"group_name": group.name, "tag_name": tag.name, "tag_id": tag.id, "type": 1}
        for group in caller.corp.tag_groups.values()
        for tag in group.tags.values()
        if tag.id in relation.tag_ids
    ]


@call("externalcontact/get", OneCustomer)
def get_customer(caller: Caller, ask: OneCustomer) -> Answer:
    """Get a customer with followers whom the app sees; 40096 without any (page 90313)."""
    customer = caller.corp.customers.get(ask.external_userid)
    followers = [
        relation
        for relation in caller.corp.followers(ask.external_userid)
        if caller.corp.sees(caller.app, relation.userid)
        and caller.corp.staff[relation.userid].is_here
    ]
    if customer is None or not followers:
        raise Refused(40096, ask.external_userid)
    rows, behind = page(
        followers, ask.cursor, FOLLOWERS_PER_PAGE, key=lambda one: one.userid, is_odd=False
    )
    told = [{**_follow_info(one), "tags": _named_tags(caller, one)} for one in rows]
    answer: Answer = {"external_contact": _card(customer), "follow_user": told}
    return answer | ({"next_cursor": behind} if behind else {})


@call("externalcontact/batch/get_by_user", OfMembers)
def get_customers(caller: Caller, ask: OfMembers) -> Answer:
    """Get the customers of up to 100 members, tags as ids only (page 92994)."""
    unlicensed = [u for u in ask.userid_list if u not in caller.corp.staff]
    if len(unlicensed) == len(ask.userid_list):
        raise Refused(40003)
    for userid in set(ask.userid_list) - set(unlicensed):
        caller.follower(userid)
    found = [one for userid in ask.userid_list for one in caller.corp.contacts(userid)]
    rows, behind = page(
        found,
        ask.cursor,
        ask.limit,
        key=lambda one: f"{one.userid}/{one.external_userid}",
        is_odd=caller.is_page_odd,
    )
    told = [
        {
            "external_contact": _card(caller.corp.customers[one.external_userid]),
            "follow_info": {**_follow_info(one), "tag_id": one.tag_ids},
        }
        for one in rows
    ]
    answer: Answer = {"external_contact_list": told, "next_cursor": behind}
    return answer | ({"fail_info": {"unlicensed_userid_list": unlicensed}} if unlicensed else {})


@call("externalcontact/remark", Remark)
def remark_customer(caller: Caller, ask: Remark) -> Answer:
    """Note something about a contact; only the fields that are given change (page 92115)."""
    relation = caller.relation(ask.userid, ask.external_userid)
    if ask.remark_company is not None:
        relation.remark_company = ask.remark_company
    if ask.remark is not None:
        relation.remark = ask.remark
    if ask.description is not None:
        relation.description = ask.description
    if ask.remark_mobiles is not None:
        relation.remark_mobiles = [mobile for mobile in ask.remark_mobiles if mobile]
    return {}


@call("externalcontact/send_welcome_msg", WelcomeMessage)
def send_welcome(caller: Caller, ask: WelcomeMessage) -> Answer:
    """Greet a new contact once, within seconds, unless the two talk already (page 92137)."""
    check_attachments(caller, ask.text, ask.attachments)
    welcome = caller.corp.welcomes.get(ask.welcome_code)
    if welcome is None or welcome.is_used:
        raise Refused(41050)
    if caller.now - welcome.created_at > caller.world.settings.welcome_seconds:
        raise Refused(41050, "expired")
    relation = caller.relation(welcome.userid, welcome.external_userid)
    if relation.chatted_at > welcome.created_at:
        raise Refused(41051)
    welcome.is_used = True
    welcome.body = ask.model_dump(exclude={"welcome_code"}, exclude_none=True)
    return {}
