"""Asking for a plan: its terms in words, tried on a sample while one chooses."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from qunlian.channel.queries.enterprises import enterprise_card
from qunlian.community.actions.draft_plan import draft_plan as draft
from qunlian.community.queries.plans import has_applied_plan
from qunlian.community.rules.layers import LAYERS
from qunlian.community.rules.moves import USUAL
from qunlian.community.rules.terms import price_of
from qunlian.community.wishes import PlanWish
from qunlian.console.channel.choices import pick
from qunlian.console.community import words
from qunlian.console.community.plans import PROBLEMS
from qunlian.console.nav import PLANNERS
from qunlian.console.page import actor_of, page
from qunlian.kernel import clock
from qunlian.kernel.errors import Invalid
from qunlian.kernel.typed import decimal, whole
from qunlian.kernel.wording import in_words

if TYPE_CHECKING:
    from qunlian.community.queries.preview import Preview

MODES = (
    ("balanced", _("Balanced"), _("alike, but not for the price of many small groups")),
    ("strict", _("Strict"), _("one type and one management attribute per group")),
    ("fewest", _("Fewest"), _("as few groups as the seats allow")),
)
LAYER_HINTS = {
    "distributor": _("one for each tier and branch of the distributors' tree"),
    "store": _("each rep's patch, parted into groups of alike stores"),
    "consumer": _("one for the enterprise and one for each district; people join by link"),
}
STARTS = (
    ("scratch", _("From scratch: all stores are divided anew")),
    ("again", _("From the groups there are: with few moves, groups keep their chats")),
)
#: The slider's end: at three times the price of "fewest" hardly a group is saved any more.
HIGHEST_PRICE = 600


@page(PLANNERS)
def draft_plan(request: HttpRequest) -> HttpResponse:
    """Ask for a matrix: the terms in words, then off to a worker."""
    actor = actor_of(request)
    facts: dict[str, Any] = {}
    if request.method == "POST":
        try:
            made = draft(actor=actor, wish=_wish(request.POST), now=clock.now())
        except Invalid as refusal:
            field = str(refusal.facts.get("field", ""))
            facts = {"typed": request.POST, "errors": {field: in_words(refusal)}}
        else:
            return redirect("community_plan_card", plan_id=made.plan_id)
    chosen = request.POST.get("mode", "balanced")
    facts |= {
        "modes": [(key, name, hint, price_of(key), key == chosen) for key, name, hint in MODES],
        "price": price_of("balanced"),
        "highest_price": HIGHEST_PRICE,
        "starts": STARTS,
        "start": "again" if has_applied_plan(actor) else "scratch",
        "part": pick(request, "territory", "territory_id"),
        "whole": _("The whole channel") if actor.is_headquarters else None,
        "home": enterprise_card(actor),
        "layers": _layer_choices(request),
    }
    return render(request, "console/community/draft_plan.html", facts)


@page(PLANNERS)
@require_safe
def preview_plan(request: HttpRequest) -> HttpResponse:
    """Show what the terms would come to, tried on a sample of patches."""
    from qunlian.community.planner import StoreTooLarge  # noqa: PLC0415  (the planner loads slowly)
    from qunlian.community.queries.preview import preview_plan as tried  # noqa: PLC0415

    facts: dict[str, Any] = {"layers": request.GET.getlist("layers")}
    try:
        found = tried(actor_of(request), _wish(request.GET)) if "store" in facts["layers"] else None
    except StoreTooLarge:
        facts["problem"] = PROBLEMS["store_too_large"]
    except Invalid as refusal:
        facts["problem"] = in_words(refusal)
    else:
        facts |= {"found": found, "curve": _curve(found) if found else None}
        facts["is_again"] = request.GET.get("start") == "again"
    return render(request, "console/community/preview_plan.html", facts)


def _curve(found: "Preview") -> dict[str, Any]:
    """Return groups against likeness for each price of a group; a dot that is clicked sets the price."""
    others = [point for point in found.curve if not point.is_chosen]
    chosen = [point for point in found.curve if point.is_chosen]
    series = ((gettext("Another price"), others), (gettext("Chosen"), chosen))
    return {
        "kind": "scatter",
        "x_name": gettext("Groups"),
        "y_name": gettext("Likeness"),
        "y_unit": "%",
        "series": [
            {
                "name": name,
                "points": [
                    {
                        "x": point.groups,
                        "y": round(100 * point.likeness, 1),
                        "name": f"λ={point.price:g}",
                        "sets": {"price": min(point.price, HIGHEST_PRICE)},
                    }
                    for point in points
                ],
            }
            for name, points in series
            if points
        ],
    }


def _layer_choices(request: HttpRequest) -> list[tuple[str, Any, Any, bool]]:
    """Return the layers to choose from: key, name, what it is made of, whether it is ticked."""
    chosen = request.POST.getlist("layers") if request.method == "POST" else ["store"]
    return [(key, words.LAYERS[key], LAYER_HINTS[key], key in chosen) for key in LAYERS]


def _wish(typed: QueryDict) -> PlanWish:
    def number(name: str) -> int | None:
        found = whole(typed.get(name))
        if found is None and typed.get(name, "").strip():
            raise Invalid(field=name)
        return found

    price = number("price")
    return PlanWish(
        mode=typed.get("mode", "balanced"),
        territory_id=number("territory_id"),
        name=typed.get("name", ""),
        seats_soft=number("soft"),
        reserved=number("reserved"),
        minimum=number("minimum"),
        price=None if price is None else float(price),
        choice=USUAL if typed.get("start") == "again" else "",
        template=typed.get("template", "").strip(),
        layers=tuple(typed.getlist("layers")),
        messages_per_day=_decimal(typed.get("messages_per_day", "")),
    )


def _decimal(text: str) -> float | None:
    found = decimal(text)
    if found is None and text.strip():
        raise Invalid(field="messages_per_day")
    return found
