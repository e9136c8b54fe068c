"""Mainland mobile numbers in one normal form of eleven digits."""

import re

from yijia.core.refusal import Refusal

SYNTHETIC_PREFIX = "104"
"""Head of invented numbers. Mobile numbers begin with 13 to 19; no subscriber's number begins with 10."""

_COUNTRY = re.compile(r"^(?:\+86|0086|86(?=[0-9]{11}$))")
_MOBILE = re.compile(r"1[3-9][0-9]{9}", re.ASCII)
_SYNTHETIC = re.compile(SYNTHETIC_PREFIX + r"[0-9]{8}", re.ASCII)


def parse(text: object, *, synthetic: bool = False) -> str | Refusal:
    """Eleven digits out of what people write: spaces, hyphens and +86 are forgiven.

    synthetic   whether an invented number may stand, as in a demo county

    Refuses     people.phone_characters, people.phone_length, people.phone_prefix; the facts never hold the number
    Source      ID-08 in docs/rules/people.md
    """
    if not isinstance(text, str):
        return Refusal("people.phone_characters", {"type": type(text).__name__})
    number = _COUNTRY.sub("", text.replace(" ", "").replace("-", ""))
    if not (number.isascii() and number.isdigit()):
        return Refusal("people.phone_characters", {})
    if len(number) != 11:
        return Refusal("people.phone_length", {"length": len(number)})
    if _MOBILE.fullmatch(number) or (synthetic and is_synthetic(number)):
        return number
    return Refusal("people.phone_prefix", {"prefix": number[:2]})


def is_synthetic(number: str) -> bool:
    """Whether the normal form lies in the range that nobody can be called on."""
    return _SYNTHETIC.fullmatch(number) is not None


def synthetic(serial: int) -> str:
    """The invented number of a serial.

    Raises      ValueError: the serial is not in 0 … 99,999,999
    """
    if not 0 <= serial < 10**8:
        raise ValueError("a synthetic number has eight digits of its own")
    return f"{SYNTHETIC_PREFIX}{serial:08d}"
