"""The body of the Word document: blocks as WordprocessingML."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from xml.sax.saxutils import escape

from factbook.report.blocks import (
    AnyBlock,
    Document,
    Heading,
    Headline,
    KeyMessages,
    ListBlock,
    Notice,
    Paragraph,
    Run,
    Sources,
)
from factbook.report.blocks import Table as TableBlock
from factbook.report.contents import (
    CONTENTS_DEPTH,
    CONTENTS_TITLE,
    NOTICE_LABELS,
    SOURCES_TITLE,
    contents,
)
from factbook.report.notices import split_front
from factbook.report.text import one_line, safe_href
from factbook.report.word_styles import NOTICE_STYLES, TABLE_CELL_MARGINS, TABLE_SIZES, TEXT_WIDTH

BOOKMARK_LENGTH = 40
"""Most characters of a bookmark's name in Word."""

SECTION_PREFIX = "_s_"
"""Prefix of a section's bookmark."""

TEXT_PREFIX = "_t_"
"""Prefix of the bookmark with the mark of a section's text."""

PROJECT_PREFIX = "_p_"
"""Prefix of the project's bookmark, at the title."""

_DIGEST_LENGTH = 10
_NARROWEST, _WIDEST = 4, 40
_CHARACTER_WIDTH = 6.4
"""Width of a character in twentieths of a point, per half-point of its size: that of digits in
DejaVu Sans, the widest replacement for a missing font."""

_CONTEXT_SPACE = '<w:spacing w:before="900"/>'
_NOTICE_SPACE = '<w:spacing w:before="600" w:after="200"/>'
_FIELD = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'


def bookmark_name(section_id: str) -> str:
    """The bookmark of a section: ``1.1.2@AT`` gives ``_s_1_2e1_2e2_40AT``.

    A character other than a letter or digit is written as ``_`` and its hexadecimal code, so that
    two sections never share a name; a name that is too long ends in a digest. The leading
    underscore hides the bookmark in Word.
    """
    return _bookmark(SECTION_PREFIX, section_id)


def project_bookmark(slug: str) -> str:
    """The bookmark of a project, named like those of sections."""
    return _bookmark(PROJECT_PREFIX, slug)


def _bookmark(prefix: str, text: str) -> str:
    name = prefix + re.sub(r"[^A-Za-z0-9]", lambda hit: f"_{ord(hit.group()):02x}", text)
    if len(name) <= BOOKMARK_LENGTH:
        return name
    digest = hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:_DIGEST_LENGTH]
    return f"{name[: BOOKMARK_LENGTH - _DIGEST_LENGTH - 1]}_{digest}"


