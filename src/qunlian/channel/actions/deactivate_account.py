"""Lock an account out, or let it in again."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from qunlian.channel import access, steps
from qunlian.channel.models import Account
from qunlian.channel.steps import leaving
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict


class OwnAccount(Conflict):
    """You cannot lock yourself out; ask a colleague at headquarters."""

    code: ClassVar[str] = "channel.own_account"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeactivatedAccount:
    """How it stands now, and how many browsers were logged out."""

    account_id: int
    is_active: bool
    ended: int


def deactivate_account(
    *, actor: Actor, account_id: int, now: datetime, is_reactivated: bool = False
) -> DeactivatedAccount:
    """
    Deactivate an account: its sessions end at once and its API keys stop working.

    :raises Forbidden: only headquarters does this
    :raises NotFound: no such account in this enterprise
    :raises OwnAccount: it is one's own
    :raises StillHoldsGroups: it is of somebody who owns or stewards groups
    """
    with scope.writing(actor):
        access.headquarters_only(actor)
        row = access.account_for(actor, account_id)
        if row.pk == actor.account_id:
            raise OwnAccount
        with leaving.hands_empty():
            Account.objects.filter(pk=row.pk).update(is_active=is_reactivated)
        ended = steps.end_sessions([row.pk])
        fact = "channel.account_reactivated" if is_reactivated else "channel.account_deactivated"
        journal.record(fact, actor=actor, at=now, about={"account": [row.pk]}, ended=ended)
        return DeactivatedAccount(account_id=row.pk, is_active=is_reactivated, ended=ended)
