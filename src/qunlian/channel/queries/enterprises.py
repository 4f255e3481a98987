"""The enterprise itself, and which there are."""

from dataclasses import dataclass

from qunlian.channel.models import Enterprise
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterpriseCard:
    """What every page says of its enterprise. Seats are people per group."""

    enterprise_id: int
    name: str
    is_demo: bool
    seats_soft: int
    seats_hard: int


def enterprise_card(actor: Actor) -> EnterpriseCard:
    """Return the actor's own enterprise."""
    with scope.reading(actor):
        row = Enterprise.objects.get(pk=actor.enterprise_id)
    return EnterpriseCard(
        enterprise_id=row.pk,
        name=row.name,
        is_demo=row.is_demo,
        seats_soft=row.seats_soft,
        seats_hard=row.seats_hard,
    )
