"""Logging in by an account on an outside platform: there by QR code or at once, and back with a code."""

import secrets

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from qunlian.channel import sessions
from qunlian.channel.actions.admit_log_in import admit_log_in
from qunlian.channel.actions.log_in_by_handle import ProvenHandle
from qunlian.channel.actions.log_in_by_handle import log_in_by_handle as act
from qunlian.console.channel.log_in import address_of, log_in_form, target
from qunlian.kernel import clock
from qunlian.kernel.errors import Invalid, Refusal
from qunlian.platforms import registry
from qunlian.platforms.extensions import LogIn

_CLIENT = "wxwork"
_BEGUN = "platform_log_in"


class LogInNotBegun(Invalid):
    """This log-in was not begun in this browser, or it took too long. Begin again."""

    code = "console.log_in_not_begun"


@never_cache
@require_safe
def begin_log_in(request: HttpRequest, platform: str) -> HttpResponse:
    """Send the browser to the platform, and remember what it is to bring back."""
    adapter = _adapter(platform)
    known = adapter.companies()
    company = request.GET.get("company", "")
    enterprise_id = known.get(company) if company or len(known) != 1 else next(iter(known.values()))
    if enterprise_id is None:
        raise Http404
    state = secrets.token_urlsafe(24)
    request.session[_BEGUN] = {
        "state": state,
        "platform": platform,
        "enterprise_id": enterprise_id,
        "next": request.GET.get("next", "")[:500],
    }
    address = adapter.log_in_address(
        enterprise_id,
        back_to=_back_to(request, platform),
        state=state,
        is_in_client=_CLIENT in request.headers.get("User-Agent", ""),
    )
    return HttpResponseRedirect(address)


@never_cache
@require_safe
def log_in_by_handle(request: HttpRequest, platform: str) -> HttpResponse:
    """Take the browser back: ask the platform whose it is, and log him in."""
    begun = request.session.pop(_BEGUN, None) or {}
    address = address_of(request)
    try:
        if begun.get("platform") != platform or not secrets.compare_digest(
            begun["state"].encode(), request.GET.get("state", "").encode("utf-8", "replace")
        ):
            raise LogInNotBegun
        admit_log_in(address=address, now=clock.now())
        code = request.GET.get("code", "")[:512]
        key = _adapter(platform).who_logged_in(begun["enterprise_id"], code) if code else ""
        proven = ProvenHandle(
            enterprise_id=begun["enterprise_id"], platform=platform, key=key, address=address
        )
        done = act(handle=proven, now=clock.now())
    except Refusal as refusal:
        return log_in_form(request, refusal)
    sessions.begin(request.session, done.session, device=request.headers.get("User-Agent", ""))
    rotate_token(request)
    return HttpResponseRedirect(target(request, done.actor.role, begun["next"]))


def _adapter(platform: str) -> LogIn:
    adapter = registry.platform(platform) if platform in registry.names() else None
    if not isinstance(adapter, LogIn):
        raise Http404
    return adapter


def _back_to(request: HttpRequest, platform: str) -> str:
    """Return where to come back to: this host, by https where the public address says so."""
    path = reverse("channel_log_in_by_handle", args=[platform])
    public = settings.PUBLIC_URL
    if public and public.partition("://")[2] == request.get_host():
        return f"{public}{path}"
    return request.build_absolute_uri(path)
