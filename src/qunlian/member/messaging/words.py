"""What a chat's last message looks like in one line, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

#: What somebody is in a group, for the label beside his name.
SEATS = {
    "owner": gettext_lazy("Owner of the group"),
    "steward": gettext_lazy("Sales rep"),
    "superior": gettext_lazy("Manager"),
    "manager": gettext_lazy("Group manager"),
}


def last_line(line: Mapping[str, Any], by: str) -> str:
    """Return the line under a chat's name; empty when nothing was said yet."""
    kind = line.get("kind", "")
    if kind == "system":
        names = "、".join(str(name) for name in line.get("names", ()))
        return _("%(names)s joined the group") % {"names": names}
    if kind == "recalled":
        told = _("A message of %(name)s was taken back") if line.get("by_group") else ""
        return (told or _("%(name)s took a message back")) % {"name": by}
    marks = {
        "image": _("[Picture]"),
        "video": _("[Video]"),
        "voice": _("[Voice]"),
        "card": _("[Card]"),
        "question": pgettext("kind of message", "[Question]"),
    }
    words = f"{marks.get(kind, '')}{line.get('text', '')}"
    return f"{by}: {words}" if by and words else words


def script_words() -> dict[str, str]:
    """Return what the script says, in the reader's language."""
    return {
        "sending": _("Sending…"),
        "failed": _("Not sent. Tap to try again."),
        "waiting": _("No connection. It goes out as soon as there is one."),
        "recalled": _("took a message back"),
        "youRecalled": _("You took a message back"),
        "recalledByGroup": _("was taken back by the group"),
        "yoursRecalled": _("A message of yours was taken back by the group"),
        "joined": _("joined the group"),
        "others": _("and others"),
        "all": _("everyone"),
        "reply": _("Reply"),
        "recall": _("Take back"),
        "copy": _("Copy"),
        "cancel": _("Cancel"),
        "me": _("Me"),
        "picture": _("[Picture]"),
        "video": _("[Video]"),
        "voice": _("[Voice]"),
        "card": _("[Card]"),
        "order": pgettext("button on a product", "Order"),
        "newMessages": _("New messages"),
        "newBelow": _("New messages below"),
        "understood": _("Right. Thank you!"),
        "notUnderstood": _("Not quite: the right answer is marked."),
        "hold": _("Hold to talk"),
        "release": _("Release to send, slide up to cancel"),
        "noMicrophone": _("The microphone is not available here."),
        "tooShort": _("Too short"),
        "yesterday": _("Yesterday"),
        "unreadAbove": _("{n} new messages"),
        "copied": _("Copied"),
        "upload": _("Sending {n} %"),
        "again": _("Tap to try again."),
        "recordFile": _("Tap to record"),
    }
