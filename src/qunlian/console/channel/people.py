"""Staff: the list, one of them, and their forms."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from qunlian.channel.actions import add_staff as adding
from qunlian.channel.actions import edit_staff as editing
from qunlian.channel.queries import audit, staff
from qunlian.channel.rules.staff import STAFF_ROLES
from qunlian.console.channel import forms, words
from qunlian.console.channel.choices import pick
from qunlian.console.channel.trees import HEADQUARTERS, PLANNERS
from qunlian.console.page import actor_of, page
from qunlian.kernel import clock
from qunlian.kernel.actor import Role
from qunlian.kernel.typed import whole

OWN_PEOPLE = (Role.HEADQUARTERS, Role.MANAGER, Role.REP, Role.GROUP_MANAGER)


@page(OWN_PEOPLE)
@require_GET
def list_staff(request: HttpRequest) -> HttpResponse:
    """Show the staff within reach."""
    actor = actor_of(request)
    listing = staff.list_staff(
        actor,
        typed=request.GET.get("q", "").strip()[:60],
        role=request.GET.get("role", ""),
        after=request.GET.get("after", ""),
    )
    facts = {
        "listing": listing,
        "roles": words.ROLES,
        "role_choices": [("", _("Any role")), *_role_choices()],
        "may_change": actor.is_headquarters,
    }
    if actor.is_headquarters:
        facts["form_roles"] = _role_choices()
        facts["superiors"] = pick(request, "staff", "superior")
        facts["today"] = localtime(clock.now()).date()
    return render(request, "console/channel/list_staff.html", facts)


@page(OWN_PEOPLE)
@require_GET
def staff_page(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Show one member of staff."""
    actor = actor_of(request)
    found = staff.staff_page(actor, staff_id)
    today = localtime(clock.now()).date()
    history = audit.history(actor, "staff", staff_id).rows
    facts: dict[str, Any] = {
        "found": found,
        "row": found.row,
        "roles": words.ROLES,
        "role_word": words.ROLES[found.row.role],
        "crumbs": [(_("Staff"), reverse("channel_list_staff"))],
        "history": [(words.fact_in_words(line.name), line) for line in history],
        "may_change": actor.is_headquarters,
        "may_assign": actor.role in PLANNERS,
        "today": today,
        "times": [
            (words.time_in_words(time.from_on, time.until_on, today), time)
            for time in found.territories
        ],
    }
    if actor.role in PLANNERS:
        facts["superiors"] = pick(request, "staff", "superior", found.row.superior_id)
        facts["form_roles"] = _role_choices()
    return render(request, "console/channel/staff_page.html", facts)


@page(HEADQUARTERS)
@require_POST
def add_staff(request: HttpRequest) -> HttpResponse:
    """Take somebody onto the staff."""
    typed, now = request.POST, clock.now()
    new = adding.NewStaff(
        code=typed.get("code", ""),
        name=typed.get("name", ""),
        role=typed.get("role", ""),
        phone=typed.get("phone", ""),
        superior_id=whole(typed.get("superior")),
        joined_on=forms.day(typed.get("joined_on")) or localtime(now).date(),
    )
    added = adding.add_staff(actor=actor_of(request), new=new, now=now)
    return forms.done(request, _("Added."), "channel_staff_page", added.staff_id)


@page(HEADQUARTERS)
@require_POST
def edit_staff(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Change what is kept about somebody; an empty phone field leaves the number as it is."""
    typed = request.POST
    entry = editing.StaffEntry(
        name=typed.get("name", ""),
        role=typed.get("role", ""),
        superior_id=whole(typed.get("superior")),
        phone=typed.get("phone") or None,
    )
    editing.edit_staff(actor=actor_of(request), staff_id=staff_id, entry=entry, now=clock.now())
    return forms.done(request, _("Saved."), "channel_staff_page", staff_id)


def _role_choices() -> list[tuple[str, str]]:
    return [(role, str(words.ROLES[role])) for role in STAFF_ROLES]
