"""Change how long what is done by hand may take, and when people are reminded of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from qunlian.community.models import TaskTerms
from qunlian.community.queries.task_terms import task_terms
from qunlian.community.rules.tasks import TERMS, Terms
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor, Role
from qunlian.kernel.errors import Forbidden, Invalid


class TaskTermsUnsound(Invalid):
    """A task is due before it is over (90 days at most); reminders lie between, five at most, in order."""

    code: ClassVar[str] = "community.task_terms_unsound"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskTimes:
    """After so many hours a task is due and over, and its person reminded; no reminder is fine, too."""

    due_hours: int
    expires_hours: int
    remind_hours: tuple[int, ...]


def set_task_terms(
    *, actor: Actor, times: Mapping[str, TaskTimes], now: datetime
) -> Mapping[str, Terms]:
    """
    Let what is asked from now on follow these times; what waits already keeps its own.

    A kind that is not named stays as it is; one with the usual times follows these again.

    :param times: kind of task → its times
    :raises Forbidden: the actor is not of headquarters
    :raises TaskTermsUnsound: no such kind, or times that cannot be (``field`` is ``<field>:<kind>``)
    """
    with scope.writing(actor):
        if actor.role not in (Role.HEADQUARTERS, Role.SYSTEM):
            raise Forbidden
        before = task_terms(actor)
        changed = {}
        for kind, given in times.items():
            if kind not in TERMS:
                raise TaskTermsUnsound(field=f"kind:{kind}")
            wanted = replace(
                TERMS[kind],
                due_hours=given.due_hours,
                expires_hours=given.expires_hours,
                remind_hours=given.remind_hours,
            )
            if field := wanted.problem():
                raise TaskTermsUnsound(field=f"{field}:{kind}")
            if wanted != before[kind]:
                changed[kind] = wanted
        for kind, wanted in changed.items():
            _keep(actor, kind, wanted, now)
        if changed:
            journal.record(
                "community.task_terms_set",
                actor=actor,
                at=now,
                changes={
                    kind: [_told(before[kind]), _told(wanted)] for kind, wanted in changed.items()
                },
            )
        return task_terms(actor)


def _keep(actor: Actor, kind: str, wanted: Terms, now: datetime) -> None:
    if wanted == TERMS[kind]:
        TaskTerms.objects.filter(kind=kind).delete()
        return
    TaskTerms.objects.update_or_create(
        enterprise_id=actor.enterprise_id,
        kind=kind,
        defaults={
            "due_hours": wanted.due_hours,
            "expires_hours": wanted.expires_hours,
            "remind_hours": list(wanted.remind_hours),
            "changed_at": now,
        },
    )


def _told(terms: Terms) -> list[object]:
    return [terms.due_hours, terms.expires_hours, list(terms.remind_hours)]
