"""The API itself: authentication by token, and refusals as problem+json (RFC 9457)."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI

from qunlian.api import (
    activation,
    channel,
    channel_imports,
    channel_platforms,
    commerce,
    community,
    community_breaches,
    community_comparisons,
    community_coverage,
    community_doors,
    community_handover,
    community_layers,
    community_moves,
    community_plan_map,
    community_rooms,
    community_tasks,
    community_told_rooms,
    identity,
    insight,
    messaging,
)
from qunlian.api.asking import Token
from qunlian.kernel import journal
from qunlian.kernel.errors import RateLimited, Refusal
from qunlian.kernel.wording import in_words

#: below which it hangs
PREFIX = "/api/v1/"


api = NinjaAPI(title="Qunlian", version="1", auth=[Token()], docs_url=None, urls_namespace="api")


@api.exception_handler(Refusal)
def refuse(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Answer a refusal as problem+json."""
    body: dict[str, Any] = {
        "type": f"urn:qunlian:{refusal.code}",
        "title": in_words(refusal),
        "status": refusal.status,
        "code": refusal.code,
        "facts": refusal.facts,
        "request_id": journal.request_id.get(),
    }
    response = JsonResponse(body, status=refusal.status, content_type="application/problem+json")
    if isinstance(refusal, RateLimited):
        response["Retry-After"] = str(refusal.retry_after_seconds)
    return response


for _router in (
    activation.router,
    channel.router,
    channel_imports.router,
    channel_platforms.router,
    commerce.router,
    community.router,
    community_breaches.router,
    community_comparisons.router,
    community_coverage.router,
    community_doors.router,
    community_handover.router,
    community_layers.router,
    community_moves.router,
    community_plan_map.router,
    community_rooms.router,
    community_tasks.router,
    community_told_rooms.router,
    identity.router,
    insight.router,
    messaging.router,
):
    api.add_router("", _router)
