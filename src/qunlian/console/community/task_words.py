"""What tasks are called, and how each is done on which platform's phone, step by step."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qunlian.community.queries.tasks import TaskCard

Text = str | Promise

KINDS: Mapping[str, Text] = {
    "create": _("Open a room"),
    "rename": _("Rename the room"),
    "owner": _("Hand the room to another owner"),
    "confirm": _("Send the prepared message"),
    "post": _("Post in the room"),
    "answer": _("Answer in the room"),
    "announce": _("Publish the rules in the room"),
    "welcome": _("Set the welcome of the room"),
    "invite": _("Invite stores into the room"),
    "remove": _("Take somebody out of the room"),
    "admit": _("Bring somebody into the room"),
    "count": _("Count the people in the room"),
    "code": _("Renew the room's QR code"),
    "remind": _("Remind somebody of the rules"),
    "recall": _("Take a message back in the room"),
    "packet": _("See whether a red packet comes"),
    "mute": _("Silence somebody in the room"),
    "unmute": _("Let somebody write in the room again"),
}
ICONS = {
    "create": "circle-plus",
    "rename": "pencil",
    "owner": "share",
    "confirm": "send",
    "post": "message-circle",
    "answer": "message-circle",
    "announce": "flag",
    "welcome": "message-circle",
    "invite": "user-plus",
    "remove": "user-minus",
    "admit": "user-plus",
    "count": "users",
    "code": "qrcode",
    "remind": "bell",
    "recall": "arrow-left",
    "packet": "wallet",
    "mute": "volume",
    "unmute": "volume",
}
STATES: Mapping[str, Text] = {
    "with_person": pgettext_lazy("state of a task", "to do"),
    "done": pgettext_lazy("state of a task", "done"),
    "refused": pgettext_lazy("state of a task", "can't be done"),
    "expired": pgettext_lazy("state of a task", "expired"),
    "unknown": pgettext_lazy("state of a task", "nobody can tell"),
    "withdrawn": pgettext_lazy("state of a task", "not wanted any more"),
}
TONES = {
    "with_person": "info",
    "done": "good",
    "refused": "bad",
    "expired": "warn",
    "unknown": "warn",
    "withdrawn": "quiet",
}
#: What a list may be narrowed to.
FILTERS: Mapping[str, Text] = {
    **STATES,
    "overdue": _("overdue"),
    "unseen": _("room opened, not seen yet"),
    "unmet": _("not done, wanted still"),
}
REASONS: Mapping[str, Text] = {
    "no_right": _("I have no right to"),
    "not_found": _("I can't find the room or the notice"),
    "platform_refuses": _("The platform refuses it"),
    "text_wrong": _("Something in it is wrong"),
    "not_mine": _("It isn't mine to do"),
    "other": _("Another reason"),
    "not_given": _("No red packet was given"),
}
#: What no person says: what a reading shows.
SEEN: Mapping[str, Text] = {
    "not_seen": _("Said to be done; the platform shows otherwise"),
}
PLATFORMS: Mapping[str, Text] = {
    "wecom": _("WeCom"),
    "web": _("Qunlian"),
    "personal": _("WeChat"),
}
_OPEN = _("In %(app)s, open the room “%(group)s” and tap “…” at the top right.")
STEPS: Mapping[str, tuple[Text, ...]] = {
    "create": (
        _("In %(app)s, make a new group with at least one colleague in it."),
        _("Give it the name below, exactly as it stands: by that name it is found."),
    ),
    "rename": (_OPEN, _("Tap the name of the group, paste the name below and save it.")),
    "owner": (_OPEN, _("Under group management, hand the group over to %(person)s.")),
    "confirm": (
        _("In %(app)s, open the notice about the message that waits to be sent."),
        _("Look it through and tap “Send”: it goes to all the rooms at once."),
    ),
    "post": (
        _("Copy the text below; save the pictures."),
        _("In %(app)s, open the room “%(group)s”, paste and send."),
    ),
    "answer": (
        _("Copy the answer below."),
        _("In %(app)s, open the room “%(group)s” and answer the question there."),
    ),
    "announce": (_OPEN, _("Under group notice, paste the text below and publish it.")),
    "welcome": (_OPEN, _("Under group management, welcome, paste the text below and save it.")),
    "invite": (
        _(
            "Send each store below its own link, or all of them the text: by its own link a store is known."
        ),
        _("Who is in by then vanishes from the list; when all are, the task is done by itself."),
    ),
    "remove": (_OPEN, _("Tap “−” below the members and take %(person)s out.")),
    "admit": (_OPEN, _("Tap “+” below the members and bring %(person)s in.")),
    "count": (
        _("In %(app)s, open the room “%(group)s”: how many sit in it stands behind its name."),
        _("Enter the number on the group's page."),
    ),
    "remind": (
        _("Copy the words below."),
        _("In %(app)s, open the room “%(group)s”, call @%(person)s, paste and send."),
    ),
    "recall": (
        _("In %(app)s, open the room “%(group)s” and find the message of %(person)s."),
        _("Press it long, take it back, and send the words below."),
    ),
    "packet": (
        _("In %(app)s, open the room “%(group)s”, call @%(person)s, and send the words below."),
        _(
            "When his red packet is there, tap “Done”; when the time is over and there is none, say so."
        ),
    ),
    "mute": (
        _OPEN,
        _("Under group management, let %(person)s read only; then send him the words below."),
    ),
    "unmute": (_OPEN, _("Under group management, let %(person)s write again.")),
    "code": (
        _OPEN,
        _("Tap the group's QR code, save the picture, and put it on the group's page."),
    ),
}
#: Where a platform keeps what a person only chooses, by how that stands (community/welcoming.py).
CHOSEN: Mapping[str, tuple[Text, ...]] = {
    "kept": (
        _OPEN,
        _(
            "Under group management, welcome, choose the one with the words below from the company's list."
        ),
    ),
    "lost": (
        _OPEN,
        _(
            "Under group management, welcome, look in the company's list for the words below and choose them."
        ),
        _("If they are not there, paste them and save."),
    ),
}
#: Where a platform's phone differs from what is usual.
OWN_STEPS: Mapping[tuple[str, str], tuple[Text, ...]] = {
    ("wecom", "create"): (
        _("In WeCom, open Workbench, Customer contact, Customer groups, and make a new one."),
        _("Take at least one colleague into it; customers come by its code afterwards."),
        _("Give it the name below, exactly as it stands: by that name it is found."),
    ),
    ("wecom", "confirm"): (
        _("In WeCom, open the notice of “Customer contact” about the message for your groups."),
        _("Look it through and tap “Send”: it goes to all your groups at once."),
    ),
    ("personal", "confirm"): (
        _("Copy the text below; save the pictures."),
        _("In %(app)s, open each of the rooms below, paste and send."),
    ),
    ("web", "packet"): (
        _("The words below stand in the room already, and call %(person)s."),
        _(
            "When his red packet is there, tap “Done”; when the time is over and there is none, say so."
        ),
    ),
    ("wecom", "owner"): (
        _OPEN,
        _("Tap group management, then hand the group over, and choose %(person)s."),
    ),
}


def app_of(platform: str) -> str:
    """Return what people call a platform."""
    return str(PLATFORMS.get(platform, platform))


def steps_of(card: TaskCard) -> list[str]:
    """Return how this task is done, in steps."""
    row = card.row
    steps = CHOSEN.get(str(card.facts.get("template", ""))) if row.kind == "welcome" else None
    steps = steps or OWN_STEPS.get((row.platform, row.kind)) or STEPS.get(row.kind, ())
    facts = {"app": app_of(row.platform), "group": row.group, "person": card.to_person or "—"}
    return [str(step) % facts for step in steps]
