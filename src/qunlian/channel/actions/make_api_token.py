"""Make a key for a program that acts as oneself."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from qunlian.channel import access
from qunlian.channel.models import ApiToken
from qunlian.channel.rules import accounts, entries
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict

MOST_PER_ACCOUNT = 20


class TooManyTokens(Conflict):
    """You have %(most)s keys; revoke one first."""

    code: ClassVar[str] = "channel.too_many_tokens"


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeApiToken:
    """The key itself: shown this once, only its SHA-256 is kept."""

    token_id: int
    token: str


def make_api_token(*, actor: Actor, name: str, now: datetime) -> MadeApiToken:
    """
    Make a key; whoever holds it may do through the API what the actor may.

    :param name: what it is for, 1 to 60 characters
    :raises TooManyTokens: there are enough
    :raises Invalid: the name cannot be used
    """
    with scope.writing(actor):
        mine = ApiToken.objects.filter(account_id=access.own_account(actor))
        if mine.count() >= MOST_PER_ACCOUNT:
            raise TooManyTokens(most=MOST_PER_ACCOUNT)
        token = accounts.TOKEN_PREFIX + secrets.token_urlsafe(32)
        row = ApiToken.objects.create(
            account_id=access.own_account(actor),
            digest=accounts.token_digest(token),
            name=entries.text(name, 60),
            created_at=now,
        )
        journal.record("channel.api_token_made", actor=actor, at=now, name=row.name)
        return MadeApiToken(token_id=row.pk, token=token)
