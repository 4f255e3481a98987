"""Words that staff cannot send to customers (敏感词). Source: page 95130 (2024-03-07); WxJava issue 2993."""

from typing import Annotated, Any

from pydantic import Field

from qunlian.sandboxes.wecom.errors import Refused
from qunlian.sandboxes.wecom.gate import Answer, Caller, call
from qunlian.sandboxes.wecom.records import InterceptRule
from qunlian.sandboxes.wecom.requests import Body, Query, Text, at_most

MOST_RULES = 100
MOST_WORDS = 300
Name = Annotated[Text, at_most(20)]
Words = Annotated[list[Annotated[Text, at_most(32)]], at_most(MOST_WORDS, 41068)]
Semantics = list[Annotated[int, Field(ge=1, le=3)]]
Kind = Annotated[int, Field(ge=1, le=2)]


class Range(Body):
    user_list: Annotated[list[str], at_most(1000)] = []
    department_list: Annotated[list[int], at_most(1000)] = []


class NewRule(Body):
    rule_name: Name
    word_list: Words
    semantics_list: Semantics = []
    intercept_type: Kind
    applicable_range: Range


class ExtraRule(Body):
    semantics_list: Semantics = []


class EditRule(Body):
    rule_id: Text
    rule_name: Name | None = None
    word_list: Words | None = None
    extra_rule: ExtraRule | None = None
    intercept_type: Kind | None = None
    add_applicable_range: Range | None = None
    remove_applicable_range: Range | None = None


class OneRule(Body):
    rule_id: Text


class AllRules(Query):
    pass


def _rule(caller: Caller, rule_id: str) -> InterceptRule:
    found = caller.corp.intercept_rules.get(rule_id)
    if found is None:
        raise Refused(41070, rule_id)
    return found


def _own(caller: Caller, rule_id: str) -> InterceptRule:
    """Find a rule of this app: an app may change only what it made itself."""
    found = _rule(caller, rule_id)
    if found.agent_id != caller.app.agent_id:
        raise Refused(84074, rule_id)
    return found


def _check_range(caller: Caller, wanted: Range) -> None:
    for userid in wanted.user_list:
        caller.member(userid)
    if not set(wanted.department_list) <= set(caller.corp.departments):
        raise Refused(60003)


@call("externalcontact/add_intercept_rule", NewRule)
def add_rule(caller: Caller, ask: NewRule) -> Answer:
    if not ask.word_list:
        raise Refused(40063, "word_list")
    if not ask.applicable_range.user_list and not ask.applicable_range.department_list:
        raise Refused(40063, "applicable_range")
    _check_range(caller, ask.applicable_range)
    if ask.rule_name in {one.name for one in caller.corp.intercept_rules.values()}:
        raise Refused(41077, ask.rule_name)
    if len(caller.corp.intercept_rules) >= MOST_RULES:
        raise Refused(41069)
    made = InterceptRule(
        rule_id=caller.world.new_id("ir"),
        agent_id=caller.app.agent_id,
        name=ask.rule_name,
        words=ask.word_list,
        semantics=ask.semantics_list,
        intercept_type=ask.intercept_type,
        userids=ask.applicable_range.user_list,
        departments=ask.applicable_range.department_list,
        created_at=caller.now,
    )
    caller.corp.intercept_rules[made.rule_id] = made
    return {"rule_id": made.rule_id}


@call("externalcontact/get_intercept_rule_list", AllRules)
def list_rules(caller: Caller, ask: AllRules) -> Answer:
    return {
        "rule_list": [
            {"rule_id": one.rule_id, "rule_name": one.name, "create_time": int(one.created_at)}
            for one in caller.corp.intercept_rules.values()
        ]
    }


@call("externalcontact/get_intercept_rule", OneRule)
def get_rule(caller: Caller, ask: OneRule) -> Answer:
    one = _rule(caller, ask.rule_id)
    told: dict[str, Any] = {
        "rule_id": one.rule_id,
        "rule_name": one.name,
        "word_list": one.words,
        "extra_rule": {"semantics_list": one.semantics},
        "intercept_type": one.intercept_type,
        "applicable_range": {"user_list": one.userids, "department_list": one.departments},
    }
    return {"rule": told}


@call("externalcontact/update_intercept_rule", EditRule)
def edit_rule(caller: Caller, ask: EditRule) -> Answer:
    """Change what is given; the range grows and shrinks by two lists of its own."""
    one = _own(caller, ask.rule_id)
    added, removed = ask.add_applicable_range or Range(), ask.remove_applicable_range or Range()
    _check_range(caller, added)
    one.name = ask.rule_name or one.name
    one.words = ask.word_list or one.words
    one.intercept_type = ask.intercept_type or one.intercept_type
    one.semantics = ask.extra_rule.semantics_list if ask.extra_rule else one.semantics
    one.userids = [u for u in [*one.userids, *added.user_list] if u not in removed.user_list]
    one.departments = [
        d for d in [*one.departments, *added.department_list] if d not in removed.department_list
    ]
    return {}


@call("externalcontact/del_intercept_rule", OneRule)
def delete_rule(caller: Caller, ask: OneRule) -> Answer:
    del caller.corp.intercept_rules[_own(caller, ask.rule_id).rule_id]
    return {}
