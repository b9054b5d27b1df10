"""A Word report that an editor has changed, as pieces. Tracked changes count as accepted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

import docx
from docx.document import Document as WordDocument
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn

from factbook.report.blocks import ListBlock, Paragraph, Run
from factbook.report.returned import HeadingPiece, Piece, TablePiece, TextPiece
from factbook.report.text import one_line, safe_href

MAX_BYTES = 200 * 10**6
"""Most bytes that a document may have unpacked."""

_HEADING = re.compile(r"heading (\d)")
_BESIDE = re.compile(r"caption|table note|sources?|sources title|notice .*|toc .*|title|subtitle")
_GONE = frozenset(
    qn(name)
    for name in ("w:del", "w:moveFrom", "w:instrText", "w:delText", "w:txbxContent", "w:pPr")
)
_BREAKS = frozenset(qn(name) for name in ("w:tab", "w:br", "w:cr"))
_OFF = frozenset({"0", "false", "off"})


def read_word(content: bytes) -> list[Piece]:
    """The pieces of a Word report.

    Args:
        content: The file's bytes.

    Raises:
        ValueError: It is no Word document, or too large unpacked; says so.
    """
    try:
        with ZipFile(BytesIO(content)) as archive:
            size = sum(member.file_size for member in archive.infolist())
        if size > MAX_BYTES:
            raise ValueError(
                f"it has {size / 1e6:,.0f} MB unpacked, at most {MAX_BYTES / 1e6:,.0f}"
            )
        document = docx.Document(BytesIO(content))
    except (BadZipFile, PackageNotFoundError, KeyError, SyntaxError) as error:
        raise ValueError(f"it is no Word document ({type(error).__name__})") from None
    return list(_pieces(document))


def _pieces(document: WordDocument) -> Iterator[Piece]:
    styles = {style.style_id: (style.name or "").casefold() for style in document.styles}
    before: list[Run] = []
    for element in _body(document.element.body):
        if element.tag == qn("w:tbl"):
            yield TablePiece(tuple(_cell_texts(element, document)))
            continue
        runs = [*before, *_runs(element, document)]
        if _is_joined_to_next(element):
            before = runs
            continue
        before = []
        if any(run.text.strip() for run in runs):
            yield _piece(element, tuple(runs), styles)


def _body(parent: Any) -> Iterator[Any]:
    """Paragraphs and tables in order, also those in content controls but for the contents."""
    for element in parent:
        if element.tag in (qn("w:p"), qn("w:tbl")):
            yield element
        elif element.tag == qn("w:sdt") and not list(element.iter(qn("w:docPartGallery"))):
            yield from _body(element.find(qn("w:sdtContent")))
        elif element.tag in (qn("w:ins"), qn("w:moveTo"), qn("w:customXml")):
            yield from _body(element)


def _piece(element: Any, runs: tuple[Run, ...], styles: dict[str, str]) -> Piece:
    style = styles.get(_style_id(element), "")
    text = "".join(run.text for run in runs)
    if heading := _HEADING.fullmatch(style):
        marks = element.iter(qn("w:bookmarkStart"))
        names = tuple(str(mark.get(qn("w:name"))) for mark in marks)
        return HeadingPiece(int(heading.group(1)), one_line(text), names)
    if _BESIDE.fullmatch(style):
        return TextPiece(Paragraph(runs=runs), is_beside=True)
    is_numbered = element.find(f"{qn('w:pPr')}/{qn('w:numPr')}") is not None
    if is_numbered or style.startswith("list "):
        return TextPiece(ListBlock(ordered=style.startswith("list number"), items=(runs,)))
    return TextPiece(Paragraph(runs=runs))


def _style_id(element: Any) -> str:
    style = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    return "" if style is None else str(style.get(qn("w:val")))


def _is_joined_to_next(element: Any) -> bool:
    """Whether the end of a paragraph is a tracked deletion: what follows goes on in it."""
    return element.find(f"{qn('w:pPr')}/{qn('w:rPr')}/{qn('w:del')}") is not None


def _runs(element: Any, document: WordDocument, href: str = "") -> Iterator[Run]:
    """The runs of a paragraph as they are once its changes are accepted."""
    for child in element:
        if child.tag in _GONE:
            continue
        if child.tag == qn("w:hyperlink"):
            yield from _runs(child, document, _target(child, document))
        elif child.tag == qn("w:r"):
            text = "".join(_letters(child))
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
