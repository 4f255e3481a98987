"""
What groups' platforms are asked to do: claimed under a lease, called outside any transaction, settled.

A worker that dies between the call and the settling leaves a lease that runs out; the next one asks again
with the same key, and the platform answers with what it made then.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import F, Q

from qunlian.community import owners
from qunlian.community.models import Group, Member, Request
from qunlian.community.rules.life import LIVE_PEOPLE
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import PlatformTrouble
from qunlian.platforms.port import (
    Feature,
    Means,
    NewRoom,
    Outcome,
    OwnerChange,
    Platform,
    Renaming,
    Result,
)
from qunlian.platforms.registry import means, platform

LEASE = timedelta(seconds=60)
_BATCH = 200
_TRIES = 8
_STATES = {
    Outcome.SENT: "done",
    Outcome.WITH_PERSON: "with_person",
    Outcome.UNKNOWN: "unknown",
    Outcome.REFUSED: "refused",
}
_FEATURES = {
    "create": Feature.CREATE_ROOM,
    "rename": Feature.RENAME_ROOM,
    "owner": Feature.CHANGE_OWNER,
}
#: What has been asked and not been done.
OPEN = ("asked", "unknown", "with_person", "refused")


def ask(actor: Actor, group: Group, kind: str, at: datetime) -> Request:
    """Note what the group's platform should do; in the transaction that wants it."""
    return Request.objects.create(
        enterprise_id=actor.enterprise_id,
        group=group,
        kind=kind,
        payload={"name": group.name},
        asked_at=at,
    )


def ask_owner(
    actor: Actor, groups: Mapping[int, str], from_person_id: int, to_person_id: int, at: datetime
) -> None:
    """
    Note that another person should own these rooms (group → name); he must sit in the groups already.

    Until the platform, or the person who can, has done it, the old owner stays the owner. What has been asked
    already is not asked again.
    """
    payload = {"from_person_id": from_person_id, "to_person_id": to_person_id}
    asked = set(
        Request.objects.filter(
            group_id__in=groups, kind="owner", state__in=OPEN, payload__contains=payload
        ).values_list("group_id", flat=True)
    )
    Request.objects.bulk_create(
        Request(
            enterprise_id=actor.enterprise_id,
            group_id=group_id,
            kind="owner",
            payload={"name": name, **payload},
            asked_at=at,
        )
        for group_id, name in groups.items()
        if group_id not in asked
    )


def settle_by_hand(request: Request, now: datetime) -> None:
    """Take it that a person has done on the platform what was asked."""
    done = Result(item=_item(request), outcome=Outcome.SENT, key=request.group.platform_key)
    _settle(request, done, now)


def settle_some(actor: Actor, now: datetime) -> int:
    """Take some open requests to their platforms; return how many were taken (0 = none left)."""
    requests = _claim(actor, now)
    parts: defaultdict[tuple[str, str], list[Request]] = defaultdict(list)
    for request in requests:
        parts[(request.group.platform, request.kind)].append(request)
    for (name, kind), part in parts.items():
        results = _call(actor, name, kind, part, now)
        with scope.writing(actor):
            for request in part:
                _settle(request, results[request.pk], now)
    return len(requests)


def _claim(actor: Actor, now: datetime) -> list[Request]:
    """Take requests that nobody holds; those of one group in the order they were asked."""
    with scope.writing(actor):
        free = Q(lease_until=None) | Q(lease_until__lt=now)
        known = Q(kind="create") | ~Q(group__platform_key="")
        rows = list(
            Request.objects.filter(free, known, state__in=("asked", "unknown"), tries__lt=_TRIES)
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


def _call(
    actor: Actor, name: str, kind: str, part: Sequence[Request], now: datetime
) -> dict[int, Result]:
    """Ask the platform; what it leaves unanswered is unknown and will be asked again."""
    how = means(name, _FEATURES[kind])
    if how is not Means.API:
        outcome = Outcome.WITH_PERSON if how is Means.PERSON else Outcome.REFUSED
        return {row.pk: Result(item=_item(row), outcome=outcome, problem=str(how)) for row in part}
    try:
        answers = _verb(platform(name), actor.enterprise_id, kind, part, now)
    except PlatformTrouble as trouble:
        outcome = Outcome.REFUSED if trouble.permanent else Outcome.UNKNOWN
        return {
            row.pk: Result(item=_item(row), outcome=outcome, problem=trouble.code) for row in part
        }
    by_item = {answer.item: answer for answer in answers}
    lost = Outcome.UNKNOWN
    return {row.pk: by_item.get(_item(row), Result(item=_item(row), outcome=lost)) for row in part}


def _verb(
    adapter: Platform, enterprise_id: int, kind: str, part: Sequence[Request], now: datetime
) -> tuple[Result, ...]:
    if kind == "create":
        rooms = [NewRoom(client_key=_item(row), name=row.group.name) for row in part]
        return adapter.create_rooms(enterprise_id, rooms, now=now)
    if kind == "owner":
        changes = [
            OwnerChange(
                room_key=_item(row),
                from_key=str(row.payload["from_person_id"]),
                to_key=str(row.payload["to_person_id"]),
            )
            for row in part
        ]
        return adapter.change_owners(enterprise_id, changes, now=now)
    renamings = [Renaming(room_key=_item(row), name=row.group.name) for row in part]
    return adapter.rename_rooms(enterprise_id, renamings, now=now)


def _item(request: Request) -> str:
    """Return the key under which the platform knows this request, the same on every try."""
    if request.kind == "create":
        return f"group-{request.group_id}"
    return request.group.platform_key


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
        people = Member.objects.filter(group_id=request.group_id, left_at=None, role="member")
        if people.count() >= LIVE_PEOPLE:  # distributors' people sit there from the first day
            group.filter(life="inviting", layer="distributor").update(life="live")
    if state == "done" and request.kind == "owner":
        owners.take_over(request.group_id, int(request.payload["to_person_id"]), now)
