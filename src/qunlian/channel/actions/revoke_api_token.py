"""Make a key worthless."""

from dataclasses import dataclass
from datetime import datetime

from qunlian.channel import access
from qunlian.channel.models import ApiToken
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokedApiToken:
    """Which key it was."""

    name: str


def revoke_api_token(*, actor: Actor, token_id: int, now: datetime) -> RevokedApiToken:
    """
    Revoke one of one's own keys at once.

    :raises NotFound: the actor has no such key
    """
    with scope.writing(actor):
        row = ApiToken.objects.filter(account_id=access.own_account(actor), pk=token_id).first()
        if row is None:
            raise NotFound(kind="api_token", id=token_id)
        row.delete()
        journal.record("channel.api_token_revoked", actor=actor, at=now, name=row.name)
        return RevokedApiToken(name=row.name)