class BodyWriter:
    """Writes the body of one document.

    Args:
        link_id: Returns the relationship id of a link's target.
        ordered_list_id: Returns the id of a new numbered list that starts at 1.
    """

    def __init__(self, link_id: Callable[[str], str], ordered_list_id: Callable[[], int]) -> None:
        self._link_id = link_id
        self._ordered_list_id = ordered_list_id
        self._bookmark_ids = count(1)
        self._contents_numbers = count(1)
        self._names: set[str] = set()
        self._section_names: Iterator[str] = iter(())
        self._name_of: dict[str, str] = {}

    def write(self, document: Document) -> str:
        """The title page, the contents and all blocks."""
        notices, blocks = split_front(document)
        sections = [b for b in blocks if isinstance(b, Heading) and b.section_id]
        names = [self._unique(bookmark_name(heading.section_id)) for heading in sections]
        self._section_names = iter(names)
        self._name_of = {
            heading.anchor: name for heading, name in zip(sections, names, strict=True)
        }
        parts = [*self._title_page(document, notices), *_contents(document)]
        for block in blocks:
            parts += self._block(block)
        return "".join(parts)

    def _title_page(self, document: Document, notices: Iterable[Notice]) -> Iterator[str]:
        names = [project_bookmark(document.project)] if document.project else []
        yield _paragraph("Title", self._marked(names, one_line(document.title)))
        if one_line(document.subtitle):
            yield _paragraph("Subtitle", _run(one_line(document.subtitle)))
        if one_line(document.date):
            yield _paragraph("ReportDate", _run(one_line(document.date)))
        for at, notice in enumerate(notices):
            yield _notice(notice, "" if at else _NOTICE_SPACE)
        texts = [text for text in map(one_line, document.context) if text]
        for at, text in enumerate(texts):
            yield _paragraph("ReportContext", _run(text), "" if at else _CONTEXT_SPACE)

    def _block(self, block: AnyBlock) -> Iterable[str]:
        if isinstance(block, Paragraph):
            return [_paragraph("BodyText", self._runs(block.runs))]
        if isinstance(block, TableBlock):
            return _table(block)
        if isinstance(block, Heading):
            return [self._heading(block)]
        if isinstance(block, Headline):
            return [_paragraph("Headline", _run(one_line(block.text)))]
        if isinstance(block, KeyMessages):
            return self._key_messages(block)
        if isinstance(block, Notice):
            return [_notice(block)]
        if isinstance(block, Sources):
            lines = (_paragraph("Source", self._runs(item)) for item in block.items)
            return [_paragraph("SourcesTitle", _run(SOURCES_TITLE)), *lines]
        return self._list(block)

    def _heading(self, block: Heading) -> str:
        names = []
        if block.level <= CONTENTS_DEPTH:
            names.append(contents_bookmark(next(self._contents_numbers)))
        if block.section_id:
            names.append(next(self._section_names))
        if block.text_mark:
            names.append(self._unique(f"{TEXT_PREFIX}{block.text_mark}"))
        return _paragraph(f"Heading{block.level}", self._marked(names, one_line(block.text)))

    def _marked(self, names: Iterable[str], text: str) -> str:
        """A line of text in bookmarks."""
        marks = [(next(self._bookmark_ids), name) for name in names]
        starts = (f'<w:bookmarkStart w:id="{key}" w:name="{name}"/>' for key, name in marks)
        ends = (f'<w:bookmarkEnd w:id="{key}"/>' for key, _ in marks)
        return "".join([*starts, _run(text), *ends])

    def _unique(self, name: str) -> str:
        """`name`, with a number if it is taken; Word ignores case in names."""
        unique, number = name, 1
        while unique.casefold() in self._names:
            number += 1
            suffix = f"_{number}"
            unique = name[: BOOKMARK_LENGTH - len(suffix)] + suffix
        self._names.add(unique.casefold())
        return unique

    def _key_messages(self, block: KeyMessages) -> Iterator[str]:
        """The messages, each with its section in brackets, to which that leads."""
        if one_line(block.title):
            yield _paragraph("KeyMessagesTitle", _run(one_line(block.title)))
        for item in block.items:
            name = self._name_of.get(item.anchor, "")
            place = _run(one_line(item.place), link=bool(name))
            if name:
                place = f'<w:hyperlink w:anchor="{name}">{place}</w:hyperlink>'
            text = f"{_run(f'{one_line(item.text)} (')}{place}{_run(')')}"
            yield _paragraph("KeyMessage", text)

    def _list(self, block: ListBlock) -> Iterator[str]:
        number = ""
        if block.ordered:
            list_id = self._ordered_list_id()
            number = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{list_id}"/></w:numPr>'
        style = "ListNumber" if block.ordered else "ListBullet"
        for item in block.items:
            yield _paragraph(style, self._runs(item), number)

    def _runs(self, runs: Iterable[Run]) -> str:
        parts = []
        for run in runs:
            href = safe_href(run.href)
            text = _run(run.text, bold=run.bold, italic=run.italic, link=bool(href))
            if href:
                text = f'<w:hyperlink r:id="{self._link_id(href)}">{text}</w:hyperlink>'
            parts.append(text)
        return "".join(parts)


def contents_bookmark(number: int) -> str:
    """The hidden bookmark that is the target of an entry of the contents."""
    return f"_Toc{number:08d}"


def _notice(block: Notice, properties: str = "") -> str:
    label = _run(f"{NOTICE_LABELS[block.tone]}:", bold=True)
    text = label + _run(f" {one_line(block.text)}")
    return _paragraph(NOTICE_STYLES[block.tone], text, properties)


