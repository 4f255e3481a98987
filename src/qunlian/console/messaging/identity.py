"""Making two records of one human one, and two again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from qunlian.console.nav import KEEPERS
from qunlian.console.page import actor_of, came_from, page
from qunlian.kernel import clock
from qunlian.kernel.typed import whole
from qunlian.messaging.actions.merge_people import merge_people
from qunlian.messaging.actions.unmerge_people import unmerge_people


@page(KEEPERS)
@require_POST
def merge(request: HttpRequest, person_id: int) -> HttpResponse:
    """Merge another into this person; back to where it was pressed."""
    merge_people(
        actor=actor_of(request),
        kept_id=person_id,
        merged_id=whole(request.POST.get("merged_id")) or 0,
        note=request.POST.get("note", ""),
        now=clock.now(),
    )
    messages.success(request, _("Merged. It can be taken back on the person's page."))
    return redirect(came_from(request))


@page(KEEPERS)
@require_POST
def unmerge(request: HttpRequest, merge_id: int) -> HttpResponse:
    """Take a merge back, and say when something stayed."""
    back = unmerge_people(
        actor=actor_of(request),
        merge_id=merge_id,
        note=request.POST.get("note", ""),
        now=clock.now(),
    )
    if back.stayed:
        messages.warning(
            request,
            _("Two people again. Some of it has changed since and stayed; the trail says what."),
        )
    else:
        messages.success(request, _("Two people again; everything went back."))
    return redirect("channel_person_page", back.kept_id)
