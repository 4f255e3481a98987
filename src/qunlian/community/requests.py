"""
What groups' platforms are asked to do: claimed under a lease, called outside any transaction, settled.

A worker that dies between the call and the settling leaves a lease that runs out; the next one asks again
with the same key, and the platform answers with what it made then. What the platform leaves to a person
becomes a task of his (steps/tasks.py) in the transaction that settles the call.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Cast

from qunlian.community import breaches, calling, doors, owners, welcoming
from qunlian.community.models import Group, Member, Request, Task, TaskGroup
from qunlian.community.rules import tasks as rules
from qunlian.community.rules.asking import NOT_GIVEN, OF_BREACHES, OPEN, SOURCE
from qunlian.community.rules.life import LIVE_PEOPLE
from qunlian.community.steps import tasks
from qunlian.kernel import queue, scope
from qunlian.kernel.actor import Actor, system_actor
from qunlian.platforms.port import Feature, Means, Outcome, Result
from qunlian.platforms.registry import means, platform

LEASE = timedelta(seconds=60)
_BATCH = 200
_TRIES = 8
_STATES = {
    Outcome.SENT: "done",
    Outcome.UNKNOWN: "unknown",
    Outcome.REFUSED: "refused",
}
#: What tells two requests of a kind apart that are both wanted.
_ABOUT: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("remove", "mute", "unmute"), ("person_id",)),
    **dict.fromkeys(("remind", "recall", "packet"), ("breach_id",)),
}
#: Where what is to be copied is the group's name.
_NAMING: Final = ("create", "rename")
#: What a person answered about a request, or nobody did: its state then.
_ANSWERS = {"done": "done", "refused": "refused", "unknown": "unknown", "expired": "expired"}


def ask(actor: Actor, group: Group, kind: str, at: datetime, **payload: Any) -> Request:
    """
    Note what the group's platform should do; in the transaction that wants it.

    It takes the place of what was asked of the kind before and is not done.
    """
    same = {name: payload[name] for name in _ABOUT.get(kind, ())}
    before = Request.objects.filter(group=group, kind=kind, payload__contains=same)
    take_back(actor, before, at)
    return Request.objects.create(
        enterprise_id=actor.enterprise_id,
        group=group,
        kind=kind,
        payload={"name": group.name, **payload},
        asked_by=actor.account_id,
        asked_at=at,
    )


def ask_person(actor: Actor, group: Group, kind: str, at: datetime, **payload: Any) -> None:
    """Ask for what only a person can do on this group's platform; elsewhere it needs no asking."""
    is_there = bool(group.platform_key)
    if is_there and calling.how(group.platform, kind) is Means.PERSON:
        hand_to_people(actor, [ask(actor, group, kind, at, **payload)], at)


def ask_welcome(actor: Actor, group: Group, at: datetime) -> None:
    """Have shown what greets newcomers: kept by the platform where it keeps any, else set by a person."""
    if group.platform_key and welcoming.keeper(group.platform):
        ask(actor, group, "welcome", at, text=group.welcome)
        queue.enqueue("community.settle_requests", enterprise_id=actor.enterprise_id)
    elif group.welcome:
        ask_person(actor, group, "welcome", at, text=group.welcome)
    else:
        take_back(actor, Request.objects.filter(group=group, kind="welcome"), at)


def is_to_be_made(group: Group, at: datetime) -> bool:
    """Tell whether the group's room is still to be opened: it gets the name that its group has then."""
    free = Q(lease_until=None) | Q(lease_until__lt=at)
    states = ("held", "asked", "with_person", "refused", "expired")
    return Request.objects.filter(free, group=group, kind="create", state__in=states).exists()


def withdraw(actor: Actor, group_ids: Iterable[int], at: datetime) -> None:
    """Take back what was asked for groups that have ended."""
    take_back(actor, Request.objects.filter(group_id__in=list(group_ids)), at)


def take_back(actor: Actor, rows: QuerySet[Request], at: datetime) -> None:
    """Take back what of these nobody wants any more; what a worker holds goes on."""
    free = Q(lease_until=None) | Q(lease_until__lt=at)
    waiting = rows.filter(free, state__in=("held", *OPEN)).order_by("pk")
    kinds = dict(waiting.select_for_update(of=("self",)).values_list("pk", "kind"))
    ids = list(kinds)
    Request.objects.filter(pk__in=ids).update(state="withdrawn", done_at=at)
    if ids:
        breaches.follow([pk for pk, kind in kinds.items() if kind in OF_BREACHES], at)
        tasks.withdraw(actor=actor, source=SOURCE, source_keys=map(str, ids), at=at)


