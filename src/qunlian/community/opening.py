"""Opening the group after a full one: like it, with its team; once, however many find it full at a time."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from qunlian.channel.steps import public_code
from qunlian.community import doors, requests
from qunlian.community.models import Door, FoundRoom, Group, Member, Occupant, StaffView
from qunlian.community.rules import doors as rules
from qunlian.community.rules import life, names
from qunlian.kernel import journal, queue
from qunlian.kernel.actor import Actor

_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('community.next_group', %s))"


def hold(group: Group) -> None:
    """Let one at a time open the next group of a place and layer; until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME, [group.territory_id or -group.pk])


def open_next(actor: Actor, groups: Sequence[Group], at: datetime) -> Group:
    """
    Make the group after these full ones, and ask for its room; ``hold`` was called for the last of them.

    Where the platform leaves rooms to a person, its owner gets the task.
    """
    made = _found(actor, groups[-1], rules.next_name(groups[-1].name, _names(groups[-1])), at)
    requests.ask(actor, made, "create", at)
    queue.enqueue(
        "community.settle_requests",
        queueing_lock=f"community.settle_requests:{actor.enterprise_id}",
        enterprise_id=actor.enterprise_id,
    )
    return made


def opened_by_door(actor: Actor, row: FoundRoom, at: datetime) -> int | None:
    """
    Let a room that its platform opened behind a full code of ours be the next group; return which.

    Told by who sits in it: somebody came by a door that leads on, and its owner owns the group before.
    """
    if row.decision != "open" or row.owner_person_id is None:
        return None
    codes = set(Occupant.objects.filter(room=row).exclude(door="").values_list("door", flat=True))
    for door in doors.came_by(codes).values():
        if door.kind == "store" or door.platform != row.platform:
            continue
        before = [one for one in doors.groups_of(door) if one.platform_key]
        if not before or before[-1].owner_person_id != row.owner_person_id:
            continue
        hold(before[-1])
        made = _found(actor, before[-1], row.name[: names.LONGEST] or before[-1].name, at)
        Group.objects.filter(pk=made.pk).update(platform_key=row.room_key, life="inviting")
        FoundRoom.objects.filter(pk=row.pk).update(decision="adopted", group=made, decided_at=at)
        doors.mark_due(actor.enterprise_id, [made.pk], at)
        return made.pk
    return None


def _found(actor: Actor, like: Group, name: str, at: datetime) -> Group:
    team = list(
        Member.objects.filter(group=like, left_at=None).exclude(role="member").order_by("pk")
    )
    here = set(
        StaffView.objects.filter(
            person_id__in=[one.person_id for one in team], left_on=None
        ).values_list("person_id", flat=True)
    )
    team = [one for one in team if one.person_id in here]
    made = Group.objects.create(
        enterprise_id=like.enterprise_id,
        name=name,
        layer=like.layer,
        purposes=like.purposes,
        theme=like.theme,
        rules=like.rules,
        welcome=like.welcome,
        tags=like.tags,
        territory_id=like.territory_id,
        distributor_id=like.distributor_id,
        platform=like.platform,
        life="planned",
        seats_cap=like.seats_cap,
        seats_taken=len(team),
        seats_expected=len(team),
        owner_person_id=like.owner_person_id,
        steward_staff_id=like.steward_staff_id,
        created_at=at,
        changed_at=at,
    )
    Member.objects.bulk_create(
        Member(
            enterprise_id=like.enterprise_id,
            group=made,
            person_id=one.person_id,
            role=one.role,
            source="plan",
            joined_at=at,
        )
        for one in team
    )
    if made.layer == "consumer":
        public_code(actor=actor, kind="group", target_id=made.pk)
    journal.record(
        "community.next_group_opened", actor=actor, at=at, about={"group": [made.pk, like.pk]}
    )
    return made


def _names(group: Group) -> set[str]:
    """Return how the open groups of the same place are called."""
    near = Group.objects.filter(territory_id=group.territory_id, life__in=life.OPEN)
    return set(near.values_list("name", flat=True))


def leads_on(door: Door) -> bool:
    """Tell whether a next group may be opened behind a door; where stores belong is their plan's to say."""
    return door.kind != "store" and not doors.is_for_its_stores(door)
