"""
Two records of one human become one, and two again: the channel's part.

What is living moves to the record that is kept: ties to stores and distributors, what he owns, his log-ins.
What is history keeps the old id and is shown under the kept one's name (``channel_person_view``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.db import OperationalError, connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from qunlian.channel import access
from qunlian.channel.models import (
    Contact,
    Distributor,
    LikelyDuplicate,
    Person,
    PersonMerge,
    PersonUnmerge,
    Staff,
    Store,
)
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from qunlian.kernel.moving import Record, Table, move, take_back

_ROLES = "ARRAY['clerk', 'contact', 'owner']"
_HIGHER = (
    f"CASE WHEN array_position({_ROLES}, m.role::text) > array_position({_ROLES}, k.role::text)"
    " THEN m.role ELSE k.role END"
)
#: What is living, by the name that the trail shows.
TABLES: Mapping[str, Table] = {
    "contacts": Table(
        name="channel_contact",
        owner="person_id",
        same="m.store_id IS NOT DISTINCT FROM k.store_id"
        " AND m.distributor_id IS NOT DISTINCT FROM k.distributor_id",
        combine={"role": _HIGHER, "since_at": "least(k.since_at, m.since_at)"},
    ),
    "stores": Table(name="channel_store", owner="owner_id"),
    "distributors": Table(name="channel_distributor", owner="contact_id"),
    "accounts": Table(name="channel_account", owner="person_id"),
    "handles": Table(name="channel_handle", owner="person_id"),
    "earlier": Table(name="channel_person", owner="merged_into_id"),
}


class SamePerson(Invalid):
    """Choose two different people."""

    code: ClassVar[str] = "channel.same_person"


class AlreadyMerged(Conflict):
    """“%(name)s” has been merged already; look at the page again."""

    code: ClassVar[str] = "channel.already_merged"


class BothOnStaff(Conflict):
    """Both are or were on the staff, each under a number of his own; such records are not merged."""

    code: ClassVar[str] = "channel.both_on_staff"


class StaffIsKept(Conflict):
    """“%(name)s” is on the staff: keep that record, and merge the other into it."""

    code: ClassVar[str] = "channel.staff_is_kept"


class StaffByHeadquarters(Forbidden):
    """Only headquarters merges somebody on the staff."""

    code: ClassVar[str] = "channel.staff_by_headquarters"


class TiesOutside(Conflict):
    """One of them also belongs to a store or distributor outside your part; ask who looks after both."""

    code: ClassVar[str] = "channel.ties_outside"


class PeopleBusy(Conflict):
    """Something is being written about one of these people right now; try again in a moment."""

    code: ClassVar[str] = "channel.people_busy"


class AlreadyUnmerged(Conflict):
    """This merge has been taken back already."""

    code: ClassVar[str] = "channel.already_unmerged"


class LaterMergeStands(Conflict):
    """“%(name)s” was merged later, upon this; take that back first."""

    code: ClassVar[str] = "channel.later_merge_stands"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two records held against everybody else: which is kept, which is merged into it."""

    kept_id: int
    merged_id: int


def hold_pair(actor: Actor, *, kept_id: int, merged_id: int) -> Pair:
    """
    Open two people to be made one, and hold them: nothing new is tied to either meanwhile.

    :raises Forbidden: only the enterprise's own people who look after stores merge
    :raises NotFound: no such person within the actor's reach
    :raises SamePerson: both are the same record
    :raises AlreadyMerged: one of them has been merged into somebody
    :raises BothOnStaff: each has a place on the staff
    :raises StaffIsKept: the one to be merged away is on the staff
    :raises StaffByHeadquarters: one is on the staff, and the actor is not headquarters
    :raises TiesOutside: one has stores or distributors that the actor does not reach
    :raises PeopleBusy: somebody else holds one of them, and goes on holding
    """
    for person_id in (kept_id, merged_id):
        access.person_for(actor, person_id)
    access.own_people_only(actor)
    if kept_id == merged_id:
        raise SamePerson(field="merged")
    for person in _hold(kept_id, merged_id):
        if person.merged_into_id is not None:
            raise AlreadyMerged(name=person.name)
    _refuse_staff(actor, kept_id, merged_id)
    _refuse_ties_outside(actor, (kept_id, merged_id))
    return Pair(kept_id=kept_id, merged_id=merged_id)


def merge(actor: Actor, pair: Pair) -> dict[str, Any]:
    """Move what is living in the channel to the kept one; return what moved."""
    moved: dict[str, Any] = {
        name: move(table, actor.enterprise_id, of=pair.merged_id, to=pair.kept_id)
        for name, table in TABLES.items()
    }
    merged = Person.objects.get(pk=pair.merged_id)
    numberless = Person.objects.filter(pk=pair.kept_id, phone="").exclude(phone=merged.phone)
    moved["is_phone_lent"] = bool(numberless.update(phone=merged.phone))
    Person.objects.filter(pk=pair.merged_id).update(merged_into=pair.kept_id)
    return moved


def note_merge(
    actor: Actor, pair: Pair, moved: Mapping[str, Any], *, note: str, at: datetime
) -> int:
    """Write the trail: what moved, by slice; and settle what was thought of the two."""
    row = PersonMerge.objects.create(
        enterprise_id=actor.enterprise_id,
        kept_id=pair.kept_id,
        merged_id=pair.merged_id,
        moved=dict(moved),
        note=note,
        merged_by=actor.account_id,
        merged_at=at,
    )
    _settle(actor, pair, "merged", at)
    about = Q(first=pair.merged_id) | Q(second=pair.merged_id)
    LikelyDuplicate.objects.filter(about, state="open").delete()
    return row.pk


