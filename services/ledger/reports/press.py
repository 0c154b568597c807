"""The press: lays a sheet out on A4 pages. It brings a large library, so it is loaded for the first page printed."""

from io import BytesIO

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from services.ledger.reports.paper import Sheet

FONT = "STSong-Light"
"""A typeface that PDF readers bring themselves: no font file is needed."""

_SMALL = 9
_TITLE = 16


def pdf(sheet: Sheet) -> bytes:
    """Print a sheet, over as many pages as it needs, the head of the table on each."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    out = BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A4, title=sheet.title, leftMargin=15 * mm, rightMargin=15 * mm, invariant=1
    )
    title = ParagraphStyle("title", fontName=FONT, fontSize=_TITLE, leading=_TITLE + 6, alignment=1)
    note = ParagraphStyle("note", fontName=FONT, fontSize=_SMALL, leading=_SMALL + 4, wordWrap="CJK")
    story = [Paragraph(sheet.title, title), Spacer(1, 4 * mm)]
    story += [Paragraph(text, note) for text in sheet.notes]
    story += [Spacer(1, 3 * mm), _table(sheet, document.width, note)]
    document.build(story)
    return out.getvalue()


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
