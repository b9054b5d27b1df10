"""Reading a Word report that an editor has changed into pieces; tracked changes are accepted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn

from factbook.report.blocks import ListBlock, Paragraph, Run
from factbook.report.pieces import (
    ForeignPiece,
    HeadingPiece,
    Piece,
    ProjectPiece,
    TablePiece,
    TextPiece,
)
from factbook.report.text import one_line, safe_href
from factbook.report.word_body import PROJECT_PREFIX, SECTION_PREFIX, TEXT_PREFIX
from factbook.report.word_guard import guarded_word

SECTION_LEVEL = 4
"""Level of a heading that only its section's bookmark shows to be one."""

_TEXT_MARK = re.compile(rf"{TEXT_PREFIX}([0-9a-f]{{10}})(?:_\d+)?")
_HEADING = re.compile(r"heading (\d)")
_BESIDE = re.compile(
    r"caption|table note|sources?|sources title|notice .*|toc .*|title|subtitle"
    r"|key messages?(?: title)?"
)
_GONE = frozenset(
    qn(name)
    for name in ("w:del", "w:moveFrom", "w:instrText", "w:delText", "w:txbxContent", "w:pPr")
)
_FOREIGN: Mapping[str, str] = {
    qn("w:footnoteReference"): "a footnote",
    qn("w:endnoteReference"): "an endnote",
    qn("w:commentReference"): "a comment",
    qn("w:drawing"): "a picture or text box",
    qn("w:pict"): "a picture or text box",
    qn("w:object"): "an embedded object",
    qn("m:oMath"): "a formula",
}
_BREAKS = frozenset(qn(name) for name in ("w:tab", "w:br", "w:cr", "w:ptab"))
_ALTERNATIVES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_PRIVATE_USE = range(0xE000, 0xF900)
_OFF = frozenset({"0", "false", "off"})
_BASED_ON_AT_MOST = 20


@dataclass(frozen=True)
class _Style:
    """A paragraph style.

    Attributes:
        name: Its name in lower case.
        level: Level of the heading that it is; 0 for none.
    """

    name: str = ""
    level: int = 0


MOST_PARAGRAPHS = 300_000
"""Most paragraphs and tables of a document; a report of 5,000 sections has 200,000."""

MOST_RUNS = 700_000
"""Most runs of text of all its paragraphs together, each of which takes a kilobyte when read."""


class _TooLongError(ValueError):
    """A document has more paragraphs or runs than are read."""


# The last three are what python-docx ends in where a part is XML of another kind.
_DAMAGE = (
    PackageNotFoundError, KeyError, SyntaxError, ValueError, AttributeError, TypeError, IndexError,
)  # fmt: skip


def read_word(content: bytes) -> list[Piece]:
    """The pieces of a Word report.

    Args:
        content: The file's bytes.

    Raises:
        ValueError: It is not a Word document, or not safe to read; the message says why.
    """
    guarded = guarded_word(content)
    try:
        return list(_pieces(docx.Document(guarded)))
    except _TooLongError:
        raise
    except _DAMAGE as error:
        raise ValueError(f"it is a damaged Word document ({type(error).__name__})") from None


def _pieces(document: WordDocument) -> Iterator[Piece]:
    styles = _styles(document)
    before: list[Run] = []
    left = MOST_RUNS
    for number, element in enumerate(_body(document.element.body), start=1):
        if number > MOST_PARAGRAPHS:
            raise _TooLongError(f"it has more than {MOST_PARAGRAPHS:,} paragraphs and tables")
        if element.tag == qn("w:tbl"):
            yield TablePiece(tuple(_cell_texts(element, document)))
            continue
        own = list(islice(_runs(element, document), left + 1))
        left -= len(own)
        if left < 0:
            raise _TooLongError(f"it has more than {MOST_RUNS:,} runs of text")
        before += own
        if _is_joined_to_next(element):
            continue
        runs, before = before, []
        yield from (ProjectPiece(n) for n in _bookmarks(element) if n.startswith(PROJECT_PREFIX))
        if any(run.text.strip() for run in runs):
            yield _piece(element, tuple(runs), styles)
        yield from _foreign(element)


def _styles(document: WordDocument) -> dict[str, _Style]:
    """Style id → style. A heading in any language has an outline level, or its parent has."""
    elements = {style.style_id: style.element for style in document.styles}

    def level(style_id: str) -> int:
        for _ in range(_BASED_ON_AT_MOST):
            element = elements.get(style_id)
            if element is None:
                return 0
            if found := _outline_level(element):
                return found
            parent = element.find(qn("w:basedOn"))
            style_id = "" if parent is None else str(parent.get(qn("w:val")))
        return 0

    found = {}
    for style in document.styles:
        name = (style.name or "").casefold()
        heading = _HEADING.fullmatch(name)
        number = int(heading.group(1)) if heading else level(style.style_id)
        found[style.style_id] = _Style(name, number)
    return found


