"""A paper as a Word file in the form of official documents (公文): A4, 小标宋, 仿宋 and 黑体."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, Final

from texts.copying import Paper

TITLE, BODY = 22, 16  # points: 二号 and 三号
LINE = 28  # points from line to line
TITLE_FONT, BODY_FONT, HEAD_FONT, LATIN = "方正小标宋简体", "仿宋_GB2312", "黑体", "Times New Roman"
OTHERWISE: Final = {TITLE_FONT: "宋体", BODY_FONT: "仿宋"}
"""What a computer without the office's fonts takes: the file itself names it (w:altName)."""
MARGINS = (37, 28, 35, 26)  # mm: top, left, bottom, right
Table = tuple[str, Sequence[str], Sequence[Sequence[Any]]]
"""A title, the heads of its columns, its rows."""


def can_write() -> bool:
    """Whether the `office` extra is installed."""
    try:
        import docx  # noqa: F401 - an extra, and 0.1 s that only this needs
    except ImportError:
        return False
    return True


def word(paper: Paper, tables: Sequence[Table] = ()) -> bytes:
    """The file. Needs the `office` extra (`can_write`)."""
    import docx
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    document = docx.Document()
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.left_margin, page.bottom_margin, page.right_margin = map(Mm, MARGINS)
    title = _line(document, paper.title, TITLE_FONT, TITLE)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.first_line_indent = Pt(0)
    title.paragraph_format.space_after = Pt(LINE)
    for heading, lines in paper.sections:
        if heading:
            _line(document, heading, HEAD_FONT, BODY)
        for line in lines:
            _line(document, line.removeprefix("· "), BODY_FONT, BODY)
    for table in tables:
        _table(document, *table)
    _page_number(page.footer.paragraphs[0])
    _name_other_fonts(document)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _line(document: Any, text: str, font: str, size: int) -> Any:
    """A paragraph: two characters indented, lines at a fixed distance."""
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    shape = paragraph.paragraph_format
    shape.line_spacing, shape.space_after, shape.first_line_indent = Pt(LINE), Pt(0), Pt(2 * size)
    _run(paragraph, text, font, size)
    return paragraph


def _run(paragraph: Any, text: str, font: str, size: int) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    run = paragraph.add_run(text)
    run.font.size, run.font.name = Pt(size), LATIN
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _table(document: Any, title: str, heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    _line(document, title, HEAD_FONT, BODY)
    table = document.add_table(rows=1 + len(rows), cols=len(heads), style="Table Grid")
    for n, row in enumerate((heads, *rows)):
        for cell, value in zip(table.rows[n].cells, row, strict=True):
            paragraph = cell.paragraphs[0]
            _run(paragraph, str(value), BODY_FONT if n else HEAD_FONT, 12)
            if not isinstance(value, str):
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _page_number(paragraph: Any) -> None:
    """ "— 1 —" in the middle of the foot."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(paragraph, "— ", "宋体", 14)
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)
    _run(paragraph, " —", "宋体", 14)


def _name_other_fonts(document: Any) -> None:
    """Enter our fonts with their substitutes into the file's table of fonts."""
    for part in document.part.package.iter_parts():
        if str(part.partname) == "/word/fontTable.xml":
            entries = "".join(
                f'<w:font w:name="{name}"><w:altName w:val="{other}"/></w:font>'
                for name, other in OTHERWISE.items()
            )
            part._blob = part.blob.replace(b"</w:fonts>", entries.encode() + b"</w:fonts>")