def ask_owner(
    actor: Actor, groups: Mapping[int, str], from_person_id: int, to_person_id: int, at: datetime
) -> None:
    """
    Note that another person should own these rooms (group → name); he must sit in the groups already.

    Until the platform, or the person who can, has done it, the old owner stays the owner. What has been asked
    already is not asked again; another wish takes the place of the one before.
    """
    payload = {"from_person_id": from_person_id, "to_person_id": to_person_id}
    before = Request.objects.filter(group_id__in=groups, kind="owner")
    take_back(actor, before.exclude(payload__contains=payload), at)
    same = before.filter(state__in=OPEN, payload__contains=payload)
    asked = set(same.values_list("group_id", flat=True))
    Request.objects.bulk_create(
        Request(
            enterprise_id=actor.enterprise_id,
            group_id=group_id,
            kind="owner",
            payload={"name": name, **payload},
            asked_by=actor.account_id,
            asked_at=at,
        )
        for group_id, name in groups.items()
        if group_id not in asked
    )


def hand_to_people(
    actor: Actor, requests: Sequence[Request], at: datetime, staff_id: int | None = None
) -> None:
    """Make tasks of requests that their platform leaves to a person."""
    Request.objects.filter(pk__in=[row.pk for row in requests]).update(
        state="with_person", problem="", lease_until=None, done_at=None
    )
    breaches.follow([row.pk for row in requests if row.kind in OF_BREACHES], at)
    wishes = [
        tasks.Wish(
            kind=row.kind,
            source=SOURCE,
            source_key=str(row.pk),
            platform=row.group.platform,
            groups=(row.group_id,),
            payload={"text": row.group.name} | row.payload if row.kind in _NAMING else row.payload,
            staff_id=staff_id,
            asked_by=row.asked_by,
        )
        for row in requests
    ]
    if wishes:
        tasks.ask(actor=actor, wishes=wishes, at=at)


def ask_platform_again(request: Request, at: datetime) -> None:
    """Let a worker take this to the platform once more."""
    Request.objects.filter(pk=request.pk).update(
        state="asked", problem="", tries=0, lease_until=None, done_at=None
    )
    Task.objects.filter(source=SOURCE, source_key=str(request.pk)).update(state="withdrawn")
    _follow(request, at)


def hold_groups(task: Task) -> list[int]:
    """Hold the group of a request before its task and itself, as everybody does; return the task's groups."""
    ids = sorted(TaskGroup.objects.filter(task=task).values_list("group_id", flat=True))
    if task.source == SOURCE:
        list(Group.objects.filter(pk__in=ids).order_by("pk").select_for_update(of=("self",)))
    return ids


def settle_task(task: Task, now: datetime) -> None:
    """
    Take a person's answer, or that nobody gave one, to the request that his task came from.

    A room that he says he opened is not there yet for us, nor is a new name: the request waits until the
    platform's list shows it (``settle_seen``), or is done at once where there is no such list.
    """
    request = Request.objects.select_related("group").get(pk=int(task.source_key))
    if task.state == rules.OPEN:
        Request.objects.filter(pk=request.pk).update(
            state="with_person", problem="", done_at=None, lease_until=None
        )
    elif task.state != "done":
        is_watched = request.kind == "packet" and task.reason == NOT_GIVEN
        Request.objects.filter(pk=request.pk).update(
            state="done" if is_watched else _ANSWERS[task.state],
            problem=": ".join(filter(None, (task.reason, task.words)))[:200],
            lease_until=None,
        )
    elif not _is_shown(request):
        key = calling.key_of(request)
        _settle(request, Result(item=key, outcome=Outcome.SENT, key=key), now)
    _follow(request, now)


def _follow(request: Request, at: datetime) -> None:
    """Let the breach that this was asked for stand as it does."""
    if request.kind in OF_BREACHES:
        breaches.follow([request.pk], at)


