"""How the groups of each layer are to be: templates, owners' accounts, and who has too many groups."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from qunlian.channel.queries import audit
from qunlian.community.actions.change_layer import LayerChange, LayerUnsound
from qunlian.community.actions.change_layer import change_layer as change
from qunlian.community.queries import layers, loads
from qunlian.community.queries.layers import AccountCard
from qunlian.community.rules.ladder import Ladder
from qunlian.community.rules.layers import (
    LAYERS,
    OWNER_POLICIES,
    PURPOSES,
    STEWARD_ROLES,
    LayerTemplate,
)
from qunlian.console.channel.choices import pick
from qunlian.console.channel.words import ROLES
from qunlian.console.community import words
from qunlian.console.community.breach_words import STEPS
from qunlian.console.nav import PLANNERS
from qunlian.console.page import actor_of, page
from qunlian.kernel import clock, sheets
from qunlian.kernel.errors import Invalid
from qunlian.kernel.sheets import Cell, Column
from qunlian.kernel.typed import decimal, whole
from qunlian.kernel.wording import in_words
from qunlian.platforms import registry

PURPOSE_NAMES = {
    "manage": _("manage"),
    "activate": _("activate"),
    "link": _("link"),
    "spread": _("spread"),
    "sell": _("sell"),
}
POLICIES = {
    "named": _("the account named for its part of the tree, else headquarters' own"),
    "steward": _("its steward's account"),
    "superior": _("the account of its steward's superior"),
    "least_loaded": _("the least busy of the accounts below"),
}
FIELDS = {
    "name_pattern": _("Names of the groups"),
    "theme": _("Theme"),
    "rules": _("Rules"),
    "welcome": _("Welcome"),
    "ladder": _("What follows when rules are broken"),
    "purposes": _("Purpose"),
    "platform": _("Platform"),
    "soft": _("Seats to plan for"),
    "hard": _("Seats at most"),
    "reserved": _("Seats kept for staff"),
    "steward_role": _("Steward"),
    "superiors": _("Superiors"),
    "has_manager": _("Group manager"),
    "owner_policy": _("Whose account owns it"),
    "messages_per_day": _("Messages a group is sent in a day"),
    "follow_limit": _("Groups that one person can follow"),
    "manager_limit": _("Groups that one manager may have"),
    "accounts": _("Owners' accounts"),
}
_WHOLE_NUMBERS = ("reserved", "superiors", "follow_limit", "manager_limit")
#: No bound of a template is wider.
_LARGEST = 99_999


@page(PLANNERS)
def list_layers(request: HttpRequest) -> HttpResponse:
    """Show the templates side by side."""
    actor = actor_of(request)
    facts = {
        "rows": [
            (
                card,
                words.LAYERS[card.layer],
                ROLES[card.template.steward_role],
                POLICIES[card.template.owner_policy],
            )
            for card in layers.list_layers(actor)
        ],
        "is_editor": actor.is_headquarters,
        "crumbs": [(gettext("Plans"), reverse("community_list_plans"))],
    }
    return render(request, "console/community/list_layers.html", facts)


@page(PLANNERS)
def change_layer(request: HttpRequest, layer: str) -> HttpResponse:
    """Show one layer's template with its history; headquarters changes it."""
    actor = actor_of(request)
    if layer not in LAYERS:
        raise Http404
    card = layers.layer_card(actor, layer)
    facts: dict[str, Any] = {}
    if request.method == "POST":
        try:
            wanted = LayerChange(
                layer=layer, template=_template(request, card.template), accounts=_accounts(request)
            )
            change(actor=actor, change=wanted, now=clock.now())
        except Invalid as refusal:
            field = str(refusal.facts.get("field", ""))
            facts = {"typed": request.POST, "errors": {field: in_words(refusal)}}
        else:
            messages.success(request, gettext("Saved; the next plan follows it."))
            return redirect("community_list_layers")
    ticked = request.POST.getlist("purposes") if facts else card.template.purposes
    steps = request.POST.getlist("steps") if facts else card.template.ladder.steps
    facts |= {
        "card": card,
        "name": words.LAYERS[layer],
        "is_editor": actor.is_headquarters,
        "purposes": [(key, name, key in ticked) for key, name in PURPOSE_NAMES.items()],
        "ladder": card.template.ladder,
        "step_choices": [(key, name, key in steps) for key, name in STEPS.items()],
        "policies": [(key, POLICIES[key]) for key in OWNER_POLICIES],
        "steward_roles": [(key, ROLES[key]) for key in STEWARD_ROLES],
        "counts": [(str(n), str(n)) for n in range(3)],
        "platforms": [(name, name) for name in registry.names()],
        "accounts": _standing(request, card),
        "new_account": pick(request, "staff", "account_staff"),
        "new_place": pick(request, "territory", "account_place"),
        "history": _history(request, card),
        "crumbs": [
            (gettext("Plans"), reverse("community_list_plans")),
            (gettext("Templates of the layers"), reverse("community_list_layers")),
        ],
    }
    return render(request, "console/community/change_layer.html", facts)


