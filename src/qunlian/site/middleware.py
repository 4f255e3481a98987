"""What happens to every request: its id, which addresses it may mean, its security headers, who is asking."""

import re
import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from qunlian.channel.queries.actors import SESSION_MUST_CHANGE, actor_of_session
from qunlian.kernel import clock, journal

type_of_view = Callable[[HttpRequest], HttpResponse]
#: What stays open to one who must choose his own password first.
_BEFORE_OWN_PASSWORD = (
    "channel_my_account",
    "channel_change_password",
    "channel_log_out",
    "set_language",
)
_ID = re.compile(r"^[A-Za-z0-9-]{8,40}$")


def request_id(get_response: type_of_view) -> type_of_view:
    """Give the request an id (or keep the proxy's), for the log, the journal and the answer."""

    def middleware(request: HttpRequest) -> HttpResponse:
        offered = request.headers.get("X-Request-ID", "")
        identity = offered if _ID.match(offered) else uuid.uuid4().hex
        token = journal.request_id.set(identity)
        structlog.contextvars.bind_contextvars(request_id=identity)
        try:
            response = get_response(request)
        finally:
            structlog.contextvars.unbind_contextvars("request_id")
            journal.request_id.reset(token)
        response["X-Request-ID"] = identity
        return response

    return middleware


def addresses(get_response: type_of_view) -> type_of_view:
    """
    Look a program's request up among the API's addresses, which are imported with the first one.

    An address with a NUL in what it asks for leads nowhere: no text of the database can hold one.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if "%00" in request.META["QUERY_STRING"]:
            raise Http404
        if request.path.startswith("/api/"):
            request.urlconf = "qunlian.site.api_urls"
        return get_response(request)

    return middleware


_ORIGIN = re.compile(r"https?://[\w.-]+(:\d+)?")


def content_security(get_response: type_of_view) -> type_of_view:
    """
    Allow our own scripts and styles only, and the live process on its port of the same host.

    A page that shows a platform's picture names where it comes from (``request.pictures_from``).
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        host = request.get_host().rsplit(":", 1)[0]
        live = f"{'wss' if request.is_secure() else 'ws'}://{host}:{settings.LIVE_PORT}"
        named = str(getattr(request, "pictures_from", ""))
        pictures = f" {named}" if _ORIGIN.fullmatch(named) else ""
        response.setdefault(
            "Content-Security-Policy",
            f"default-src 'self'; connect-src 'self' {live}; img-src 'self' data: blob:{pictures}; "
            "media-src 'self' blob:; style-src 'self'; script-src 'self'; object-src 'none'; "
            "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        )
        return response

    return middleware


def actor(get_response: type_of_view) -> type_of_view:
    """
    Put ``request.actor`` there: who is logged in, or None.

    Whoever logged in with a password that somebody else chose finds only the form to choose his own.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        request.actor = None  # type: ignore[attr-defined]
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            request.actor = actor_of_session(request.session, now=clock.now())  # type: ignore[attr-defined]
            if request.actor and request.session.get(SESSION_MUST_CHANGE):  # type: ignore[attr-defined]
                own = {reverse(name) for name in _BEFORE_OWN_PASSWORD}
                if request.path not in own:
                    return redirect("channel_my_account")
        return get_response(request)

    return middleware
