"""How a name is searched from a keyboard."""

from pypinyin import Style, lazy_pinyin


def pinyin(name: str, longest: int = 120) -> str:
    """The whole name in pinyin letters, e.g. 王敏 → wangmin."""
    return "".join(lazy_pinyin(name)).lower().replace(" ", "")[:longest]


def initials(name: str, longest: int = 20) -> str:
    """The initials, e.g. 王敏 → WM."""
    return "".join(part[:1] for part in lazy_pinyin(name, style=Style.FIRST_LETTER)).upper()[:longest]
