"""The sales tree and the distributors' tree, a level at a time, and their forms."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qunlian.channel.actions import add_distributor as adding_distributor
from qunlian.channel.actions import add_territory as adding
from qunlian.channel.actions import assign_territory as assigning
from qunlian.channel.actions import edit_distributor as editing
from qunlian.channel.actions import move_distributor as moving_distributor
from qunlian.channel.actions import move_territory as moving
from qunlian.channel.actions import rename_territory as renaming
from qunlian.channel.queries import audit, distributors, territories
from qunlian.console.channel import forms, words
from qunlian.console.channel.choices import pick
from qunlian.console.page import actor_of, page
from qunlian.kernel import clock
from qunlian.kernel.actor import Role
from qunlian.kernel.typed import whole

HEADQUARTERS = (Role.HEADQUARTERS,)
KEEPERS = (Role.HEADQUARTERS, Role.MANAGER, Role.REP, Role.GROUP_MANAGER)
PLANNERS = (Role.HEADQUARTERS, Role.MANAGER)


@page()
@require_GET
def list_territories(request: HttpRequest) -> HttpResponse:
    """Show where the tree begins, one root alone opened; branches come when opened."""
    actor = actor_of(request)
    nodes = territories.top_territories(actor)
    root = nodes[0] if len(nodes) == 1 and nodes[0].below else None
    facts = {
        "root": root,
        "nodes": territories.territory_children(actor, root.id) if root else nodes,
        "may_change": actor.is_headquarters,
    }
    return render(request, "console/channel/list_territories.html", facts)


@page(KEEPERS)
@require_GET
def patches_without_rep(request: HttpRequest) -> HttpResponse:
    """Show the patches that wait for a rep; each is assigned on its own page."""
    found = territories.patches_without_rep(
        actor_of(request), after=request.GET.get("after", "")[:40]
    )
    crumbs = [(_("Channel"), reverse("channel_list_territories"))]
    facts = {"nodes": found.rows, "next_key": found.next_key, "crumbs": crumbs}
    return render(request, "console/channel/patches_without_rep.html", facts)


@page()
@require_GET
def territory_children(request: HttpRequest, territory_id: int) -> HttpResponse:
    """Answer with the level below a territory."""
    nodes = territories.territory_children(actor_of(request), territory_id)
    return render(request, "console/channel/territory_children.html", {"nodes": nodes})


@page()
@require_GET
def territory_page(request: HttpRequest, territory_id: int) -> HttpResponse:
    """Show one territory."""
    actor = actor_of(request)
    found = territories.territory_page(actor, territory_id)
    above = [(name, reverse("channel_territory_page", args=[pk])) for pk, name in found.above]
    history = audit.history(actor, "territory", territory_id).rows
    today = localtime(clock.now()).date()
    facts = {
        "found": found,
        "node": found.node,
        "crumbs": [(_("Channel"), reverse("channel_list_territories")), *above],
        "covers": [
            (words.time_in_words(cover.from_on, cover.until_on, today), cover)
            for cover in found.covers
        ],
        "roles": words.ROLES,
        "history": [(words.fact_in_words(line.name), line) for line in history],
        "today": today,
        "may_change": actor.is_headquarters,
        "may_assign": actor.role in PLANNERS,
    }
    if facts["may_assign"]:
        facts["staff"] = pick(request, "staff", "staff")
    if facts["may_change"]:
        facts["parents"] = pick(request, "territory", "parent", found.node.parent_id)
    return render(request, "console/channel/territory_page.html", facts)


@page(HEADQUARTERS)
@require_http_methods(["GET", "POST"])
def add_territory(request: HttpRequest) -> HttpResponse:
    """Show the form, or add the territory; what was typed stays when it is refused."""
    if request.method == "GET":
        return _new_territory(request, {})

    def write() -> HttpResponse:
        new = adding.NewTerritory(
            parent_id=whole(request.POST.get("parent")),
            code=request.POST.get("code", ""),
            name=request.POST.get("name", ""),
            is_patch="is_patch" in request.POST,
        )
        added = adding.add_territory(actor=actor_of(request), new=new, now=clock.now())
        return forms.done(request, _("Added."), "channel_territory_page", added.territory_id)

    return forms.attempt(request, write, _new_territory)


def _new_territory(request: HttpRequest, errors: dict[str, str]) -> HttpResponse:
    below = whole(request.GET.get("below"))
    facts = {
        "parents": pick(request, "territory", "parent", below),
        "errors": errors,
        "typed": request.POST if request.method == "POST" else None,
        "crumbs": [(_("Channel"), reverse("channel_list_territories"))],
    }
    return render(request, "console/channel/add_territory.html", facts)


@page(HEADQUARTERS)
@require_POST
def rename_territory(request: HttpRequest, territory_id: int) -> HttpResponse:
    """Rename a territory."""
    renaming.rename_territory(
        actor=actor_of(request),
        territory_id=territory_id,
        code=request.POST.get("code", ""),
        name=request.POST.get("name", ""),
        now=clock.now(),
    )
    return forms.done(request, _("Saved."), "channel_territory_page", territory_id)


@page(HEADQUARTERS)
@require_POST
def move_territory(request: HttpRequest, territory_id: int) -> HttpResponse:
    """Move a territory."""
    moving.move_territory(
        actor=actor_of(request),
        territory_id=territory_id,
        parent_id=whole(request.POST.get("parent")),
        now=clock.now(),
    )
    return forms.done(request, _("Moved."), "channel_territory_page", territory_id)


@page(PLANNERS)
@require_POST
def assign_territory(request: HttpRequest, territory_id: int) -> HttpResponse:
    """Let somebody cover a territory."""
    now = clock.now()
    assigning.assign_territory(
        actor=actor_of(request),
        territory_id=territory_id,
        staff_id=whole(request.POST.get("staff")) or 0,
        from_on=forms.day(request.POST.get("from_on")) or localtime(now).date(),
        now=now,
    )
    return forms.done(request, _("Assigned."), "channel_territory_page", territory_id)


@page()
@require_GET
def list_distributors(request: HttpRequest) -> HttpResponse:
    """Show the distributors: as a list that can be searched, with the tree beside it."""
    actor = actor_of(request)
    tier = whole(request.GET.get("tier"))
    facts = {
        "listing": distributors.list_distributors(
            actor,
            typed=request.GET.get("q", "").strip()[:80],
            tier=tier,
            after=request.GET.get("after", ""),
        ),
        "tiers": [("", _("Any tier")), *((n, _("Tier %(n)s") % {"n": n}) for n in range(1, 5))],
        "nodes": distributors.top_distributors(actor),
        "may_change": actor.is_headquarters,
    }
    if actor.is_headquarters:
        facts["parents"] = pick(request, "distributor", "parent")
        facts["territories"] = pick(request, "territory", "territory")
    return render(request, "console/channel/list_distributors.html", facts)


@page()
@require_GET
def distributor_children(request: HttpRequest, distributor_id: int) -> HttpResponse:
    """Answer with those who buy from a distributor."""
    nodes = distributors.distributor_children(actor_of(request), distributor_id)
    return render(request, "console/channel/distributor_children.html", {"nodes": nodes})


@page()
@require_GET
def distributor_page(request: HttpRequest, distributor_id: int) -> HttpResponse:
    """Show one distributor."""
    actor = actor_of(request)
    found = distributors.distributor_page(actor, distributor_id)
    above = [(name, reverse("channel_distributor_page", args=[pk])) for pk, name in found.above]
    history = audit.history(actor, "distributor", distributor_id).rows
    facts = {
        "found": found,
        "row": found.row,
        "crumbs": [(_("Distributors"), reverse("channel_list_distributors")), *above],
        "contact_roles": words.CONTACT_ROLES | {"owner": words.CONTACT_ROLES["contact"]},
        "history": [(words.fact_in_words(line.name), line) for line in history],
        "may_change": actor.is_headquarters,
    }
    if actor.is_headquarters:
        facts["parents"] = pick(request, "distributor", "parent", found.row.parent_id)
        facts["territories"] = pick(request, "territory", "territory", found.row.territory_id)
    return render(request, "console/channel/distributor_page.html", facts)


@page(HEADQUARTERS)
@require_POST
def add_distributor(request: HttpRequest) -> HttpResponse:
    """Add a distributor."""
    typed = request.POST
    new = adding_distributor.NewDistributor(
        parent_id=whole(typed.get("parent")),
        territory_id=whole(typed.get("territory")),
        code=typed.get("code", ""),
        name=typed.get("name", ""),
        address=typed.get("address", ""),
        contact_name=typed.get("contact_name", ""),
        contact_phone=typed.get("contact_phone", ""),
    )
    added = adding_distributor.add_distributor(actor=actor_of(request), new=new, now=clock.now())
    return forms.done(request, _("Added."), "channel_distributor_page", added.distributor_id)


@page(HEADQUARTERS)
@require_POST
def edit_distributor(request: HttpRequest, distributor_id: int) -> HttpResponse:
    """Change a distributor."""
    typed = request.POST
    entry = editing.DistributorEntry(
        code=typed.get("code", ""),
        name=typed.get("name", ""),
        address=typed.get("address", ""),
        territory_id=whole(typed.get("territory")),
        is_active="is_active" in typed,
    )
    editing.edit_distributor(
        actor=actor_of(request), distributor_id=distributor_id, entry=entry, now=clock.now()
    )
    return forms.done(request, _("Saved."), "channel_distributor_page", distributor_id)


@page(HEADQUARTERS)
@require_POST
def move_distributor(request: HttpRequest, distributor_id: int) -> HttpResponse:
    """Move a distributor."""
    moving_distributor.move_distributor(
        actor=actor_of(request),
        distributor_id=distributor_id,
        parent_id=whole(request.POST.get("parent")),
        now=clock.now(),
    )
    return forms.done(request, _("Moved."), "channel_distributor_page", distributor_id)
