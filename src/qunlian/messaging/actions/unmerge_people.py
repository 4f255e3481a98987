"""Take a merge of two people back."""

from dataclasses import dataclass
from datetime import datetime

from qunlian.channel.steps import identity
from qunlian.community.steps.identity import unmerge_seats
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.messaging.steps.identity import unmerge_proofs


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmergedPeople:
    """
    Two people again.

    :ivar stayed: what has changed since and so stays with the kept one, by name → ids
    """

    kept_id: int
    merged_id: int
    stayed: dict[str, list[int]]


def unmerge_people(*, actor: Actor, merge_id: int, note: str = "", now: datetime) -> UnmergedPeople:
    """
    Give back exactly what a merge moved, as far as nobody has changed it since.

    :param note: why, at most 200 characters; kept in the trail
    :raises Forbidden: only the enterprise's own people who look after stores take back
    :raises NotFound: no such merge of people within the actor's reach
    :raises AlreadyUnmerged: it was taken back
    :raises LaterMergeStands: a later merge of the kept one stands upon it
    :raises StaffByHeadquarters: the kept one is on the staff, and the actor is not headquarters
    :raises TiesOutside: the kept one has stores or distributors that the actor does not reach
    :raises PeopleBusy: somebody else holds one of them, and goes on holding
    """
    with scope.writing(actor):
        pair, moved = identity.hold_merge(actor, merge_id)
        both = {"merged_id": pair.merged_id, "kept_id": pair.kept_id}
        stayed = {
            **identity.unmerge(
                actor, pair, moved["channel"]
            ),  # first: he can be given things again
            **unmerge_seats(actor, moved["community"], **both),
            **unmerge_proofs(actor, moved["messaging"], **both),
        }
        stayed = {name: ids for name, ids in stayed.items() if ids}
        identity.note_unmerge(actor, merge_id, stayed, note=note.strip()[:200], at=now)
        journal.record(
            "messaging.people_unmerged",
            actor=actor,
            at=now,
            about={"person": [pair.kept_id, pair.merged_id]},
            merge_id=merge_id,
            stayed={name: len(ids) for name, ids in stayed.items()},
        )
        return UnmergedPeople(kept_id=pair.kept_id, merged_id=pair.merged_id, stayed=stayed)
