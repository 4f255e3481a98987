"""Ask again for what was refused, has expired, or nobody could tell of: the platform, or a person."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from qunlian.channel.steps.leaving import hold_staff
from qunlian.community import access, calling, requests
from qunlian.community.actions.reassign_task import NoSuchColleague
from qunlian.community.rules import tasks as rules
from qunlian.kernel import journal, queue, scope
from qunlian.kernel.actor import Actor, Role
from qunlian.kernel.errors import Conflict, Forbidden


class StillWaits(Conflict):
    """This is waited for already, or it is done."""

    code: ClassVar[str] = "community.still_waits"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestAskedAgain:
    """Which request, for which group; ``is_with_person`` when somebody is to do it by hand."""

    request_id: int
    group_id: int
    is_with_person: bool


def ask_request_again(
    *, actor: Actor, request_id: int, staff_id: int | None = None, now: datetime
) -> RequestAskedAgain:
    """
    Ask the platform again, or the people it leaves it to; with ``staff_id`` a colleague does it by hand.

    :raises NotFound: no such request for a group within the actor's reach
    :raises Forbidden: the actor does not look after the group, or is a rep who gives tasks to others
    :raises StillWaits: it is waited for, or done
    :raises NoSuchColleague: no such colleague, or he has left
    """
    with scope.writing(actor):
        is_here = staff_id is None or bool(hold_staff(actor, [staff_id]))
        request = access.request_to_change(actor, request_id)
        if actor.role is Role.REP and staff_id not in (None, actor.staff_id):
            raise Forbidden
        if request.state not in rules.AGAIN:
            raise StillWaits(id=request_id)
        if not is_here:
            raise NoSuchColleague(field="staff_id")
        request.asked_by = actor.account_id
        request.save(update_fields=["asked_by"])
        is_with_person = staff_id is not None or calling.is_by_hand(request)
        if is_with_person:
            requests.hand_to_people(actor, [request], now, staff_id)
        else:
            requests.ask_platform_again(request, now)
            queue.enqueue("community.settle_requests", enterprise_id=actor.enterprise_id)
        journal.record(
            "community.request_asked_again",
            actor=actor,
            at=now,
            about={"group": [request.group_id]},
            request_id=request_id,
            kind=request.kind,
        )
        return RequestAskedAgain(
            request_id=request_id, group_id=request.group_id, is_with_person=is_with_person
        )
