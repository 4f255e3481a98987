"""Breaches of groups' rules: a group's log, one's own, and who appeals."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from qunlian.community import access
from qunlian.community.models import Breach, Group, PersonView, Task
from qunlian.community.rules import ladder
from qunlian.community.rules.asking import SOURCE
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.paging import Page, moment_key, read_moment_key

#: What a line takes from its row as it is.
_KEPT = (
    "person_id",
    "rule",
    "words",
    "message_seq",
    "said",
    "step",
    "state",
    "standing",
    "noted_at",
    "due_at",
    "until_at",
    "ended_at",
    "told_given_at",
    "lifted_at",
    "lifted_why",
    "appealed_at",
    "appeal",
    "decided_at",
    "decision",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachRow:
    """
    One breach: whose, which rule, what follows and how far it is.

    :ivar words: what the member is told
    :ivar task_id: the task of the person who carries it out, where it came to one
    :ivar is_mine: noted by the actor himself, so that the appeal is not his to decide
    """

    breach_id: int
    group_id: int
    group: str
    person_id: int
    person: str
    rule: str
    words: str
    message_seq: int | None
    said: str
    step: str
    state: str
    standing: str
    noted_at: datetime
    due_at: datetime | None
    until_at: datetime | None
    ended_at: datetime | None
    told_given_at: datetime | None
    task_id: int | None
    lifted_at: datetime | None
    lifted_why: str
    appealed_at: datetime | None
    appeal: str
    decided_at: datetime | None
    decision: str
    is_mine: bool
    may_appeal: bool

    @property
    def is_open(self) -> bool:
        """Tell whether the step is still being carried out."""
        return self.state in ladder.OPEN and self.standing in ladder.COUNTING


def breaches_of_group(
    actor: Actor, group_id: int, *, now: datetime, after: str = "", limit: int = 30
) -> Page[BreachRow]:
    """
    Return one page of what was noted in a group, the newest first; to who does not look after it, nothing.

    :param after: ``next_key`` of the page before
    :raises NotFound: no such group within the actor's reach
    """
    with scope.reading(actor):
        access.group_for(actor, group_id)
        rows = access.breaches_within(actor).filter(group_id=group_id)
        key = read_moment_key(after)
        if key is not None:
            rows = rows.filter(Q(noted_at__lt=key[0]) | Q(noted_at=key[0], pk__lt=key[1]))
        found = list(rows.order_by("-noted_at", "-pk")[: limit + 1])
        shown = _rows(actor, found[:limit], now)
    last = found[limit - 1] if len(found) > limit else None
    return Page(rows=shown, next_key=moment_key(last.noted_at, last.pk) if last else None)


def breach_card(actor: Actor, breach_id: int, *, now: datetime) -> BreachRow:
    """
    Return one breach.

    :raises NotFound: there is none of the actor's own, or of a group that he looks after
    """
    with scope.reading(actor):
        (row,) = _rows(actor, [access.breach_for(actor, breach_id)], now)
        return row


def list_appeals(
    actor: Actor, *, now: datetime, after: str = "", limit: int = 30
) -> Page[BreachRow]:
    """
    Return one page of the appeals that wait, the oldest first, for those who decide on them.

    :param after: ``next_key`` of the page before
    """
    with scope.reading(actor):
        rows = _waiting(actor)
        key = read_moment_key(after)
        if key is not None:
            rows = rows.filter(Q(appealed_at__gt=key[0]) | Q(appealed_at=key[0], pk__gt=key[1]))
        found = list(rows.order_by("appealed_at", "pk")[: limit + 1])
        shown = _rows(actor, found[:limit], now)
    last = found[limit - 1] if len(found) > limit else None
    next_key = moment_key(last.appealed_at, last.pk) if last and last.appealed_at else None
    return Page(rows=shown, next_key=next_key)


def appeals_waiting(actor: Actor, *, most: int) -> int:
    """Count the appeals that the actor may decide; for Today. Counting stops at ``most``."""
    with scope.reading(actor):
        others = _waiting(actor).exclude(noted_by=actor.account_id or 0)
        return len(others.values_list("pk")[:most])


def my_breaches(actor: Actor, *, now: datetime, limit: int = 50) -> tuple[BreachRow, ...]:
    """Return what was noted of the actor himself, the newest first."""
    with scope.reading(actor):
        own = Breach.objects.filter(person_id=actor.person_id or 0)
        return _rows(actor, list(own.order_by("-noted_at", "-pk")[:limit]), now)


def _waiting(actor: Actor) -> QuerySet[Breach]:
    if actor.role not in access.APPROVERS:
        return Breach.objects.none()
    return access.breaches_within(actor).filter(standing="appealed")


def _rows(actor: Actor, rows: Sequence[Breach], now: datetime) -> tuple[BreachRow, ...]:
    """Turn breaches into lines: three queries, however many there are."""
    names = _names(row.person_id for row in rows)
    groups = dict(
        Group.objects.filter(pk__in={row.group_id for row in rows}).values_list("pk", "name")
    )
    keys = [str(row.request_id) for row in rows if row.request_id]
    asked = Task.objects.filter(source=SOURCE, source_key__in=keys) if keys else None
    tasks = dict(asked.values_list("source_key", "pk")) if asked is not None else {}
    return tuple(
        BreachRow(
            breach_id=row.pk,
            group_id=row.group_id,
            group=groups.get(row.group_id, ""),
            person=names.get(row.person_id, ""),
            task_id=tasks.get(str(row.request_id)),
            is_mine=row.noted_by is not None and row.noted_by == actor.account_id,
            may_appeal=row.person_id == actor.person_id
            and ladder.may_appeal(standing=row.standing, noted_at=row.noted_at, now=now),
            **{name: getattr(row, name) for name in _KEPT},
        )
        for row in rows
    )


def _names(person_ids: Iterable[int]) -> dict[int, str]:
    people = PersonView.objects.filter(pk__in=set(person_ids))
    return dict(people.values_list("pk", "name"))
