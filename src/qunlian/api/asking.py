"""Who asks the API, and for how many rows at once."""

from django.http import HttpRequest
from ninja.security import HttpBearer

from qunlian.channel.queries.actors import actor_of_token
from qunlian.kernel import clock
from qunlian.kernel.actor import Actor

MOST_PER_PAGE = 500


class Token(HttpBearer):
    """``Authorization: Bearer …`` with a key made on the settings page."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        actor = actor_of_token(token, now=clock.now())
        request.actor = actor  # type: ignore[attr-defined]
        return actor


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks; every operation is behind ``Token``."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def page_size(take: int, most: int = MOST_PER_PAGE) -> int:
    """Return how many rows a page gets where ``take`` are asked for."""
    return max(1, min(take, most))
