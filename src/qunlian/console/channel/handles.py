"""Whose accounts on outside platforms our staff's are."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from qunlian.channel.actions.tie_handle import tie_handle as tie
from qunlian.channel.queries.handles import staff_handles as read_handles
from qunlian.console.channel import forms
from qunlian.console.channel.choices import pick
from qunlian.console.nav import HEADQUARTERS
from qunlian.console.page import actor_of, page
from qunlian.kernel import clock
from qunlian.kernel.typed import whole


@page(HEADQUARTERS)
@require_safe
def staff_handles(request: HttpRequest) -> HttpResponse:
    """List our organisation's accounts on platforms, those that are nobody's first."""
    rows = read_handles(actor_of(request))
    asked = whole(request.GET.get("account"))
    chosen = next((row for row in rows if row.handle_id == asked), None)
    facts = {
        "rows": rows,
        "chosen": chosen,
        "colleagues": pick(request, "staff", "staff_id", chosen.staff_id) if chosen else None,
        "loose": sum(row.staff_id is None for row in rows),
        "crumbs": [(_("Staff"), reverse("channel_list_staff"))],
    }
    return render(request, "console/channel/staff_handles.html", facts)


@page(HEADQUARTERS)
@require_POST
def tie_handle(request: HttpRequest, handle_id: int) -> HttpResponse:
    """Say whose account it is; nobody chosen: nobody's."""
    staff_id = whole(request.POST.get("staff_id"))
    tie(actor=actor_of(request), handle_id=handle_id, staff_id=staff_id, now=clock.now())
    sentence = _("Saved; his groups follow when they are read next.")
    return forms.done(request, sentence, "channel_staff_handles")
