"""The typesetter of letters: its font inside them, a number, a watermark where the letter is no final word."""

from functools import cache
from io import BytesIO
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import HRFlowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from yijia.base.papers import Paper

FONT = "NotoSerifSC"
_FILE = Path(__file__).parent / "static" / "vendor" / "noto-serif-sc@0.4.3" / "NotoSerifSC-Regular.ttf"
_SIDE, _INSET = 26 * mm, 6  # the margin, and what a frame keeps free inside it, in points
_WIDTH = A4[0] - 2 * (_SIDE + _INSET)
_INK, _GREY, _LINE = "#1a1a1a", "#555555", "#8c8c8c"


def pages(paper: Paper) -> bytes:
    """The letter as PDF; the same letter gives the same bytes."""
    _font()
    file = BytesIO()
    document = SimpleDocTemplate(
        file, pagesize=A4, leftMargin=_SIDE, rightMargin=_SIDE, topMargin=28 * mm, bottomMargin=24 * mm,
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
    table = Table(rows, colWidths=[34 * mm, _WIDTH - 34 * mm])
    table.setStyle(
        TableStyle(
            [
                ("LINEABOVE", (0, 0), (-1, 0), 0.8, _LINE), ("LINEBELOW", (0, 0), (-1, -1), 0.5, _LINE),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("LEFTPADDING", (0, 0), (0, -1), 0), ("TOPPADDING", (0, 0), (-1, -1), 5), ("BOTTOMPADDING", (0, 0), (-1, -1), 7),
            ]
        )
    )  # fmt: skip
    parts += [Spacer(1, 5 * mm), table, Spacer(1, 5 * mm)]
    parts += [Paragraph(_safe(text), small) for text in paper.notes]
    parts += [
        KeepTogether(
            [Spacer(1, 14 * mm), *(Paragraph(_safe(text), _style(12, 22, alignment=2)) for text in paper.signed)]
        )
    ]

    def on_page(canvas: Canvas, _document: object) -> None:
        if paper.watermark:
            canvas.saveState()
            canvas.setFont(FONT, 96)
            canvas.setFillGray(0.9)
            canvas.translate(A4[0] / 2, A4[1] / 2)
            canvas.rotate(40)
            canvas.drawCentredString(0, 0, paper.watermark)
            canvas.restoreState()
        canvas.setFont(FONT, 8.5)
        canvas.setFillColor(_GREY)
        canvas.drawString(_SIDE + _INSET, 13 * mm, _plain(paper.number))
        canvas.drawRightString(A4[0] - _SIDE - _INSET, 13 * mm, f"第 {canvas.getPageNumber()} 页")

    document.build(parts, onFirstPage=on_page, onLaterPages=on_page)
    return file.getvalue()


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


def _plain(text: str) -> str:
    """Text without a hole: a rare character the font lacks stands as its number, never as an empty box."""
    known = _font().face.charToGlyph
    return "".join(sign if ord(sign) in known else f"〔U+{ord(sign):04X}〕" for sign in text)


def _safe(text: str) -> str:
    """Text as text: reportlab's own marks in it mean nothing."""
    return _plain(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
