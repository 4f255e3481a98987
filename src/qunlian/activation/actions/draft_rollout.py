"""Ask for the stores of a part to be put in order, wave by wave."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import ClassVar

from qunlian.activation import access
from qunlian.activation.models import Rollout
from qunlian.activation.queries.scores import weights_of
from qunlian.activation.rules import BOUNDS, MOST_WAIT_DAYS, UNITS, WAIT_DAYS, are_bounds
from qunlian.kernel import journal, queue, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Invalid


class BoundsUnsound(Invalid):
    """Waves end at rising percentages, the last at 100, for example 10, 20, 30, 50, 100."""

    code: ClassVar[str] = "activation.bounds_unsound"


class RolloutUnsound(Invalid):
    """This value cannot be."""

    code: ClassVar[str] = "activation.rollout_unsound"


class RolloutPartMissing(Invalid):
    """Choose a part of the tree."""

    code: ClassVar[str] = "activation.part_missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutWish:
    """
    What is to be rolled out: the grouped stores of a part, by single stores or by whole groups.

    :ivar bounds: rising percentages at which the waves end
    :ivar wait_days: how long a wave is watched before the next is opened
    """

    name: str = ""
    territory_id: int | None = None
    unit: str = "store"
    bounds: tuple[int, ...] = BOUNDS
    wait_days: int = WAIT_DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutDrafted:
    """A roll-out that a worker will rank."""

    rollout_id: int


def draft_rollout(*, actor: Actor, wish: RolloutWish, now: datetime) -> RolloutDrafted:
    """
    Begin a roll-out; a worker ranks its stores with the enterprise's weights of now.

    :raises Forbidden: the actor does not open waves
    :raises NotFound: no such part within the actor's reach
    :raises RolloutPartMissing: only headquarters rolls out the whole
    :raises BoundsUnsound: the percentages do not rise to 100
    :raises RolloutUnsound: an unknown unit, or too long a wait
    """
    with scope.writing(actor):
        access.may(actor, access.OPENERS)
        if wish.territory_id is None and not actor.reach.is_everything:
            raise RolloutPartMissing(field="territory_id")
        part = access.territory_for(actor, wish.territory_id) if wish.territory_id else None
        if not are_bounds(wish.bounds):
            raise BoundsUnsound(field="bounds")
        if wish.unit not in UNITS or not 0 <= wish.wait_days <= MOST_WAIT_DAYS:
            raise RolloutUnsound(field="unit" if wish.unit not in UNITS else "wait_days")
        row = Rollout.objects.create(
            enterprise_id=actor.enterprise_id,
            name=" ".join(wish.name.split())[:80] or (part.name if part else ""),
            territory_id=wish.territory_id,
            unit=wish.unit,
            bounds=list(wish.bounds),
            weights=asdict(weights_of(actor)),
            wait_days=wish.wait_days,
            created_by=actor.account_id,
            created_at=now,
        )
        journal.record(
            "activation.rollout_drafted",
            actor=actor,
            at=now,
            about={"rollout": [row.pk]},
            bounds=row.bounds,
            weights=row.weights,
        )
        queue.enqueue(
            "activation.rank_rollout", enterprise_id=actor.enterprise_id, rollout_id=row.pk
        )
        return RolloutDrafted(rollout_id=row.pk)
