"""Mass messages on the phones of those who are asked to confirm them. Source: page 92135."""

from qunlian.sandboxes.wecom.calls.mass import cap, received
from qunlian.sandboxes.wecom.people.acts import Deed, Impossible, Scene, Told, act
from qunlian.sandboxes.wecom.records import MassMessage, Post

SENT, GONE, TOO_MANY = 1, 2, 3


class Confirm(Deed):
    userid: str
    msgid: str


def waiting(scene: Scene, userid: str) -> list[MassMessage]:
    """Return what a staff member is asked to confirm."""
    return [
        one
        for one in scene.corp.mass_messages.values()
        if userid in one.targets and userid not in one.sent_at and one.cancelled_at is None
    ]


def _waiting(scene: Scene, deed: Confirm) -> MassMessage:
    scene.staff(deed.userid)
    for one in waiting(scene, deed.userid):
        if one.msgid == deed.msgid:
            return one
    raise Impossible("there is nothing to confirm")


@act(Confirm)
def confirm_mass(scene: Scene, deed: Confirm) -> Told:
    """Confirm: each target gets it, has gone, or has had as many as it may this month."""
    message = _waiting(scene, deed)
    most = cap(scene.world, scene.now)
    for target in message.targets[deed.userid]:
        if not _is_reachable(scene, message, deed.userid, target):
            message.status[target] = GONE
        elif received(scene.corp, target, scene.now) >= most:
            message.status[target] = TOO_MANY
        else:
            message.status[target] = SENT
            if message.chat_type == "group":
                post = Post(deed.userid, scene.now, message.text, message.attachments)
                scene.corp.groups[target].posts.append(post)
    message.sent_at[deed.userid] = scene.now
    return {"status": {target: message.status[target] for target in message.targets[deed.userid]}}


def _is_reachable(scene: Scene, message: MassMessage, userid: str, target: str) -> bool:
    if message.chat_type == "group":
        group = scene.corp.groups[target]
        return group.dismissed_at is None and group.owner == userid
    relation = scene.corp.relation(userid, target)
    return relation is not None and not relation.ended_by


@act(Confirm)
def ignore_mass(scene: Scene, deed: Confirm) -> Told:
    """Put the question aside until one is reminded; the app sees nothing but "not sent"."""
    message = _waiting(scene, deed)
    message.ignored_by = [*dict.fromkeys([*message.ignored_by, deed.userid])]
    return {}
