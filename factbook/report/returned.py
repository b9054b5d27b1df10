"""A report that comes back from an editor: its pieces laid beside what was written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from factbook.report.blocks import (
    AnyBlock,
    Document,
    Heading,
    ListBlock,
    Notice,
    Paragraph,
    Run,
    Sources,
    Table,
)
from factbook.report.markdown import inline
from factbook.report.outline import CONTENTS_TITLE, NOTICE_LABELS, SOURCES_TITLE
from factbook.report.text import parse_text

_LETTERS_SHOWN = 60

TextBlock = Paragraph | ListBlock


@dataclass(frozen=True)
class HeadingPiece:
    """A heading of the file.

    Attributes:
        level: 1 chapter to 4 place; 0 above them.
        text: Its text.
        mark: The section mark at it (a comment's id, the names of its bookmarks); empty without.
    """

    level: int
    text: str
    mark: tuple[str, ...] = ()


@dataclass(frozen=True)
class TextPiece:
    """Paragraphs or a list of the file.

    Attributes:
        block: The text.
        is_beside: Whether it stands beside a section's text, by its look: a caption, a note, a
            notice, a list of sources.
    """

    block: TextBlock
    is_beside: bool = False


@dataclass(frozen=True)
class TablePiece:
    """A table of the file: the texts of its cells."""

    cells: tuple[str, ...]


Piece = HeadingPiece | TextPiece | TablePiece


@dataclass
class Returned:
    """What an editor's file holds of a report.

    Attributes:
        texts: Section id → its text as the file has it.
        unplaced: What has no place in a section, a sentence each.
    """

    texts: dict[str, tuple[TextBlock, ...]] = field(default_factory=dict)
    unplaced: list[str] = field(default_factory=list)


class Expected:
    """What the report held when it was written.

    Args:
        document: The report.
        marks: Section id → the marks by which a file may name it.
    """

    def __init__(self, document: Document, marks: dict[str, tuple[str, ...]]) -> None:
        self.texts: dict[str, tuple[TextBlock, ...]] = {}
        self._by_mark = {mark: name for name, own in marks.items() for mark in own}
        self._by_path: dict[tuple[str, ...], str] = {}
        self._beside = {plain(text) for text in (document.title, document.subtitle, document.date)}
        self._beside |= {plain(text) for text in (*document.context, CONTENTS_TITLE)}
        path: list[str] = []
        section_id = ""
        for block in document.blocks:
            if isinstance(block, Heading):
                path = [*path[: block.level - 1], plain(block.text)]
                self._beside.add(path[-1])
                section_id = block.section_id
                if section_id:
                    self._by_path[tuple(path)] = section_id
                    self.texts[section_id] = ()
            elif section_id and isinstance(block, Paragraph | ListBlock):
                self.texts[section_id] += (block,)
            else:
                self._beside.update(plain(text) for text in _texts(block))

    def section(self, heading: HeadingPiece, path: Iterable[str]) -> str:
        """The section that a heading begins, by its mark, else by the headings above it."""
        for mark in heading.mark:
            if mark in self._by_mark:
                return self._by_mark[mark]
        return self._by_path.get(tuple(path), "")

    def is_known(self, text: str) -> bool:
        """Whether a text stood in the report, but not in a section's text."""
        line = plain(text)
        return not line or line in self._beside or line.removeprefix("- ") in self._beside


def laid_beside(pieces: Iterable[Piece], expected: Expected) -> Returned:
    """Find the text of each section among the pieces of a file.

    Args:
        pieces: The file, from first to last.
        expected: The report as it was written.
    """
    found = Returned()
    path: list[str] = []
    section_id = ""
    for piece in pieces:
        if isinstance(piece, HeadingPiece):
            path = [*path[: max(piece.level - 1, 0)], plain(piece.text)]
            section_id = expected.section(piece, path)
            if section_id in found.texts:
                found.unplaced.append(f"{section_id} stands there twice: its second text")
                section_id = ""
            elif section_id:
                found.texts[section_id] = ()
            elif not expected.is_known(piece.text):
                found.unplaced.append(f"the heading '{_short(piece.text)}' is not of the report")
            continue
        where = section_id or (f"'{path[-1]}'" if path else "the beginning")
        if isinstance(piece, TablePiece):
            if not all(expected.is_known(cell) for cell in piece.cells):
                shown = " | ".join(cell for cell in piece.cells if not expected.is_known(cell))
                found.unplaced.append(f"a changed table at {where}: {_short(shown)}")
            continue
        lines = ["".join(run.text for run in runs) for runs in _lines(piece.block)]
        if all(expected.is_known(line) for line in lines):
            continue
        if section_id and not piece.is_beside:
            found.texts[section_id] += (piece.block,)
        else:
            found.unplaced.append(f"a text at {where}: {_short(' '.join(lines))}")
    return found


def source_of(blocks: Iterable[TextBlock]) -> str:
    """Blocks as a source text: paragraphs between blank lines, lists as lines with marks."""
    parts: list[str] = []
    was_list = False
    for block in blocks:
        if isinstance(block, Paragraph):
            parts.append(_line(block.runs))
            was_list = False
            continue
        lines = [
            f"{f'{number}.' if block.ordered else '-'} {_line(item)}"
            for number, item in enumerate(block.items, start=1)
        ]
        if was_list and not block.ordered and parts[-1].startswith("- "):
            parts[-1] += "\n" + "\n".join(lines)
        else:
            parts.append("\n".join(lines))
        was_list = True
    return "\n\n".join(part for part in parts if part.strip())


def plain(text: str) -> str:
    """A text on one line, every blank of whatever kind one space."""
    return " ".join(text.split())


def _line(runs: Iterable[Run]) -> str:
    """Runs as a line of source text; Markdown is escaped only where it would be read as such."""
    runs = tuple(runs)
    text = "".join(run.text for run in runs).strip()
    if not any(run.bold or run.italic or run.href for run in runs):
        read = [line for block in parse_text(text) for line in _lines(block)]
        if [plain("".join(run.text for run in line)) for line in read] == [plain(text)]:
            return text
    return inline(runs)


def _lines(block: AnyBlock) -> Iterator[tuple[Run, ...]]:
    if isinstance(block, Paragraph):
        yield block.runs
    elif isinstance(block, ListBlock | Sources):
        yield from block.items


def _texts(block: AnyBlock) -> Iterator[str]:
    """What a block that is no section's text shows, as the texts of paragraphs and cells."""
    if isinstance(block, Notice):
        yield f"{NOTICE_LABELS[block.tone]}: {block.text}"
    elif isinstance(block, Table):
        yield from (block.caption, block.note, *block.columns)
        for row in block.rows:
            yield from row
    else:
        lines = ["".join(run.text for run in runs) for runs in _lines(block)]
        yield from lines
        if isinstance(block, Sources):
            yield from (SOURCES_TITLE, " ".join([SOURCES_TITLE, *lines]))
        else:
            yield " ".join(lines)


def _short(text: str) -> str:
    text = plain(text)
    return text if len(text) <= _LETTERS_SHOWN else f"{text[:_LETTERS_SHOWN]} …"
