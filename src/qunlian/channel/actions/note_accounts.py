"""Note accounts on an outside platform: our own people's, and what they noted of others."""

from collections.abc import Sequence
from datetime import datetime

from qunlian.channel.steps.handles import Met, Noted, meet, note_remarks, take_as_read
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor


def note_accounts(
    *,
    actor: Actor,
    platform: str,
    met: Sequence[Met] = (),
    noted: Sequence[Noted] = (),
    all_told_since: datetime | None = None,
    now: datetime,
) -> int:
    """
    Find the people behind accounts, making those not known yet, and keep what was noted of them.

    :param all_told_since: all that is noted of anybody was told since then: of others, nothing is noted
    :returns: how many of the accounts met belong to somebody
    """
    with scope.writing(actor):
        known = meet(actor, platform, met, now) if met else {}
        if noted:
            note_remarks(platform, noted, now)
        if all_told_since is not None:
            take_as_read(platform, all_told_since, now)
        return sum(one.person_id is not None for one in known.values())
