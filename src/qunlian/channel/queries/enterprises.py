"""The enterprise itself, and which there are."""

from dataclasses import dataclass

from qunlian.channel.models import Enterprise
from qunlian.channel.queries.actors import enterprise_ids
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, system_actor


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


def enterprises_at_work() -> list[int]:
    """
    Return the tenants that jobs visit: all but a demo that is still being laid down.

    Its past is written at moments of the past: a job that came by would close, expire or pass on by today's
    clock what the story still needs.
    """
    return [each for each in enterprise_ids() if not _is_being_laid(each)]


def _is_being_laid(enterprise_id: int) -> bool:
    with scope.reading(system_actor(enterprise_id)):
        return Enterprise.objects.filter(pk=enterprise_id, is_being_laid=True).exists()
