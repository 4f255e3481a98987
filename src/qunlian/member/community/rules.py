"""What holds in one's groups, what was noted of oneself, and one's appeal."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from qunlian.community.actions.appeal_breach import appeal_breach as appeal
from qunlian.community.actions.tell_packet import tell_packet as tell
from qunlian.community.queries.breaches import BreachRow, my_breaches
from qunlian.community.queries.ladder import my_rules as rules_of
from qunlian.community.rules.ladder import COUNTING, LONGEST_APPEAL, OPEN
from qunlian.kernel import clock
from qunlian.kernel.errors import NotFound, Refusal
from qunlian.kernel.wording import in_words
from qunlian.member.page import actor_of, member_page

Text = str | Promise
STEPS: Mapping[str, Text] = {
    "remind": _("a friendly reminder"),
    "recall": _("the message is taken back"),
    "packet": _("a red packet for the group, or the next step"),
    "mute": _("reading only, for three days"),
    "remove": _("leaving the group"),
}
#: How a breach stands, where that is all there is to say.
STANDINGS: Mapping[str, Text] = {
    "appealed": _("Your appeal waits for an answer"),
    "upheld": _("Your appeal was looked at; it stays as it is"),
    "lifted": _("Lifted: it does not count"),
    "granted": _("Your appeal was granted: it does not count"),
}


@require_safe
@member_page
def my_rules(request: HttpRequest) -> HttpResponse:
    """Show the rules of one's groups and what was noted of oneself."""
    return _show(request, {})


@require_POST
@member_page
def appeal_breach(request: HttpRequest, breach_id: int) -> HttpResponse:
    """Take his words; what is wrong with them stands where he typed."""
    words = request.POST.get("words", "")
    try:
        appeal(actor=actor_of(request), breach_id=breach_id, words=words, now=clock.now())
    except NotFound:
        raise
    except Refusal as refusal:
        told = {"breach_id": breach_id, "problem": in_words(refusal), "typed": words}
        return _show(request, told, refusal.status)
    messages.success(request, _text("Sent. Somebody above the one who noted it will decide."))
    return redirect("community_my_rules")


@require_POST
@member_page
def tell_packet(request: HttpRequest, breach_id: int) -> HttpResponse:
    """Note that he has given his red packet."""
    tell(actor=actor_of(request), breach_id=breach_id, now=clock.now())
    messages.success(request, _text("Thank you! Somebody has a look in the group."))
    return redirect("community_my_rules")


def _show(request: HttpRequest, told: dict[str, Any], status: int = 200) -> HttpResponse:
    actor = actor_of(request)
    facts = {
        "breaches": [
            {
                "breach": row,
                "step": STEPS[row.step],
                "standing": STANDINGS.get(row.standing, ""),
                "may_tell": _may_tell(row),
                **(told if told.get("breach_id") == row.breach_id else {}),
            }
            for row in my_breaches(actor, now=clock.now())
        ],
        "groups": [
            (group, [STEPS[step] for step in group.steps])
            for group in rules_of(actor)
            if group.rules
        ],
        "longest": LONGEST_APPEAL,
        "back_url": reverse("member_me"),
    }
    return render(request, "member/community/my_rules.html", facts, status=status)


def _may_tell(row: BreachRow) -> bool:
    is_waiting = row.step == "packet" and row.state in OPEN and row.standing in COUNTING
    return is_waiting and row.told_given_at is None
