"""What a member is told when a rule was broken: plain and polite, in the installation's own language."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from qunlian.community.rules.ladder import LONGEST_WORDS
from qunlian.community.rules.tasks import CHINA

_WORDS: Mapping[str, str | Promise] = {
    "remind": _("@%(name)s A friendly reminder of what we agreed on here: %(rule)s. Thank you!"),
    "recall": _(
        "@%(name)s Your message has been taken back, because of what we agreed on here: %(rule)s. Thank"
        " you for understanding!"
    ),
    "packet": _(
        "@%(name)s We agreed on this here: %(rule)s. Please put a red packet into the group until"
        " %(until)s as an apology; then all is well again."
    ),
    "mute": _(
        "@%(name)s Because of what we agreed on here (%(rule)s) you can read along, but not write, until"
        " %(until)s. Welcome back then!"
    ),
    "remove": _(
        "@%(name)s Because of what we agreed on here (%(rule)s) you are taken out of the group. If you see it"
        " otherwise, please appeal."
    ),
}


def words_for(step: str, name: str, rule: str, until: datetime | None) -> str:
    """Return what a member is told with a step; what is too long loses its end."""
    with translation.override(settings.LANGUAGE_CODE):
        facts = {"name": name, "rule": rule, "until": moment(until)}
        return (str(_WORDS[step]) % facts)[:LONGEST_WORDS]


def moment(at: datetime | None) -> str:
    """Return a moment as people say it: month, day, hour and minute."""
    if at is None:
        return ""
    local = at.astimezone(CHINA)
    facts = {"month": local.month, "day": local.day, "time": f"{local:%H:%M}"}
    return gettext("%(month)s/%(day)s %(time)s") % facts
