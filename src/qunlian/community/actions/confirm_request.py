"""Confirm that a person did on the platform what it cannot do itself."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from qunlian.community import access, requests
from qunlian.community.models import Request
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict, NotFound


class NotWithPerson(Conflict):
    """Nobody is waited for here: the platform is still asked, or it is done."""

    code: ClassVar[str] = "community.not_with_person"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestConfirmed:
    """What is done now, for which group."""

    request_id: int
    group_id: int
    kind: str


def confirm_request(*, actor: Actor, request_id: int, now: datetime) -> RequestConfirmed:
    """
    Take it that the room has another owner now: the group follows.

    :raises NotFound: no such request for a group within the actor's reach
    :raises Forbidden: the actor does not look after the group
    :raises NotWithPerson: it does not wait for a person
    """
    with scope.writing(actor):
        found = Request.objects.filter(pk=request_id, kind="owner").first()
        if found is None:
            raise NotFound(kind="request", id=request_id)
        access.group_to_change(actor, found.group_id)
        row = Request.objects.select_related("group").get(pk=request_id)
        if row.state not in ("with_person", "refused"):
            raise NotWithPerson(id=request_id)
        requests.settle_by_hand(row, now)
        journal.record(
            "community.request_confirmed",
            actor=actor,
            at=now,
            about={"group": [row.group_id]},
            kind=row.kind,
            request_id=row.pk,
        )
        return RequestConfirmed(request_id=row.pk, group_id=row.group_id, kind=row.kind)
