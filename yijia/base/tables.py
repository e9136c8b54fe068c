"""Cells of an export: nothing a spreadsheet would run."""

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def neutral(value: object) -> str:
    """The cell's text; one that a spreadsheet would take for a formula gets an apostrophe in front, which it hides.

    A plain number keeps its sign: -12.50 is an amount, not a formula.
    """
    text = str(value)
    if not text.startswith(_STARTS):
        return text
    number = text[1:]
    if text[0] in "+-" and number.replace(".", "", 1).isascii() and number.replace(".", "", 1).isdigit():
        return text
    return "'" + text
