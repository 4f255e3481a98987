"""Handing over: the review with its choices, the one step, and what then waits for a person."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from qunlian.channel.queries.leaving import LeaverSheet, leaver_sheet
from qunlian.community.actions import hand_over_staff as handing
from qunlian.community.queries.handover import (
    HandoverReview,
    HandoverWish,
    proposed,
)
from qunlian.community.queries.handover import (
    review_handover as review_query,
)
from qunlian.console.channel import words as channel_words
from qunlian.console.channel.forms import attempt, day, done
from qunlian.console.channel.trees import PLANNERS
from qunlian.console.community import words
from qunlian.console.page import actor_of, page
from qunlian.kernel import clock, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.typed import whole


@page(PLANNERS)
@require_GET
def review_handover(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Show what a hand-over would do; the choices are in the URL."""
    return _show(request, staff_id, request.GET, {})


@page(PLANNERS)
@require_POST
def hand_over_staff(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Do it, in one step."""
    actor, now = actor_of(request), clock.now()

    def write() -> HttpResponse:
        sheet = leaver_sheet(actor, staff_id, on=localtime(now).date())
        result = handing.hand_over_staff(
            actor=actor,
            wish=_wish(sheet, request.POST),
            version=request.POST.get("version", ""),
            now=now,
        )
        sentence = ngettext(
            "%(n)s group is in other hands now.",
            "%(n)s groups are in other hands now.",
            result.groups,
        )
        return done(request, sentence % {"n": result.groups}, "community_review_handover", staff_id)

    return attempt(request, write, lambda asked, errors: _show(asked, staff_id, asked.POST, errors))


def _show(
    request: HttpRequest, staff_id: int, typed: QueryDict, errors: dict[str, str]
) -> HttpResponse:
    actor = actor_of(request)
    today = localtime(clock.now()).date()
    with scope.reading(actor):
        sheet = leaver_sheet(actor, staff_id, on=day(typed.get("on")) or today)
        wish = _wish(sheet, typed)
        if typed.get("on") is None:
            wish = replace(wish, on=today)
        review = review_query(actor, wish, sheet=sheet)
    facts = _facts(actor, review) | {"errors": errors, "today": today}
    return render(request, "console/community/review_handover.html", facts)


def _wish(sheet: LeaverSheet, typed: QueryDict) -> HandoverWish:
    """Read the choices; what was not chosen is proposed."""
    offer = proposed(sheet)
    if typed.get("on") is None:
        only = whole(typed.get("territory"))
        if only is None:
            return offer
        mine = tuple(pair for pair in offer.territories if pair[0] == only)
        return replace(offer, territories=mine, is_leaving=False)
    pairs = ((c.territory_id, whole(typed.get(f"t{c.territory_id}"))) for c in sheet.covered)
    return HandoverWish(
        staff_id=sheet.staff_id,
        on=day(typed.get("on")) or offer.on,
        successor_id=whole(typed.get("successor")),
        owner_id=whole(typed.get("owner")),
        territories=tuple((pk, to) for pk, to in pairs if to is not None),
        is_leaving=typed.get("is_leaving", "yes") == "yes",
    )


def _facts(actor: Actor, review: HandoverReview) -> dict[str, Any]:
    sheet = review.sheet
    reasons = {"next": _("assigned next"), "superior": _("superior"), "peer": _("same team")}
    choices = [
        (c.staff_id, f"{c.name} · {c.code}" + (f" · {reasons[c.why]}" if c.why in reasons else ""))
        for c in sheet.candidates
    ]
    chosen = dict(review.wish.territories)
    return {
        "review": review,
        "sheet": sheet,
        "wish": review.wish,
        "role_word": channel_words.ROLES[sheet.role],
        "choices": choices,
        "scopes": [
            ("yes", _("leaves: everything passes")),
            ("no", _("stays: only the territories chosen")),
        ],
        "leaving_value": "yes" if review.wish.is_leaving else "no",
        "territories": [
            (c, f"t{c.territory_id}", chosen.get(c.territory_id, "")) for c in sheet.covered
        ],
        "hidden": _hidden(review),
        "groups": [(line, _part(line)) for line in review.groups],
        "successors": [
            (line, channel_words.ROLES[line.role], [words.LOADS[w] for w in line.after.warnings])
            for line in review.successors
        ],
        "requests": [
            (r, words.REQUEST_STATES[r.state], words.REQUEST_KINDS[r.kind]) for r in review.requests
        ],
        "held": sum(n for part, n in review.counts.items() if part not in ("owner", "member")),
        "owned": review.counts.get("owner", 0),
        "crumbs": [
            (_("Staff"), reverse("channel_list_staff")),
            (sheet.name, reverse("channel_staff_page", args=[sheet.staff_id])),
        ],
    }


def _hidden(review: HandoverReview) -> list[tuple[str, object]]:
    """Return the choices that this page shows, to be sent as they were seen."""
    wish = review.wish
    values: list[tuple[str, object]] = [
        ("version", review.version),
        ("is_leaving", "yes" if wish.is_leaving else "no"),
        ("on", wish.on.isoformat()),
        ("successor", wish.successor_id or ""),
        ("owner", wish.owner_id or ""),
    ]
    return values + [(f"t{territory_id}", to) for territory_id, to in wish.territories]


def _part(line: Any) -> str:
    word = str(words.ROLES[line.part])
    if line.is_owner:
        owner = str(words.ROLES["owner"])
        return owner if line.part == "member" else f"{owner} · {word}"
    return word
