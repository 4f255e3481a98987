"""What happened to a group, from the journal."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qunlian.community import access
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.models import Fact, FactEntity


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One fact about a group."""

    name: str
    happened_at: datetime
    account_id: int | None
    payload: dict[str, Any]


def history_of_group(actor: Actor, group_id: int, *, limit: int = 30) -> tuple[Happening, ...]:
    """
    Return the latest facts about a group, newest first.

    :raises NotFound: there is no such group within the actor's reach
    """
    with scope.reading(actor):
        access.group_for(actor, group_id)
        about = FactEntity.objects.filter(kind="group", entity_id=group_id)
        recent = list(
            about.order_by("-happened_at", "-fact_id").values_list("fact_id", "happened_at")[:limit]
        )
        if not recent:
            return ()
        facts = Fact.objects.filter(
            pk__in=[fact_id for fact_id, _ in recent],
            happened_at__gte=recent[-1][1],
            happened_at__lte=recent[0][1],
        )
        return tuple(
            Happening(
                name=fact.name,
                happened_at=fact.happened_at,
                account_id=fact.account_id,
                payload=fact.payload,
            )
            for fact in facts.order_by("-happened_at", "-pk")
        )
