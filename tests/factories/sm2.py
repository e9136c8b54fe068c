"""SM2 keys, certificates and signatures made in the test: the product itself only verifies."""

import base64
from datetime import UTC, datetime

from yijia.base.sm2 import G, N, digest, times

ISSUER_KEY, HOLDER_KEY, K = 0x1111, 0x2222, 0x59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21
_OIDS = {"CN": "550403", "O": "55040a", "serialNumber": "550405"}


def public(private: int) -> tuple[int, int]:
    point = times(private, G)
    assert point is not None
    return point


def sign(message: bytes, private: int, k: int = K) -> bytes:
    """GB/T 32918.2, clause 6; a fixed k is for tests only."""
    e = digest(message, public(private))
    point = times(k, G)
    assert point is not None
    r = (e + point[0]) % N
    s = pow(1 + private, -1, N) * (k - r * private) % N
    return tlv(0x30, integer(r) + integer(s))


def tlv(tag: int, body: bytes) -> bytes:
    if len(body) < 0x80:
        size = bytes([len(body)])
    else:
        wide = len(body).to_bytes((len(body).bit_length() + 7) // 8)
        size = bytes([0x80 | len(wide)]) + wide
    return bytes([tag]) + size + body


def integer(value: int) -> bytes:
    return tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1))


def _name(**parts: str) -> bytes:
    sets = [tlv(0x31, tlv(0x30, tlv(0x06, bytes.fromhex(_OIDS[k])) + tlv(0x0C, v.encode()))) for k, v in parts.items()]
    return tlv(0x30, b"".join(sets))


def _time(at: datetime) -> bytes:
    return tlv(0x17, at.astimezone(UTC).strftime("%y%m%d%H%M%SZ").encode())


_ALGORITHM = tlv(0x30, bytes.fromhex("06082a811ccf55018375"))  # SM2 with SM3
_KEY_KIND = bytes.fromhex("301306072a8648ce3d020106082a811ccf5501822d")
ISSUER = {"CN": "测试签发机构", "O": "测试"}


def certificate(
    private: int = HOLDER_KEY, *, signer: int = ISSUER_KEY, since: datetime = datetime(2025, 1, 1, tzinfo=UTC),
    until: datetime = datetime(2027, 1, 1, tzinfo=UTC), issuer: dict[str, str] | None = None, is_ca: bool = False, **subject: str,
) -> bytes:  # fmt: skip
    """A version 3 certificate in DER."""
    x, y = public(private)
    key = tlv(0x30, _KEY_KIND + tlv(0x03, b"\x00\x04" + x.to_bytes(32) + y.to_bytes(32)))
    constraints = tlv(0x30, b"\x01\x01\xff" if is_ca else b"")
    extension = tlv(0x30, bytes.fromhex("0603551d13") + tlv(0x04, constraints))
    body = tlv(
        0x30,
        tlv(0xA0, integer(2)) + integer(4919) + _ALGORITHM + _name(**(issuer or ISSUER)) + tlv(0x30, _time(since) + _time(until))
        + _name(**subject) + key + tlv(0xA3, tlv(0x30, extension)),
    )  # fmt: skip
    return tlv(0x30, body + _ALGORITHM + tlv(0x03, b"\x00" + sign(body, signer)))


def issuer() -> bytes:
    return certificate(ISSUER_KEY, is_ca=True, **ISSUER)


def pem(der: bytes) -> str:
    text = base64.b64encode(der).decode()
    lines = "\n".join(text[i : i + 64] for i in range(0, len(text), 64))
    return f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n"
