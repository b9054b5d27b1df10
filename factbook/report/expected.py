"""The content of a report when it was written, with which a returned one is compared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

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
    Table,
)
from factbook.report.contents import CONTENTS_TITLE, NOTICE_LABELS, SOURCES_TITLE
from factbook.report.likeness import folded
from factbook.report.notices import EDITED
from factbook.report.pieces import HeadingPiece, TextBlock
from factbook.report.text import one_line

_LIST_MARK = re.compile(r"[-*+•] ")
_COUNT = re.compile(r"(?<!\d)\d++ of \d+ sections")
"""The count of a selection's sections, on its title page and in its notices."""


@dataclass(frozen=True)
class Beside:
    """Something that code has added beside a section's text.

    Attributes:
        what: Its name in messages.
        lines: Its text, in each form in which a file may contain it; folded.
        shown: The text for messages.
    """

    what: str
    lines: tuple[str, ...]
    shown: str


@dataclass
class Place:
    """A section, or another part of the report.

    Attributes:
        heading: Its heading.
        headline: A section's headline; empty for none.
        texts: A section's text.
        tables: The cells of its tables; folded.
        beside: Its other content.
    """

    heading: str = ""
    headline: str = ""
    texts: list[TextBlock] = field(default_factory=list)
    tables: list[tuple[str, ...]] = field(default_factory=list)
    beside: list[Beside] = field(default_factory=list)


class Expected:
    """The content of the report when it was written.

    Args:
        document: The report.
        marks: Section id → the marks that may identify it in a file.

    Attributes:
        sections: Section id → its content, in the order of the report.
        others: The content of other parts of the report, the title page first.
    """

    def __init__(self, document: Document, marks: dict[str, tuple[str, ...]]) -> None:
        self.sections: dict[str, Place] = {}
        front = Place()
        self.others = [front]
        self._by_mark = {mark: name for name, own in marks.items() for mark in own}
        self._by_path: dict[tuple[str, ...], str] = {}
        self._levels: dict[str, set[int]] = {}
        self._own_lines: dict[str, set[str]] = {}
        edited = f"{NOTICE_LABELS['note']}: {EDITED}"  # shown on demand
        fixed = (document.title, document.subtitle, document.date, CONTENTS_TITLE, edited)
        self._known = {folded(text) for text in (*fixed, *document.context)}
        path: list[str] = []
        place, section_id = front, ""
        for block in document.blocks:
            if isinstance(block, Heading):
                path = [*path[: block.level - 1], folded(block.text)]
                self._known.add(path[-1])
                section_id = block.section_id
                self._by_path[tuple(path)] = section_id
                self._levels.setdefault(path[-1], set()).add(block.level)
                place = Place(heading=block.text)
                if section_id:
                    self.sections[section_id] = place
                else:
                    self.others.append(place)
            elif section_id and isinstance(block, Headline):
                place.headline = one_line(block.text)
            elif section_id and isinstance(block, Paragraph | ListBlock):
                place.texts.append(block)
            else:
                self._add(place, block)
        self._cells = {
            cells for place in (*self.sections.values(), *self.others) for cells in place.tables
        }

    def section(self, heading: HeadingPiece, path: Iterable[str]) -> str:
        """The section that begins with a heading, by its mark, else by the headings above it."""
        for mark in heading.mark:
            if mark in self._by_mark:
                return self._by_mark[mark]
        return self._by_path.get(tuple(path), "")

    def level(self, text: str, path: list[str]) -> int:
        """The level of a heading of the report under a path; 0 when `text` is not a heading."""
        line = folded(text)
        for level in sorted(self._levels.get(line, ()), reverse=True):
            if (*path[: level - 1], line) in self._by_path:
                return level
        return 0

    def is_known(self, text: str) -> bool:
        """Whether a text was in the report, but not in a section's text."""
        line = folded(text)
        return not line or line in self._known or _LIST_MARK.sub("", line, count=1) in self._known

    def is_count(self, text: str) -> bool:
        """Whether a text is a count of sections, which differs in a selection of this report."""
        return _COUNT.search(folded(text)) is not None

    def is_own(self, section_id: str, text: str) -> bool:
        """Whether a text is a paragraph of a section, or an item of a list in it."""
        if section_id not in self._own_lines:
            place = self.sections.get(section_id)
            self._own_lines[section_id] = {
                folded(_text(runs))
                for block in (place.texts if place else ())
                for runs in _lines(block)
            }
        return folded(text) in self._own_lines[section_id]

    def is_headline(self, section_id: str, text: str) -> bool:
        """Whether a text is the headline of a section."""
        place = self.sections.get(section_id)
        return place is not None and folded(text) == folded(place.headline)

    def has_table(self, cells: Iterable[str]) -> bool:
        """Whether the report has a table of exactly these cells; empty ones do not count."""
        return _filled(cells) in self._cells

    def _add(self, place: Place, block: AnyBlock) -> None:
        """Add a block that is beside the texts."""
        if isinstance(block, Table):
            cells = (*block.columns, *(cell for row in block.rows for cell in row))
            if cells:
                place.tables.append(_filled(cells))
            self._known.update(map(folded, cells))
        for what, forms in _beside(block):
            lines = tuple(dict.fromkeys(line for line in map(folded, forms) if line))
            if lines:
                place.beside.append(Beside(what, lines, forms[-1]))
            self._known.update(lines)
        if isinstance(block, Sources):
            self._known.add(folded(SOURCES_TITLE))


def _beside(block: AnyBlock) -> Iterator[tuple[str, list[str]]]:
    """The parts of a block, each with the forms in which a file may contain it."""
    if isinstance(block, Notice):
        yield "a notice", [f"{NOTICE_LABELS[block.tone]}: {block.text}"]
    elif isinstance(block, Table):
        yield "a caption", [block.caption]
        yield "a note", [block.note]
    elif isinstance(block, Sources):
        lines = [_text(runs) for runs in block.items]
        yield "the sources", [*lines, " ".join([SOURCES_TITLE, *lines])]
    elif isinstance(block, KeyMessages):
        yield "a title", [block.title]
        for message in block.items:
            line = one_line(f"{message.text} ({one_line(message.place)})")
            yield "a key message", [f"- {line}", line]
    elif isinstance(block, ListBlock):
        for item in block.items:  # one that begins with a digit comes back with its mark
            yield "a text", [f"- {_text(item)}", _text(item)]
    elif isinstance(block, Paragraph):
        yield "a text", [_text(block.runs)]


def _lines(block: AnyBlock) -> Iterator[tuple[Run, ...]]:
    if isinstance(block, Paragraph):
        yield block.runs
    elif isinstance(block, ListBlock):
        yield from block.items


def _filled(cells: Iterable[str]) -> tuple[str, ...]:
    return tuple(cell for cell in map(folded, cells) if cell)


def _text(runs: Iterable[Run]) -> str:
    return "".join(run.text for run in runs)
