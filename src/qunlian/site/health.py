"""Health: alive (the process answers) and ready (the database answers too)."""

from django.db import connection
from django.http import HttpRequest, JsonResponse


def alive(request: HttpRequest) -> JsonResponse:
    """Answer without touching anything."""
    return JsonResponse({"status": "alive"})


def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database does, as a role that row-level security binds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        (is_unbound,) = cursor.fetchone()
    status = "unbound role" if is_unbound else "ready"
    return JsonResponse({"status": status}, status=503 if is_unbound else 200)
