"""The page behind a store's or group's link or QR code: who you are, and in you are."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from qunlian.channel import sessions
from qunlian.channel.queries.actors import session_values
from qunlian.channel.queries.public_codes import PublicTarget, resolve
from qunlian.community.actions.join_group import Joined, Joining
from qunlian.community.actions.join_group import join_group as join_action
from qunlian.community.queries.join import join_card
from qunlian.kernel import clock
from qunlian.kernel.actor import Actor, Role, system_actor
from qunlian.kernel.errors import NotFound, Refusal
from qunlian.kernel.wording import in_words


@never_cache
@require_http_methods(["GET", "POST"])
def join_group(request: HttpRequest, code: str) -> HttpResponse:
    """Show where the code leads; let in whoever says who he is, and keep his phone logged in."""
    target = resolve(code)
    if target is None or target.kind not in ("store", "group"):
        raise Http404
    actor: Actor | None = getattr(request, "actor", None)
    member = actor if actor and actor.role is Role.MEMBER else None
    if member is not None and member.enterprise_id != target.enterprise_id:
        member = None
    is_staff = actor is not None and actor.role is not Role.MEMBER
    if request.method == "GET" or is_staff:
        return _page(request, target, {"member": member, "is_staff": is_staff})
    joining = Joining(
        kind=target.kind,
        target_id=target.target_id,
        name=request.POST.get("name", "")[:60],
        phone=request.POST.get("phone", "")[:40],
        source="poster" if request.GET.get("from") == "poster" else "link",
        member=member,
    )
    try:
        joined = join_action(
            actor=system_actor(target.enterprise_id), joining=joining, now=clock.now()
        )
    except NotFound:
        raise Http404 from None
    except Refusal as refusal:
        field = str(refusal.facts.get("field", "phone" if "phone" in refusal.facts else ""))
        facts = {"member": member, "errors": {field: in_words(refusal)}, "typed": request.POST}
        return _page(request, target, facts, refusal.status)
    if member is None:
        device = request.headers.get("User-Agent", "")
        sessions.begin(request.session, session_values(joined.account_id), device=device)
        rotate_token(request)
    return _welcome(request, target, joined)


def _page(
    request: HttpRequest, target: PublicTarget, facts: dict[str, Any], status: int = 200
) -> HttpResponse:
    try:
        card = join_card(system_actor(target.enterprise_id), target.kind, target.target_id)
    except NotFound:
        raise Http404 from None
    page = {**facts, "card": card}
    return render(request, "member/community/join_group.html", page, status=status)


def _welcome(request: HttpRequest, target: PublicTarget, joined: Joined) -> HttpResponse:
    """Go on to the group's chat; while the store has no group, say so."""
    if joined.group_id is not None:
        return redirect("messaging_chat_head", joined.group_id)
    return _page(request, target, {"joined": joined})