def hold_merge(actor: Actor, merge_id: int) -> tuple[Pair, dict[str, Any]]:
    """
    Open a merge to take it back; return the pair, held, and what moved then.

    :raises Forbidden: only the enterprise's own people who look after stores take back
    :raises NotFound: no such merge of people within the actor's reach
    :raises AlreadyUnmerged: it was taken back
    :raises LaterMergeStands: a later merge of the kept one stands upon it
    :raises StaffByHeadquarters: the kept one is on the staff, and the actor is not headquarters
    :raises TiesOutside: the kept one has stores or distributors that the actor does not reach
    :raises PeopleBusy: somebody else holds one of them, and goes on holding
    """
    row = access.merge_for(actor, merge_id)
    access.own_people_only(actor)
    _hold(row.kept_id, row.merged_id)
    if PersonUnmerge.objects.filter(merge=row).exists():
        raise AlreadyUnmerged
    later = standing_merges().filter(Q(kept=row.kept_id) | Q(merged=row.kept_id), pk__gt=row.pk)
    above = later.order_by("-pk").select_related("merged").first()
    if above is not None:
        raise LaterMergeStands(name=above.merged.name, merge_id=above.pk)
    _refuse_staff(actor, row.kept_id, row.merged_id)
    _refuse_ties_outside(actor, (row.kept_id,))
    return Pair(kept_id=row.kept_id, merged_id=row.merged_id), row.moved


def unmerge(actor: Actor, pair: Pair, moved: Mapping[str, Any]) -> dict[str, list[int]]:
    """Move back what moved, as far as nobody changed it since; return ids of what stayed, by name."""
    Person.objects.filter(pk=pair.merged_id).update(merged_into=None)
    stayed = {}
    for name, table in TABLES.items():
        record: Record = moved.get(
            name, {"moved": [], "folded": []}
        )  # a merge older than the table
        left, not_laid = take_back(
            table, actor.enterprise_id, record, of=pair.merged_id, to=pair.kept_id
        )
        stayed[name] = left + not_laid
    if moved["is_phone_lent"]:
        own = Person.objects.filter(pk=pair.merged_id).values_list("phone", flat=True)[0]
        if not Person.objects.filter(pk=pair.kept_id, phone=own).update(phone=""):
            stayed["phone"] = [pair.kept_id]
    return {name: ids for name, ids in stayed.items() if ids}


def note_unmerge(
    actor: Actor, merge_id: int, stayed: Mapping[str, Any], *, note: str, at: datetime
) -> None:
    """Write the trail: that a merge was taken back, and what could not go back. The two are different."""
    PersonUnmerge.objects.create(
        enterprise_id=actor.enterprise_id,
        merge_id=merge_id,
        stayed=dict(stayed),
        note=note,
        unmerged_by=actor.account_id,
        unmerged_at=at,
    )
    row = PersonMerge.objects.get(pk=merge_id)
    _settle(actor, Pair(kept_id=row.kept_id, merged_id=row.merged_id), "different", at)


def standing_merges() -> QuerySet[PersonMerge]:
    """Return the merges that nobody has taken back; inside a scope."""
    undone = PersonUnmerge.objects.filter(
        enterprise_id=OuterRef("enterprise_id"), merge=OuterRef("pk")
    )
    return PersonMerge.objects.filter(~Exists(undone))


def _hold(*person_ids: int) -> list[Person]:
    """Hold people in the order of their ids, so that two merges never wait in a circle."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '3s'")
    rows = Person.objects.filter(pk__in=person_ids).order_by("pk").select_for_update()
    try:
        held = list(rows)
    except OperationalError as trouble:
        if getattr(trouble.__cause__, "sqlstate", "") == "55P03":
            raise PeopleBusy from None
        raise
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = 0")
    if len(held) != len(person_ids):
        raise NotFound(kind="person")
    return held


def _refuse_staff(actor: Actor, kept_id: int, merged_id: int) -> None:
    staff = Staff.objects.filter(person__in=(kept_id, merged_id)).select_related("person")
    on_staff = {row.person_id: row.person.name for row in staff}
    if len(on_staff) > 1:
        raise BothOnStaff
    if merged_id in on_staff:
        raise StaffIsKept(name=on_staff[merged_id])
    if on_staff and not actor.is_headquarters:
        raise StaffByHeadquarters


def _refuse_ties_outside(actor: Actor, person_ids: tuple[int, ...]) -> None:
    """Refuse to touch what the actor does not reach: the merged one's log-in would reach all of it."""
    if actor.reach.is_everything:
        return
    stores = access.stores_within(actor).values("pk")
    distributors = access.distributors_within(actor).values("pk")
    ties = Contact.objects.filter(person__in=person_ids)
    outside = (
        ties.exclude(store=None).exclude(store__in=stores),
        ties.exclude(distributor=None).exclude(distributor__in=distributors),
        Store.objects.filter(owner__in=person_ids).exclude(pk__in=stores),
        Distributor.objects.filter(contact__in=person_ids).exclude(pk__in=distributors),
    )
    if any(rows.exists() for rows in outside):
        raise TiesOutside


def _settle(actor: Actor, pair: Pair, state: str, at: datetime) -> None:
    first, second = sorted((pair.kept_id, pair.merged_id))
    LikelyDuplicate.objects.update_or_create(
        enterprise_id=actor.enterprise_id,
        first_id=first,
        second_id=second,
        defaults={"state": state, "decided_by": actor.account_id, "decided_at": at},
        create_defaults={
            "score": 0,
            "found_at": at,
            "state": state,
            "decided_by": actor.account_id,
            "decided_at": at,
        },
    )
