"""Broadcasts: the list, one of them on its way, and what stops or hastens it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from qunlian.console.community import task_words
from qunlian.console.messaging import words
from qunlian.console.nav import PLANNERS
from qunlian.console.page import actor_of, page
from qunlian.kernel import clock
from qunlian.kernel.typed import whole
from qunlian.messaging.actions.cancel_broadcast import cancel_broadcast
from qunlian.messaging.actions.compose_broadcast import COMPOSERS
from qunlian.messaging.actions.pause_broadcast import pause_broadcast
from qunlian.messaging.actions.resume_broadcast import resume_broadcast
from qunlian.messaging.actions.retry_deliveries import retry_deliveries
from qunlian.messaging.actions.send_broadcast import InThePast, send_broadcast
from qunlian.messaging.queries.broadcasts import (
    broadcast_card,
    broadcast_progress,
    groups_not_sent,
    list_broadcasts,
)
from qunlian.messaging.queries.confirmations import confirmers
from qunlian.messaging.queries.proofs import broadcast_result
from qunlian.messaging.queries.slices import slice_size

CASCADE_HOURS = (24, 48, 72)
#: Outside these hours people sleep, or are with their families.
DAY_BEGINS, DAY_ENDS = 8, 21


@page()
@require_safe
def list_page(request: HttpRequest) -> HttpResponse:
    """Show broadcasts, the newest first."""
    state = request.GET.get("state", "")
    actor = actor_of(request)
    found = list_broadcasts(
        actor, state=state if state in words.FILTERS else "", after=request.GET.get("after", "")
    )
    facts = {
        "rows": [words.labelled(card) for card in found.rows],
        "next_key": found.next_key,
        "states": list(words.FILTERS.items()),
        "may_compose": actor.role in COMPOSERS,
    }
    return render(request, "console/messaging/list_broadcasts.html", facts)


@page()
@require_safe
def card_page(request: HttpRequest, broadcast_id: int) -> HttpResponse:
    """Show one broadcast: as a draft with its size and the send buttons, then with its progress."""
    actor = actor_of(request)
    card = broadcast_card(actor, broadcast_id)
    facts = words.labelled(card) | {
        "crumbs": [(_("Messages"), reverse("messaging_list_broadcasts"))],
        "layers": [words.LAYERS[layer] for layer in card.slice.layers],
        "hours": [
            (hours, ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours})
            for hours in CASCADE_HOURS
        ],
    }
    if card.state in ("draft", "scheduled"):
        facts["size"] = slice_size(actor, card.slice)
        facts["typed_at"] = card.scheduled_at and f"{localtime(card.scheduled_at):%Y-%m-%dT%H:%M}"
    if card.state not in ("draft", "cancelled"):
        facts |= _progress(request, broadcast_id)
        facts["troubles"] = [
            (one, words.DELIVERIES[one.state], words.PROBLEMS.get(one.problem, ""))
            for one in groups_not_sent(actor, broadcast_id)
        ]
        facts["total"] = broadcast_result(actor, broadcast_id).total
        facts |= by_hand(request, broadcast_id)
    return render(request, "console/messaging/broadcast_card.html", facts)


@page()
@require_safe
def progress_part(request: HttpRequest, broadcast_id: int) -> HttpResponse:
    """Say how far it is; asked each second while it is on its way."""
    facts = _progress(request, broadcast_id)
    response = render(request, "console/messaging/broadcast_progress.html", facts)
    if not facts["is_moving"]:
        response["HX-Refresh"] = "true"
    return response


@page(COMPOSERS)
@require_POST
def send(request: HttpRequest, broadcast_id: int) -> HttpResponseBase:
    """Send a draft now, or at the time given."""
    now = clock.now()
    at = _moment(request.POST.get("at", "")) if request.POST.get("when") == "later" else None
    hours = whole(request.POST.get("hours"))
    groups = send_broadcast(
        actor=actor_of(request),
        broadcast_id=broadcast_id,
        at=at,
        closes_at=(at or now) + timedelta(hours=hours) if hours in CASCADE_HOURS else None,
        now=now,
    )
    said = ngettext("It goes to %(n)s group.", "It goes to %(n)s groups.", groups) % {"n": groups}
    messages.success(request, said)
    if at is not None and not DAY_BEGINS <= localtime(at).hour < DAY_ENDS:
        messages.warning(
            request, _("It goes out at night; phones ring at that hour. You can still change it.")
        )
    return redirect("messaging_broadcast_card", broadcast_id)


def _steered(steer: Callable[..., object], said: Callable[[Any], str]) -> Callable[..., Any]:
    """Make the view of a button that runs one action on one broadcast."""

    @page(COMPOSERS)
    @require_POST
    def view(request: HttpRequest, broadcast_id: int) -> HttpResponseBase:
        told = steer(actor=actor_of(request), broadcast_id=broadcast_id, now=clock.now())
        messages.success(request, said(told))
        return redirect("messaging_broadcast_card", broadcast_id)

    return view


pause = _steered(
    pause_broadcast, lambda _told: _("Paused: no further group gets it until it goes on.")
)
resume = _steered(resume_broadcast, lambda _told: _("It goes on."))
cancel = _steered(
    cancel_broadcast,
    lambda spared: (
        ngettext(
            "Called off; %(n)s group stays without it.",
            "Called off; %(n)s groups stay without it.",
            spared,
        )
        % {"n": spared}
    ),
)
retry = _steered(
    retry_deliveries,
    lambda count: (
        ngettext("Trying %(n)s group again.", "Trying %(n)s groups again.", count) % {"n": count}
    ),
)


def by_hand(request: HttpRequest, broadcast_id: int) -> dict[str, Any]:
    """Return who was asked to send it by hand, and whether the actor may follow and remind them."""
    actor = actor_of(request)
    found = confirmers(actor, broadcast_id, now=clock.now())
    return {
        "confirmers": [
            (
                one,
                task_words.STATES[one.state],
                task_words.TONES[one.state],
                " ".join(filter(None, (str(task_words.REASONS.get(one.reason, "")), one.words))),
            )
            for one in found
        ],
        "may_follow": actor.role in PLANNERS,
        "may_remind": actor.role in PLANNERS,
    }


def _progress(request: HttpRequest, broadcast_id: int) -> dict[str, Any]:
    actor = actor_of(request)
    card = broadcast_card(actor, broadcast_id)
    progress = broadcast_progress(actor, broadcast_id)
    return {
        "card": card,
        "progress": progress,
        "is_moving": card.state in ("scheduled", "sending") and not _waits(card.state, progress),
        "progress_state": "running" if card.state == "sending" else "done",
    }


def _waits(state: str, progress: Any) -> bool:
    """Tell whether nothing of ours moves: the rest waits for people or for its time."""
    return state == "sending" and not (progress.waiting or progress.sending or progress.unknown)


def _moment(text: str) -> datetime:
    try:
        return timezone.make_aware(datetime.fromisoformat(text))
    except ValueError:
        raise InThePast from None
