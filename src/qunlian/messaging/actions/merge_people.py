"""Make two records of one human one."""

from dataclasses import dataclass
from datetime import datetime

from qunlian.channel.steps import identity
from qunlian.community.steps.identity import merge_seats, shared_groups
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.messaging.steps.identity import merge_proofs


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedPeople:
    """By ``merge_id`` it is taken back; ``groups_shared``: where both sat, and one seat is free now."""

    merge_id: int
    kept_id: int
    merged_id: int
    groups_shared: int


def merge_people(
    *, actor: Actor, kept_id: int, merged_id: int, note: str = "", now: datetime
) -> MergedPeople:
    """
    Let one record stand for both: everything living moves to it, and a trail keeps exactly what moved.

    Ties to stores and distributors, log-ins, seats in groups, how far he read and what he proved, all in one
    transaction. It stands on this floor because reading and proof are the highest of what moves.

    :param note: why, at most 200 characters; kept in the trail
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
    with scope.writing(actor):
        pair = identity.hold_pair(actor, kept_id=kept_id, merged_id=merged_id)
        shared = shared_groups(kept_id, merged_id)
        moved = {
            "channel": identity.merge(actor, pair),
            "community": merge_seats(actor, merged_id=merged_id, kept_id=kept_id),
            "messaging": merge_proofs(actor, merged_id=merged_id, kept_id=kept_id, shared=shared),
        }
        merge_id = identity.note_merge(actor, pair, moved, note=note.strip()[:200], at=now)
        journal.record(
            "messaging.people_merged",
            actor=actor,
            at=now,
            about={"person": [kept_id, merged_id]},
            merge_id=merge_id,
        )
        return MergedPeople(
            merge_id=merge_id, kept_id=kept_id, merged_id=merged_id, groups_shared=len(shared)
        )
