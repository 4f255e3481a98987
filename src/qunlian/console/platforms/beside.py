"""
The page beside a chat (聊天工具栏): which group this is, its stores, and one's tasks there, ready to send.

The platform's own script tells which chat is open; without it the group is chosen by hand.
"""

from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from qunlian.community.actions.finish_task import finish_task
from qunlian.community.queries import beside, groups, tasks
from qunlian.console.channel.forms import done
from qunlian.console.community import task_words
from qunlian.console.community.tasks import answer_of, labelled
from qunlian.console.nav import STAFF
from qunlian.console.page import actor_of, page
from qunlian.console.platforms.ways import ways
from qunlian.kernel import clock
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import NotFound, PlatformTrouble
from qunlian.kernel.typed import whole
from qunlian.messaging.queries.media import media_file
from qunlian.platforms import registry
from qunlian.platforms.extensions import FileLender, PageSigner

_CLIENT = "wxwork"
#: So many tasks of one chat are shown with all it takes to do them.
_MOST_TASKS = 8
_STORES = 30
#: Tasks whose text is said in the chat; that of others is typed elsewhere.
_SAID = {"post", "answer"}


@require_safe
def beside_chat(request: HttpRequest, platform: str) -> HttpResponseBase:
    """Show the page; whoever opens it inside the platform's client is logged in by it."""
    is_inside = _CLIENT in request.headers.get("User-Agent", "")
    if is_inside and getattr(request, "actor", None) is None:
        found = ways(request.GET.get("company", ""), request.get_full_path(), only=platform)
        if found:
            return redirect(found[0].url)
    return _beside_chat(request, platform)


@page(STAFF)
def _beside_chat(request: HttpRequest, platform: str) -> HttpResponse:
    _signer(platform)
    actor, asked = actor_of(request), request.GET
    group_id = whole(asked.get("group"))
    if asked.get("chat"):
        group_id = beside.group_of_chat(actor, platform, asked["chat"][:80])
    facts: dict[str, Any] = {
        "platform": platform,
        "app": task_words.app_of(platform),
        "is_told": bool(asked.get("chat") or asked.get("contact")),
    }
    if asked.get("contact"):
        facts["partner"] = beside.partner(actor, platform, asked["contact"][:64])
    elif group_id is not None:
        facts |= _group(actor, group_id)
    else:
        facts["q"] = asked.get("q", "")[:40]
        facts["chats"] = beside.chats_to_choose(actor, platform, facts["q"])
    return render(request, "console/platforms/beside_chat.html", facts)


@page(STAFF)
@require_safe
def sign_page(request: HttpRequest, platform: str) -> HttpResponse:
    """Sign an address of ours for the platform's script."""
    address = request.GET.get("address", "")
    if not _is_ours(request, address):
        raise Http404
    signer = _signer(platform)
    try:
        signed = signer.sign_page(actor_of(request).enterprise_id, address, now=clock.now())
    except PlatformTrouble:
        return JsonResponse({}, status=502)
    return JsonResponse(asdict(signed))


@page(STAFF)
@require_POST
def lend_file(request: HttpRequest, platform: str, token: str) -> HttpResponse:
    """Let the platform's client have a picture or file that one may see, to put it into the chat."""
    actor = actor_of(request)
    lender = registry.platform(platform) if platform in registry.names() else None
    if not isinstance(lender, FileLender):
        raise Http404
    try:
        media_file(actor, token)
        file = lender.lend_file(actor.enterprise_id, token, now=clock.now())
    except NotFound:
        raise Http404 from None
    except PlatformTrouble:
        return JsonResponse({}, status=502)
    return JsonResponse(asdict(file))


@page(STAFF)
@require_POST
def answer_beside_chat(request: HttpRequest, platform: str, task_id: int) -> HttpResponse:
    """Take the answer of one tap, and stay beside the chat."""
    finish_task(actor=actor_of(request), answer=answer_of(request, task_id), now=clock.now())
    done(request, _("Noted. Thank you!"), "community_list_tasks")
    group_id = whole(request.POST.get("group")) or 0
    query = urlencode({"group": group_id})
    return redirect(f"{reverse('community_beside_chat', args=[platform])}?{query}")


def _group(actor: Actor, group_id: int) -> dict[str, Any]:
    now = clock.now()
    rows = tasks.tasks_of_group(actor, group_id, now=now)
    own = [row for row in rows if row.staff_id is not None and row.staff_id == actor.staff_id]
    cards = [tasks.task_card(actor, row.task_id, now=now) for row in own[:_MOST_TASKS]]
    return {
        "group": groups.group_card(actor, group_id),
        "stores": groups.stores_of(actor, group_id, limit=_STORES).rows,
        "tasks": [_task(card) for card in cards],
        "others": len(rows) - len(own),
        "reasons": list(task_words.REASONS.items()),
    }


def _task(card: tasks.TaskCard) -> dict[str, Any]:
    is_said_there = card.row.kind in _SAID
    more = {"card": card, "steps": task_words.steps_of(card), "is_said_there": is_said_there}
    return labelled(card.row) | more


def _is_ours(request: HttpRequest, address: str) -> bool:
    try:
        return urlsplit(address).netloc == request.get_host()
    except ValueError:
        return False


def _signer(platform: str) -> PageSigner:
    adapter = registry.platform(platform) if platform in registry.names() else None
    if not isinstance(adapter, PageSigner):
        raise Http404
    return adapter
