"""What a member sees who opens the link for his new phone, before he uses it."""

from dataclasses import dataclass
from datetime import datetime

from qunlian.channel.models import ReturnLink
from qunlian.channel.queries.accounts import account_name
from qunlian.channel.queries.actors import actor_of_account
from qunlian.channel.queries.enterprises import enterprise_card
from qunlian.channel.queries.stores import own_stores
from qunlian.channel.rules import accounts


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnCard:
    """Whose link it is."""

    brand: str
    name: str
    stores: tuple[str, ...]


def return_card(token: str, *, now: datetime) -> ReturnCard | None:
    """Return whose link it is; None when there is none, or it was used or has run out."""
    digest = accounts.token_digest(token)
    link = ReturnLink.objects.filter(digest=digest, expires_at__gt=now).first()
    actor = actor_of_account(link.account_id, now=now) if link else None
    if actor is None:
        return None
    return ReturnCard(
        brand=enterprise_card(actor).name,
        name=account_name(actor),
        stores=tuple(name for _, name in own_stores(actor)),
    )
