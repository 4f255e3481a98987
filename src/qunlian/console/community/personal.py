"""Groups on people's own WeChat: registered on a phone, brought by a sheet, counted by their owners."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qunlian.community.actions.read_room_sheet import read_room_sheet as read_sheet
from qunlian.community.actions.register_room import Registration
from qunlian.community.actions.register_room import register_room as register
from qunlian.community.actions.take_in_room_sheet import take_in_room_sheet as take_in
from qunlian.community.actions.tell_room import Telling
from qunlian.community.actions.tell_room import tell_room as tell
from qunlian.community.adopting import LAYERS
from qunlian.community.queries import personal
from qunlian.console.channel import forms
from qunlian.console.channel.choices import pick
from qunlian.console.community import words
from qunlian.console.community.groups import KEEPERS
from qunlian.console.nav import PLANNERS
from qunlian.console.page import actor_of, page
from qunlian.kernel import clock, sheets
from qunlian.kernel.sheets import Column
from qunlian.kernel.typed import whole

PROBLEMS = {
    "name": gettext_lazy("The group's name is missing or longer than 40 characters"),
    "owner": gettext_lazy("No colleague has this number or name"),
    "territory": gettext_lazy("No part of the tree has this code or name"),
    "layer": gettext_lazy("No kind of group is called that"),
    "people": gettext_lazy("Not a number from 1 to 500"),
    "member": gettext_lazy("A nickname is too long"),
    "store": gettext_lazy("No store within your reach has this code"),
    "community.told_of_another": gettext_lazy("Set aside, or its owner's account is another's"),
}
SHEET_STATES = {
    "read": (gettext_lazy("waiting for you"), "info"),
    "taking": (gettext_lazy("being taken in"), "info"),
    "taken": (gettext_lazy("taken in"), "good"),
}


@page(KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
def register_room(request: HttpRequest) -> HttpResponse:
    """Register a group from the phone it is on: its name, how many sit there, the picture of its code."""
    if request.method != "POST":
        return _form(request, {})

    def write() -> HttpResponse:
        told = Registration(
            name=request.POST.get("name", ""),
            people=forms.number(request.POST.get("people"), 0),
            layer=request.POST.get("layer", "store"),
            territory_id=whole(request.POST.get("territory_id")),
            owner_staff_id=whole(request.POST.get("owner_staff_id")),
            code_token=request.POST.get("media_token", ""),
        )
        done = register(actor=actor_of(request), told=told, now=clock.now())
        sentence = _("Registered. What is to be posted in it comes to its owner as tasks.")
        return forms.done(request, sentence, "community_view_group", done.group_id)

    return forms.attempt(request, write, _form)


def _form(request: HttpRequest, errors: dict[str, str]) -> HttpResponse:
    actor = actor_of(request)
    facts = {
        "errors": errors,
        "typed": request.POST,
        "layers": [(key, words.LAYERS[key]) for key in LAYERS],
        "territories": pick(request, "territory", "territory_id"),
        "owners": pick(request, "staff", "owner_staff_id", actor.staff_id)
        if actor.role in PLANNERS
        else None,
        "crumbs": [(_("Groups"), reverse("community_list_groups"))],
    }
    return render(request, "console/community/register_room.html", facts)


@page(KEEPERS)
@require_POST
def tell_room(request: HttpRequest, group_id: int) -> HttpResponse:
    """Take the count of one tap, or the new code."""
    people = request.POST.get("people", "").strip()
    telling = Telling(
        group_id=group_id,
        people=forms.number(people, 0) if people else None,
        code_token=request.POST.get("media_token", ""),
    )
    tell(actor=actor_of(request), telling=telling, now=clock.now())
    return forms.done(request, _("Noted. Thank you!"), "community_view_group", group_id)


@page(PLANNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def read_room_sheet(request: HttpRequest) -> HttpResponse:
    """Take a sheet and check it; nothing is taken in before somebody has looked."""
    if request.method != "POST":
        return _sheets(request, {})
    given = request.FILES.get("file")
    if given is None:
        return _sheets(request, {"file": _("Choose a file.")})

    def write() -> HttpResponse:
        number, path = tempfile.mkstemp()
        try:
            with os.fdopen(number, "wb") as kept:
                for chunk in given.chunks():
                    kept.write(chunk)
            sheet_id = read_sheet(
                actor=actor_of(request),
                file=Path(path),
                file_name=given.name or "",
                now=clock.now(),
            )
        finally:
            Path(path).unlink(missing_ok=True)
        return redirect("community_room_sheet", sheet_id)

    return forms.attempt(request, write, _sheets)


def _sheets(request: HttpRequest, errors: dict[str, str]) -> HttpResponse:
    listed = personal.list_room_sheets(actor_of(request))
    facts = {
        "sheets": [(one, *SHEET_STATES[one.state]) for one in listed],
        "errors": errors,
        "crumbs": _crumbs(),
    }
    return render(request, "console/community/read_room_sheet.html", facts)


@page(PLANNERS)
@require_safe
def room_sheet(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """Show what a sheet would make, and what is wrong in it."""
    card = personal.room_sheet(actor_of(request), sheet_id)
    state, tone = SHEET_STATES[card.state]
    facts = {
        "card": card,
        "state": state,
        "tone": tone,
        "groups": [(one, words.LAYERS[one.layer]) for one in card.groups[:200]],
        "problems": list(_problems(card.problems)),
        "refused": list(_problems(card.refused)),
        "crumbs": [*_crumbs(), (_("By spreadsheet"), reverse("community_read_room_sheet"))],
    }
    return render(request, "console/community/room_sheet.html", facts)


@page(PLANNERS)
@require_POST
def take_in_room_sheet(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """Have the good rows taken in."""
    take_in(actor=actor_of(request), sheet_id=sheet_id, now=clock.now())
    sentence = _("A worker makes the groups; load the page again in a moment.")
    return forms.done(request, sentence, "community_room_sheet", sheet_id)


@page(PLANNERS)
@require_safe
def export_sheet_problems(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """Hand the bad rows back."""
    card = personal.room_sheet(actor_of(request), sheet_id)
    columns = (
        Column(_("Line")),
        Column(_("What is wrong"), width=48),
        Column(_("Written there"), width=28),
    )
    rows = _problems([*card.problems, *card.refused])
    return sheets.answer("rows-not-taken", request.GET.get("format", "xlsx"), columns, rows)  # type: ignore[return-value]


@page(PLANNERS)
@require_safe
def room_sheet_template(request: HttpRequest) -> HttpResponse:
    """Hand out a sheet to begin with: a row per group, or a row per member."""
    titles = ("群名", "群主工号", "片区", "群类型", "人数", "昵称", "门店编码")
    rows = (
        ("东街老板群", "R001", "PA", "终端店群", 86, "老王", "S001"),
        ("东街老板群", "R001", "PA", "终端店群", 86, "小李便利店", ""),
    )
    columns = [Column(title, width=18) for title in titles]
    return sheets.answer("groups", request.GET.get("format", "xlsx"), columns, rows)  # type: ignore[return-value]


def _problems(found: Iterable[tuple[int, str, str]]) -> Iterable[tuple[int, str, str]]:
    for line, code, text in found:
        yield line, str(PROBLEMS.get(code, code)), text


def _crumbs() -> list[tuple[str, str]]:
    return [
        (_("Groups"), reverse("community_list_groups")),
        (_("Existing groups"), reverse("community_list_rooms")),
    ]
