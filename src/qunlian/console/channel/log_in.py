"""The log-in page and the way out."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from qunlian.channel import sessions
from qunlian.channel.actions import log_in as act
from qunlian.channel.actions.log_out import log_out as end_session
from qunlian.console.platforms.ways import ways
from qunlian.kernel import clock
from qunlian.kernel.actor import Role
from qunlian.kernel.errors import RateLimited, Refusal
from qunlian.kernel.wording import in_words


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    """Show the form; check what was entered; go on to where one wanted to go."""
    if request.method == "GET":
        actor = getattr(request, "actor", None)
        return HttpResponseRedirect(_asked(request, actor.role)) if actor else log_in_form(request)
    attempt = act.LogInAttempt(
        login=request.POST.get("login", "")[:200],
        password=request.POST.get("password", "")[:200],
        address=address_of(request),
    )
    try:
        done = act.log_in(attempt=attempt, now=clock.now())
    except Refusal as refusal:
        return log_in_form(request, refusal)
    sessions.begin(request.session, done.session, device=request.headers.get("User-Agent", ""))
    rotate_token(request)
    return HttpResponseRedirect(_asked(request, done.actor.role))


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """End this browser's session."""
    actor = getattr(request, "actor", None)
    if actor is not None:
        end_session(actor=actor, session_key=request.session.session_key or "", now=clock.now())
    request.session.flush()
    return redirect("channel_log_in")


def address_of(request: HttpRequest) -> str:
    """Return the network address of the browser; believes the proxies in front of us, and no other."""
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    trusted = settings.TRUSTED_PROXIES
    if trusted and len(forwarded) >= trusted:
        return forwarded[-trusted].strip()[:60]
    return str(request.META.get("REMOTE_ADDR", ""))[:60]


def log_in_form(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    """Show the form, and why the last attempt was refused."""
    then = request.POST.get("next", request.GET.get("next", ""))
    facts = {
        "ways": ways(request.GET.get("company", ""), then),
        "next": then,
        "login": request.POST.get("login", ""),
        "problem": in_words(refusal) if refusal else "",
    }
    status = refusal.status if refusal else 200
    response = render(request, "console/channel/log_in.html", facts, status=status)
    if isinstance(refusal, RateLimited):
        response["Retry-After"] = str(refusal.retry_after_seconds)
    return response


def _asked(request: HttpRequest, role: Role) -> str:
    return target(request, role, request.POST.get("next", request.GET.get("next", "")))


def target(request: HttpRequest, role: Role, wanted: str) -> str:
    """Return the page that was asked for, when it is ours; else where this role begins."""
    if wanted and url_has_allowed_host_and_scheme(wanted, {request.get_host()}):
        return wanted
    return "/m/" if role is Role.MEMBER else "/"
