"""
The cipher of callbacks. Source: page 91144 (2024-07-18).

AES-256-CBC under the 32 bytes of the EncodingAESKey, whose first 16 are the start; the plain text is 16
random bytes, its length in 4 bytes, the message, and who it is for; padded to blocks of 32.
"""

import hashlib
import hmac
import os
import struct
from base64 import b64decode, b64encode

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32
KEY_LENGTH = 43
RANDOM_LENGTH = 16
HEAD = RANDOM_LENGTH + 4


class NotOurs(Exception):
    """A text that doesn't decrypt to a message for us, or whose signature is wrong."""


def signature(token: str, timestamp: str, nonce: str, encrypted: str) -> str:
    """Sign a callback: SHA-1 over its four parts in order."""
    text = "".join(sorted([token, timestamp, nonce, encrypted]))
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def is_signed(signed: str, token: str, timestamp: str, nonce: str, encrypted: str) -> bool:
    """Check a signature in constant time."""
    return hmac.compare_digest(signed, signature(token, timestamp, nonce, encrypted))


def encrypt(aes_key: str, message: str, receive_id: str, start: bytes = b"") -> str:
    """Encrypt a message for somebody; ``start`` replaces the random bytes in tests."""
    text = message.encode()
    plain = (start or os.urandom(RANDOM_LENGTH)) + struct.pack(">I", len(text)) + text
    plain += receive_id.encode()
    missing = BLOCK - len(plain) % BLOCK
    encryptor = _cipher(aes_key).encryptor()
    sealed = encryptor.update(plain + bytes([missing]) * missing) + encryptor.finalize()
    return b64encode(sealed).decode()


def decrypt(aes_key: str, encrypted: str, receive_id: str) -> str:
    """Decrypt a message that is for ``receive_id``."""
    try:
        decryptor = _cipher(aes_key).decryptor()
        plain = decryptor.update(b64decode(encrypted, validate=True)) + decryptor.finalize()
    except ValueError:
        raise NotOurs("not whole") from None
    missing = plain[-1] if plain else 0
    if not 1 <= missing <= BLOCK or plain[-missing:] != bytes([missing]) * missing:
        raise NotOurs("padding")
    plain = plain[:-missing]
    if len(plain) < HEAD:
        raise NotOurs("too short")
    length = struct.unpack(">I", plain[RANDOM_LENGTH:HEAD])[0]
    if plain[HEAD + length :] != receive_id.encode():
        raise NotOurs("for somebody else")
    try:
        return plain[HEAD : HEAD + length].decode()
    except UnicodeDecodeError:
        raise NotOurs("no text") from None


def _cipher(aes_key: str) -> Cipher[modes.CBC]:
    if len(aes_key) != KEY_LENGTH:
        raise ValueError("an EncodingAESKey has 43 characters")
    key = b64decode(aes_key + "=")
    return Cipher(algorithms.AES(key), modes.CBC(key[:16]))
