"""Letters as PDF pages: Chinese by a font every reader has, a number, a watermark where the letter is no final word."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

FONT = "STSong-Light"


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


def render(paper: Paper) -> bytes:
    """The pages of a letter; the same letter gives the same bytes."""
    _font()
    file = BytesIO()
    document = SimpleDocTemplate(
        file, pagesize=A4, leftMargin=26 * mm, rightMargin=26 * mm, topMargin=28 * mm, bottomMargin=24 * mm,
        title=paper.title, author="", subject=paper.number, invariant=1,
    )  # fmt: skip
    body = _style(11, 20)
    small = _style(9, 15)
    parts = [
        Paragraph(_safe(paper.title), _style(18, 28, alignment=1)), Paragraph(_safe(paper.number), _style(10, 18, alignment=1)),
        Spacer(1, 6 * mm), Paragraph(_safe(paper.to), body),
    ]  # fmt: skip
    parts += [Paragraph(_safe(text), _style(11, 20, firstLineIndent=22)) for text in paper.paragraphs]
    table = Table(
        [[Paragraph(_safe(label), body), Paragraph(_safe(value), body)] for label, value in paper.rows],
        colWidths=[42 * mm, 116 * mm],
    )
    table.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.5, "#999999"), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]))
    parts += [Spacer(1, 4 * mm), table, Spacer(1, 4 * mm)]
    parts += [Paragraph(_safe(text), small) for text in paper.notes]
    parts += [Spacer(1, 10 * mm), *(Paragraph(_safe(text), _style(11, 20, alignment=2)) for text in paper.signed)]

    def on_page(canvas: Canvas, _document: object) -> None:
        if paper.watermark:
            canvas.saveState()
            canvas.setFont(FONT, 72)
            canvas.setFillGray(0.86)
            canvas.translate(A4[0] / 2, A4[1] / 2)
            canvas.rotate(40)
            canvas.drawCentredString(0, 0, paper.watermark)
            canvas.restoreState()
        canvas.setFont(FONT, 9)
        canvas.drawCentredString(A4[0] / 2, 12 * mm, f"{paper.number}　{canvas.getPageNumber()}")

    document.build(parts, onFirstPage=on_page, onLaterPages=on_page)
    return file.getvalue()


@cache
def _font() -> None:
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))


def _style(size: int, leading: int, **more: object) -> ParagraphStyle:
    return ParagraphStyle(
        f"s{size}-{leading}-{sorted(more)}", fontName=FONT, fontSize=size, leading=leading, wordWrap="CJK", **more
    )


def _safe(text: str) -> str:
    """Text as text: reportlab's own marks in it mean nothing."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
