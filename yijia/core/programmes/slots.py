"""A slot is what a person can hold only once at a time: a bed, a contract. PostgreSQL refuses a second one."""

from hashlib import blake2b

BED = "bed"
"""The one bed a person can lie in: at home, or in a hospital."""


def slot_key(slot: str) -> int:
    """A stable whole number for a slot's name, for an exclusion constraint that needs no extension.

    Source      PROG-11 in docs/rules/programmes.md
    """
    return int.from_bytes(blake2b(slot.encode(), digest_size=7).digest(), "big")
