"""Name a store as one to begin with."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from qunlian.activation import access
from qunlian.activation.models import Nomination
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Forbidden, Invalid

LONGEST = 200


class ReasonMissing(Invalid):
    """Say in a few words why this store."""

    code: ClassVar[str] = "activation.reason_missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Nominated:
    """A nomination that stands; ``is_new`` is false when he had named the store before."""

    nomination_id: int
    store_id: int
    is_new: bool


def nominate_store(*, actor: Actor, store_id: int, reason: str, now: datetime) -> Nominated:
    """
    Name a store as a seed; naming it again changes the reason.

    :param reason: why, 1 to 200 characters after trimming
    :raises NotFound: no such store within the actor's reach
    :raises Forbidden: the actor does not name stores, or is nobody in person
    :raises ReasonMissing: no reason
    """
    words = " ".join(reason.split())[:LONGEST]
    with scope.writing(actor):
        store = access.store_for(actor, store_id)
        access.may(actor, access.NOMINATORS)
        if actor.person_id is None:
            raise Forbidden(role=actor.role)
        if not words:
            raise ReasonMissing(field="reason")
        row, is_new = Nomination.objects.update_or_create(
            enterprise_id=actor.enterprise_id,
            store_id=store.pk,
            person_id=actor.person_id,
            withdrawn_at=None,
            defaults={"reason": words, "role": actor.role, "nominated_at": now},
        )
        journal.record(
            "activation.store_nominated",
            actor=actor,
            at=now,
            about={"store": [store.pk], "nomination": [row.pk]},
            reason=words,
        )
        return Nominated(nomination_id=row.pk, store_id=store.pk, is_new=is_new)
