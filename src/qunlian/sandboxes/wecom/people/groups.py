"""A group's life on its owner's phone: made, renamed, announced, handed on, greeted, dissolved."""

import base64
from typing import Any

from qunlian.sandboxes.wecom import archive
from qunlian.sandboxes.wecom.calls.groups import hand_to
from qunlian.sandboxes.wecom.people.acts import Deed, Impossible, Scene, Told, act
from qunlian.sandboxes.wecom.records import Group, Post, Seat


class MakeGroup(Deed):
    userid: str
    name: str
    members: list[str] = []


class Rename(Deed):
    chat_id: str
    name: str


class Announce(Deed):
    chat_id: str
    notice: str


class OneGroup(Deed):
    chat_id: str


class OwnerChange(Deed):
    chat_id: str
    userid: str


class Admins(Deed):
    chat_id: str
    userids: list[str]


class Say(Deed):
    chat_id: str
    member: str
    text: str


class Show(Deed):
    chat_id: str
    member: str
    kind: str
    body: dict[str, Any] = {}
    #: of a file, in base64
    content: str = ""


class TakeBack(Deed):
    chat_id: str
    member: str


class Attach(Deed):
    chat_id: str
    template_id: str


def made_group(scene: Scene, owner: str, name: str, members: list[str]) -> Group:
    """Make a customer group; only members with customer contact can."""
    if not scene.staff(owner).has_customer_contact:
        raise Impossible(f"{owner} has no customer contact")
    group = Group(scene.world.new_id("wr"), name, owner, scene.now)
    for member in dict.fromkeys([owner, *members]):
        invitor = "" if member == owner else owner
        is_staff = member in scene.corp.staff
        group.seats[member] = Seat(member, is_staff, scene.now, invitor=invitor)
    if scene.world.weather.reads_lag_seconds:
        group.shown, group.shown_until = {}, scene.now + scene.world.weather.reads_lag_seconds
    scene.corp.groups[group.chat_id] = group
    scene.tell_group(group, "create")
    return group


@act(MakeGroup)
def make_group(scene: Scene, deed: MakeGroup) -> Told:
    for member in deed.members:
        if member not in scene.corp.staff:
            scene.customer(member)
    return {"chat_id": made_group(scene, deed.userid, deed.name, deed.members).chat_id}


@act(Rename)
def rename_group(scene: Scene, deed: Rename) -> Told:
    group = scene.group(deed.chat_id)
    scene.before_change(group)
    group.name = deed.name
    scene.tell_group(group, "update", UpdateDetail="change_name")
    return {}


@act(Announce)
def announce(scene: Scene, deed: Announce) -> Told:
    group = scene.group(deed.chat_id)
    scene.before_change(group)
    group.notice = deed.notice
    scene.tell_group(group, "update", UpdateDetail="change_notice")
    return {}


@act(OwnerChange)
def change_owner(scene: Scene, deed: OwnerChange) -> Told:
    """Hand a group to another of the staff who sits in it."""
    group = scene.group(deed.chat_id)
    if not scene.staff(deed.userid).has_customer_contact or deed.userid not in group.seats:
        raise Impossible(f"{deed.userid} cannot own this group")
    scene.before_change(group)
    hand_to(group, deed.userid, scene.now)
    scene.tell_group(group, "update", UpdateDetail="change_owner")
    return {}


@act(Admins)
def set_admins(scene: Scene, deed: Admins) -> Told:
    """Name a group's managers; no event tells it."""
    group = scene.group(deed.chat_id)
    if not set(deed.userids) <= set(group.seats) - {group.owner}:
        raise Impossible("managers sit in the group and don't own it")
    scene.before_change(group)
    group.admins = deed.userids
    return {}


@act(OneGroup)
def dismiss_group(scene: Scene, deed: OneGroup) -> Told:
    group = scene.group(deed.chat_id)
    group.dismissed_at = scene.now
    scene.tell_group(group, "dismiss")
    return {}


@act(Say)
def say(scene: Scene, deed: Say) -> Told:
    """Write in a group; staff are kept from words that a rule blocks. No event tells of messages."""
    group = _seated(scene, deed.chat_id, deed.member)
    if deed.member in scene.corp.staff:
        _check_words(scene, deed.member, deed.text)
    told = {"msgtype": "text", "text": {"content": deed.text}}
    msgid = archive.write(scene.world, scene.corp, group, deed.member, told)
    group.posts.append(Post(deed.member, scene.now, deed.text))
    return {"msgid": msgid} if msgid else {}


@act(Show)
def show(scene: Scene, deed: Show) -> Told:
    """Send something else than text into a group; ``body`` is what the archive says of it."""
    group = _seated(scene, deed.chat_id, deed.member)
    body = dict(deed.body)
    if deed.content:
        body |= archive.put_file(scene.world, scene.corp, base64.b64decode(deed.content))
    told = {"msgtype": deed.kind, deed.kind: body}
    msgid = archive.write(scene.world, scene.corp, group, deed.member, told)
    group.posts.append(Post(deed.member, scene.now, "", [{"msgtype": deed.kind}]))
    return {"msgid": msgid} if msgid else {}


@act(TakeBack)
def take_back(scene: Scene, deed: TakeBack) -> Told:
    """Take back the last message one wrote in a group."""
    group = _seated(scene, deed.chat_id, deed.member)
    own = [
        one
        for one in scene.corp.archived
        if (one.sender, one.chat_id) == (deed.member, deed.chat_id)
    ]
    posts = [one for one in group.posts if one.sender == deed.member]
    if not posts:
        raise Impossible(f"{deed.member} wrote nothing here")
    group.posts.remove(posts[-1])
    if own:
        told = {"action": "recall", "msgtype": "revoke", "revoke": {"pre_msgid": own[-1].msgid}}
        archive.write(scene.world, scene.corp, group, deed.member, told)
    return {}


def _seated(scene: Scene, chat_id: str, member: str) -> Group:
    group = scene.group(chat_id)
    if member not in group.seats:
        raise Impossible(f"{member} does not sit in the group")
    return group


def _check_words(scene: Scene, userid: str, text: str) -> None:
    """Block what a rule of type 1 blocks. Source: page 95130."""
    departments = set(scene.corp.staff[userid].departments)
    above = {found for one in departments for found in scene.corp.branch(one)}
    for rule in scene.corp.intercept_rules.values():
        is_meant = userid in rule.userids or above & set(rule.departments)
        if is_meant and rule.intercept_type == 1 and any(word in text for word in rule.words):
            raise Impossible(f"blocked by the rule {rule.name}")


@act(Attach)
def attach_welcome(scene: Scene, deed: Attach) -> Told:
    """Let a group greet its newcomers; an empty template takes the greeting away."""
    group = scene.group(deed.chat_id)
    if deed.template_id and deed.template_id not in scene.corp.welcome_templates:
        raise Impossible(f"there is no template {deed.template_id}")
    group.welcome_template_id = deed.template_id
    return {}
