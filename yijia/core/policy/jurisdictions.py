"""Codes of places (GB/T 2260 behind `CN-`) and the chain from a place to the nation."""

import re
from functools import cache

_CODE = re.compile(r"CN(-[0-9]{6})?")


def is_jurisdiction(code: str) -> bool:
    """Whether the text has the form of a code: `CN` or `CN-` and six digits."""
    return _CODE.fullmatch(code) is not None


@cache
def jurisdiction_chain(code: str) -> tuple[str, ...]:
    """The place itself, its prefecture, its province, the nation; each once, never a neighbour.

    Raises      ValueError: not a code
    """
    if not is_jurisdiction(code):
        raise ValueError(f"{code!r} is not CN or CN- and six digits")
    digits = code[3:]
    steps = [f"CN-{digits}", f"CN-{digits[:4]}00", f"CN-{digits[:2]}0000"] if digits else []
    return tuple(dict.fromkeys([*steps, "CN"]))
