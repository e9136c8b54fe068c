"""The typesetter of letters: its font inside them, a number, a watermark where the letter is no final word."""

import re
from functools import cache
from io import BytesIO
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    HRFlowable,
    KeepTogether,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from yijia.base.papers import Paper, Translation

FONT = "NotoSerifSC"
_FILE = Path(__file__).parent / "static" / "vendor" / "noto-serif-sc@0.4.3" / "NotoSerifSC-Regular.ttf"
_HEAD, _FOOT = 28 * mm, 24 * mm
_SIDE, _INSET = 26 * mm, 6  # the margin, and what a frame keeps free inside it, in points
_WIDTH = A4[0] - 2 * (_SIDE + _INSET)
_LONG_CHINESE = re.compile(r"[\u3000-\u9fff\uff00-\uffef]{16}")
_INK, _GREY, _LINE = "#1a1a1a", "#555555", "#8c8c8c"


def pages(paper: Paper) -> bytes:
    """The letter as PDF; the same letter gives the same bytes."""
    _font()
    file = BytesIO()
    document = BaseDocTemplate(
        file, pagesize=A4, leftMargin=_SIDE, rightMargin=_SIDE, topMargin=_HEAD, bottomMargin=_FOOT,
        title=paper.title, author="", subject=paper.number, invariant=1,
    )  # fmt: skip
    label, body, small = _style(10.5, 18, textColor=_GREY), _style(11.5, 18), _style(9, 15, textColor=_GREY)
    parts = [
        Paragraph(_safe(paper.title), _style(20, 30, alignment=1)),
        Paragraph(_safe(paper.number), _style(10.5, 20, alignment=1, textColor=_GREY)),
        HRFlowable(width="100%", thickness=1.2, color=_INK, spaceBefore=2 * mm, spaceAfter=8 * mm),
        Paragraph(_safe(paper.to), _style(12, 24)),
    ]
    parts += [Paragraph(_safe(text), _style(12, 24, firstLineIndent=24)) for text in paper.paragraphs]
    rows = [[Paragraph(_safe(name), label), Paragraph(_safe(value), body)] for name, value in paper.rows]
    notes = [Paragraph(_safe(text), small) for text in paper.notes]
    parts += [Spacer(1, 5 * mm), KeepTogether([_table(rows), Spacer(1, 5 * mm), *notes])]
    parts += [
        KeepTogether(
            [Spacer(1, 14 * mm), *(Paragraph(_safe(text), _style(12, 22, alignment=2)) for text in paper.signed)]
        )
    ]

    if paper.translation is not None:
        parts += [NextPageTemplate("translation"), PageBreak(), *_translated(paper.translation, paper.number)]
    frame = Frame(_SIDE, _FOOT, A4[0] - 2 * _SIDE, A4[1] - _FOOT - _HEAD, id="normal")

    def on_letter(canvas: Canvas, _document: object) -> None:
        _page(canvas, paper.watermark, paper.number, f"第 {canvas.getPageNumber()} 页")

    def on_translation(canvas: Canvas, _document: object) -> None:
        said = f"{paper.number} · English translation, not the text that was signed"
        _page(canvas, "TRANSLATION", said, f"page {canvas.getPageNumber()}", size=72)

    document.addPageTemplates(
        [
            PageTemplate("letter", [frame], onPage=on_letter),
            PageTemplate("translation", [frame], onPage=on_translation),
        ]
    )
    document.build(parts)
    return file.getvalue()


def _translated(paper: Translation, number: str) -> list[Flowable]:
    label, body, small = (
        _latin(10, 15, textColor=_GREY), _latin(10.5, 15), _latin(9, 13.5, textColor=_GREY)
    )  # fmt: skip
    rows = [[_english(name, label), _english(value, body)] for name, value in paper.rows]
    return [
        _english(paper.title, _latin(17, 24, alignment=1)),
        _english(number, _latin(10, 18, alignment=1, textColor=_GREY)),
        HRFlowable(width="100%", thickness=1.2, color=_INK, spaceBefore=2 * mm, spaceAfter=4 * mm),
        _english(paper.lead, small), Spacer(1, 4 * mm),
        *(_english(text, _latin(10.5, 15, spaceAfter=3)) for text in paper.paragraphs),
        Spacer(1, 3 * mm), KeepTogether([_table(rows), Spacer(1, 4 * mm), *(_english(text, small) for text in paper.notes)]),
    ]  # fmt: skip


def _table(rows: list[list[Paragraph]]) -> Table:
    table = Table(rows, colWidths=[34 * mm, _WIDTH - 34 * mm])
    table.setStyle(
        TableStyle(
            [
                ("LINEABOVE", (0, 0), (-1, 0), 0.8, _LINE), ("LINEBELOW", (0, 0), (-1, -1), 0.5, _LINE),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("LEFTPADDING", (0, 0), (0, -1), 0), ("TOPPADDING", (0, 0), (-1, -1), 5), ("BOTTOMPADDING", (0, 0), (-1, -1), 7),
            ]
        )
    )  # fmt: skip
    return table


def _page(canvas: Canvas, watermark: str, left: str, right: str, *, size: int = 96) -> None:
    if watermark:
        canvas.saveState()
        canvas.setFont(FONT, size)
        canvas.setFillGray(0.9)
        canvas.translate(A4[0] / 2, A4[1] / 2)
        canvas.rotate(40)
        canvas.drawCentredString(0, 0, watermark)
        canvas.restoreState()
    canvas.setFont(FONT, 8.5)
    canvas.setFillColor(_GREY)
    canvas.drawString(_SIDE + _INSET, 13 * mm, _plain(left))
    canvas.drawRightString(A4[0] - _SIDE - _INSET, 13 * mm, right)


@cache
def _font() -> TTFont:
    """The font, read once a process; each letter carries the characters it has."""
    font = TTFont(FONT, str(_FILE))
    pdfmetrics.registerFont(font)
    return font


def _style(size: float, leading: float, **more: object) -> ParagraphStyle:
    said = {"textColor": _INK, **more}
    return ParagraphStyle(
        f"s{size}-{leading}-{sorted(said.items())}",
        fontName=FONT,
        fontSize=size,
        leading=leading,
        wordWrap="CJK",
        **said,
    )


def _latin(size: float, leading: float, **more: object) -> ParagraphStyle:
    style = _style(size, leading, **more)
    style.wordWrap = None
    return style


def _english(text: str, style: ParagraphStyle) -> Paragraph:
    """English breaks between words; a long stretch of Chinese in it, which has none, breaks anywhere."""
    if _LONG_CHINESE.search(text):
        style = style.clone(f"{style.name}-mixed", wordWrap="CJK")
    return Paragraph(_safe(text), style)


def _plain(text: str) -> str:
    """Text without a hole: a rare character the font lacks stands as its number, never as an empty box."""
    known = _font().face.charToGlyph
    return "".join(sign if ord(sign) in known else f"〔U+{ord(sign):04X}〕" for sign in text)


def _safe(text: str) -> str:
    """Text as text: reportlab's own marks in it mean nothing."""
    return _plain(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
