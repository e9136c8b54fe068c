"""The crypto provider: SM4-GCM or AES-256-GCM for fields at rest, keyed hashes for search, SM3 for chains.

Keys come from the settings, never from the database. A stored value starts with the cipher's mark, so that values written
under one cipher stay readable after the setting changes.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import hmac as keyed
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_NONCE, _TAG = 12, 16


def sm3(data: bytes) -> bytes:
    """The 32-byte SM3 digest (GB/T 32905-2016)."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize()


def sm3_mac(data: bytes, purpose: str) -> bytes:
    """HMAC-SM3 under a key that is not in the database: who can rewrite rows still cannot make them fit."""
    mac = keyed.HMAC(_mac_key(purpose), hashes.SM3())
    mac.update(data)
    return mac.finalize()


@lru_cache(maxsize=8)
def _mac_key(purpose: str) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=f"yijia {purpose}".encode()).derive(
        settings.HASH_KEY.encode()
    )


@dataclass(frozen=True, slots=True)
class FieldCipher:
    """An authenticated cipher for one field value."""

    mark: bytes
    algorithm: type
    key: bytes

    def seal(self, plain: bytes, context: bytes) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        encryptor = Cipher(self.algorithm(self.key), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(context)
        return self.mark + nonce + encryptor.update(plain) + encryptor.finalize() + encryptor.tag

    def open(self, sealed: bytes, context: bytes) -> bytes:
        nonce, body, tag = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE : -_TAG], sealed[-_TAG:]
        decryptor = Cipher(self.algorithm(self.key), modes.GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(context)
        return decryptor.update(body) + decryptor.finalize()


class Unreadable(ValueError):
    """A stored value that was changed, or was written under another key."""


@lru_cache(maxsize=1)
def _ciphers() -> dict[str, FieldCipher]:
    def key(length: int, info: bytes) -> bytes:
        return HKDF(algorithm=hashes.SHA256(), length=length, salt=None, info=info).derive(settings.FIELD_KEY.encode())

    return {
        "sm4-gcm": FieldCipher(b"\x01", algorithms.SM4, key(16, b"yijia field sm4")),
        "aes-256-gcm": FieldCipher(b"\x02", algorithms.AES256, key(32, b"yijia field aes")),
    }


def seal(text: str, context: str) -> bytes:
    """Encrypt one field; `context` (table.column) is authenticated, so a value cannot be moved to another column."""
    return _ciphers()[settings.FIELD_CIPHER].seal(text.encode(), context.encode())


def unseal(sealed: bytes | memoryview, context: str) -> str:
    """Decrypt one field. Raises Unreadable when it was tampered with or the key is another."""
    data = bytes(sealed)
    cipher = next((c for c in _ciphers().values() if c.mark == data[:1]), None)
    if cipher is None or len(data) < 1 + _NONCE + _TAG:
        raise Unreadable("unknown cipher mark, or cut short")
    try:
        return cipher.open(data, context.encode()).decode()
    except InvalidTag as error:
        raise Unreadable("the value was changed or the key is another") from error


def search_hash(text: str, context: str) -> bytes:
    """A keyed hash for equality search; the same text in another column hashes differently."""
    return hmac.new(settings.HASH_KEY.encode(), f"{context}\0{text}".encode(), hashlib.sha256).digest()


def token() -> tuple[str, bytes]:
    """A fresh bearer token and the keyed hash to store."""
    text = "yj_" + secrets.token_urlsafe(32)
    return text, search_hash(text, "base.apitoken")
