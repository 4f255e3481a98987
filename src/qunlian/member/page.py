"""The door of every member page: who is asking, and refusals into words."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import (
    Http404,
    HttpRequest,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import NotFound, Refusal
from qunlian.kernel.wording import in_words

View = Callable[..., HttpResponseBase]


def actor_of(request: HttpRequest) -> Actor:
    """Return who is asking; only inside a view behind ``member_page`` or ``data``."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def member_page(view: View) -> View:
    """
    Let a view in for everybody who is logged in; what he reaches is decided below.

    A refusal that the view did not turn into a message at its place becomes a flash on the page the
    person came from; ``NotFound`` becomes the 404 page.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if getattr(request, "actor", None) is None:
            here = urlencode({"next": request.get_full_path()})
            return redirect(f"{reverse('member_lost')}?{here}")
        try:
            return view(request, *args, **kwargs)
        except NotFound:
            raise Http404 from None
        except Refusal as refusal:
            return _say(request, refusal)

    return guarded


def data(view: View) -> View:
    """Let the same people ask for data; a refusal becomes JSON with its code and sentence."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if getattr(request, "actor", None) is None:
            return JsonResponse({"code": "kernel.logged_out"}, status=401)
        try:
            return view(request, *args, **kwargs)
        except Refusal as refusal:
            body = {"code": refusal.code, "text": in_words(refusal)}
            return JsonResponse(body, status=refusal.status)

    return guarded


def _say(request: HttpRequest, refusal: Refusal) -> HttpResponseBase:
    if request.headers.get("HX-Request"):
        response = render(request, "site/parts/refusal.html", {"text": in_words(refusal)})
        response["HX-Retarget"] = "#refusals"
        response["HX-Reswap"] = "innerHTML"
        return response
    messages.error(request, in_words(refusal))
    return HttpResponseRedirect(came_from(request))


def came_from(request: HttpRequest) -> str:
    """Return the page of ours that the person came from, else the list of orders."""
    referer = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(referer, {request.get_host()})
    if is_ours and request.get_full_path() not in referer:
        return referer
    return reverse("member_commerce_list_orders")