def _outline_level(element: Any) -> int:
    """The outline level of a style or paragraph, from 1; 0 for body text."""
    setting = element.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
    value = "" if setting is None else str(setting.get(qn("w:val")))
    return int(value) + 1 if value.isdecimal() and int(value) < 9 else 0


def _body(parent: Any) -> Iterator[Any]:
    """Paragraphs and tables in order, also those in content controls except the contents."""
    for element in parent:
        if element.tag in (qn("w:p"), qn("w:tbl")):
            yield element
        elif element.tag == qn("w:sdt") and not list(element.iter(qn("w:docPartGallery"))):
            for content in element.findall(qn("w:sdtContent")):
                yield from _body(content)
        elif element.tag in (qn("w:ins"), qn("w:moveTo"), qn("w:customXml")):
            yield from _body(element)


def _piece(element: Any, runs: tuple[Run, ...], styles: dict[str, _Style]) -> Piece:
    style = styles.get(_style_id(element), _Style())
    text = "".join(run.text for run in runs)
    if _BESIDE.fullmatch(style.name):
        return TextPiece(Paragraph(runs=runs), is_beside=True)
    if style.name == "headline":
        return TextPiece(Paragraph(runs=runs), is_headline=True)
    names = _bookmarks(element)
    is_marked = any(name.startswith(SECTION_PREFIX) for name in names)
    level = style.level or _outline_level(element) or (SECTION_LEVEL if is_marked else 0)
    if level:
        marks = [found.group(1) for name in names if (found := _TEXT_MARK.fullmatch(name))]
        return HeadingPiece(level, one_line(text), names, marks[0] if marks else "")
    is_numbered = element.find(f"{qn('w:pPr')}/{qn('w:numPr')}") is not None
    if is_numbered or style.name.startswith("list "):
        ordered = style.name.startswith("list number")
        return TextPiece(ListBlock(ordered=ordered, items=(runs,)))
    return TextPiece(Paragraph(runs=runs))


def _bookmarks(element: Any) -> tuple[str, ...]:
    """Names of the bookmarks in a paragraph."""
    return tuple(str(mark.get(qn("w:name"))) for mark in element.iter(qn("w:bookmarkStart")))


def _style_id(element: Any) -> str:
    style = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    return "" if style is None else str(style.get(qn("w:val")))


def _is_joined_to_next(element: Any) -> bool:
    """Whether the end of a paragraph is a tracked deletion: the next one then continues it."""
    return element.find(f"{qn('w:pPr')}/{qn('w:rPr')}/{qn('w:del')}") is not None


def _foreign(element: Any) -> Iterator[Piece]:
    """The parts of a paragraph that a section cannot contain."""
    if element.tag in _GONE:
        return
    for child in element:
        if child.tag in _FOREIGN:
            yield ForeignPiece(_FOREIGN[child.tag])
        elif child.tag == qn("w:sym") and not _symbol(child):
            yield ForeignPiece(f"a symbol of the font {child.get(qn('w:font'))}")
        elif child.tag == _ALTERNATIVES and len(child):
            yield from _foreign(child[0])  # the others are alternatives to it
        else:
            yield from _foreign(child)


def _runs(element: Any, document: WordDocument, href: str = "") -> Iterator[Run]:
    """The runs of a paragraph after its changes are accepted."""
    for child in element:
        if child.tag in _GONE or child.tag in _FOREIGN:
            continue
        if child.tag == qn("w:hyperlink"):
            yield from _runs(child, document, _target(child, document))
        elif child.tag == qn("w:r"):
            text = "" if _is_on(child, "w:vanish") else "".join(_letters(child))
            if text:
                bold, italic = _is_on(child, "w:b"), _is_on(child, "w:i")
                yield Run(text=text, bold=bold, italic=italic, href=href)
        else:
            yield from _runs(child, document, href)


def _letters(run: Any) -> Iterator[str]:
    for child in run:
        if child.tag == qn("w:t"):
            yield child.text or ""
        elif child.tag in _BREAKS:
            yield " "
        elif child.tag == qn("w:noBreakHyphen"):
            yield "-"
        elif child.tag == qn("w:sym"):
            yield _symbol(child)


def _symbol(element: Any) -> str:
    """A symbol as a Unicode character; empty if only its font defines what it shows."""
    try:
        code = int(str(element.get(qn("w:char"))), 16)
    except ValueError:
        return ""
    return "" if code in _PRIVATE_USE or code > 0xFFFF else chr(code)


def _is_on(run: Any, name: str) -> bool:
    switch = run.find(f"{qn('w:rPr')}/{qn(name)}")
    return switch is not None and switch.get(qn("w:val")) not in _OFF


def _target(link: Any, document: WordDocument) -> str:
    relation = document.part.rels.get(link.get(qn("r:id")) or "")
    return safe_href(relation.target_ref) if relation is not None and relation.is_external else ""


def _cell_texts(table: Any, document: WordDocument) -> Iterator[str]:
    for cell in table.iter(qn("w:tc")):
        paragraphs = cell.iter(qn("w:p"))
        yield " ".join("".join(run.text for run in _runs(p, document)) for p in paragraphs)