def _is_shown(request: Request) -> bool:
    """Tell whether a reading will show that it is done; no rooms of ours are read on our own pages."""
    name = request.group.platform
    if request.kind == "rename":
        return is_listed(name) and platform(name).has_own_accounts
    return request.kind == "create" and is_listed(name)


def is_listed(platform_name: str) -> bool:
    """Tell whether the platform tells its rooms, so that one made by hand is found there."""
    return means(platform_name, Feature.LIST_ROOMS) is Means.API


def settle_seen(actor: Actor, request: Request, now: datetime, room_key: str = "") -> None:
    """
    Take it that the platform shows what was asked for, whoever did it; its task needs nobody any more.

    The group's row is held.

    :param room_key: of a room that was to be opened
    """
    key = room_key or request.group.platform_key
    _settle(request, Result(item=calling.key_of(request), outcome=Outcome.SENT, key=key), now)
    task = Task.objects.filter(source=SOURCE, source_key=str(request.pk))
    tasks.end(actor=actor, task_ids=task.values_list("pk", flat=True), state="done", at=now)
    task.update(room_key=room_key)


#: Where a person could not tell, no platform can.
_IS_ANSWERED = Q(state="unknown") & Exists(
    Task.objects.filter(
        source=SOURCE, state="unknown", source_key=Cast(OuterRef("pk"), CharField())
    )
)


def settle_some(actor: Actor, now: datetime) -> int:
    """Take some open requests to their platforms; return how many were taken (0 = none left)."""
    requests = _claim(actor, now)
    parts: defaultdict[tuple[str, str], list[Request]] = defaultdict(list)
    for request in requests:
        parts[(request.group.platform, request.kind)].append(request)
    for (name, kind), part in parts.items():
        results = calling.call(actor, name, kind, part, now)
        with scope.writing(actor):
            left = [r for r in part if results[r.pk].outcome is Outcome.WITH_PERSON]
            _tell(left, results)
            hand_to_people(actor, left, now)
            for request in part:
                if request not in left:
                    _settle(request, results[request.pk], now)
    return len(requests)


def _tell(left: Sequence[Request], results: Mapping[int, Result]) -> None:
    """Note in requests for a person what the platform has done of them."""
    for request in left:
        if request.kind == "welcome":
            request.payload = welcoming.told(request.payload, results[request.pk])
            request.save(update_fields=["payload"])


def _claim(actor: Actor, now: datetime) -> list[Request]:
    """Take requests that nobody holds; those of one group in the order they were asked."""
    with scope.writing(actor):
        free = Q(lease_until=None) | Q(lease_until__lt=now)
        known = Q(kind="create") | ~Q(group__platform_key="")
        rows = list(
            Request.objects.filter(free, known, state__in=("asked", "unknown"), tries__lt=_TRIES)
            .exclude(_IS_ANSWERED)
            .select_related("group")
            .order_by("pk")
            .select_for_update(skip_locked=True, of=("self",))[:_BATCH]
        )
        first: dict[int, Request] = {}
        for row in rows:
            first.setdefault(row.group_id, row)
        taken = list(first.values())
        Request.objects.filter(pk__in=[row.pk for row in taken]).update(
            lease_until=now + LEASE, tries=F("tries") + 1
        )
    return taken


def _settle(request: Request, result: Result, now: datetime) -> None:
    state = _STATES[result.outcome]
    Request.objects.filter(pk=request.pk).update(
        state=state,
        problem=result.problem[:200],
        lease_until=now + LEASE if state == "unknown" else None,
        done_at=now if state == "done" else None,
    )
    if state == "done" and request.kind == "create":
        group = Group.objects.filter(pk=request.group_id)
        group.update(platform_key=result.key, changed_at=now)
        group.filter(life="planned").update(life="inviting")
        doors.mark_due(request.enterprise_id, [request.group_id], now)
        people = Member.objects.filter(group_id=request.group_id, left_at=None, role="member")
        if people.count() >= LIVE_PEOPLE:  # distributors' people sit there from the first day
            group.filter(life="inviting", layer="distributor").update(life="live")
        for greeting in group.exclude(welcome=""):
            ask_welcome(system_actor(request.enterprise_id), greeting, now)
    if state == "done" and request.kind == "owner":
        owners.take_over(request.group_id, int(request.payload["to_person_id"]), now)
    _follow(request, now)
