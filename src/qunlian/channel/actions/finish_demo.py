"""Note that a demo channel is whole, so that nobody goes on laying it down."""

from datetime import datetime
from typing import ClassVar

from qunlian.channel import access
from qunlian.channel.models import Enterprise
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict


class NotADemo(Conflict):
    """This enterprise is a real one, not the demo."""

    code: ClassVar[str] = "channel.not_a_demo"


def finish_demo(*, actor: Actor, seed: int, now: datetime) -> None:
    """
    Say in the journal that the demo channel of this seed is complete.

    :raises Forbidden: only headquarters does this
    :raises NotADemo: a real enterprise
    """
    with scope.writing(actor):
        access.headquarters_only(actor)
        if not Enterprise.objects.get(pk=actor.enterprise_id).is_demo:
            raise NotADemo
        journal.record("channel.demo_finished", actor=actor, at=now, seed=seed)
