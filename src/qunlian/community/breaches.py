"""
How a breach of a group's rules follows what was asked because of it, and what its step changes here.

What a worker, a person's tap or a reading of the room settles comes by here, in the transaction that
settles it. Asking is laddering.py's.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F

from qunlian.community import doors
from qunlian.community.models import Breach, Group, Member, Request
from qunlian.community.rules import ladder
from qunlian.community.rules.asking import NOT_GIVEN
from qunlian.kernel import journal
from qunlian.kernel.actor import system_actor


def follow(request_ids: Sequence[int], at: datetime) -> None:
    """Let the breaches whose step these requests are stand as they do."""
    if not request_ids:
        return
    rows = Breach.objects.filter(request_id__in=request_ids).select_related("request")
    for breach in rows.order_by("pk"):
        state = _state_of(breach, breach.request)
        if state == breach.state:
            continue
        is_over = state not in ladder.OPEN
        Breach.objects.filter(pk=breach.pk).update(state=state, ended_at=at if is_over else None)
        if is_over:
            _record(breach, state, at)
        if state == "done" and breach.step == "remove":
            end_stay(breach, at)


def end_stay(breach: Breach, at: datetime) -> None:
    """Free the seat of somebody who was taken out, as far as the room's reading has not done so."""
    stay = Member.objects.filter(
        group_id=breach.group_id, person_id=breach.person_id, role="member", left_at=None
    )
    if not stay.update(left_at=at, left_reason=breach.rule[:120]):
        return
    group = Group.objects.filter(pk=breach.group_id)
    was_full = group.filter(seats_taken__gte=F("seats_cap")).exists()
    group.update(seats_taken=F("seats_taken") - 1, changed_at=at)
    if was_full:
        doors.mark_due(breach.enterprise_id, [breach.group_id], at)


def _state_of(breach: Breach, request: Request | None) -> str:
    if request is None:
        return breach.state
    is_not_given = request.kind == "packet" and request.problem.partition(":")[0] == NOT_GIVEN
    return NOT_GIVEN if is_not_given else request.state


def _record(breach: Breach, state: str, at: datetime) -> None:
    journal.record(
        "community.breach_step_ended",
        actor=system_actor(breach.enterprise_id),
        at=at,
        about={"group": [breach.group_id], "person": [breach.person_id], "breach": [breach.pk]},
        step=breach.step,
        state=state,
    )
