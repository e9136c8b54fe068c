"""Resident identity numbers (GB 11643): read strictly, normalised to eighteen characters, never printed."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from yijia.core.refusal import Refusal

PROVINCES = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
        "83",
    ]
)
"""GB/T 2260 province-level codes; 81, 82 and 83 also head the residence permits of Hong Kong, Macau and Taiwan people."""

EARLIEST = date(1850, 1, 1)

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_SHAPE = re.compile(r"[0-9]{15}|[0-9]{17}[0-9X]", re.ASCII)
_CHARACTERS = frozenset("0123456789X")


class Sex(StrEnum):
    """Sex as the number states it; `code` is GB/T 2261.1."""

    MALE = "male"
    FEMALE = "female"

    @property
    def code(self) -> str:
        """1 male, 2 female."""
        return "1" if self is Sex.MALE else "2"


@dataclass(frozen=True, slots=True)
class ResidentId:
    """A valid number, always eighteen characters; its repr hides it, so it cannot slip into a log."""

    number: str
    province: str
    born_on: date
    sex: Sex

    def __repr__(self) -> str:
        return "ResidentId(hidden)"


def check_character(first_17: str) -> str:
    """The eighteenth character for seventeen digits (ISO 7064, MOD 11-2).

    Raises      ValueError: not seventeen ASCII digits
    """
    if len(first_17) != 17 or not (first_17.isascii() and first_17.isdigit()):
        raise ValueError("a check character follows seventeen digits")
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(first_17, _WEIGHTS, strict=True)) % 11]


def parse(text: object, *, today: date) -> ResidentId | Refusal:
    """The person a number stands for, in one normal form.

    text        spaces and a lower-case x are forgiven; an old fifteen-digit number gets its century and check character
    today       no one is born after it

    Refuses     people.id_characters (full-width digits, Cyrillic Х, zero-width, anything else), people.id_length,
                people.id_province, people.id_date, people.id_check; the facts never hold the number
    Source      ID-01 … ID-06 in docs/rules/people.md
    """
    if not isinstance(text, str):
        return Refusal("people.id_characters", {"type": type(text).__name__})
    number = text.replace(" ", "").replace("x", "X")
    if set(number) - _CHARACTERS:
        return Refusal("people.id_characters", {"at": _first_wrong(text)})
    if len(number) not in (15, 18):
        return Refusal("people.id_length", {"length": len(number)})
    if not _SHAPE.fullmatch(number):
        return Refusal("people.id_characters", {"at": number.index("X") + 1})
    if number[:2] not in PROVINCES:
        return Refusal("people.id_province", {"province": number[:2]})
    is_old = len(number) == 15
    if is_old:
        number = f"{number[:6]}19{number[6:]}"
    born_on = _date(number[6:14])
    if born_on is None or not EARLIEST <= born_on <= today:
        return Refusal("people.id_date", {"earliest": EARLIEST, "latest": today})
    check = check_character(number[:17])
    if not is_old and number[17] != check:
        return Refusal("people.id_check", {})
    sex = Sex.MALE if int(number[16]) % 2 else Sex.FEMALE
    return ResidentId(number[:17] + check, number[:2], born_on, sex)


def mismatch(resident_id: ResidentId, *, born_on: date | None = None, sex: Sex | None = None) -> Refusal | None:
    """None when the stated birth date and sex agree with the number, else what disagrees.

    Refuses     people.id_birth_mismatch, people.id_sex_mismatch
    Source      ID-07 in docs/rules/people.md
    """
    if born_on is not None and born_on != resident_id.born_on:
        return Refusal("people.id_birth_mismatch", {"stated": born_on})
    if sex is not None and sex != resident_id.sex:
        return Refusal("people.id_sex_mismatch", {"stated": sex.value})
    return None


def _date(eight: str) -> date | None:
    try:
        return date(int(eight[:4]), int(eight[4:6]), int(eight[6:]))
    except ValueError:
        return None


def _first_wrong(text: str) -> int:
    allowed = _CHARACTERS | {" ", "x"}
    return next(place for place, character in enumerate(text, 1) if character not in allowed)
