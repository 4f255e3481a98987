"""
What greets newcomers of groups. Source: page 96357 (and 92366, 2023-12-01): a hundred templates, edited
and deleted by the app that made them alone; ``notify`` (usually 1) prompts the members to use one. Nothing
lists them.
"""

from typing import Annotated, Any

from qunlian.sandboxes.wecom.calls.attachments import Image, Link, Medium, Miniprogram, check_body
from qunlian.sandboxes.wecom.errors import Refused
from qunlian.sandboxes.wecom.gate import Answer, Caller, call
from qunlian.sandboxes.wecom.records import WelcomeTemplate
from qunlian.sandboxes.wecom.requests import Body, Flag, Text, longest_bytes

MOST_TEMPLATES = 100
KINDS = ("image", "link", "miniprogram", "file", "video")


class WelcomeText(Body):
    content: Annotated[str, longest_bytes(3000)] = ""


class NewTemplate(Body):
    text: WelcomeText | None = None
    image: Image | None = None
    link: Link | None = None
    miniprogram: Miniprogram | None = None
    file: Medium | None = None
    video: Medium | None = None
    agentid: int | None = None
    notify: Flag = 1


class EditTemplate(NewTemplate):
    template_id: Text


class OneTemplate(Body):
    template_id: Text
    agentid: int | None = None


def _body(caller: Caller, ask: NewTemplate) -> dict[str, Any]:
    kinds = [kind for kind in KINDS if getattr(ask, kind) is not None]
    if not kinds and not (ask.text and ask.text.content):
        raise Refused(40063, "text and attachment are both empty")
    if len(kinds) > 1:
        raise Refused(40058, f"one of {', '.join(KINDS)}")
    for kind in kinds:
        check_body(caller, kind, getattr(ask, kind))
    return ask.model_dump(exclude={"template_id", "agentid", "notify"}, exclude_none=True)


def _template(caller: Caller, template_id: str) -> WelcomeTemplate:
    found = caller.corp.welcome_templates.get(template_id)
    if found is None:
        raise Refused(40037, template_id)
    return found


def _own(caller: Caller, template_id: str) -> WelcomeTemplate:
    found = _template(caller, template_id)
    if found.agent_id != caller.app.agent_id:
        raise Refused(41058)
    return found


@call("externalcontact/group_welcome_template/add", NewTemplate)
def add_template(caller: Caller, ask: NewTemplate) -> Answer:
    """Put a template into the company's list, and tell who may choose it."""
    body = _body(caller, ask)
    if len(caller.corp.welcome_templates) >= MOST_TEMPLATES:
        raise Refused(41055)
    made = WelcomeTemplate(caller.world.new_id("msg"), caller.app.agent_id, body)
    caller.corp.welcome_templates[made.template_id] = made
    if ask.notify:
        told = {"msgtype": "text", "content": "企业新增了入群欢迎语，可应用到你的客户群"}
        for member in caller.corp.staff.values():
            if member.is_here and member.has_customer_contact:
                member.messages.append(told)
    return {"template_id": made.template_id}


@call("externalcontact/group_welcome_template/edit", EditTemplate)
def edit_template(caller: Caller, ask: EditTemplate) -> Answer:
    _own(caller, ask.template_id).body = _body(caller, ask)
    return {}


@call("externalcontact/group_welcome_template/get", OneTemplate)
def get_template(caller: Caller, ask: OneTemplate) -> Answer:
    return _template(caller, ask.template_id).body


@call("externalcontact/group_welcome_template/del", OneTemplate)
def delete_template(caller: Caller, ask: OneTemplate) -> Answer:
    """Delete a template; groups lose their greeting."""
    gone = _own(caller, ask.template_id).template_id
    del caller.corp.welcome_templates[gone]
    for group in caller.corp.groups.values():
        if group.welcome_template_id == gone:
            group.welcome_template_id = ""
    return {}
