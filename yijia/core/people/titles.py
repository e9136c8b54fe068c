"""Professional titles of nurses in rank order, as the safe-to-go gate compares them."""

NURSE_TITLES = ("护士", "护师", "主管护师", "副主任护师", "主任护师")
"""The nursing series of 卫生技术职务; a rank is the place in it, beginning with 1."""


def nurse_rank(title: str) -> int | None:
    """1 for 护士 to 5 for 主任护师; None for any other title, so that nobody passes by a title we cannot rank."""
    return NURSE_TITLES.index(title) + 1 if title in NURSE_TITLES else None
