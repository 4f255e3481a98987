"""The page behind the link for a new phone: whose it is, and in he is."""

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from qunlian.channel import sessions
from qunlian.channel.actions.use_return_link import LinkSpent
from qunlian.channel.actions.use_return_link import use_return_link as use_link
from qunlian.channel.queries.return_links import return_card
from qunlian.kernel import clock
from qunlian.kernel.actor import Actor, Role


@never_cache
@require_http_methods(["GET", "POST"])
def use_return_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show whose link it is; opening it uses nothing up, the button does."""
    actor: Actor | None = getattr(request, "actor", None)
    is_staff = actor is not None and actor.role is not Role.MEMBER
    if request.method == "GET" or is_staff:
        card = return_card(token, now=clock.now())
        return _page(request, {"card": card, "is_staff": is_staff}, 200 if card else 404)
    try:
        done = use_link(token=token, now=clock.now())
    except LinkSpent as refusal:
        return _page(request, {"card": None}, refusal.status)
    device = request.headers.get("User-Agent", "")
    sessions.begin(request.session, done.session, device=device)
    rotate_token(request)
    return redirect("messaging_my_chats")


def _page(request: HttpRequest, facts: dict[str, object], status: int) -> HttpResponse:
    return render(request, "member/channel/use_return_link.html", facts, status=status)
