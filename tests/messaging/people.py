"""Two records of one human, and everything that points at people."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.db import connection

from qunlian.channel.models import Contact, Store
from qunlian.channel.steps import AlreadyEnlisted
from qunlian.channel.steps.identity import AlreadyMerged, PeopleBusy
from qunlian.community.models import Group, Member
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, system_actor
from qunlian.messaging.actions.merge_people import MergedPeople, merge_people
from tests import make
from tests.cast_words import NOON, Cast

#: Every column that says whose a row is, with what a merge may change beside it.
REFERENCES = {
    "channel_contact": "id, person_id, store_id, distributor_id, role, since_at",
    "channel_account": "id, person_id, login",
    "channel_store": "id, owner_id",
    "channel_distributor": "id, contact_id",
    "channel_staff": "id, person_id",
    "channel_person": "id, name, phone, merged_into_id",
    "community_member": "id, group_id, person_id, role, store_id, joined_at, left_at",
    "community_group": "id, owner_person_id, seats_taken",
    "community_breach": "id, group_id, person_id, step, standing",
    "community_waiting": "store_id, person_id, source, since_at",
    "messaging_read": "id, group_id, person_id, delivered_seq, read_seq",
    "messaging_receipt": "id, broadcast_id, group_id, person_id, delivered_at, read_at, answered_at,"
    " answer, is_understood, is_member",
    "messaging_delivery": "id, people",
    "messaging_proof_tally": "id, delivered, read, answered, understood",
}


def references(enterprise_id: int) -> dict[str, list[tuple[Any, ...]]]:
    """Every row that points at a person, in every table; to compare before and after."""
    with scope.reading(system_actor(enterprise_id)), connection.cursor() as cursor:
        found = {}
        for table, columns in REFERENCES.items():
            cursor.execute(
                f"SELECT {columns} FROM {table} WHERE enterprise_id = %s ORDER BY {columns}",
                [enterprise_id],
            )
            found[table] = cursor.fetchall()
    return found


@dataclass(frozen=True, slots=True)
class Twins:
    """Oyang as the roster has him (``kept``, store A1), and as he joined with his other phone (``merged``)."""

    kept: Actor
    merged: Actor
    group: int

    @property
    def kept_id(self) -> int:
        return self.kept.person_id or 0

    @property
    def merged_id(self) -> int:
        return self.merged.person_id or 0


def twins(cast: Cast) -> Twins:
    """Both of store A1, the second also owns A2; both sit in a group of patch A."""
    from tests.messaging.scenes import group

    second = another(cast, "欧阳老板", "+8613800000002", "A2", contact_of="A1")
    people = {cast.rong: "steward", cast.oyang: "member", second: "member"}
    room = group(cast, "PA", steward=cast.rong, people=people, name="双生群")
    own_store(cast, room, cast.oyang, "A1")
    own_store(cast, room, second, "A2")
    return Twins(cast.oyang, second, room)


def another(cast: Cast, name: str, phone: str, store: str, *, contact_of: str = "") -> Actor:
    """Somebody who owns a store and has a log-in of his own; a clerk of ``contact_of`` too."""
    brand = system_actor(cast.ids["brand"])
    with scope.reading(brand):
        row = Store.objects.get(pk=cast.ids[store])
    owner = make.store_owner(brand, row, name, phone)
    if contact_of:
        with scope.writing(brand):
            Contact.objects.create(
                enterprise_id=brand.enterprise_id,
                person_id=owner.person_id,
                store_id=cast.ids[contact_of],
                role="clerk",
                since_at=NOON - timedelta(days=9),
            )
    return owner


def own_store(cast: Cast, group_id: int, actor: Actor, store: str) -> None:
    with scope.writing(system_actor(cast.ids["brand"])):
        Member.objects.filter(group_id=group_id, person_id=actor.person_id).update(
            store_id=cast.ids[store]
        )


def as_person(actor: Actor, person_id: int) -> Actor:
    """The same log-in, as it acts after a merge."""
    return replace(actor, person_id=person_id)


def seats_counted(cast: Cast, group_id: int) -> bool:
    """Tell whether the group's counter is what it counts."""
    with scope.reading(system_actor(cast.ids["brand"])):
        taken = Group.objects.get(pk=group_id).seats_taken
        return taken == Member.objects.filter(group_id=group_id, left_at=None).count()


def merged(actor: Actor, two: Twins, note: str = "") -> MergedPeople:
    return merge_people(
        actor=actor, kept_id=two.kept_id, merged_id=two.merged_id, note=note, now=NOON
    )


def at_once(*writes: Callable[[], object]) -> list[str]:
    """Run writes at the same time; the name of the refusal of each, or ``done``."""

    def run(write: Callable[[], object]) -> str:
        try:
            write()
        except (AlreadyMerged, AlreadyEnlisted, PeopleBusy) as refusal:
            return type(refusal).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(writes)) as pool:
        return sorted(pool.map(run, writes))
