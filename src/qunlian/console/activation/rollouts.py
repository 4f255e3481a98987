"""Waves: what is rolled out in which order, what each wave brought, and the next one."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qunlian.activation.actions.draft_rollout import RolloutWish
from qunlian.activation.actions.draft_rollout import draft_rollout as draft
from qunlian.activation.actions.open_wave import Look
from qunlian.activation.actions.open_wave import open_wave as open_
from qunlian.activation.actions.set_weights import set_weights as weigh
from qunlian.activation.queries import rollouts, scores
from qunlian.activation.queries.rollouts import Results, WaveCard
from qunlian.activation.rules import BOUNDS, WAIT_DAYS, Weights
from qunlian.channel.queries.public_codes import codes_of
from qunlian.console.activation import words
from qunlian.console.channel import forms
from qunlian.console.channel.choices import pick
from qunlian.console.messaging.results import silent_words
from qunlian.console.nav import HEADQUARTERS, STAFF
from qunlian.console.page import actor_of, page
from qunlian.kernel import clock, sheets
from qunlian.kernel.actor import Role
from qunlian.kernel.sheets import Cell, Column
from qunlian.kernel.typed import whole
from qunlian.platforms import registry
from qunlian.platforms.port import Feature

OPENERS = frozenset({Role.HEADQUARTERS, Role.MANAGER})


@page(STAFF)
@require_safe
def list_rollouts(request: HttpRequest) -> HttpResponse:
    """Show the roll-outs, newest first, and what the score weighs."""
    actor = actor_of(request)
    weights = scores.weights_of(actor)
    facts = {
        "listing": rollouts.list_rollouts(actor, after=request.GET.get("after", "")),
        "units": words.UNITS,
        "weights": [(words.NAMES[n], getattr(weights, n), words.HINTS[n]) for n in words.NAMES],
        "may_open": actor.role in OPENERS,
        "may_weigh": actor.is_headquarters,
    }
    return render(request, "console/activation/list_rollouts.html", facts)


@page(OPENERS)
@require_http_methods(["GET", "POST"])
def draft_rollout(request: HttpRequest) -> HttpResponse:
    """Ask for a part's stores to be ranked and cut into waves."""
    actor = actor_of(request)

    def show(request: HttpRequest, errors: dict[str, str]) -> HttpResponse:
        facts = {
            "typed": request.POST or {"bounds": ", ".join(map(str, BOUNDS))},
            "errors": errors,
            "part": pick(request, "territory", "territory_id"),
            "whole": _("The whole channel") if actor.is_headquarters else None,
            "units": list(words.UNITS.items()),
            "wait_days": WAIT_DAYS,
        }
        return render(request, "console/activation/draft_rollout.html", facts)

    def write() -> HttpResponse:
        made = draft(actor=actor, wish=_wish(request), now=clock.now())
        return redirect("activation_rollout_card", made.rollout_id)

    return show(request, {}) if request.method == "GET" else forms.attempt(request, write, show)


def _wish(request: HttpRequest) -> RolloutWish:
    typed = request.POST
    bounds = typed.get("bounds", "").replace("，", ",").replace("%", "").replace("、", ",")
    return RolloutWish(
        name=typed.get("name", ""),
        territory_id=whole(typed.get("territory_id")),
        unit=typed.get("unit", ""),
        bounds=tuple(whole(part) or 0 for part in bounds.split(",")),
        wait_days=forms.number(typed.get("wait_days"), WAIT_DAYS),
    )


@page(HEADQUARTERS)
@require_http_methods(["GET", "POST"])
def set_weights(request: HttpRequest) -> HttpResponse:
    """Change what the parts of the score weigh."""
    actor = actor_of(request)

    def show(request: HttpRequest, errors: dict[str, str]) -> HttpResponse:
        kept = scores.weights_of(actor)
        fields = [(n, words.NAMES[n], getattr(kept, n), words.HINTS[n]) for n in words.NAMES]
        facts = {"typed": request.POST, "errors": errors, "fields": fields, "crumbs": _crumbs()}
        return render(request, "console/activation/set_weights.html", facts)

    def write() -> HttpResponse:
        typed = {name: forms.number(request.POST.get(name), 0) for name in words.NAMES}
        weigh(actor=actor, weights=Weights(**typed), now=clock.now())
        return forms.done(request, _("Saved."), "activation_list_rollouts")

    return show(request, {}) if request.method == "GET" else forms.attempt(request, write, show)


def _crumbs() -> list[tuple[str, str]]:
    return [(_("Waves"), reverse("activation_list_rollouts"))]


