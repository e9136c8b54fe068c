"""SM2 signatures (GB/T 32918.2) and the certificates they come with: verifying only, for no private key is ever kept here.

The locked OpenSSL binding offers SM3 but not SM2, so the curve is computed here; every number handled is public, so that
time tells nothing.
"""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.x509.oid import ExtensionOID, NameOID
from django.conf import settings

from yijia.base.crypto import sm3

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A = P - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
WHO = b"1234567812345678"  # the signer's distinguishing name where no other is agreed (GM/T 0009)
SM2_WITH_SM3 = "1.2.156.10197.1.501"
_KEY_KIND = bytes.fromhex("301306072a8648ce3d020106082a811ccf5501822d")  # id-ecPublicKey on the SM2 curve

Point = tuple[int, int] | None
"""A point of the curve; None is the point at infinity."""


class Unfit(ValueError):
    """A certificate or a signature that cannot be used; `code` says why."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def add(one: Point, other: Point) -> Point:
    """The sum of two points of the curve."""
    if one is None or other is None:
        return one or other
    (x1, y1), (x2, y2) = one, other
    if x1 == x2:
        if (y1 + y2) % P == 0:
            return None
        slope = (3 * x1 * x1 + A) * pow(2 * y1, -1, P) % P
    else:
        slope = (y2 - y1) * pow(x2 - x1, -1, P) % P
    x3 = (slope * slope - x1 - x2) % P
    return x3, (slope * (x1 - x3) - y1) % P


def times(factor: int, point: Point) -> Point:
    """A point added to itself so many times."""
    total: Point = None
    while factor:
        if factor & 1:
            total = add(total, point)
        point, factor = add(point, point), factor >> 1
    return total


def is_key(point: tuple[int, int]) -> bool:
    """Whether two numbers are a point of the curve."""
    x, y = point
    return 0 <= x < P and 0 <= y < P and (y * y - (x * x * x + A * x + B)) % P == 0


def digest(message: bytes, key: tuple[int, int], who: bytes = WHO) -> int:
    """What is signed: SM3 over the signer's own facts and the message (GB/T 32918.2, 5.5 and 6.1)."""
    facts = (len(who) * 8).to_bytes(2) + who + b"".join(n.to_bytes(32) for n in (A, B, *G, *key))
    return int.from_bytes(sm3(sm3(facts) + message))


