"""
The page behind a store's, group's or door's link or QR code: who you are, and in you are.

Where the group's room is on an outside platform, it shows the code to scan there instead.
"""

from typing import Any
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from qunlian.channel import sessions
from qunlian.channel.queries.actors import session_values
from qunlian.channel.queries.public_codes import PublicTarget, resolve
from qunlian.community.actions.join_group import Joined, Joining, JoinsElsewhere
from qunlian.community.actions.join_group import join_group as join_action
from qunlian.community.actions.open_way_in import open_way_in as open_action
from qunlian.community.queries.join import join_card
from qunlian.kernel import clock
from qunlian.kernel.actor import Actor, Role, system_actor
from qunlian.kernel.errors import NotFound, Refusal
from qunlian.kernel.wording import in_words

APPS = {"wecom": _("WeChat or WeCom")}


@never_cache
@require_http_methods(["GET", "POST"])
def join_group(request: HttpRequest, code: str) -> HttpResponse:
    """Show where the code leads; let in whoever says who he is, and keep his phone logged in."""
    target = resolve(code)
    if target is None or target.kind not in ("store", "group", "door"):
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
        source=_source(request),
        member=member,
        store_group_id=_store_group(request, target),
    )
    try:
        joined = join_action(
            actor=system_actor(target.enterprise_id), joining=joining, now=clock.now()
        )
    except NotFound:
        raise Http404 from None
    except JoinsElsewhere:
        return redirect(request.get_full_path())
    except Refusal as refusal:
        field = str(refusal.facts.get("field", "phone" if "phone" in refusal.facts else ""))
        facts = {"member": member, "errors": {field: in_words(refusal)}, "typed": request.POST}
        return _page(request, target, facts, refusal.status)
    if member is None:
        device = request.headers.get("User-Agent", "")
        sessions.begin(request.session, session_values(joined.account_id), device=device)
        rotate_token(request)
    return _welcome(request, target, joined)


@never_cache
@require_POST
def open_way_in(request: HttpRequest, code: str) -> HttpResponse:
    """Have the code made that leads into the room of a store's or group's group; the page shows it then."""
    target = resolve(code)
    if target is None or target.kind not in ("store", "group"):
        raise Http404
    try:
        open_action(
            actor=system_actor(target.enterprise_id),
            kind=target.kind,
            target_id=target.target_id,
            source=_source(request),
            now=clock.now(),
        )
    except NotFound:
        raise Http404 from None
    note = "?from=poster" if _source(request) == "poster" else ""
    return redirect(reverse("community_join_group", args=[code]) + note)


def _way_url(request: HttpRequest) -> str:
    """Return where the code is asked for, with the note that he came by a poster."""
    query = "?from=poster" if _source(request) == "poster" else ""
    return f"{request.path.rstrip('/')}/way{query}"


def _store_group(request: HttpRequest, target: PublicTarget) -> int | None:
    """Return the store's own group by whose link he came, of the same enterprise."""
    by = resolve(request.GET.get("sg", ""))
    is_one = by is not None and by.kind == "store_group"
    return by.target_id if by and is_one and by.enterprise_id == target.enterprise_id else None


def _source(request: HttpRequest) -> str:
    return "poster" if request.GET.get("from") == "poster" else "link"


def _page(
    request: HttpRequest, target: PublicTarget, facts: dict[str, Any], status: int = 200
) -> HttpResponse:
    try:
        machinery = system_actor(target.enterprise_id)
        card = join_card(machinery, target.kind, target.target_id, _source(request))
    except NotFound:
        raise Http404 from None
    page = {**facts, "card": card, "app": APPS.get(card.platform, card.platform)}
    page |= {"is_door": target.kind == "door", "way_url": _way_url(request)}
    if card.code_url:
        address = urlsplit(card.code_url)
        request.pictures_from = f"{address.scheme}://{address.netloc}"  # type: ignore[attr-defined]
    return render(request, "member/community/join_group.html", page, status=status)


def _welcome(request: HttpRequest, target: PublicTarget, joined: Joined) -> HttpResponse:
    """Go on to the group's chat; while the store has no group, say so."""
    if joined.group_id is not None:
        return redirect("messaging_chat_head", joined.group_id)
    return _page(request, target, {"joined": joined})
