"""One's own page on the phone, and the page of somebody whose phone has forgotten who he is."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from qunlian.channel.queries.stores import own_stores
from qunlian.community.queries.breaches import my_breaches
from qunlian.kernel import clock
from qunlian.kernel.actor import Role
from qunlian.member.page import actor_of, member_page


@require_safe
@member_page
def me_page(request: HttpRequest) -> HttpResponse:
    """Show who one is, one's stores, and the way out."""
    actor = actor_of(request)
    noted = [row for row in my_breaches(actor, now=clock.now()) if row.may_appeal]
    facts = {
        "noted": len(noted),
        "stores": own_stores(actor),
        "is_staff": actor.role is not Role.MEMBER,
    }
    return render(request, "member/messaging/me.html", facts)


@require_safe
def lost_page(request: HttpRequest) -> HttpResponse:
    """Say how to come in again: a store's people by its link, staff by logging in."""
    wanted = request.GET.get("next", "")
    here = wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}) else "/m/"
    if getattr(request, "actor", None) is not None:
        return HttpResponseRedirect(here)
    return render(request, "member/messaging/lost.html", {"next": here})
