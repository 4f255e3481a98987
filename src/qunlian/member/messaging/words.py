"""What a chat's last message looks like in one line, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def last_line(line: Mapping[str, Any], by: str) -> str:
    """Return the line under a chat's name; empty when nothing was said yet."""
    kind = line.get("kind", "")
    if kind == "system":
        names = "、".join(str(name) for name in line.get("names", ()))
        return _("%(names)s joined the group") % {"names": names}
    if kind == "recalled":
        return _("%(name)s took a message back") % {"name": by}
    marks = {
        "image": _("[Picture]"),
        "video": _("[Video]"),
        "voice": _("[Voice]"),
        "card": _("[Card]"),
        "question": pgettext("kind of message", "[Question]"),
    }
    words = f"{marks.get(kind, '')}{line.get('text', '')}"
    return f"{by}: {words}" if by and words else words
