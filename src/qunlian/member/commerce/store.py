"""For which store somebody orders on the phone."""

from django.http import HttpRequest

from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import NotFound


def number(text: str) -> int | None:
    """Read an id from an address, or nothing."""
    return int(text) if text.isdecimal() and len(text) < 19 else None  # noqa: PLR2004  (fits bigint)


def store_id_of(request: HttpRequest, actor: Actor) -> int:
    """
    Return the store that is asked for, else the member's own first one.

    :raises NotFound: none is named and the person owns none
    """
    given = request.POST.get("store") or request.GET.get("store") or ""
    wanted = number(given) or next(iter(actor.reach.store_ids), None)
    if wanted is None:
        raise NotFound(kind="store")
    return wanted
