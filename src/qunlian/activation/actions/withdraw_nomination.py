"""Take a nomination back."""

from dataclasses import dataclass
from datetime import datetime

from qunlian.activation import access
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Forbidden


@dataclass(frozen=True, slots=True, kw_only=True)
class NominationWithdrawn:
    """A nomination that stands no more."""

    nomination_id: int
    store_id: int


def withdraw_nomination(*, actor: Actor, nomination_id: int, now: datetime) -> NominationWithdrawn:
    """
    Take back a nomination: his own, or as headquarters anybody's.

    :raises NotFound: no such nomination stands within the actor's reach
    :raises Forbidden: somebody else made it
    """
    with scope.writing(actor):
        row = access.nomination_for(actor, nomination_id)
        if row.person_id != actor.person_id and not actor.is_headquarters:
            raise Forbidden
        row.withdrawn_at = now
        row.save(update_fields=["withdrawn_at"])
        journal.record(
            "activation.nomination_withdrawn",
            actor=actor,
            at=now,
            about={"store": [row.store_id], "nomination": [row.pk]},
        )
        return NominationWithdrawn(nomination_id=row.pk, store_id=row.store_id)
