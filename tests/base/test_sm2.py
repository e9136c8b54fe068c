"""SM2 as the standard's own example has it, and certificates that may or may not be used."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.factories import sm2 as make
from yijia.base import sm2

AT = datetime(2025, 6, 16, tzinfo=UTC)
# GB/T 32918.5-2017, A.2: the example over the recommended curve
KEY = (
    0x09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020,
    0xCCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13,
)
R = 0xF5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3
S = 0xB1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA


def test_the_standards_own_example() -> None:
    signature = make.tlv(0x30, make.integer(R) + make.integer(S))
    assert sm2.verify(b"message digest", signature, KEY)
    assert not sm2.verify(b"message digesT", signature, KEY)
    assert not sm2.verify(b"message digest", make.tlv(0x30, make.integer(S) + make.integer(R)), KEY)


@pytest.mark.parametrize("signature", [b"", b"\x30", b"\x30\x00", b"\x30\x06\x02\x01\x00\x02\x01\x01", b"\x04" * 70])
def test_what_is_no_signature_does_not_stand(signature: bytes) -> None:
    assert not sm2.verify(b"x", signature, KEY)
    assert not sm2.verify(b"x", make.sign(b"x", make.HOLDER_KEY), (1, 1))  # not a point of the curve


@pytest.fixture
def trusting(tmp_path: Path, settings: Any) -> None:
    path = tmp_path / "issuers.pem"
    path.write_text(make.pem(make.issuer()), encoding="ascii")
    settings.SM2_ISSUERS = str(path)


def test_a_certificate_is_read(trusting: None) -> None:
    held = sm2.read(make.certificate(CN="王院长", O="港湾医院"), AT)
    assert (held.name, held.organisation, held.serial) == ("王院长", "港湾医院", "1337")
    assert held.key == make.public(make.HOLDER_KEY)


@pytest.mark.parametrize(
    ("certificate", "code"),
    [
        (b"nothing", "certificate_unreadable"),
        (make.certificate(CN="甲", until=AT), "certificate_not_in_force"),
        (make.certificate(CN="甲", since=datetime(2026, 1, 1, tzinfo=UTC)), "certificate_not_in_force"),
        (make.certificate(CN="甲", signer=0x3333), "certificate_not_trusted"),
        (make.certificate(CN="甲", issuer={"CN": "别家"}), "certificate_not_trusted"),
        (make.certificate(CN="甲", is_ca=True), "certificate_of_an_issuer"),
    ],
)
def test_a_certificate_that_may_not_sign(trusting: None, certificate: bytes, code: str) -> None:
    with pytest.raises(sm2.Unfit) as unfit:
        sm2.read(certificate, AT)
    assert unfit.value.code == code


def test_an_ordinary_certificate_is_not_sm2(trusting: None) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "x")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2025, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2027, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    with pytest.raises(sm2.Unfit, match="certificate_not_sm2"):
        sm2.read(made.public_bytes(Encoding.DER), AT)


def test_without_trusted_issuers_nobody_signs() -> None:
    with pytest.raises(sm2.Unfit, match="no_trusted_issuers"):
        sm2.read(make.certificate(CN="甲"), AT)
