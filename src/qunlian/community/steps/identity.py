"""Two records of one human become one, and two again: his seats in groups, and where he waits for one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F

from qunlian.community.models import Group, Member, Waiting
from qunlian.community.rules import life
from qunlian.kernel.actor import Actor
from qunlian.kernel.moving import Record, Table, kept_rows, move, take_back

_PARTS = "ARRAY['member', 'superior', 'manager', 'steward', 'owner']"
#: Two seats in one group become one: the higher part, since the earlier day.
SEATS = Table(
    name="community_member",
    owner="person_id",
    same="m.group_id = k.group_id",
    combine={
        "role": f"CASE WHEN array_position({_PARTS}, m.role::text) > array_position({_PARTS}, k.role::text)"
        " THEN m.role ELSE k.role END",
        "store_id": "coalesce(k.store_id, m.store_id)",
        "joined_at": "least(k.joined_at, m.joined_at)",
    },
    only="k.left_at IS NULL",
)
OWNED = Table(name="community_group", owner="owner_person_id")
#: What was noted of him goes with him: who breaks rules twice has broken them twice.
BREACHES = Table(name="community_breach", owner="person_id")
_WAIT = ("store_id", "source", "since_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedGroup:
    """A group in which both sat as members, and since when both did."""

    group_id: int
    since: datetime


def shared_groups(*person_ids: int) -> tuple[SharedGroup, ...]:
    """Return the groups in which all of these people sit as members; inside a scope."""
    since: dict[int, list[datetime]] = {}
    stays = Member.objects.filter(person_id__in=person_ids, role="member", left_at=None)
    for group_id, joined_at in stays.values_list("group_id", "joined_at"):
        since.setdefault(group_id, []).append(joined_at)
    return tuple(
        SharedGroup(group_id=group_id, since=max(times))
        for group_id, times in sorted(since.items())
        if len(times) == len(person_ids)
    )


def merge_seats(actor: Actor, *, merged_id: int, kept_id: int) -> dict[str, Any]:
    """Give one person's open seats to another; where both sit, one seat is free again. Return what moved."""
    _hold_groups(actor, merged_id, kept_id)
    seats = move(SEATS, actor.enterprise_id, of=merged_id, to=kept_id)
    for fold in seats["folded"]:
        Group.objects.filter(pk=fold["row"]["group_id"]).update(seats_taken=F("seats_taken") - 1)
    return {
        "seats": seats,
        "owned": move(OWNED, actor.enterprise_id, of=merged_id, to=kept_id),
        "waiting": _move_waiting(merged_id, kept_id),
        "breaches": move(BREACHES, actor.enterprise_id, of=merged_id, to=kept_id),
    }


def unmerge_seats(
    actor: Actor, moved: Mapping[str, Any], *, merged_id: int, kept_id: int
) -> dict[str, list[int]]:
    """
    Give seats back, as far as the kept one still sits there and a seat is free; return what stayed.

    :returns: group ids by name: ``seats`` that were not given back, ``owned`` groups, ``waiting`` stores
    """
    _hold_groups(actor, merged_id, kept_id)
    seats: Record = moved["seats"]
    seated = [
        fold
        for fold in kept_rows(SEATS, actor.enterprise_id, seats, to=kept_id)
        if _take_seat(fold["row"]["group_id"])
    ]
    left, _ = take_back(
        SEATS, actor.enterprise_id, {**seats, "folded": seated}, of=merged_id, to=kept_id
    )
    missed = {fold["row"]["id"]: fold["row"]["group_id"] for fold in seats["folded"]}
    for fold in seated:
        del missed[fold["row"]["id"]]
    gone = Member.objects.filter(pk__in=left).values_list("group_id", flat=True)
    owned, _ = take_back(OWNED, actor.enterprise_id, _ownable(moved["owned"], merged_id),
                         of=merged_id, to=kept_id)  # fmt: skip
    noted: Record = moved.get("breaches", {"moved": [], "folded": []})
    take_back(BREACHES, actor.enterprise_id, noted, of=merged_id, to=kept_id)
    return {
        "seats": sorted({*gone, *missed.values()}),
        "owned": owned,
        "waiting": _give_waiting_back(moved["waiting"], merged_id, kept_id),
    }


def _hold_groups(actor: Actor, *person_ids: int) -> None:
    """Hold the groups of both, by id as everybody does, so that seats are counted once."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT g.id FROM community_group g WHERE g.enterprise_id = %(enterprise)s AND g.id IN (
                SELECT m.group_id FROM community_member m WHERE m.enterprise_id = %(enterprise)s
                AND m.person_id = ANY(%(people)s) AND m.left_at IS NULL) ORDER BY g.id FOR UPDATE""",
            {"enterprise": actor.enterprise_id, "people": list(person_ids)},
        )


def _take_seat(group_id: int) -> bool:
    free = Group.objects.filter(pk=group_id, life__in=life.OPEN, seats_taken__lt=F("seats_cap"))
    return bool(free.update(seats_taken=F("seats_taken") + 1))


def _ownable(owned: Record, merged_id: int) -> Record:
    """Return those of the groups in which he sits as their owner again: no group has one who doesn't."""
    sits = Member.objects.filter(
        group_id__in=owned["moved"], person_id=merged_id, role="owner", left_at=None
    )
    return {**owned, "moved": sorted(sits.values_list("group_id", flat=True))}


def _move_waiting(merged_id: int, kept_id: int) -> list[dict[str, Any]]:
    """Let the kept one wait where the other does; return the places, with whether he waited there himself."""
    own = set(Waiting.objects.filter(person_id=kept_id).values_list("store_id", flat=True))
    moved = [
        {
            "store_id": row.store_id,
            "source": row.source,
            "since_at": row.since_at.isoformat(),
            "is_own": row.store_id in own,
        }
        for row in Waiting.objects.filter(person_id=merged_id).order_by("store_id")
    ]
    Waiting.objects.filter(person_id=merged_id, store_id__in=own).delete()
    Waiting.objects.filter(person_id=merged_id).update(person_id=kept_id)
    return moved


def _give_waiting_back(moved: list[dict[str, Any]], merged_id: int, kept_id: int) -> list[int]:
    """Let him wait again where the kept one still does; who was let in meanwhile stays with the kept one."""
    stayed = []
    for place in moved:
        there = Waiting.objects.filter(person_id=kept_id, store_id=place["store_id"])
        if not there.exists():
            stayed.append(place["store_id"])
        elif place["is_own"]:
            row = there.get()
            Waiting.objects.create(
                enterprise_id=row.enterprise_id,
                person_id=merged_id,
                **{name: place[name] for name in _WAIT},
            )
        else:
            there.update(person_id=merged_id)
    return stayed
