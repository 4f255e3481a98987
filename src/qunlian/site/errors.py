"""Pages for what went wrong outside any view."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from qunlian.kernel import journal


def _page(request: HttpRequest, status: int) -> HttpResponse:
    facts = {"status": status, "request_id": journal.request_id.get()}
    return render(request, "site/error.html", facts, status=status)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that the form was open too long, or came from elsewhere."""
    return _page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is nothing here."""
    return _page(request, 404)


def failed(request: HttpRequest) -> HttpResponse:
    """Say that this was our fault, with the request id to quote; asks nothing of the database."""
    facts = {"status": 500, "request_id": journal.request_id.get()}
    return HttpResponse(render_to_string("site/error.html", facts), status=500)
