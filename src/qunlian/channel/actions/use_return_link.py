"""Log a member's new phone in by the link that his rep made."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from qunlian.channel import steps
from qunlian.channel.models import ReturnLink
from qunlian.channel.queries.actors import actor_of_account, session_values
from qunlian.channel.rules import accounts
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict


class LinkSpent(Conflict):
    """This link was used already or has run out; ask your rep for a new one."""

    code: ClassVar[str] = "channel.link_spent"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedMember:
    """Who it is; ``session`` is what the interface puts into the browser session."""

    actor: Actor
    session: Mapping[str, str]


def use_return_link(*, token: str, now: datetime) -> ReturnedMember:
    """
    Log in by a one-time link: of two who open it one comes in, and his other phones are logged out.

    :raises LinkSpent: no such link, used already, or too old
    """
    digest = accounts.token_digest(token)
    link = ReturnLink.objects.filter(digest=digest, expires_at__gt=now).first()
    actor = actor_of_account(link.account_id, now=now) if link else None
    if link is None or actor is None:
        raise LinkSpent
    with scope.writing(actor):
        taken, _ = ReturnLink.objects.filter(digest=digest).delete()
        if not taken:
            raise LinkSpent
        steps.end_sessions([link.account_id])
        about = {"person": [actor.person_id]} if actor.person_id else {}
        journal.record("channel.return_link_used", actor=actor, at=now, about=about)
        return ReturnedMember(actor=actor, session=session_values(link.account_id))
