"""Groups that exist on outside platforms already: what each looks made for, taking them over."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from qunlian.community.actions.adopt_rooms import Adoption
from qunlian.community.actions.adopt_rooms import adopt_rooms as adopt
from qunlian.community.actions.look_for_rooms import look_for_rooms as look
from qunlian.community.actions.set_rooms_aside import set_rooms_aside as set_aside
from qunlian.community.adopting import LAYERS
from qunlian.community.queries import rooms
from qunlian.community.queries.rooms import VIEWS, RoomRow
from qunlian.console.channel import forms
from qunlian.console.channel.choices import pick
from qunlian.console.community import words
from qunlian.console.nav import PLANNERS
from qunlian.console.page import actor_of, page
from qunlian.kernel import clock
from qunlian.kernel.typed import whole

VIEW_NAMES = {
    "open": _("To decide"),
    "clear": _("Clear proposals"),
    "unknown": _("Owner unknown"),
    "leavers": _("Leavers' groups"),
    "adopted": _("Taken over"),
    "unbound": _("Stores not all known"),
    "ignored": _("Set aside"),
    "gone": _("Dissolved"),
}
SIGNS = {
    "owner_covers": _("its owner covers this place"),
    "rep_inside": _("the place's rep sits in it"),
    "name_of_place": _("its name holds the place's"),
    "stores_there": _("its people's stores lie there"),
    "words_of_layer": _("its name says what it is for"),
}
STATUSES = {
    "stands": _("stands"),
    "owner_gone": _("owner has left"),
    "changing_hands": _("changing hands"),
    "dissolved": _("dissolved"),
}


@page(PLANNERS)
@require_safe
def list_rooms(request: HttpRequest) -> HttpResponse:
    """Show rooms with what is proposed for each; the view is in the URL."""
    actor = actor_of(request)
    asked = request.GET.get("view", "")
    view = asked if asked in VIEWS else "open"
    counts = rooms.room_counts(actor)
    listing = rooms.list_rooms(actor, view=view, after=request.GET.get("after", ""))
    here = reverse("community_list_rooms")
    facts = {
        "listing": listing,
        "rows": [(row, *_words(row)) for row in listing.rows],
        "counts": counts,
        "view": view,
        "view_name": VIEW_NAMES[view],
        "tabs": [
            (VIEW_NAMES[name], f"{here}?view={name}", name == view, counts.views[name])
            for name in VIEWS
            if name in ("open", view) or counts.views[name]
        ],
        "may_adopt": view in ("open", "clear"),
        "may_return": view == "ignored",
        "crumbs": [(gettext("Groups"), reverse("community_list_groups"))],
        "is_headquarters": actor.is_headquarters,
    }
    return render(request, "console/community/list_rooms.html", facts)


@page(PLANNERS)
@require_safe
def room_card(request: HttpRequest, room_id: int) -> HttpResponse:
    """Show one room: why it is proposed as it is, who sits in it, and what it shall become."""
    return _card(request, room_id, {})


@page(PLANNERS)
@require_POST
def adopt_rooms(request: HttpRequest) -> HttpResponse:
    """Take the ticked rooms over as proposed, or one as it was chosen on its page."""
    ticked = _ticked(request)
    if not ticked:
        messages.warning(request, gettext("Tick at least one group first."))
        return redirect("community_list_rooms")
    if "layer" in request.POST:
        show = lambda again, errors: _card(again, ticked[0], errors)  # noqa: E731
        return forms.attempt(request, lambda: _adopt_one(request, ticked[0]), show)
    adoptions = [Adoption(room_id=one) for one in ticked]
    done = adopt(actor=actor_of(request), adoptions=adoptions, now=clock.now())
    count = len(done.groups)
    sentence = ngettext("%(count)d group taken over.", "%(count)d groups taken over.", count)
    messages.success(request, sentence % {"count": count})
    return redirect(f"{reverse('community_list_rooms')}?view=adopted")


def _adopt_one(request: HttpRequest, room_id: int) -> HttpResponse:
    adoption = Adoption(
        room_id=room_id,
        layer=request.POST["layer"],
        territory_id=whole(request.POST.get("territory_id")),
        steward_staff_id=whole(request.POST.get("steward_staff_id")),
    )
    done = adopt(actor=actor_of(request), adoptions=[adoption], now=clock.now())
    sentence = gettext("Taken over; its people are in the group, and follow the room.")
    return forms.done(request, sentence, "community_view_group", done.groups[room_id])


def _ticked(request: HttpRequest) -> list[int]:
    return [number for text in request.POST.getlist("selected") if (number := whole(text))]


@page(PLANNERS)
@require_POST
def set_rooms_aside(request: HttpRequest) -> HttpResponse:
    """Take rooms off the list, or put them back."""
    is_aside = request.POST.get("back") != "1"
    set_aside(
        actor=actor_of(request), room_ids=_ticked(request), is_aside=is_aside, now=clock.now()
    )
    sentence = gettext("Set aside.") if is_aside else gettext("Back on the list.")
    return forms.done(request, sentence, "community_list_rooms")


@page(PLANNERS)
@require_POST
def look_for_rooms(request: HttpRequest) -> HttpResponse:
    """Have all rooms read again."""
    look(actor=actor_of(request), now=clock.now())
    sentence = gettext("A worker is reading them; load the page again in a moment.")
    return forms.done(request, sentence, "community_list_rooms")


@page(PLANNERS)
@require_safe
def sat_twice(request: HttpRequest) -> HttpResponse:
    """Show people who sit in several rooms of stores."""
    facts = {
        "people": rooms.sat_twice(actor_of(request)),
        "crumbs": [
            (gettext("Groups"), reverse("community_list_groups")),
            (gettext("Existing groups"), reverse("community_list_rooms")),
        ],
    }
    return render(request, "console/community/sat_twice.html", facts)


def _card(request: HttpRequest, room_id: int, errors: dict[str, str]) -> HttpResponse:
    row, sitters = rooms.room_card(actor_of(request), room_id)
    facts: dict[str, Any] = {
        "room": row,
        "sitters": sitters,
        "errors": errors,
        "status": STATUSES[row.status],
        "signs": [(SIGNS[code], points) for code, points in row.signs if code in SIGNS],
        "layers": [(key, words.LAYERS[key]) for key in LAYERS],
        "layer": request.POST.get("layer", row.layer),
        "territories": pick(request, "territory", "territory_id", row.territory_id),
        "stewards": pick(request, "staff", "steward_staff_id", row.steward_staff_id),
        "may_adopt": row.decision == "open" and row.read_at and row.status != "dissolved",
        "crumbs": [
            (gettext("Groups"), reverse("community_list_groups")),
            (gettext("Existing groups"), reverse("community_list_rooms")),
        ],
    }
    return render(request, "console/community/room_card.html", facts)


def _words(row: RoomRow) -> tuple[object, object, list[str]]:
    """Return what a row's layer and state are called, and its signs in words."""
    return (
        words.LAYERS[row.layer],
        STATUSES[row.status],
        [str(SIGNS[code]) for code, _points in row.signs if code in SIGNS],
    )
