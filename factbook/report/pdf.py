"""The report as PDF, set by Typst.

A report of usual size is typeset at once. Typst keeps everything that it has typeset in memory
(about 650 bytes a character: 1.5 GB for two thousand sections), so a big report is typeset in
portions, whose pages are then joined with their numbers, bookmarks and contents.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from io import BytesIO
from typing import Any

import typst
from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.constants import PageLabelStyle
from pypdf.generic import (
    ArrayObject,
    Fit,
    FloatObject,
    IndirectObject,
    NameObject,
    NullObject,
    TextStringObject,
)

from factbook.report.blocks import (
    AnyBlock,
    Document,
    Heading,
    Headline,
    KeyMessages,
    Notice,
    Paragraph,
)
from factbook.report.blocks import Table as TableBlock
from factbook.report.contents import CONTENTS_DEPTH, contents
from factbook.report.notices import split_front
from factbook.report.pdf_data import block_data, frame_data, heading_text

PORTION_WEIGHT = 250_000
"""How much is typeset at once, in characters of text; it limits the memory to about 200 MB."""

_CELL_WEIGHT = 45
_BLOCK_WEIGHT = 200
_CACHE_ROUNDS = 12
_ENTRY_LINK = "https://contents.invalid/"
_SECTION_LINK = "https://sections.invalid/"


def to_pdf(document: Document, portion_weight: int = PORTION_WEIGHT) -> bytes:
    """The report as PDF, A4, with bookmarks; the same bytes for the same document.

    Typst gets the text as data, never as markup, uses only its own fonts, and reads no file.

    Args:
        document: The report.
        portion_weight: A report with more weight, in characters, is typeset in portions.

    Raises:
        typst.TypstError: The template has an error.
    """
    _, body = split_front(document)
    portions = list(_portions(body, portion_weight))
    if len(portions) > 1:
        return _put_together(document, portions)
    data = frame_data(document) | {
        "front": True,
        "has_contents": any(True for _ in contents(document)),
        "entries": None,
        "first_page": 1,
        "section_link": None,
        "blocks": [block_data(block) for block in body],
    }
    return _typeset(data, tagged=True)


def _typeset(data: dict[str, Any], *, tagged: bool) -> bytes:
    template = resources.files("factbook.report") / "templates" / "report.typ"
    pdf = typst.compile(
        template.read_bytes(),
        format="pdf",
        sys_inputs={"report": json.dumps(data, ensure_ascii=False)},
        ignore_system_fonts=True,
        timestamp=0,
        pdf_tags=tagged,
    )
    if not isinstance(pdf, bytes):
        raise TypeError(f"typst returned {type(pdf).__name__} instead of one file")
    return pdf


def _forget() -> None:
    """Make Typst free its memory: it does after some compilations without use."""
    for _ in range(_CACHE_ROUNDS):
        typst.compile(b"", format="pdf", ignore_system_fonts=True, timestamp=0)


def _portions(blocks: Iterable[AnyBlock], limit: int) -> Iterator[list[AnyBlock]]:
    """Blocks in portions of at most `limit`, as far as headings allow.

    A portion begins a page, so it begins with a chapter, or with a section of a chapter that
    exceeds the limit.
    """
    portion: list[AnyBlock] = []
    weight = 0
    for chapter in _pieces(blocks, level=1):
        heavy = sum(map(_weight, chapter)) > limit
        for piece in _pieces(chapter, level=4) if heavy else [chapter]:
            piece_weight = sum(map(_weight, piece))
            if portion and weight + piece_weight > limit:
                yield portion
                portion, weight = [], 0
            portion += piece
            weight += piece_weight
    if portion:
        yield portion


def _pieces(blocks: Iterable[AnyBlock], level: int) -> Iterator[list[AnyBlock]]:
    """Blocks split before headings down to `level`, but never between two headings."""
    piece: list[AnyBlock] = []
    for block in blocks:
        cut = isinstance(block, Heading) and block.level <= level
        if piece and cut and (level == 1 or not isinstance(piece[-1], Heading)):
            yield piece
            piece = []
        piece.append(block)
    if piece:
        yield piece


def _weight(block: AnyBlock) -> int:
    """The cost of typesetting a block, in characters of running text."""
    if isinstance(block, TableBlock):
        cells = (*block.columns, *(cell for row in block.rows for cell in row))
        return _BLOCK_WEIGHT + sum(_CELL_WEIGHT + len(cell) for cell in cells)
    if isinstance(block, Heading | Headline | Notice):
        return _BLOCK_WEIGHT + len(block.text)
    if isinstance(block, KeyMessages):
        return sum(_BLOCK_WEIGHT + len(item.text) + len(item.place) for item in block.items)
    items = [block.runs] if isinstance(block, Paragraph) else block.items
    return sum(len(run.text) for runs in items for run in runs)


@dataclass(frozen=True)
class _Place:
    """The position of a heading: page of the body, from 0, and height on it."""

    page: int
    top: float


def _put_together(document: Document, portions: list[list[AnyBlock]]) -> bytes:
    """Typeset each portion, then the title page and contents, and join their pages."""
    frame = frame_data(document) | {"section_link": _SECTION_LINK}
    body = PdfWriter()
    places: list[_Place] = []
    for portion in portions:
        first_page = len(body.pages)
        blocks = [block_data(block) for block in portion]
        data = frame | {"front": False, "first_page": first_page + 1, "blocks": blocks}
        reader = PdfReader(BytesIO(_typeset(data, tagged=False)))
        places += [
            _Place(first_page + page, top) for page, top in _bookmarks(reader, reader.outline)
        ]
        body.append(reader, import_outline=False)
        _forget()
    headings = [block for block in document.blocks if isinstance(block, Heading)]
    return _joined(frame, body, list(zip(headings, places, strict=True)))


def _bookmarks(reader: PdfReader, outline: Iterable[Any]) -> Iterator[tuple[int, float]]:
    """Page and height of each bookmark, in order; every heading has one."""
    for item in outline:
        if isinstance(item, list):
            yield from _bookmarks(reader, item)
        else:
            yield reader.get_destination_page_number(item) or 0, float(item.top or 0)


def _joined(
    frame: dict[str, Any], writer: PdfWriter, headings: list[tuple[Heading, _Place]]
) -> bytes:
    """Put the title page and contents before the pages, and add the bookmarks."""
    listed = [(heading, place) for heading, place in headings if heading.level <= CONTENTS_DEPTH]
    entries = [
        {"level": heading.level, "text": heading_text(heading), "page": str(place.page + 1)}
        for heading, place in listed
    ]
    data = frame | {
        "front": True,
        "has_contents": bool(entries),
        "entries": entries,
        "entry_link": _ENTRY_LINK,
        "blocks": [],
    }
    front = PdfReader(BytesIO(_typeset(data, tagged=False)))
    front_pages = len(front.pages)
    writer.merge(0, front, import_outline=False)
    targets = {f"{_ENTRY_LINK}{at}": place for at, (_, place) in enumerate(listed)}
    targets |= {f"{_SECTION_LINK}{heading.anchor}": place for heading, place in headings}
    for page in writer.pages:
        _link_places(page, writer, front_pages, targets)
    if entries:
        writer.add_outline_item(title=frame["contents_title"], page_number=1)
    _add_bookmarks(writer, front_pages, headings)
    writer.set_page_label(0, front_pages - 1, style=PageLabelStyle.LOWERCASE_ROMAN)
    writer.set_page_label(front_pages, len(writer.pages) - 1, style=PageLabelStyle.DECIMAL, start=1)
    writer.add_metadata({"/Title": frame["title"]})
    writer.root_object[NameObject("/Lang")] = TextStringObject(frame["language"])
    pdf = BytesIO()
    writer.write(pdf)
    return pdf.getvalue()


def _link_places(
    page: PageObject, writer: PdfWriter, front_pages: int, targets: Mapping[str, _Place]
) -> None:
    """Link the contents and the key messages, which have addresses as links, to their pages."""
    for annotation in page.annotations or []:
        link = annotation.get_object()
        uri = str(link["/A"]["/URI"]) if "/A" in link else ""
        if place := targets.get(uri):
            target = writer.pages[front_pages + place.page].indirect_reference
            fit = [NameObject("/XYZ"), NullObject(), FloatObject(place.top), NullObject()]
            del link["/A"]
            link[NameObject("/Dest")] = ArrayObject([target, *fit])


def _add_bookmarks(
    writer: PdfWriter, front_pages: int, headings: list[tuple[Heading, _Place]]
) -> None:
    above: list[tuple[int, IndirectObject]] = []
    for heading, place in headings:
        while above and above[-1][0] >= heading.level:
            above.pop()
        bookmark = writer.add_outline_item(
            title=heading_text(heading),
            page_number=front_pages + place.page,
            parent=above[-1][1] if above else None,
            fit=Fit.xyz(top=place.top),
            is_open=False,
        )
        above.append((heading.level, bookmark))
