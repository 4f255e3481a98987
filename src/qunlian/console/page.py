"""The door of every console view: who is asking, what role he needs, and refusals into words."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from qunlian.kernel.actor import Actor, Role
from qunlian.kernel.errors import NotFound, Refusal
from qunlian.kernel.wording import in_words

View = Callable[..., HttpResponseBase]


def actor_of(request: HttpRequest) -> Actor:
    """Return who is asking; only inside a view behind ``page``."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def page(roles: Iterable[Role] | None = None) -> Callable[[View], View]:
    """
    Let a view in only for the given roles (default: all console roles); others find nothing here.

    A refusal that the view did not turn into a field's message becomes a flash on the page the person
    came from; ``NotFound`` becomes the 404 page.
    """
    allowed = frozenset(roles) if roles is not None else frozenset(Role) - {Role.MEMBER}

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor: Actor | None = getattr(request, "actor", None)
            if actor is None:
                return redirect(
                    f"{reverse('channel_log_in')}?{urlencode({'next': request.get_full_path()})}"
                )
            if actor.role not in allowed:
                raise Http404
            try:
                return view(request, *args, **kwargs)
            except NotFound:
                raise Http404 from None
            except Refusal as refusal:
                return _say(request, refusal)

        return guarded

    return decorate


def _say(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    if request.headers.get("HX-Request"):
        response = render(request, "site/parts/refusal.html", {"text": in_words(refusal)})
        response["HX-Retarget"] = "#refusals"
        response["HX-Reswap"] = "innerHTML"
        return response
    messages.error(request, in_words(refusal))
    return HttpResponseRedirect(came_from(request))


def came_from(request: HttpRequest) -> str:
    """Return the page of ours that the person came from, else Today."""
    referer = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(referer, {request.get_host()}):
        return referer
    return reverse("insight_today")
