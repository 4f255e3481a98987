"""What steps, states and standings of breaches are called on the screen."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qunlian.community.queries.breaches import BreachRow

Text = str | Promise

STEPS: Mapping[str, Text] = {
    "remind": _("Remind him of the rule"),
    "recall": _("Take the message back"),
    "packet": _("A red packet within two days, or the next step"),
    "mute": _("Silence for three days"),
    "remove": _("Take him out of the group"),
}
SHORT: Mapping[str, Text] = {
    "remind": pgettext_lazy("step of the ladder", "reminder"),
    "recall": pgettext_lazy("step of the ladder", "message taken back"),
    "packet": pgettext_lazy("step of the ladder", "red packet or out"),
    "mute": pgettext_lazy("step of the ladder", "silence"),
    "remove": pgettext_lazy("step of the ladder", "taken out"),
}
WAYS: Mapping[str, Text] = {
    "api": _("at once, by itself"),
    "person": _("somebody gets a task on his phone, with the words ready"),
    "none": _("not possible there; passed over"),
}
STATES: Mapping[str, Text] = {
    "asked": pgettext_lazy("state of a step", "under way"),
    "unknown": pgettext_lazy("state of a step", "no answer yet"),
    "with_person": pgettext_lazy("state of a step", "waits for a person"),
    "done": pgettext_lazy("state of a step", "done"),
    "not_given": pgettext_lazy("state of a step", "no packet given"),
    "refused": pgettext_lazy("state of a step", "not done"),
    "expired": pgettext_lazy("state of a step", "nobody did it in time"),
    "withdrawn": pgettext_lazy("state of a step", "taken back"),
}
TONES = {
    "asked": "info",
    "unknown": "warn",
    "with_person": "info",
    "done": "good",
    "not_given": "warn",
    "refused": "bad",
    "expired": "warn",
    "withdrawn": "quiet",
}
STANDINGS: Mapping[str, Text] = {
    "stands": "",
    "appealed": _("appeal waits"),
    "upheld": _("appeal refused"),
    "lifted": _("lifted"),
    "granted": _("appeal granted"),
}
SKIPPED: Mapping[str, Text] = {
    "no_way": _("cannot be done on this platform"),
    "no_message": _("no message was named"),
}


def short(steps: tuple[str, ...]) -> str:
    """Return steps in a line."""
    return _text(", ").join(str(SHORT[step]) for step in steps)


def labelled(row: BreachRow) -> dict[str, object]:
    """Return a breach with its words."""
    return {
        "breach": row,
        "step": SHORT[row.step],
        "state": STATES[row.state],
        "tone": TONES[row.state],
        "standing": STANDINGS[row.standing],
        "counts": row.standing not in ("lifted", "granted"),
        "dialog": f"lift-{row.breach_id}",
    }
