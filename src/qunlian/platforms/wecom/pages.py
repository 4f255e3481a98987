"""
Pages of ours in WeCom's client: signed with the app's jsapi ticket, which all processes share.

Source: document 90506 (tickets: two hours, 100 fetches an hour per app) and its algorithm of signing.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from qunlian.kernel import scope
from qunlian.platforms.extensions import SignedPage
from qunlian.platforms.sealing import seal, unseal
from qunlian.platforms.wecom.accounts import Account, corp_of
from qunlian.platforms.wecom.api import apps
from qunlian.platforms.wecom.client import converse
from qunlian.platforms.wecom.models import Ticket

#: A ticket is not used for its last minutes: a page signed with it is checked a little later.
_RESERVE_SECONDS = 300


def sign(enterprise_id: int, address: str, now: datetime) -> SignedPage:
    """
    Sign a page for the JS-SDK's agentConfig.

    :raises PlatformTrouble: no corp is set up, or WeCom gives no ticket
    """
    account = corp_of(enterprise_id)
    ticket = _kept(account, now) or _fetched(account, now)
    nonce, timestamp = secrets.token_hex(8), int(now.timestamp())
    told = (
        f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}"
        f"&url={address.partition('#')[0]}"
    )
    return SignedPage(
        company=account.corp_id,
        app=str(account.agent_id),
        timestamp=timestamp,
        nonce=nonce,
        signature=hashlib.sha1(told.encode(), usedforsecurity=False).hexdigest(),
    )


def _kept(account: Account, now: datetime) -> str:
    with scope.reading(account.machinery):
        row = Ticket.objects.filter(secret_digest=account.secret_digest, expires_at__gt=now).first()
    return unseal(row.sealed_value) if row else ""


def _fetched(account: Account, now: datetime) -> str:
    """Fetch a ticket; while one is valid WeCom gives the same, so two at once do no harm."""
    value, seconds = converse(
        account.enterprise_id, lambda client: apps.ticket(client, is_for_app=True)
    )
    usable = max(seconds - _RESERVE_SECONDS, seconds // 2)
    with scope.writing(account.machinery):
        Ticket.objects.update_or_create(
            enterprise_id=account.enterprise_id,
            defaults={
                "secret_digest": account.secret_digest,
                "sealed_value": seal(value),
                "expires_at": now + timedelta(seconds=usable),
            },
        )
    return value
