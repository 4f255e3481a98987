"""
Secrets at rest: sealed with a key that is derived from the installation's secret key.

Whoever reads the database alone (a backup, a replica) does not get at them. With another secret key
they cannot be opened and must be entered again.
"""

import base64
from functools import cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from qunlian.kernel.errors import PlatformTrouble


class SealBroken(PlatformTrouble):
    """A stored secret cannot be opened: the installation's secret key has changed. Enter the secret again."""

    code = "platforms.seal_broken"


def seal(secret: str) -> str:
    """Seal a secret for a text column."""
    return _sealer(settings.SECRET_KEY).encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """
    Open a sealed secret.

    :raises SealBroken: it was sealed with another secret key
    """
    try:
        return _sealer(settings.SECRET_KEY).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise SealBroken(permanent=True) from None


@cache
def _sealer(secret_key: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"qunlian.platforms.sealing")
    return Fernet(base64.urlsafe_b64encode(derived.derive(secret_key.encode())))
