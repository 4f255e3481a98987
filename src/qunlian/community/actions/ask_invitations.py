"""Have the stewards invite stores into rooms that nobody can be moved into."""

from dataclasses import dataclass
from datetime import datetime

from qunlian.community import inviting
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedInvitations:
    """How many tasks there are of these groups, and up to which group (0: to the end)."""

    tasks: int
    upto: int


def ask_invitations(*, actor: Actor, after: int = 0, now: datetime) -> AskedInvitations:
    """
    Ask for the groups behind ``after`` whose stores are not in: those that a plan gave another room, say.

    A few hundred groups at a time; a placing that was asked for is not asked for again.
    """
    with scope.writing(actor):
        groups = inviting.missing(actor, after=after)
        made = inviting.ask(actor, groups, now)
    return AskedInvitations(tasks=len(made), upto=groups[-1].group_id if groups else 0)
