"""Whose store the people of an adopted group are: proposals to confirm, one tap each."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from qunlian.channel.queries.stores import StoreFilter, StoreRow, list_stores
from qunlian.community.actions.ask_for_claims import ClaimCall
from qunlian.community.actions.ask_for_claims import ask_for_claims as ask
from qunlian.community.actions.bind_member import bind_member as bind
from qunlian.community.actions.unbind_member import unbind_member as unbind
from qunlian.community.queries import bindings as queries
from qunlian.community.queries.groups import GroupCard
from qunlian.console.channel import forms
from qunlian.console.community.groups import KEEPERS
from qunlian.console.page import actor_of, page
from qunlian.kernel import clock
from qunlian.kernel.actor import Actor
from qunlian.kernel.typed import whole

SIGNS = {
    "door": gettext_lazy("came by the store's own code"),
    "phone": gettext_lazy("a telephone number of the store"),
    "code": gettext_lazy("the store's number"),
    "whole_name": gettext_lazy("the store's name"),
    "core_name": gettext_lazy("what of the store's name no other has"),
    "begins_name": gettext_lazy("the beginning of the store's name"),
    "begins_shortly": gettext_lazy("the first characters of the store's name"),
    "short_core": gettext_lazy("a part of the store's name"),
    "claimed": gettext_lazy("he said so himself on the claim page"),
    "claimed_proven": gettext_lazy("the platform proved that it was he"),
    "claimed_phone": gettext_lazy("he knows the store's telephone number"),
    "claimed_twice": gettext_lazy("somebody else has claimed this store, too"),
    "contact_name": gettext_lazy("the name of somebody of the store"),
}
_MOST_FOUND = 8


def unbound_facts(request: HttpRequest, actor: Actor, card: GroupCard) -> dict[str, Any]:
    """Return the people without a store, and for one of them the stores found by what was typed."""
    people = queries.unbound_people(actor, card.group_id)
    asked = whole(request.GET.get("person"))
    typed = request.GET.get("q", "").strip()
    found: tuple[StoreRow, ...] = ()
    if asked and typed:
        wanted = StoreFilter(typed=typed, territory_id=card.territory_id)
        found = list_stores(actor, wanted, take=_MOST_FOUND).rows
    return {
        "unbound": [
            (one, [(p, [SIGNS[s] for s in p.signs if s in SIGNS]) for p in one.proposals])
            for one in people
        ],
        "finding": next((one for one in people if one.handle_id == asked), None),
        "typed": typed,
        "found": found,
    }


@page(KEEPERS)
@require_safe
def list_groups_to_bind(request: HttpRequest) -> HttpResponse:
    """Show the groups in which stores of people wait to be confirmed."""
    facts = {
        "listing": queries.list_groups_to_bind(
            actor_of(request), after=request.GET.get("after", "")
        ),
        "crumbs": [(_("Groups"), reverse("community_list_groups"))],
    }
    return render(request, "console/community/list_groups_to_bind.html", facts)


@page(KEEPERS)
@require_POST
def bind_member(request: HttpRequest, group_id: int, handle_id: int) -> HttpResponse:
    """Say which store somebody is of."""
    store_id = whole(request.POST.get("store_id")) or 0
    bind(
        actor=actor_of(request),
        group_id=group_id,
        handle_id=handle_id,
        store_id=store_id,
        now=clock.now(),
    )
    return _back(request, group_id, _("Noted; he stands for the store in all his groups."))


@page(KEEPERS)
@require_POST
def unbind_member(request: HttpRequest, group_id: int, handle_id: int) -> HttpResponse:
    """Say that somebody is not of a store."""
    store_id = whole(request.POST.get("store_id")) or 0
    unbind(
        actor=actor_of(request),
        group_id=group_id,
        handle_id=handle_id,
        store_id=store_id,
        now=clock.now(),
    )
    return _back(request, group_id, _("Noted; that store is not proposed for him again."))


@page(KEEPERS)
@require_POST
def ask_for_claims(request: HttpRequest, group_id: int) -> HttpResponse:
    """Have the steward post the claim link in the group."""
    address = request.build_absolute_uri(reverse("community_claim_store", args=["x"]))[:-1]
    call = ClaimCall(group_id=group_id, text=request.POST.get("text", ""), address=address)
    asked = ask(actor=actor_of(request), call=call, now=clock.now())
    sentence = _("The task is made: the text with the link, ready to be posted.")
    return forms.done(request, sentence, "community_task_card", asked.task_id)


def _back(request: HttpRequest, group_id: int, sentence: str) -> HttpResponse:
    response = forms.done(request, sentence, "community_view_group", group_id)
    response["Location"] += "?tab=unbound"
    return response
