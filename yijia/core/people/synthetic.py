"""Identity numbers of people who cannot exist: well-formed, of a real province, of a county never assigned."""

from datetime import date

from yijia.core.people.identity import PROVINCES, Sex, check_character

UNASSIGNED = "99"
"""County pair of GB/T 2260 that no place carries; it marks an invented person."""


def division(jurisdiction: str) -> str:
    """Six digits of an unassigned division near a jurisdiction: CN-441900 → 441999, CN-440704 → 440799, CN-350000 → 359999.

    Raises      ValueError: not a jurisdiction inside a province
    """
    digits = jurisdiction.removeprefix("CN-")
    if len(digits) != 6 or not (digits.isascii() and digits.isdigit()) or digits[:2] not in PROVINCES:
        raise ValueError(f"{jurisdiction!r} is not a place inside a province")
    prefecture = digits[2:4] if digits[2:4] != "00" else UNASSIGNED
    return digits[:2] + prefecture + UNASSIGNED


def synthetic_id(serial: int, born_on: date, sex: Sex, jurisdiction: str) -> str:
    """A number that passes every check and belongs to nobody.

    serial      0 … 499, distinct among people of one birth date, sex and jurisdiction

    Raises      ValueError: the serial is out of range, or the jurisdiction lies in no province
    """
    if not 0 <= serial < 500:
        raise ValueError("one birth date has five hundred serials for each sex")
    order = 2 * serial + (1 if sex is Sex.MALE else 0)
    first_17 = f"{division(jurisdiction)}{born_on:%Y%m%d}{order:03d}"
    return first_17 + check_character(first_17)


def is_synthetic(number: str) -> bool:
    """Whether an eighteen-character number names a division that was never assigned."""
    return len(number) == 18 and number[4:6] == UNASSIGNED