def _template(request: HttpRequest, old: LayerTemplate) -> LayerTemplate:
    """Read the form; what cannot be a number is refused at its field."""
    typed = request.POST
    numbers = {name: _number(typed.get(name, ""), name) for name in _WHOLE_NUMBERS}
    if None in numbers.values():
        raise LayerUnsound(field=next(name for name, value in numbers.items() if value is None))
    return replace(
        old,
        name_pattern=typed.get("name_pattern", "").strip(),
        theme=" ".join(typed.get("theme", "").split()),
        rules=typed.get("rules", "").replace("\r\n", "\n").strip(),
        welcome=typed.get("welcome", "").replace("\r\n", "\n").strip(),
        purposes=tuple(key for key in PURPOSES if key in typed.getlist("purposes")),
        platform=typed.get("platform", old.platform),
        soft=_number(typed.get("soft", ""), "soft"),
        hard=_number(typed.get("hard", ""), "hard"),
        steward_role=typed.get("steward_role", ""),
        has_manager=typed.get("has_manager") == "on",
        owner_policy=typed.get("owner_policy", ""),
        ladder=_ladder(request, old),
        messages_per_day=_decimal(typed.get("messages_per_day", "")),
        **numbers,  # type: ignore[arg-type]  # none of them is None any more
    )


def _ladder(request: HttpRequest, old: LayerTemplate) -> Ladder:
    """Read what follows when rules are broken; a form that does not ask leaves it as it is."""
    if "window_days" not in request.POST:
        return old.ladder
    days = _number(request.POST["window_days"], "window_days")
    return Ladder(steps=tuple(request.POST.getlist("steps")), window_days=days or 0)


def _number(text: str, field: str) -> int | None:
    if not text.strip():
        return None
    found = whole(text)
    if found is None or found > _LARGEST:
        raise LayerUnsound(field=field)
    return found


def _decimal(text: str) -> float:
    found = decimal(text)
    if found is None:
        raise LayerUnsound(field="messages_per_day")
    return found


def _accounts(request: HttpRequest) -> list[tuple[int, int | None]]:
    """Read the accounts that are kept and the one that is added; its staff id and part, None for anywhere."""
    kept = [value.partition(":") for value in request.POST.getlist("accounts")]
    added = (request.POST.get("account_staff"), "", request.POST.get("account_place"))
    return [
        (staff_id, whole(place))
        for staff, _, place in (*kept, added)
        if (staff_id := whole(staff)) is not None
    ]


def _standing(request: HttpRequest, card: layers.LayerCard) -> list[tuple[str, AccountCard, bool]]:
    """Return the accounts that stand there, each as its field's value and whether it is kept."""
    values = [f"{each.staff_id}:{each.territory_id or ''}" for each in card.accounts]
    kept = request.POST.getlist("accounts") if request.method == "POST" else values
    return [(value, each, value in kept) for value, each in zip(values, card.accounts, strict=True)]


def _history(request: HttpRequest, card: layers.LayerCard) -> list[tuple[Any, str]]:
    """Return who changed what, the newest first."""
    if card.layer_id is None:
        return []
    lines = audit.history(actor_of(request), "layer", card.layer_id).rows
    return [
        (
            line,
            " · ".join(str(FIELDS.get(key, key)) for key in line.payload.get("changes", {})),
        )
        for line in lines
    ]


@page(PLANNERS)
def list_loads(request: HttpRequest) -> HttpResponse:
    """Show who sits in how many groups, those with too many first."""
    is_over = request.GET.get("over", "") == "1"
    found = loads.list_loads(actor_of(request), is_over=is_over, after=request.GET.get("after", ""))
    facts = {
        "rows": [(each, ROLES[each.role]) for each in found.rows],
        "next_key": found.next_key,
        "is_over": is_over,
        "overs": [("1", gettext("more than one can follow"))],
        "crumbs": [(gettext("Groups"), reverse("community_list_groups"))],
    }
    return render(request, "console/community/list_loads.html", facts)


@page(PLANNERS)
def export_loads(request: HttpRequest) -> HttpResponse:
    """Hand the same list out as a spreadsheet."""
    columns = (
        Column(gettext("Name")),
        Column(gettext("Role")),
        Column(gettext("Groups"), Cell.INTEGER),
        Column(gettext("Owns"), Cell.INTEGER),
        Column(gettext("Manages"), Cell.INTEGER),
        Column(gettext("To confirm a day"), Cell.INTEGER),
    )
    is_over = request.GET.get("over", "") == "1"
    rows = (
        (
            each.name,
            str(ROLES[each.role]),
            each.groups,
            each.owned,
            each.managed,
            round(each.confirms_per_day),
        )
        for each in loads.every_load(actor_of(request), is_over=is_over)
    )
    return sheets.answer("group-loads", request.GET.get("format", "xlsx"), columns, rows)  # type: ignore[return-value]
