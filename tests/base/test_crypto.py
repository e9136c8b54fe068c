"""Personal identifiers at rest: unreadable in a dump, unmovable, and readable after the cipher is changed."""

from typing import Any

import pytest

from tests.cast import Cast
from yijia.base import crypto

ID = "440000194503021234"


@pytest.mark.parametrize("cipher", ["sm4-gcm", "aes-256-gcm"])
def test_what_is_sealed_opens_and_shows_nothing(settings: Any, cipher: str) -> None:
    settings.FIELD_CIPHER = cipher
    sealed = crypto.seal(ID, "registry.resident.identity")
    assert ID.encode() not in sealed
    assert crypto.unseal(sealed, "registry.resident.identity") == ID
    assert crypto.seal(ID, "registry.resident.identity") != sealed


@pytest.mark.parametrize("cipher", ["sm4-gcm", "aes-256-gcm"])
@pytest.mark.parametrize("place", [0, 1, 14, -1])
def test_a_changed_byte_is_noticed(settings: Any, cipher: str, place: int) -> None:
    settings.FIELD_CIPHER = cipher
    sealed = bytearray(crypto.seal(ID, "a.b"))
    sealed[place] ^= 0x40
    with pytest.raises(crypto.Unreadable):
        crypto.unseal(bytes(sealed), "a.b")


def test_a_value_cannot_be_moved_to_another_column() -> None:
    with pytest.raises(crypto.Unreadable):
        crypto.unseal(crypto.seal(ID, "registry.resident.identity"), "registry.resident.phone")


@pytest.mark.parametrize("short", [b"", b"\x01", b"\x02" + b"x" * 20])
def test_a_cut_value_is_unreadable_not_a_crash(short: bytes) -> None:
    with pytest.raises(crypto.Unreadable):
        crypto.unseal(short, "a.b")


def test_the_cipher_may_be_switched_and_old_values_stay_readable(settings: Any) -> None:
    settings.FIELD_CIPHER = "sm4-gcm"
    old = crypto.seal(ID, "a.b")
    settings.FIELD_CIPHER = "aes-256-gcm"
    assert crypto.unseal(old, "a.b") == ID
    assert crypto.seal(ID, "a.b")[:1] != old[:1]


def test_sm3_is_the_national_standard() -> None:
    assert crypto.sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_search_hashes_differ_by_column_and_are_keyed(settings: Any) -> None:
    first = crypto.search_hash(ID, "a.b")
    assert first == crypto.search_hash(ID, "a.b") != crypto.search_hash(ID, "a.c")
    settings.HASH_KEY = "another"
    assert crypto.search_hash(ID, "a.b") != first


def test_a_dump_of_the_people_shows_no_identity_number_and_no_phone(cast: Cast, sql: Any) -> None:
    resident = cast.residents["elder"]
    identity = crypto.unseal(resident.identity_enc, "registry.resident.identity")
    phone = crypto.unseal(resident.phone_enc, "registry.resident.phone")
    for table in (
        "registry_resident",
        "registry_household",
        "registry_proxy",
        "registry_staff",
        "base_user",
        "base_message",
        "base_auditentry",
    ):
        dump = "\n".join(str(row[0]) for row in sql(f"SELECT t::text FROM {table} t"))
        for secret in (identity, phone, identity.encode().hex(), phone.encode().hex()):
            assert secret not in dump
