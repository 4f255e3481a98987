"""The page behind a group's claim link: which store is yours? One tap, where the platform knows you."""

import secrets
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from qunlian.channel.queries.public_codes import resolve
from qunlian.community.actions.claim_store import Claim
from qunlian.community.actions.claim_store import claim_store as claim_action
from qunlian.community.actions.recognise_member import recognise_member as recognise
from qunlian.community.queries.claims import (
    ClaimableStore,
    ClaimCard,
    claim_card,
    claimable_stores,
    proposed_stores,
)
from qunlian.kernel import clock
from qunlian.kernel.actor import Actor, system_actor
from qunlian.kernel.errors import NotFound, Refusal
from qunlian.kernel.typed import whole
from qunlian.kernel.wording import in_words
from qunlian.platforms import registry
from qunlian.platforms.extensions import LogIn

#: How the platforms' own browsers name themselves.
_CLIENTS = ("wxwork", "MicroMessenger")


@never_cache
@require_http_methods(["GET", "POST"])
def claim_store(request: HttpRequest, code: str) -> HttpResponse:
    """Ask who he is, find his store, and take his word for it."""
    actor, card = _opened(code)
    known = _known(request, card)
    if request.method == "GET":
        if known is None and _may_ask_platform(request, actor, card):
            return _ask_platform(request, actor, card, code)
        return _page(request, actor, card, known, {})
    claim = Claim(
        group_id=card.group_id,
        store_id=card.store_id or whole(request.POST.get("store_id")) or 0,
        handle_id=known,
        called=request.POST.get("called", "")[:60],
        digits="".join(one for one in request.POST.get("digits", "") if one.isdecimal())[-4:],
        address=request.META.get("REMOTE_ADDR", ""),
    )
    try:
        done = claim_action(actor=actor, claim=claim, now=clock.now())
    except NotFound:
        raise Http404 from None
    except Refusal as refusal:
        errors = {str(refusal.facts.get("field", "")): in_words(refusal)}
        facts = {"errors": errors, "typed": request.POST}
        return _page(request, actor, card, known, facts, refusal.status)
    return _page(request, actor, card, known, {"done": done})


@never_cache
@require_safe
def recognise_member(request: HttpRequest, code: str) -> HttpResponse:
    """Come back from the platform, which has told who he is."""
    actor, card = _opened(code)
    asked = request.session.pop("claim_state", "")
    if asked and secrets.compare_digest(asked, request.GET.get("state", "")):
        handle_id = recognise(actor=actor, card=card, code=request.GET.get("code", ""))
        if handle_id is not None:
            request.session["claimant"] = [card.group_id, handle_id]
    return redirect("community_claim_store", code)


def _opened(code: str) -> tuple[Actor, ClaimCard]:
    target = resolve(code)
    if target is None or target.kind not in ("claim", "store"):
        raise Http404
    actor = system_actor(target.enterprise_id)
    try:
        return actor, claim_card(actor, target.kind, target.target_id)
    except NotFound:
        raise Http404 from None


def _known(request: HttpRequest, card: ClaimCard) -> int | None:
    """Return his account, if the platform has proven it for this group."""
    kept = request.session.get("claimant") or [0, 0]
    return int(kept[1]) if kept[0] == card.group_id else None


def _may_ask_platform(request: HttpRequest, actor: Actor, card: ClaimCard) -> bool:
    """Tell whether he opened the page inside the platform, and was not sent to be asked before."""
    if not any(name in request.headers.get("User-Agent", "") for name in _CLIENTS):
        return False
    if request.session.get("claim_asked") == card.group_id:
        return False
    adapter = registry.platform(card.platform)
    return isinstance(adapter, LogIn) and adapter.is_connected(actor.enterprise_id)


def _ask_platform(request: HttpRequest, actor: Actor, card: ClaimCard, code: str) -> HttpResponse:
    state = secrets.token_urlsafe(16)
    request.session["claim_state"], request.session["claim_asked"] = state, card.group_id
    back = request.build_absolute_uri(reverse("community_recognise_member", args=[code]))
    adapter = registry.platform(card.platform)
    assert isinstance(adapter, LogIn)  # noqa: S101 (asked before)
    return redirect(
        adapter.log_in_address(actor.enterprise_id, back_to=back, state=state, is_in_client=True)
    )


def _page(
    request: HttpRequest,
    actor: Actor,
    card: ClaimCard,
    known: int | None,
    more: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    asked = more.get("typed") or request.GET
    typed = asked.get("q", "")[:40]
    stores: tuple[ClaimableStore, ...] = ()
    if card.store_id is not None:
        stores = (ClaimableStore(store_id=card.store_id, name=card.store_name),)
    elif typed:
        stores = claimable_stores(actor, card.group_id, typed)
    elif known is not None:
        stores = proposed_stores(actor, known)
    facts = {
        "card": card,
        "is_known": known is not None,
        "is_proposed": bool(stores) and card.store_id is None and not typed,
        "stores": stores,
        "q": typed,
        "called": asked.get("called", "")[:60],
        **more,
    }
    return render(request, "member/community/claim_store.html", facts, status=status)
