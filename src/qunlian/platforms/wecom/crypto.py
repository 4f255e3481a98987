"""
The envelope of WeCom's callbacks: AES-256-CBC with a signature and the receiver's name inside.

The key is base64 of 43 characters; its first 16 bytes are the IV. Inside lie 16 random bytes, the length
of the message (4 bytes, big endian), the message and the receiver's id, padded by PKCS#7 to blocks of **32**.
Source: developer.work.weixin.qq.com document 91144 (2024-07-18).
"""

import base64
import binascii
import hashlib
import hmac
import os
import struct
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

_HEAD = 16 + 4
_PADDING_BITS = 32 * 8
_KEY_CHARACTERS = 43


class EnvelopeRefused(Exception):
    """An envelope that WeCom did not close for us; ``args[0]`` says which check failed."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """
    Opens and closes messages of one callback address.

    :ivar aes_key: the EncodingAESKey, 43 characters
    :ivar receiver: the corp id of a corp's own app
    :raises ValueError: the key is not one
    """

    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    receiver: str
    _key: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.aes_key) != _KEY_CHARACTERS:
            raise ValueError("an EncodingAESKey has 43 characters")
        # its last character carries two bits that belong to no byte, and real keys set them
        object.__setattr__(self, "_key", base64.b64decode(f"{self.aes_key}="))

    def sign(self, timestamp: str, nonce: str, cipher: str) -> str:
        """Return the signature of a closed message."""
        parts = sorted([self.token, timestamp, nonce, cipher])
        return hashlib.sha1(
            "".join(parts).encode("utf-8", "replace"), usedforsecurity=False
        ).hexdigest()

    def open(self, *, signature: str, timestamp: str, nonce: str, cipher: str) -> bytes:
        """
        Check and open a message.

        :raises EnvelopeRefused: signature, padding, length or receiver are not what they must be
        """
        expected = self.sign(timestamp, nonce, cipher)
        if not hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace")):
            raise EnvelopeRefused("signature")
        return self.decrypt(cipher)

    def decrypt(self, cipher: str) -> bytes:
        """
        Open a message whose signature was checked.

        :raises EnvelopeRefused: as ``open``
        """
        plain = self._unpadded(cipher)
        if len(plain) < _HEAD:
            raise EnvelopeRefused("length")
        (length,) = struct.unpack(">I", plain[16:_HEAD])
        message, receiver = plain[_HEAD : _HEAD + length], plain[_HEAD + length :]
        if len(message) != length:
            raise EnvelopeRefused("length")
        if not hmac.compare_digest(receiver, self.receiver.encode()):
            raise EnvelopeRefused("receiver")
        return message

    def encrypt(self, message: bytes, *, random16: bytes | None = None) -> str:
        """Close a message; ``random16`` is given only by tests."""
        head = (random16 or os.urandom(16)) + struct.pack(">I", len(message))
        padder = PKCS7(_PADDING_BITS).padder()
        padded = padder.update(head + message + self.receiver.encode()) + padder.finalize()
        sealer = self._cipher().encryptor()
        return base64.b64encode(sealer.update(padded) + sealer.finalize()).decode()

    def _unpadded(self, cipher: str) -> bytes:
        try:
            opener = self._cipher().decryptor()
            padded = opener.update(base64.b64decode(cipher, validate=True)) + opener.finalize()
            unpadder = PKCS7(_PADDING_BITS).unpadder()
            return unpadder.update(padded) + unpadder.finalize()
        except (binascii.Error, ValueError):
            raise EnvelopeRefused("cipher") from None

    def _cipher(self) -> Cipher[modes.CBC]:
        return Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16]))
