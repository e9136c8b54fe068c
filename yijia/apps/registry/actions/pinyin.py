"""How a name is searched from a keyboard."""


def pinyin(name: str, longest: int = 120) -> str:
    """The whole name in pinyin letters, e.g. 王敏 → wangmin."""
    from pypinyin import lazy_pinyin  # its phrases take 55 MB: only a process that registers a name carries them

    return "".join(lazy_pinyin(name)).lower().replace(" ", "")[:longest]


def initials(name: str, longest: int = 20) -> str:
    """The initials, e.g. 王敏 → WM."""
    from pypinyin import Style, lazy_pinyin  # as above

    return "".join(part[:1] for part in lazy_pinyin(name, style=Style.FIRST_LETTER)).upper()[:longest]
