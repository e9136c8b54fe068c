"""Names are kept byte for byte; only what could hide or forge one is refused."""

import unicodedata

from yijia.core.refusal import Refusal

LONGEST = 60

_TURNERS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that turn the direction of writing, with which one name can be drawn as another."""


def check(text: str) -> Refusal | None:
    """None when the name may stand as it is: 欧阳·阿卜杜拉, 𠮷, 🙂 and "null" all may.

    Refuses     people.name_empty, people.name_long, people.name_characters (control characters, line breaks, turners)
    Source      ID-11 in docs/rules/people.md
    """
    if not text.strip():
        return Refusal("people.name_empty")
    if len(text) > LONGEST:
        return Refusal("people.name_long", {"length": len(text), "most": LONGEST})
    for place, character in enumerate(text, 1):
        if unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} or character in _TURNERS:
            return Refusal("people.name_characters", {"at": place})
    return None
