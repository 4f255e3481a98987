"""Have the outside platforms' rooms listed and read now."""

from datetime import datetime
from typing import ClassVar

from qunlian.community import access, listing
from qunlian.kernel import journal, queue, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict, Forbidden


class NoOutsidePlatform(Conflict):
    """No chat platform with groups of its own is connected yet; connect one first."""

    code: ClassVar[str] = "community.no_outside_platform"


def look_for_rooms(*, actor: Actor, now: datetime) -> tuple[str, ...]:
    """
    Ask a worker to read all rooms of every connected platform; return the platforms.

    :raises Forbidden: only those who plan do this
    :raises NoOutsidePlatform: there is none
    """
    if actor.role not in access.PLANNERS:
        raise Forbidden
    names = listing.outside_platforms(actor.enterprise_id)
    if not names:
        raise NoOutsidePlatform
    with scope.writing(actor):
        for name in names:
            queue.enqueue(
                "community.list_rooms",
                queueing_lock=f"community.list_rooms:{name}:{actor.enterprise_id}",
                enterprise_id=actor.enterprise_id,
                platform=name,
            )
        journal.record("community.rooms_looked_for", actor=actor, at=now, platforms=list(names))
    return names
