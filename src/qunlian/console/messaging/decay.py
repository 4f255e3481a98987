"""What each hop of a broadcast kept, who stopped it, and reminding them."""

from math import isfinite
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from qunlian.console.messaging import words
from qunlian.console.messaging.results import crumbs, silent_words
from qunlian.console.page import actor_of, came_from, page
from qunlian.kernel import clock
from qunlian.messaging.actions.compose_broadcast import COMPOSERS
from qunlian.messaging.actions.remind_staff import remind_staff as remind
from qunlian.messaging.queries.broadcasts import broadcast_card, list_broadcasts

if TYPE_CHECKING:
    from qunlian.messaging.queries.results import BroadcastDecay
    from qunlian.messaging.rules.decay import Interval


@page()
@require_safe
def decay_page(request: HttpRequest, broadcast_id: int) -> HttpResponse:
    """Show what each hop kept beside the 30 % rule, against another message, and who stopped it."""
    from qunlian.messaging.queries.results import broadcast_decay  # noqa: PLC0415  (numpy loads slowly)

    actor = actor_of(request)
    card = broadcast_card(actor, broadcast_id)
    found = broadcast_decay(actor, broadcast_id)
    other_mode = "direct" if card.mode == "cascade" else "cascade"
    others = [
        other
        for other in list_broadcasts(actor, limit=100).rows
        if other.mode == other_mode and other.started_at and other.broadcast_id != broadcast_id
    ]
    against = request.GET.get("against", "")
    chosen = next((o for o in others if str(o.broadcast_id) == against), None)
    compared = broadcast_decay(actor, chosen.broadcast_id) if chosen else None
    facts = words.labelled(card) | {
        "found": found,
        "untold": found.untold,
        "silent": silent_words(found.silent),
        "crumbs": crumbs(card.title, broadcast_id),
        "basis_label": _("understood it") if found.basis == "understood" else _("read it"),
        "plot": _plot(found, compared, card.mode),
        "hops": _hops(found, card.mode),
        "rate": _figure(found.decay.rate),
        "notes": {
            "plot": _("Bands: intervals of 95 %; the dashed line loses 30 % per hop."),
            "share": _("Share (95 %)"),
        },
        "end": _end(found),
        "compared_end": _end(compared) if compared else None,
        "chosen": chosen,
        "others": [(o.broadcast_id, o.title) for o in others],
        "stoppers": [(one, words.ROLES.get(one.role, one.role)) for one in found.stoppers],
        "verdict": _verdict(found),
        "may_remind": actor.role in COMPOSERS,
    }
    return render(request, "console/messaging/broadcast_decay.html", facts)


@page(COMPOSERS)
@require_POST
def remind_staff(request: HttpRequest, broadcast_id: int, staff_id: int) -> HttpResponseBase:
    """Put a reminder before somebody of staff."""
    remind(actor=actor_of(request), broadcast_id=broadcast_id, staff_id=staff_id, now=clock.now())
    messages.success(request, _("Reminded: it stands on his page “To pass on” and on Today."))
    return redirect(came_from(request))


@page()
@require_safe
def newest_decay(request: HttpRequest) -> HttpResponse:
    """Lead to the newest message level by level, beside the newest direct one."""
    started = [
        card for card in list_broadcasts(actor_of(request), limit=100).rows if card.started_at
    ]
    cascade = next((card for card in started if card.mode == "cascade"), None)
    direct = next((card for card in started if card.mode == "direct"), None)
    shown = cascade or direct
    if shown is None:
        return redirect("messaging_list_broadcasts")
    query = f"?against={direct.broadcast_id}" if cascade and direct else ""
    return redirect(reverse("messaging_broadcast_decay", args=[shown.broadcast_id]) + query)


def _names(found: "BroadcastDecay", mode: str) -> list[str]:
    count = len(found.decay.hops)
    if mode == "direct":
        return [_("Groups")] * count
    return [
        _("Groups") if place == count - 1 else _("Level %(n)s") % {"n": place + 1}
        for place in range(count)
    ]


def _plot(found: "BroadcastDecay", compared: "BroadcastDecay | None", mode: str) -> dict[str, Any]:
    from qunlian.messaging.rules.decay import RULE  # noqa: PLC0415  (numpy loads slowly)

    cascade, direct = (found, compared) if mode == "cascade" else (compared, found)
    shown = cascade or direct
    hops = shown.decay.hops if shown else ()
    series = []
    if cascade:
        series.append(_series(_("Level by level"), cascade))
    if direct and direct.decay.hops:
        flat = direct.decay.hops[-1].reach
        series.append(
            {
                "name": _("Direct (one hop)"),
                "values": [_percent(flat.value)] * max(1, len(hops)),
                "low": [_percent(flat.low)] * max(1, len(hops)),
                "high": [_percent(flat.high)] * max(1, len(hops)),
            }
        )
    top = hops[0].reach.value if hops else 1.0
    return {
        "kind": "line",
        "x": _names(shown, "cascade" if cascade else "direct") if shown else [],
        "series": series,
        "guide": {
            "name": _("A loss of 30 % per hop"),
            "values": [_percent(top * RULE**place) for place in range(len(hops))],
        },
        "unit": "%",
        "x_name": _("Hop"),
        "min": 0,
        "max": 100,
    }


def _series(name: str, found: "BroadcastDecay") -> dict[str, Any]:
    reach = [hop.reach for hop in found.decay.hops]
    return {
        "name": name,
        "values": [_percent(one.value) for one in reach],
        "low": [_percent(one.low) for one in reach],
        "high": [_percent(one.high) for one in reach],
    }


def _hops(found: "BroadcastDecay", mode: str) -> list[dict[str, Any]]:
    names = _names(found, mode)
    return [
        {"name": name, "hop": hop, "reach": _words_of(hop.reach), "kept": _words_of(hop.retention)}
        for name, hop in zip(names, found.decay.hops, strict=True)
    ]


def _end(found: "BroadcastDecay") -> dict[str, str]:
    return _figure(found.decay.hops[-1].reach if found.decay.hops else None)


def _figure(interval: "Interval | None") -> dict[str, str]:
    """Return an estimate and, apart from it, what its interval says."""
    if interval is None or not isfinite(interval.value):
        return {"value": "—", "interval": _("Nothing to measure yet")}
    bounds = {"low": f"{interval.low:.0%}", "high": _high(interval)}
    said = _("Between %(low)s and %(high)s with 95 %% certainty") % bounds
    return {"value": f"{interval.value:.0%}", "interval": said}


def _high(interval: "Interval") -> str:
    """Write the upper bound; beyond tenfold it says no more than "anything"."""
    return f"{interval.high:.0%}" if interval.high < 10 else "∞"  # noqa: PLR2004


def _verdict(found: "BroadcastDecay") -> str:
    if found.decay.rate is None:
        return _("With one hop there is nothing to lose on the way.")
    if found.decay.rejects_rule:
        return _("This differs from the rule of thumb (70 % kept per hop) by more than chance.")
    return _("This agrees with the rule of thumb: 70 % kept per hop.")


def _percent(share: float) -> float:
    return round(100 * share, 1) if isfinite(share) else 0.0


def _words_of(interval: "Interval | None") -> str:
    """Write an estimate with its 95 % interval; a dash where the data cannot tell."""
    if interval is None or not isfinite(interval.value):
        return "—"
    return f"{interval.value:.0%} ({interval.low:.0%} – {_high(interval)})"
