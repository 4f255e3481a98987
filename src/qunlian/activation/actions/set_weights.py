"""Change what the parts of the suitability score weigh."""

from dataclasses import asdict
from datetime import datetime
from typing import ClassVar

from qunlian.activation import access
from qunlian.activation.models import Weighting
from qunlian.activation.rules import Weights
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor, Role
from qunlian.kernel.errors import Invalid

_KEEPERS = frozenset({Role.HEADQUARTERS, Role.SYSTEM})


class WeightsUnsound(Invalid):
    """Each weight is a whole number from 0 to 100, and one at least is above 0."""

    code: ClassVar[str] = "activation.weights_unsound"


def set_weights(*, actor: Actor, weights: Weights, now: datetime) -> Weights:
    """
    Let the enterprise's scores follow these weights from now on; ranked roll-outs keep theirs.

    :raises Forbidden: the actor is not headquarters
    :raises WeightsUnsound: a weight below 0 or above 100, or all 0
    """
    with scope.writing(actor):
        access.may(actor, _KEEPERS)
        if field := weights.problem():
            raise WeightsUnsound(field=field)
        Weighting.objects.update_or_create(
            enterprise_id=actor.enterprise_id, defaults=asdict(weights) | {"changed_at": now}
        )
        journal.record("activation.weights_set", actor=actor, at=now, **asdict(weights))
        return weights
