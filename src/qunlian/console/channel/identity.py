"""Likely duplicates as a work list, and the page of one human with his trail."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from qunlian.channel.actions.look_for_duplicates import look_for_duplicates
from qunlian.channel.actions.tell_apart import tell_apart
from qunlian.channel.queries import audit, people
from qunlian.channel.queries.people import LikelyPair, PersonCard, TrailLine
from qunlian.community.queries.members import groups_of_people, groups_of_person
from qunlian.console.channel import forms, words
from qunlian.console.nav import EVERYBODY, KEEPERS
from qunlian.console.page import actor_of, page
from qunlian.kernel import clock, scope
from qunlian.kernel.actor import Actor

REASONS = {
    "same_phone": gettext_lazy("Same telephone number"),
    "same_store": gettext_lazy("Same store"),
    "same_distributor": gettext_lazy("Same distributor"),
    "same_name": gettext_lazy("Same name"),
    "sounds_alike": gettext_lazy("Names sound alike"),
    "one_character": gettext_lazy("Names differ in one character"),
    "same_patch": gettext_lazy("Stores in one patch"),
    "same_supplier": gettext_lazy("Stores served by one distributor"),
    "no_phone": gettext_lazy("One has no number"),
    "names_differ": gettext_lazy("Different names"),
    "vague_name": gettext_lazy("A title rather than a name"),
    "two_mobiles": gettext_lazy("Two mobile numbers"),
}
#: What moved in a merge, as the trail tells it; what is not here is machinery.
MOVED = {
    "contacts": gettext_lazy("ties to stores and distributors"),
    "stores": gettext_lazy("stores owned"),
    "distributors": gettext_lazy("distributors"),
    "accounts": gettext_lazy("log-ins"),
    "earlier": gettext_lazy("earlier merges"),
    "seats": gettext_lazy("seats in groups"),
    "owned": gettext_lazy("groups owned"),
    "waiting": gettext_lazy("places in a queue for a group"),
    "reads": gettext_lazy("reading marks"),
    "receipts": gettext_lazy("receipts"),
    "phone": gettext_lazy("the telephone number"),
}
MANY_GROUPS = 3


@page(KEEPERS)
@require_safe
def list_page(request: HttpRequest) -> HttpResponse:
    """Show pairs of people who look like one, side by side with the reasons."""
    actor = actor_of(request)
    with scope.reading(actor):
        listing = people.list_likely_duplicates(actor, after=request.GET.get("after", ""))
        facts = {
            "listing": listing,
            "pairs": _pairs(actor, listing.rows),
            "looked_at": people.duplicates_looked_at(actor),
        }
    return render(request, "console/channel/list_likely_duplicates.html", facts | _words())


@page(KEEPERS)
@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """Have everybody looked through again."""
    look_for_duplicates(actor=actor_of(request), now=clock.now())
    sentence = _("A worker is looking; load the page again in a moment.")
    return forms.done(request, sentence, "channel_list_likely_duplicates")


@page(KEEPERS)
@require_POST
def apart(request: HttpRequest, duplicate_id: int) -> HttpResponse:
    """Take a pair off the list: they are two."""
    tell_apart(actor=actor_of(request), duplicate_id=duplicate_id, now=clock.now())
    sentence = _("Two different people; they will not be asked about again.")
    return forms.done(request, sentence, "channel_list_likely_duplicates")


@page(EVERYBODY)
@require_safe
def person_page(request: HttpRequest, person_id: int) -> HttpResponse:
    """Show one human: what belongs to him, who looks like him, and his trail."""
    actor = actor_of(request)
    may_merge = actor.role in KEEPERS
    with scope.reading(actor):
        found = people.person_page(actor, person_id)
        facts: dict[str, Any] = {
            "found": found,
            "card": found.card,
            "may_merge": may_merge,
            "groups": groups_of_person(actor, person_id),
            "pairs": _pairs(actor, found.likely) if may_merge else [],
            "trail": [_told(line) for line in found.trail],
            "history": [
                (words.fact_in_words(line.name), line)
                for line in audit.history(actor, "person", person_id, has_looks=False).rows
            ],
            "crumbs": [(_("Likely duplicates"), reverse("channel_list_likely_duplicates"))]
            if may_merge
            else [],
        }
    return render(request, "console/channel/person_page.html", facts | _words())


def _words() -> dict[str, Any]:
    return {"roles": words.ROLES, "contact_roles": words.CONTACT_ROLES}


def _pairs(actor: Actor, pairs: tuple[LikelyPair, ...]) -> list[dict[str, Any]]:
    cards = [card for pair in pairs for card in (pair.first, pair.second)]
    groups = groups_of_people(actor, [card.person_id for card in cards])
    return [
        {
            "pair": pair,
            "reasons": [(REASONS[sign], points) for sign, points in pair.reasons],
            "sides": [_side(pair, card, groups) for card in (pair.first, pair.second)],
        }
        for pair in pairs
    ]


def _side(pair: LikelyPair, card: PersonCard, groups: dict[int, dict[int, str]]) -> dict[str, Any]:
    other = pair.second if card is pair.first else pair.first
    shared = groups[card.person_id].keys() & groups[other.person_id].keys()
    shown = list(groups[card.person_id].items())
    return {
        "card": card,
        "other": other,
        "is_suggested": card.person_id == pair.keep_id,
        "may_keep": card.staff_id is not None or other.staff_id is None,
        "groups": [(pk, name, pk in shared) for pk, name in shown[:MANY_GROUPS]],
        "more_groups": max(len(shown) - MANY_GROUPS, 0),
    }


def _told(line: TrailLine) -> dict[str, Any]:
    return {
        "line": line,
        "dialog": f"undo-{line.merge_id}",
        "tone": "quiet" if line.unmerged_at else "info",
        "moved": [(MOVED[name], n) for name, n in line.moved.items() if name in MOVED],
        "stayed": [(MOVED[name], n) for name, n in line.stayed.items() if name in MOVED],
    }
