"""Pages for what went wrong outside any view."""

import sys

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext

from qunlian.kernel import journal

RETRY_AFTER_SECONDS = 3
#: Class 08 and these mean that no server talks to us now; any other state is something that we did.
#: Source: PostgreSQL, appendix A, error codes (read 2026-11-22).
_AWAY = frozenset({"57P01", "57P02", "57P03", "53300"})
_FOR_PROGRAMS = ("/api/", "/health/")


def _page(request: HttpRequest, status: int) -> HttpResponse:
    is_member = request.path.startswith("/m/")
    facts = {
        "status": status,
        "request_id": journal.request_id.get(),
        "is_member": is_member,
    }
    return render(request, "site/error.html", facts, status=status)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that the form was open too long, or came from elsewhere."""
    return _page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is nothing here."""
    return _page(request, 404)


def failed(request: HttpRequest) -> HttpResponse:
    """Say that this was our fault, or that the database is away; asks nothing of the database.

    Django calls it inside the ``except`` block, whether a view failed or a middleware.
    """
    if is_database_away(sys.exc_info()[1]):
        return _away(request)
    facts = {"status": 500, "request_id": journal.request_id.get()}
    return HttpResponse(render_to_string("site/error.html", facts), status=500)


def is_database_away(error: BaseException | None) -> bool:
    """Tell a database that cannot be reached, or just ended, from a query that is wrong or was refused."""
    if not isinstance(error, OperationalError):
        return False
    state = getattr(
        error.__cause__, "sqlstate", None
    )  # None: libpq or the pool, not the server, said it
    return state is None or state.startswith("08") or state in _AWAY


def _away(request: HttpRequest) -> HttpResponse:
    """Ask to come back soon: a page for people, problem+json for programs."""
    facts = {"status": 503, "request_id": journal.request_id.get()}
    response: HttpResponse
    if request.path.startswith(_FOR_PROGRAMS):
        response = JsonResponse(
            {
                "type": "urn:qunlian:site.database_away",
                "title": gettext(
                    "The database does not answer right now; try again in a few seconds."
                ),
                "code": "site.database_away",
                **facts,
            },
            status=503,
            content_type="application/problem+json",
        )
    else:
        response = HttpResponse(render_to_string("site/error.html", facts), status=503)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response
