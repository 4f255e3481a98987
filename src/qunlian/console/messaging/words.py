"""The words for states, modes and problems of messages."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from qunlian.messaging.queries.broadcasts import BroadcastCard

STATES: dict[str, str | Promise] = {
    "draft": pgettext_lazy("state of a message", "Draft"),
    "scheduled": pgettext_lazy("state of a message", "Scheduled"),
    "sending": pgettext_lazy("state of a message", "On its way"),
    "paused": pgettext_lazy("state of a message", "Paused"),
    "sent": pgettext_lazy("state of a message", "Sent"),
    "cancelled": pgettext_lazy("state of a message", "Called off"),
}
#: What the list of messages may be narrowed to: a state, or what is left to do in some groups.
FILTERS: dict[str, str | Promise] = {
    **STATES,
    "stuck": _("Did not reach some groups"),
    "with_person": _("Wait for a person to send them"),
}
TONES = {
    "draft": "quiet",
    "scheduled": "info",
    "sending": "brand",
    "paused": "warn",
    "sent": "good",
    "cancelled": "quiet",
}
MODES: dict[str, str | Promise] = {
    "direct": _("Directly to all groups"),
    "cascade": _("Level by level: each passes it on"),
}
SHORT_MODES: dict[str, str | Promise] = {"direct": _("Direct"), "cascade": _("Level by level")}
LAYERS: dict[str, str | Promise] = {
    "store": _("Store groups"),
    "distributor": _("Distributor groups"),
    "consumer": _("Consumer groups"),
    "vip": _("VIP groups"),
    "internal": _("Internal groups"),
}
LIVES: dict[str, str | Promise] = {
    "live": _("live"),
    "fading": _("fading"),
    "inviting": _("still inviting"),
}
DELIVERIES: dict[str, str | Promise] = {
    "failed": _("Not delivered"),
    "unknown": _("Uncertain; the platform is being asked"),
    "with_person": _("Waits for a person to send it"),
    "cancelled": _("Stayed without it"),
}
PROBLEMS: dict[str, str | Promise] = {
    "room_unknown": _("its chat no longer exists on the platform"),
    "no_steward": _("nobody is its steward, so nobody could pass it on"),
    "called_off": _("called off before it was its turn"),
    "stopped_upstream": _("somebody above did not pass it on in time"),
    "platform_trouble": _("the platform did not answer"),
    "person_refused": _("who was to send it says that he can't"),
    "person_expired": _("nobody sent it in time"),
    "person_unknown": _("who was to send it can't tell whether it is sent"),
    "person_unseen": _("said to be sent, but the platform does not show it"),
}
REASONS: dict[str, tuple[str, str | Promise]] = {
    "title": ("title", _("Give it a title of up to 80 characters.")),
    "empty": ("text", _("Write something, or add a picture or a product.")),
    "too_long": ("text", _("One of the texts is too long.")),
    "attachment": ("", _("The picture is not there any more; choose it again.")),
    "question_missing": ("question", _("There are answers but no question.")),
    "options": ("question", _("Give 2 to 4 different answers.")),
    "right_option_missing": ("question", _("Mark which answer is right.")),
}
ROLES: dict[str, str | Promise] = {
    "headquarters": _("Headquarters"),
    "manager": _("Manager"),
    "rep": _("Rep"),
    "group_manager": _("Group manager"),
}
KINDS: dict[str, str | Promise] = {
    "image": _("[Picture]"),
    "video": _("[Video]"),
    "voice": _("[Voice]"),
    "card": _("[Card]"),
    "question": pgettext_lazy("kind of message", "[Question]"),
}


def said(kind: str, body: Mapping[str, Any], *, is_recalled: bool) -> str:
    """Return what a message says, in words."""
    if is_recalled:
        return gettext("taken back")
    if kind == "system":
        names = "、".join(str(name) for name in body.get("names", ()))
        return gettext("%(names)s joined the group") % {"names": names}
    words = body.get("text") or body.get("title") or ""
    return f"{KINDS.get(kind, '')} {words}".strip()


def labelled(card: BroadcastCard) -> dict[str, object]:
    """Return a broadcast with its words."""
    return {
        "card": card,
        "state_label": STATES[card.state],
        "tone": TONES[card.state],
        "mode_label": SHORT_MODES[card.mode],
    }
