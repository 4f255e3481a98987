"""Note that a demo channel is whole: nobody goes on laying it down, and jobs look after it."""

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
    Say that the demo channel of this seed is complete: from now on jobs look after it.

    :raises Forbidden: only headquarters does this
    :raises NotADemo: a real enterprise
    """
    with scope.writing(actor):
        access.headquarters_only(actor)
        if not Enterprise.objects.filter(pk=actor.enterprise_id, is_demo=True).update(
            is_being_laid=False
        ):
            raise NotADemo
        journal.record("channel.demo_finished", actor=actor, at=now, seed=seed)