def verify(message: bytes, signature: bytes, key: tuple[int, int], who: bytes = WHO) -> bool:
    """Whether the signature (DER, r and s) stands over the message under a public key (GB/T 32918.2, clause 7)."""
    try:
        r, s = _two_numbers(signature)
    except Unfit:
        return False
    if not (0 < r < N and 0 < s < N) or not is_key(key):
        return False
    t = (r + s) % N
    if t == 0:
        return False
    point = add(times(s, G), times(t, key))
    return point is not None and (digest(message, key, who) + point[0]) % N == r


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a certificate says of its holder, after it was read and checked."""

    name: str
    organisation: str
    number: str
    issuer: str
    serial: str
    key: tuple[int, int]


def read(certificate: bytes, at: datetime) -> Certificate:
    """A certificate in force at that instant, issued by one of the trusted authorities.

    certificate     DER

    Raises      Unfit: certificate_unreadable, certificate_not_sm2, certificate_not_in_force, certificate_of_an_issuer,
                no_trusted_issuers, certificate_not_trusted
    """
    held = _parsed(certificate)
    key = _key(held)
    if not held.not_valid_before_utc <= at.astimezone(UTC) < held.not_valid_after_utc:
        raise Unfit("certificate_not_in_force")
    if _is_issuer(held):
        raise Unfit("certificate_of_an_issuer")
    issuers = trusted(str(settings.SM2_ISSUERS))
    if not issuers:
        raise Unfit("no_trusted_issuers")
    if not any(_issued(held, _parsed(issuer), at) for issuer in issuers):
        raise Unfit("certificate_not_trusted")
    return Certificate(
        _of(held, NameOID.COMMON_NAME), _of(held, NameOID.ORGANIZATION_NAME), _of(held, NameOID.SERIAL_NUMBER),
        held.issuer.rfc4514_string(), f"{held.serial_number:x}", key,
    )  # fmt: skip


def _issued(held: x509.Certificate, issuer: x509.Certificate, at: datetime) -> bool:
    return (
        held.issuer == issuer.subject
        and issuer.not_valid_before_utc <= at.astimezone(UTC) < issuer.not_valid_after_utc
        and held.signature_algorithm_oid.dotted_string == SM2_WITH_SM3
        and verify(held.tbs_certificate_bytes, held.signature, _key(issuer))
    )


def _is_issuer(held: x509.Certificate) -> bool:
    try:
        found = held.extensions.get_extension_for_oid(ExtensionOID.BASIC_CONSTRAINTS).value
    except x509.ExtensionNotFound:
        return False
    return isinstance(found, x509.BasicConstraints) and found.ca


@lru_cache(maxsize=4)
def trusted(path: str) -> tuple[bytes, ...]:
    """The issuing authorities an installation trusts, from its PEM file; none when it names no file."""
    if not path:
        return ()
    text, found = Path(path).read_text(encoding="ascii"), []
    for block in text.split("-----BEGIN CERTIFICATE-----")[1:]:
        found.append(der("-----BEGIN CERTIFICATE-----" + block))
    return tuple(found)


def der(text: str) -> bytes:
    """The bytes of a certificate or signature given as PEM or base64. Raises Unfit: unreadable."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip() and not line.startswith("-----")]
    try:
        return base64.b64decode("".join(lines), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unfit("certificate_unreadable") from error


def _parsed(certificate: bytes) -> x509.Certificate:
    try:
        return x509.load_der_x509_certificate(certificate)
    except ValueError as error:
        raise Unfit("certificate_unreadable") from error


def _of(held: x509.Certificate, kind: x509.ObjectIdentifier) -> str:
    found = held.subject.get_attributes_for_oid(kind)
    return str(found[0].value).strip() if found else ""


def _key(held: x509.Certificate) -> tuple[int, int]:
    """The public key out of the certificate's own field for it: the seventh of a version 3 certificate."""
    inside, _rest = _piece(held.tbs_certificate_bytes)
    fields = []
    while inside:
        body, after = _piece(inside)
        fields.append(body)
        inside = after
    if held.version is not x509.Version.v3 or len(fields) < 7:
        raise Unfit("certificate_not_sm2")
    body = fields[6]
    if not body.startswith(_KEY_KIND):
        raise Unfit("certificate_not_sm2")
    bits, _ = _piece(body[len(_KEY_KIND) :])
    if len(bits) != 66 or bits[:2] != b"\x00\x04":  # no unused bits, an uncompressed point
        raise Unfit("certificate_not_sm2")
    key = (int.from_bytes(bits[2:34]), int.from_bytes(bits[34:]))
    if not is_key(key):
        raise Unfit("certificate_not_sm2")
    return key


def _piece(data: bytes) -> tuple[bytes, bytes]:
    """The body of the first DER element and what follows it. Raises Unfit: unreadable."""
    if len(data) < 2:
        raise Unfit("certificate_unreadable")
    length, start = data[1], 2
    if length >= 0x80:
        wide = length & 0x7F
        length, start = int.from_bytes(data[2 : 2 + wide]), 2 + wide
    if start + length > len(data):
        raise Unfit("certificate_unreadable")
    return data[start : start + length], data[start + length :]


def _two_numbers(signature: bytes) -> tuple[int, int]:
    body, rest = _piece(signature)
    first, after = _piece(body)
    second, last = _piece(after)
    if rest or last or signature[:1] != b"\x30" or body[:1] != b"\x02" or after[:1] != b"\x02":
        raise Unfit("certificate_unreadable")
    return int.from_bytes(first), int.from_bytes(second)


def stands(certificate: bytes, signature: bytes, message: bytes) -> bool:
    """Whether a signature made before still stands under its certificate; the certificate may have run out since."""
    try:
        return verify(message, signature, _key(_parsed(certificate)))
    except Unfit:
        return False


def names(certificate: bytes) -> tuple[str, str]:
    """Serial number and issuer of a certificate kept with a signature."""
    held = _parsed(certificate)
    return f"{held.serial_number:x}", held.issuer.rfc4514_string()