@page(STAFF)
@require_safe
def rollout_card(request: HttpRequest, rollout_id: int) -> HttpResponse:
    """Show the waves, what those opened brought beside the rest, and the question before the next."""
    actor, now = actor_of(request), clock.now()
    card = rollouts.rollout_card(actor, rollout_id)
    waves = rollouts.waves_of(actor, rollout_id)
    results = rollouts.results_of(actor, rollout_id, now=now)
    following = next((wave for wave in waves if wave.opened_at is None), None)
    facts = {
        "card": card,
        "waves": waves,
        "results": results,
        "silent": silent_words(registry.without(Feature.READ_MARKS)),
        "plot": _plot(results),
        "following": following,
        "may_open": actor.role in OPENERS and following is not None,
        "seen_at": results.taken_at.isoformat(),
        "is_early": _is_early(waves, card.wait_days, now),
        "unit": words.UNITS[card.unit],
        "weights": [(words.NAMES[n], card.weights[n]) for n in words.NAMES],
        "crumbs": _crumbs(),
    }
    return render(request, "console/activation/rollout_card.html", facts)


def _is_early(waves: tuple[WaveCard, ...], wait_days: int, now: datetime) -> bool:
    opened = [wave.opened_at for wave in waves if wave.opened_at is not None]
    return bool(opened) and (now - max(opened)).days < wait_days


def _plot(results: Results) -> dict[str, Any] | None:
    if not results.rows:
        return None
    names = {
        "joined": _("joined"),
        "active": _("active"),
        "read": _("read"),
        "understood": _("understood"),
        "ordered": _("ordered"),
    }
    return {
        "kind": "bar",
        "x": list(names.values()),
        "series": [
            {
                "name": _("Wave %(n)s") % {"n": row.number} if row.number else _("Not yet invited"),
                "values": [round(100 * getattr(row, n) / row.stores, 1) for n in names],
            }
            for row in results.rows
        ],
        "unit": "%",
        "x_name": _("Of all its stores"),
    }


@page(STAFF)
@require_safe
def stores_in_wave(request: HttpRequest, rollout_id: int, number: int) -> HttpResponse:
    """Show the stores of a wave with the parts of their scores."""
    actor = actor_of(request)
    card = rollouts.rollout_card(actor, rollout_id)
    after = request.GET.get("after", "")
    facts = {
        "card": card,
        "number": number,
        "listing": rollouts.stores_in_wave(actor, rollout_id, number, after=after),
        "export_url": reverse("activation_export_wave", args=[rollout_id, number]),
        "crumbs": [*_crumbs(), (card.name, reverse("activation_rollout_card", args=[rollout_id]))],
    }
    return render(request, "console/activation/stores_in_wave.html", facts)


@page(STAFF)
@require_safe
def export_wave(request: HttpRequest, rollout_id: int, number: int) -> HttpResponseBase:
    """Hand out the stores of a wave with their links to join, to invite them with."""
    actor = actor_of(request)
    rollouts.rollout_card(actor, rollout_id)

    def rows() -> Iterator[tuple[object, ...]]:
        after: str | None = ""
        while after is not None:
            part = rollouts.stores_in_wave(actor, rollout_id, number, after=after, take=2000)
            ids = [store.store_id for store in part.rows]
            codes = codes_of(actor.enterprise_id, "store", ids)
            for s in part.rows:
                code = codes.get(s.store_id)
                address = reverse("community_join_group", args=[code]) if code else ""
                link = request.build_absolute_uri(address) if code else ""
                yield s.place, s.code, s.name, s.group, round(s.score), link
            after = part.next_key

    columns = (
        Column(_("Place"), Cell.INTEGER),
        Column(_("Store code")),
        Column(_("Store"), width=28),
        Column(_("Group"), width=28),
        Column(_("Score"), Cell.INTEGER),
        Column(_("Link to join"), width=48),
    )
    return sheets.answer("wave", request.GET.get("format", "xlsx"), columns, rows())


@page(OPENERS)
@require_POST
def open_wave(request: HttpRequest, rollout_id: int, number: int) -> HttpResponse:
    """Open the next wave with the decision taken on what was seen."""
    seen = request.POST.get("seen_at", "")
    look = Look(
        seen_at=parse_datetime(seen) if seen else None,
        decision=request.POST.get("decision", ""),
        is_early="is_early" in request.POST,
    )
    done = open_(
        actor=actor_of(request), rollout_id=rollout_id, number=number, look=look, now=clock.now()
    )
    said = _("Wave %(n)s is open: %(stores)s stores are invited.")
    messages.success(request, said % {"n": done.number, "stores": done.stores})
    return redirect("activation_rollout_card", rollout_id)
