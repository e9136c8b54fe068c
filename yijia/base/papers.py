"""Letters as PDF pages, as those who write them see it; `yijia.base.typeset` sets them."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Translation:
    """What a letter says in English: pages of its own after the letter, each marked as a translation.

    lead        what these pages are, and which text was signed
    """

    title: str
    lead: str
    paragraphs: Sequence[str]
    rows: Sequence[tuple[str, str]]
    notes: Sequence[str]


@dataclass(frozen=True, slots=True)
class Paper:
    """One letter.

    rows        facts in a table, label and value
    watermark   large and grey across every page; empty for none
    signed      who issues it and on which day, at the lower right
    """

    title: str
    number: str
    to: str
    paragraphs: Sequence[str]
    rows: Sequence[tuple[str, str]]
    notes: Sequence[str]
    signed: Sequence[str]
    watermark: str = ""
    translation: Translation | None = None


def render(paper: Paper) -> bytes:
    """The pages of a letter; the same letter gives the same bytes."""
    from yijia.base import typeset  # reportlab takes 18 MB: only a process that prints a letter carries it

    return typeset.pages(paper)
