"""Ways into groups: what there is, opening one, closing one."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qunlian.community.actions.close_door import close_door as close
from qunlian.community.actions.open_door import NewDoor
from qunlian.community.actions.open_door import open_door as open_action
from qunlian.community.queries import doors
from qunlian.community.queries.groups import group_card
from qunlian.community.rules.doors import LAYERS, SOURCES
from qunlian.console.channel import forms
from qunlian.console.channel.choices import pick
from qunlian.console.community import words
from qunlian.console.community.groups import KEEPERS
from qunlian.console.page import actor_of, page
from qunlian.kernel import clock
from qunlian.kernel.typed import whole

#: Welcomes are counted so far back.
_COUNTED = timedelta(days=30)


@page(KEEPERS)
@require_safe
def list_doors(request: HttpRequest) -> HttpResponse:
    """Show the ways in, the newest first, with where each leads and how many came by it."""
    actor = actor_of(request)
    listing = doors.list_doors(actor, after=request.GET.get("after", ""))
    facts = {
        "welcomes": doors.welcome_counts(actor, since=clock.now() - _COUNTED)
        if actor.reach.is_everything
        else None,
        "listing": listing,
        "rows": [
            {
                "door": row,
                "source": words.SOURCES[row.source],
                "layer": words.LAYERS[row.layer],
                "problem": words.DOOR_PROBLEMS.get(row.problem, row.problem),
                "link": request.build_absolute_uri(
                    reverse("community_join_group", args=[row.code])
                ),
            }
            for row in listing.rows
        ],
        "crumbs": [(_("Groups"), reverse("community_list_groups"))],
    }
    return render(request, "console/community/list_doors.html", facts)


@page(KEEPERS)
@require_http_methods(["GET", "POST"])
def open_door(request: HttpRequest) -> HttpResponse:
    """Open a way into a group (``?group=``), or into the groups of a part of the tree."""
    if request.method == "POST":
        return forms.attempt(request, lambda: _open(request), _form)
    return _form(request, {})


def _open(request: HttpRequest) -> HttpResponse:
    door = NewDoor(
        group_id=whole(request.POST.get("group_id", "")),
        territory_id=whole(request.POST.get("territory_id", "")),
        layer=request.POST.get("layer", "consumer"),
        source=request.POST.get("source", ""),
        name=request.POST.get("name", ""),
    )
    open_action(actor=actor_of(request), door=door, now=clock.now())
    return forms.done(
        request, _("Open; print its poster or hand out its link."), "community_list_doors"
    )


def _form(request: HttpRequest, errors: dict[str, str]) -> HttpResponse:
    actor = actor_of(request)
    group_id = whole(request.POST.get("group_id", request.GET.get("group", "")))
    facts = {
        "group": group_card(actor, group_id) if group_id else None,
        "places": pick(request, "territory", "territory_id"),
        "layers": [(key, words.LAYERS[key]) for key in LAYERS],
        "sources": [(key, words.SOURCES[key]) for key in SOURCES],
        "typed": request.POST,
        "errors": errors,
        "crumbs": [(_("Ways in"), reverse("community_list_doors"))],
    }
    return render(request, "console/community/open_door.html", facts)


@page(KEEPERS)
@require_POST
def close_door(request: HttpRequest, door_id: int) -> HttpResponse:
    """Let a way in lead nowhere any more."""
    close(actor=actor_of(request), door_id=door_id, now=clock.now())
    return forms.done(
        request, _("Closed; its link and posters lead nowhere now."), "community_list_doors"
    )