def _contents(document: Document) -> Iterator[str]:
    """The field of the contents with its entries; Word renews them on update."""
    headings = list(contents(document))
    if not headings:
        return
    instruction = f' TOC \\o "1-{CONTENTS_DEPTH}" \\h \\z \\u '
    start = (
        f"{_FIELD.format('begin')}"
        f'<w:r><w:instrText xml:space="preserve">{instruction}</w:instrText></w:r>'
        f"{_FIELD.format('separate')}"
    )
    yield (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/>'
        "<w:docPartUnique/></w:docPartObj></w:sdtPr><w:sdtContent>"
    )
    yield _paragraph("TOCHeading", _run(CONTENTS_TITLE))
    for number, heading in enumerate(headings, start=1):
        text = _run(one_line(heading.text))
        link = f'<w:hyperlink w:anchor="{contents_bookmark(number)}">{text}</w:hyperlink>'
        yield _paragraph(f"TOC{heading.level}", (start if number == 1 else "") + link)
    yield _paragraph("BodyText", _FIELD.format("end"))
    yield "</w:sdtContent></w:sdt>"


def _table(block: TableBlock) -> Iterator[str]:
    if one_line(block.caption):
        yield _paragraph("Caption", _run(one_line(block.caption)))
    if block.columns:
        size, widths = _fitted(block)
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        yield (
            '<w:tbl><w:tblPr><w:tblStyle w:val="ReportTable"/><w:tblW w:w="5000" w:type="pct"/>'
            '<w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0"'
            ' w:lastColumn="0" w:noHBand="1" w:noVBand="1"/></w:tblPr>'
            f"<w:tblGrid>{grid}</w:tblGrid>"
        )
        cells = [_cell_frame(*column, size) for column in zip(widths, block.numeric, strict=True)]
        yield _row(block.columns, cells, "<w:cantSplit/><w:tblHeader/>")
        for row in block.rows:
            yield _row(row, cells, "<w:cantSplit/>")
        yield "</w:tbl>"
    yield _paragraph("TableNote", _run(one_line(block.note)))


def _row(texts: tuple[str, ...], cells: list[str], properties: str) -> str:
    content = (
        f"{cell}{escape(one_line(text))}</w:t></w:r></w:p></w:tc>"
        for cell, text in zip(cells, texts, strict=True)
    )
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(content)}</w:tr>"


def _cell_frame(width: int, numeric: bool, size: int) -> str:
    """The beginning of a cell, up to its text."""
    style = "TableFigure" if numeric else "TableText"
    look = f'<w:rPr><w:sz w:val="{size}"/></w:rPr>' if size != TABLE_SIZES[0] else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r>{look}<w:t xml:space="preserve">'
    )


def _fitted(block: TableBlock) -> tuple[int, list[int]]:
    """Font size in half-points, and widths of the columns in twentieths of a point.

    It is the largest size at which each column has room for its longest word; a figure counts as a
    word. LibreOffice keeps the widths, and breaks a figure without room. The remaining room goes to
    texts, and to heads of two lines.
    """
    columns = list(zip(block.columns, *block.rows, strict=True))
    words = [max(_longest_word(text) for text in column) for column in columns]
    texts = [max([len(head) // 2, *map(len, cells)]) for head, *cells in columns]
    narrow = [min(max(word, _NARROWEST), _WIDEST) for word in words]
    wide = [max(min(text, _WIDEST), word) for text, word in zip(texts, narrow, strict=True)]
    for size in TABLE_SIZES:
        margins = TABLE_CELL_MARGINS / (size * _CHARACTER_WIDTH)
        room = TEXT_WIDTH / (size * _CHARACTER_WIDTH) - len(columns) * margins
        if room >= sum(narrow):
            break
    wishes = [most - least for most, least in zip(wide, narrow, strict=True)]
    part = min(max(room - sum(narrow), 0) / (sum(wishes) or 1), 1)
    shares = [least + part * wish + margins for least, wish in zip(narrow, wishes, strict=True)]
    return size, [int(TEXT_WIDTH * share / sum(shares)) for share in shares]


def _longest_word(text: str) -> int:
    return max(map(len, text.split()), default=0)


def _paragraph(style: str, content: str, properties: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{content}</w:p>'


def _run(text: str, *, bold: bool = False, italic: bool = False, link: bool = False) -> str:
    """A run; blanks at its ends separate it from its neighbours and are kept."""
    look = '<w:rStyle w:val="Hyperlink"/>' * link + "<w:b/>" * bold + "<w:i/>" * italic
    properties = f"<w:rPr>{look}</w:rPr>" if look else ""
    line = escape(one_line(f".{text}.")[1:-1])
    return f'<w:r>{properties}<w:t xml:space="preserve">{line}</w:t></w:r>'
