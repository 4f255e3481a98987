"""
The access token: one per corp and secret, kept sealed in the database, fetched by one process at a time.

Whoever finds it missing or expired takes the lease in one guarded UPDATE; the others wait for what he brings.
A holder who dies leaves a lease that runs out. No transaction is open while WeCom is asked.
"""

from dataclasses import dataclass

from django.db import connection

from qunlian.kernel import scope
from qunlian.platforms.sealing import seal, unseal
from qunlian.platforms.wecom.accounts import Account
from qunlian.platforms.wecom.models import Token

#: A token is not used for its last minutes: calls take time and clocks differ.
_RESERVE_SECONDS = 300
_LEASE_SECONDS = 15

#: Nobody takes the lease when another has brought a token since we looked.
_TAKE = """
INSERT INTO platforms_wecom_token AS t
    (enterprise_id, secret_digest, sealed_value, expires_at, fetching_until)
VALUES (%(enterprise)s, %(digest)s, '', NULL, clock_timestamp() + make_interval(secs => %(lease)s))
ON CONFLICT (enterprise_id) DO UPDATE
    SET secret_digest = EXCLUDED.secret_digest, fetching_until = EXCLUDED.fetching_until,
        expires_at = CASE WHEN t.secret_digest = EXCLUDED.secret_digest THEN t.expires_at END
WHERE (t.fetching_until IS NULL OR t.fetching_until < clock_timestamp())
  AND NOT (t.secret_digest = EXCLUDED.secret_digest AND t.sealed_value <> %(refused)s
           AND coalesce(t.expires_at > clock_timestamp(), false))
RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Lookup:
    """What was found: a token that is valid, or whether we are the one who fetches."""

    value: str = ""
    is_ours_to_fetch: bool = False


def look(account: Account, *, stale: str = "") -> Lookup:
    """
    Return the shared token, or take the right to fetch it.

    :param stale: a token that WeCom has just refused: it counts as none
    """
    with scope.writing(account.machinery):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT sealed_value FROM platforms_wecom_token"
                " WHERE secret_digest = %s AND expires_at > clock_timestamp()",
                [account.secret_digest],
            )
            row = cursor.fetchone()
        found = row[0] if row else ""
        value = unseal(found) if found else ""
        if value and value != stale:
            return Lookup(value=value)
        with connection.cursor() as cursor:
            cursor.execute(
                _TAKE,
                {
                    "enterprise": account.enterprise_id,
                    "digest": account.secret_digest,
                    "lease": _LEASE_SECONDS,
                    "refused": found,
                },
            )
            return Lookup(is_ours_to_fetch=cursor.fetchone() is not None)


def keep(account: Account, value: str, expires_in: int) -> None:
    """Share a fetched token; gives the lease back."""
    usable_seconds = max(expires_in - _RESERVE_SECONDS, expires_in / 2)
    with scope.writing(account.machinery), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE platforms_wecom_token SET sealed_value = %s, fetching_until = NULL,"
            " expires_at = clock_timestamp() + make_interval(secs => %s)"
            " WHERE secret_digest = %s",
            [seal(value), usable_seconds, account.secret_digest],
        )


def give_up(account: Account) -> None:
    """Give the lease back without a token, so that nobody waits for it."""
    with scope.writing(account.machinery):
        Token.objects.filter(secret_digest=account.secret_digest).update(fetching_until=None)
