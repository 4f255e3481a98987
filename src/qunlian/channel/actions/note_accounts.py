"""Note accounts on an outside platform: our own people's, and what they noted of others."""

from collections.abc import Sequence
from datetime import datetime

from qunlian.channel.steps.handles import Met, Noted, meet, note_remarks
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor


def note_accounts(
    *,
    actor: Actor,
    platform: str,
    met: Sequence[Met] = (),
    noted: Sequence[Noted] = (),
    now: datetime,
) -> int:
    """
    Find the people behind accounts, making those not known yet, and keep what was noted of them.

    :returns: how many of the accounts met belong to somebody
    """
    with scope.writing(actor):
        known = meet(actor, platform, met, now) if met else {}
        if noted:
            note_remarks(platform, noted, now)
        return sum(one.person_id is not None for one in known.values())
