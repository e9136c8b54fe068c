"""Identity numbers nobody may have, each with the rule that refuses it."""

from tests.factories.registry import identity_number

GOOD = identity_number()


def _swapped(text: str, at: int) -> str:
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


BAD = [
    ("", "people.id_length"),
    ("1", "people.id_length"),
    (GOOD[:17], "people.id_length"),
    (GOOD + "0", "people.id_length"),
    (GOOD[:14], "people.id_length"),
    (GOOD[:17] + ("0" if GOOD[17] != "0" else "1"), "people.id_check"),
    (_swapped("110105194912310023"[:17] + "2", 15), "people.id_check"),
    ("11010519491231002" + "0", "people.id_check"),
    ("110105195002300022", "people.id_date"),
    ("110105194913310022", "people.id_date"),
    ("110105190002290022", "people.id_date"),
    ("110105184912310022", "people.id_date"),
    ("110105202606170022", "people.id_date"),
    ("000105194912310022", "people.id_province"),
    ("990105194912310022", "people.id_province"),
    ("".join(chr(ord(c) + 0xFEE0) for c in GOOD), "people.id_characters"),
    ("11010519491231002Х", "people.id_characters"),  # Cyrillic
    (GOOD[:6] + "\u200b" + GOOD[6:], "people.id_characters"),
    (GOOD[:6] + "-" + GOOD[6:], "people.id_characters"),
    ("1101051949123100XX", "people.id_characters"),
    ("110105491231" + "X02", "people.id_characters"),
    ("' OR 1=1 --", "people.id_characters"),
    ("一一零一零五一九四九一二三一零零二二", "people.id_characters"),
]
"""Twenty-three of them."""
