"""The press (排版): lays sheets out on A4 pages. It brings a large library: loaded when first printed."""

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from services.chassis.sheet import Sheet

FONT = "STSong-Light"
"""A typeface that PDF readers bring themselves: no font file is needed."""

_SMALL = 9
_TITLE = 16


def pdf(sheets: Sequence[Sheet]) -> bytes:
    """Print sheets one below the other, over as many pages as they need, the head of a table on each."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    out = BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A4, title=sheets[0].title, leftMargin=15 * mm, rightMargin=15 * mm, invariant=1
    )
    document.build([part for sheet in sheets for part in _parts(sheet, document.width)])
    return out.getvalue()


def _parts(sheet: Sheet, width: float) -> Iterator[Any]:
    """Give title, notes and table of a sheet."""
    title = ParagraphStyle("title", fontName=FONT, fontSize=_TITLE, leading=_TITLE + 6, alignment=1)
    note = ParagraphStyle("note", fontName=FONT, fontSize=_SMALL, leading=_SMALL + 4, wordWrap="CJK")
    yield from (Paragraph(sheet.title, title), Spacer(1, 4 * mm))
    yield from (Paragraph(text, note) for text in sheet.notes)
    yield from (Spacer(1, 3 * mm), _table(sheet, width, note), Spacer(1, 5 * mm))


def _table(sheet: Sheet, width: float, style: ParagraphStyle) -> Table:
    share = width / sum(sheet.widths)
    right = ParagraphStyle("right", parent=style, alignment=2)
    cells = [[Paragraph(text, style) for text in sheet.head]]
    cells += [
        [Paragraph(text, right if n in sheet.amounts else style) for n, text in enumerate(row)] for row in sheet.rows
    ]
    table = Table(cells, colWidths=[share * one for one in sheet.widths], repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.4, colors.black),
                ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("TOPPADDING", (0, 0), (-1, -1), 1.5),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
            ]
        )
    )
    return table
