"""
Where outside platforms tell us things: ``/callbacks/<platform>/<code>/``.

What was stored is acknowledged with an empty 200. While the database is away the answer is 503 within a
second, so that the platform repeats; what came to be stored after all is known by its key when it comes
again.
"""

import logging
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from typing import TypeVar

from django.db import OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from qunlian.kernel import queue
from qunlian.platforms import registry
from qunlian.platforms.extensions import CallbackRefused, Listener

logger = logging.getLogger(__name__)
T = TypeVar("T")

_SECONDS = 0.8
#: The storing is done beside the request, because a pool that lost its database lets its callers wait.
_storing = ThreadPoolExecutor(
    int(os.environ.get("QUNLIAN_WEB_THREADS", "2")), thread_name_prefix="callbacks"
)


@csrf_exempt
@require_http_methods(["GET", "POST"])
def receive(request: HttpRequest, platform: str, code: str) -> HttpResponse:
    """Hand what a platform tells to its adapter."""
    listener = _listener(platform)
    query = {name: str(value) for name, value in request.GET.items()}
    try:
        if request.method == "GET":
            plain = _in_time(lambda: listener.greet(code, query))
            return HttpResponse(plain, content_type="text/plain")
        body = request.body
        _in_time(lambda: _take(listener, code, query, body))
    except CallbackRefused as refused:
        logger.warning("callback_refused", extra={"platform": platform, "facts": refused.facts})
        return HttpResponse(status=403)
    except (OperationalError, TookTooLong):
        logger.warning("callback_not_stored", extra={"platform": platform})
        return HttpResponse(status=503, headers={"Retry-After": "5"})
    return HttpResponse()


def _take(listener: Listener, code: str, query: dict[str, str], body: bytes) -> None:
    """Store it; whoever waits to be greeted waits seconds only, so a worker is woken at once."""
    enterprise_id = listener.take_callback(code, query, body)
    if enterprise_id is not None:
        queue.enqueue(
            "community.greet_newcomers",
            queueing_lock=f"community.greet_newcomers:{enterprise_id}",
            enterprise_id=enterprise_id,
        )


def _listener(platform: str) -> Listener:
    adapter = registry.platform(platform) if platform in registry.names() else None
    if not isinstance(adapter, Listener):
        raise Http404
    return adapter


def _in_time(work: Callable[[], T]) -> T:
    def done() -> T:
        try:
            return work()
        finally:
            connection.close()

    future = _storing.submit(done)
    try:
        return future.result(timeout=_SECONDS)
    except TookTooLong:
        future.cancel()
        raise
