"""By which platforms one can log in, as buttons."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from qunlian.console.community.task_words import PLATFORMS
from qunlian.platforms import registry
from qunlian.platforms.extensions import LogIn


@dataclass(frozen=True, slots=True)
class Way:
    """A button on the log-in page."""

    label: str
    url: str


def ways(company: str = "", then: str = "", *, only: str = "") -> list[Way]:
    """
    Return the platforms one can log in by.

    Where several enterprises use a platform, only for one who brings his company's code: the page does not
    tell strangers who they are.
    """
    found = []
    for name in registry.names():
        adapter = registry.platform(name)
        if not isinstance(adapter, LogIn) or only not in ("", name):
            continue
        known = adapter.companies()
        code = company if company in known else next(iter(known)) if len(known) == 1 else ""
        if code:
            query = urlencode({"company": code, **({"next": then} if then else {})})
            url = f"{reverse('channel_begin_log_in', args=[name])}?{query}"
            found.append(Way(_("Log in with %(platform)s") % {"platform": PLATFORMS[name]}, url))
    return found
