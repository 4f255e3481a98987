"""For which store somebody orders on the phone."""

from typing import ClassVar

from django.http import HttpRequest

from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict
from qunlian.kernel.typed import whole


class NoStore(Conflict):
    """Only the people of a store order here; ask the store where you buy."""

    code: ClassVar[str] = "member.no_store"


def store_id_of(request: HttpRequest, actor: Actor) -> int:
    """
    Return the store that is asked for, else the member's own first one.

    :raises NoStore: none is named and the person has none: a consumer
    """
    given = request.POST.get("store") or request.GET.get("store") or ""
    wanted = whole(given) or next(iter(actor.reach.store_ids), None)
    if wanted is None:
        raise NoStore
    return wanted
