"""What one answered to the questions in a chat."""

from collections.abc import Sequence
from typing import Any

from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.messaging.models import Broadcast, Receipt


def my_answers(
    actor: Actor, group_id: int, broadcast_ids: Sequence[int]
) -> dict[int, dict[str, Any]]:
    """Return the actor's answer per broadcast, with the right option; unanswered ones are missing."""
    if not broadcast_ids:
        return {}
    with scope.reading(actor):
        own = Receipt.objects.filter(
            group_id=group_id,
            person_id=actor.person_id or 0,
            broadcast_id__in=broadcast_ids,
            answered_at__isnull=False,
        )
        given = dict(own.values_list("broadcast_id", "answer"))
        rights = dict(Broadcast.objects.filter(pk__in=given).values_list("pk", "right_option"))
    return {pk: {"option": option, "right": rights.get(pk)} for pk, option in given.items()}
