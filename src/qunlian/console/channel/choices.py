"""Pickers of territories, distributors and staff, for the forms of all slices."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from qunlian.channel.queries.choices import (
    distributors_to_choose,
    managers_to_choose,
    staff_to_choose,
    territories_to_choose,
)
from qunlian.console.page import actor_of, page
from qunlian.console.picks import Picks, picks
from qunlian.kernel.errors import NotFound

KINDS = {
    "territory": territories_to_choose,
    "distributor": distributors_to_choose,
    "staff": staff_to_choose,
    "manager": managers_to_choose,
}


def pick(request: HttpRequest, kind: str, name: str, standing: int | None = None) -> Picks:
    """Return a form's picker of one; what was typed wins over what stands there."""
    typed = request.POST.get(name) if request.method == "POST" else None
    chosen = standing if typed is None else typed
    field = (name, reverse("channel_list_choices", args=[kind, name]))
    return picks(KINDS[kind], actor_of(request), field=field, chosen=[chosen])


@page()
@require_GET
def list_choices(request: HttpRequest, kind: str, name: str) -> HttpResponse:
    """Find by what is typed; what is chosen stays on top."""
    if kind not in KINDS:
        raise NotFound(kind="choice")
    text, chosen = request.GET.get(f"{name}_q", ""), request.GET.getlist(name)
    field = (name, request.path)
    found = picks(KINDS[kind], actor_of(request), field=field, chosen=chosen, text=text)
    return render(request, "site/components/pick_options.html", {"picks": found})
