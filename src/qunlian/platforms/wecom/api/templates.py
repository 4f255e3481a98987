"""
Welcome templates for groups (入群欢迎语) and rules that intercept words of our own staff (敏感词).

Source: documents 96357 (welcome) and 95130 (2024-03-07, words); WxJava issue 2993 (``extra_rule``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qunlian.platforms.wecom.api.reading import number, objects, part, text, texts
from qunlian.platforms.wecom.client import Api, Client

WELCOME_BYTES = 3_000
WORDS = 300

ADD_WELCOME = Api(path="externalcontact/group_welcome_template/add", is_repeatable=False)
EDIT_WELCOME = Api(path="externalcontact/group_welcome_template/edit")
GET_WELCOME = Api(path="externalcontact/group_welcome_template/get")
DELETE_WELCOME = Api(path="externalcontact/group_welcome_template/del")
ADD_RULE = Api(path="externalcontact/add_intercept_rule", is_repeatable=False)
LIST_RULES = Api(path="externalcontact/get_intercept_rule_list", is_get=True)
GET_RULE = Api(path="externalcontact/get_intercept_rule")
UPDATE_RULE = Api(path="externalcontact/update_intercept_rule")
DELETE_RULE = Api(path="externalcontact/del_intercept_rule")


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome:
    """What newcomers are greeted with; ``%NICKNAME%`` stands for their names. One attachment at most."""

    content: str
    attachment: Mapping[str, Any] | None = None
    notifies_owners: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Words our staff may not send. ``semantics``: 1 telephone, 2 e-mail, 3 red packet."""

    name: str
    words: tuple[str, ...]
    semantics: tuple[int, ...] = ()
    blocks: bool = False
    staff: tuple[str, ...] = ()
    departments: tuple[int, ...] = ()


async def add_welcome(client: Client, welcome: Welcome) -> str:
    """Make a template; its id is chosen for a group by the owner, on the phone."""
    body = _welcome(welcome) | {"notify": int(welcome.notifies_owners)}
    return text(await client.call(ADD_WELCOME, body), "template_id")


async def edit_welcome(client: Client, template_id: str, welcome: Welcome) -> None:
    """Change a template that this app made."""
    await client.call(EDIT_WELCOME, {"template_id": template_id, **_welcome(welcome)})


async def get_welcome(client: Client, template_id: str) -> Welcome:
    """Read a template."""
    answer = await client.call(GET_WELCOME, {"template_id": template_id})
    shown = next(
        (
            {"msgtype": kind, kind: dict(part(answer, kind))}
            for kind in ("image", "link", "miniprogram", "file", "video")
            if part(answer, kind)
        ),
        None,
    )
    return Welcome(content=text(part(answer, "text"), "content"), attachment=shown)


async def delete_welcome(client: Client, template_id: str) -> None:
    """Delete a template."""
    await client.call(DELETE_WELCOME, {"template_id": template_id})


async def add_rule(client: Client, rule: Rule) -> str:
    """Make a rule; return its id."""
    body: dict[str, Any] = {
        "rule_name": rule.name[:20],
        "word_list": list(rule.words[:WORDS]),
        "intercept_type": 1 if rule.blocks else 2,
        "applicable_range": _range(rule),
    }
    if rule.semantics:
        body["semantics_list"] = list(rule.semantics)
    return text(await client.call(ADD_RULE, body), "rule_id")


async def rules(client: Client) -> list[tuple[str, str]]:
    """Return (rule_id, name) of all rules."""
    answer = await client.call(LIST_RULES)
    return [(text(row, "rule_id"), text(row, "rule_name")) for row in objects(answer, "rule_list")]


async def get_rule(client: Client, rule_id: str) -> Rule:
    """Read a rule."""
    rule = part(await client.call(GET_RULE, {"rule_id": rule_id}), "rule")
    within = part(rule, "applicable_range")
    return Rule(
        name=text(rule, "rule_name"),
        words=texts(rule, "word_list"),
        semantics=tuple(int(one) for one in texts(part(rule, "extra_rule"), "semantics_list")),
        blocks=number(rule, "intercept_type") == 1,
        staff=texts(within, "user_list"),
        departments=tuple(int(one) for one in texts(within, "department_list")),
    )


async def update_rule(client: Client, rule_id: str, rule: Rule) -> None:
    """Change name, words and what they do."""
    await client.call(
        UPDATE_RULE,
        {
            "rule_id": rule_id,
            "rule_name": rule.name[:20],
            "word_list": list(rule.words[:WORDS]),
            "extra_rule": {"semantics_list": list(rule.semantics)},
            "intercept_type": 1 if rule.blocks else 2,
        },
    )


async def delete_rule(client: Client, rule_id: str) -> None:
    """Delete a rule that this app made."""
    await client.call(DELETE_RULE, {"rule_id": rule_id})


def _welcome(welcome: Welcome) -> dict[str, Any]:
    body: dict[str, Any] = {}
    if welcome.content:
        body["text"] = {"content": welcome.content}
    if welcome.attachment:
        kind = str(welcome.attachment["msgtype"])
        body[kind] = welcome.attachment[kind]
    return body


def _range(rule: Rule) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if rule.staff:
        found["user_list"] = list(rule.staff)
    if rule.departments:
        found["department_list"] = list(rule.departments)
    return found
