"""Groups: the list, and what is done with one (its page is ``group_page``)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from qunlian.community.actions.change_group_rules import GroupRules
from qunlian.community.actions.change_group_rules import change_group_rules as rules_action
from qunlian.community.actions.change_steward import StewardChange
from qunlian.community.actions.change_steward import change_steward as steward_action
from qunlian.community.actions.remove_member import Removal
from qunlian.community.actions.remove_member import remove_member as remove_action
from qunlian.community.actions.rename_group import GroupRename
from qunlian.community.actions.rename_group import rename_group as rename_action
from qunlian.community.actions.retire_group import retire_group as retire_action
from qunlian.community.queries import groups
from qunlian.community.queries.groups import GroupFilter
from qunlian.community.rules.ladder import Ladder
from qunlian.console.community import words
from qunlian.console.nav import EVERYBODY
from qunlian.console.page import actor_of, page
from qunlian.kernel import clock, sheets
from qunlian.kernel.actor import Role
from qunlian.kernel.sheets import Cell, Column
from qunlian.kernel.typed import whole

KEEPERS = frozenset({Role.HEADQUARTERS, Role.MANAGER, Role.REP, Role.GROUP_MANAGER})


def _filter(request: HttpRequest) -> GroupFilter:
    territory = request.GET.get("territory", "")
    steward = request.GET.get("steward", "")
    return GroupFilter(
        text=request.GET.get("q", ""),
        life=request.GET.get("life", ""),
        layer=request.GET.get("layer", ""),
        territory_id=whole(territory),
        steward_staff_id=whole(steward),
        is_without_steward=request.GET.get("steward", "") == "none",
    )


@page(EVERYBODY)
def list_groups(request: HttpRequest) -> HttpResponse:
    """Show the groups within reach; filters in the URL."""
    listing = groups.list_groups(
        actor_of(request), narrow=_filter(request), after=request.GET.get("after", "")
    )
    facts = {
        "listing": listing,
        "rows": [
            (
                card,
                words.LIVES[card.life],
                words.LIFE_TONES[card.life],
                words.NEXT_STEPS.get(card.next_step, ""),
            )
            for card in listing.rows
        ],
        "lives": list(words.LIVES.items()),
        "layers": list(words.LAYERS.items()),
        "stewards": [("none", _("without a steward"))],
        "may_plan": actor_of(request).role in KEEPERS - {Role.REP},
    }
    return render(request, "console/community/list_groups.html", facts)


@page(EVERYBODY)
def export_groups(request: HttpRequest) -> HttpResponse:
    """Hand out the groups as a spreadsheet, as they are filtered."""
    columns = (
        Column(_("Group"), width=28),
        Column(_("Layer")),
        Column(_("State")),
        Column(_("Part of the tree")),
        Column(_("Steward")),
        Column(_("Stores"), Cell.INTEGER),
        Column(_("People"), Cell.INTEGER),
        Column(_("Seats"), Cell.INTEGER),
        Column(_("Made"), Cell.MOMENT),
    )
    rows = (
        (
            g.name,
            str(words.LAYERS[g.layer]),
            str(words.LIVES[g.life]),
            g.territory_name,
            g.steward_name,
            g.stores,
            g.seats_taken,
            g.seats_cap,
            g.created_at,
        )
        for g in groups.every_group(actor_of(request), narrow=_filter(request))
    )
    return sheets.answer("groups", request.GET.get("format", "xlsx"), columns, rows)  # type: ignore[return-value]


@page(KEEPERS)
@require_POST
def rename_group(request: HttpRequest, group_id: int) -> HttpResponse:
    """Name the group anew."""
    rename = GroupRename(group_id=group_id, name=request.POST.get("name", ""))
    rename_action(actor=actor_of(request), rename=rename, now=clock.now())
    messages.success(request, _("Renamed; its platform shows it in a moment."))
    return redirect("community_view_group", group_id)


@page(KEEPERS)
@require_POST
def change_group_rules(request: HttpRequest, group_id: int) -> HttpResponse:
    """Set theme and rules."""
    rules = GroupRules(
        group_id=group_id,
        theme=request.POST.get("theme", ""),
        rules=request.POST.get("rules", ""),
        welcome=request.POST.get("welcome"),
        ladder=_ladder(request),
    )
    rules_action(actor=actor_of(request), rules=rules, now=clock.now())
    messages.success(request, _("Saved."))
    return redirect("community_view_group", group_id)


def _ladder(request: HttpRequest) -> Ladder | None:
    """Read which steps follow when rules are broken; None where the form does not ask."""
    if "window_days" not in request.POST:
        return None
    steps = tuple(request.POST.getlist("steps"))
    return Ladder(steps=steps, window_days=whole(request.POST["window_days"]) or 0)


@page(KEEPERS)
@require_POST
def retire_group(request: HttpRequest, group_id: int) -> HttpResponse:
    """End the group's life."""
    retire_action(actor=actor_of(request), group_id=group_id, now=clock.now())
    messages.success(request, _("Retired; its stores wait for another group."))
    return redirect("community_view_group", group_id)


@page(KEEPERS)
@require_POST
def remove_member(request: HttpRequest, group_id: int) -> HttpResponse:
    """Take somebody out."""
    person = request.POST.get("person_id", "")
    removal = Removal(
        group_id=group_id,
        person_id=whole(person) or 0,
        reason=request.POST.get("reason", ""),
    )
    remove_action(actor=actor_of(request), removal=removal, now=clock.now())
    messages.success(request, _("Taken out; the seat is free."))
    return redirect("community_view_group", group_id)


@page(KEEPERS)
@require_POST
def change_steward(request: HttpRequest, group_id: int) -> HttpResponse:
    """Hand the group over."""
    staff = request.POST.get("staff_id", "")
    change = StewardChange(group_id=group_id, staff_id=whole(staff) or 0)
    steward_action(actor=actor_of(request), change=change, now=clock.now())
    messages.success(request, _("Handed over."))
    return redirect("community_view_group", group_id)
