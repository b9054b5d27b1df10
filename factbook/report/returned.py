"""A report that comes back from an editor: its pieces compared with what was written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from factbook.report.blocks import Paragraph, Run
from factbook.report.expected import Expected, Place
from factbook.report.likeness import folded, plain
from factbook.report.pieces import (
    ForeignPiece,
    HeadingPiece,
    Piece,
    TablePiece,
    TextBlock,
    TextPiece,
)

_LETTERS_SHOWN = 60


@dataclass
class Returned:
    """The parts of a report in an editor's file.

    Attributes:
        texts: Section id → its text in the file, in the order of the file.
        headlines: Section id → its headline in the file, of those that have one.
        marks: Section id → the mark of the text from which the file was made, if it has one.
        unplaced: What does not belong to a section, one sentence each.
        differing: What code has made and the editor has changed, one sentence each.
    """

    texts: dict[str, list[TextBlock]] = field(default_factory=dict)
    headlines: dict[str, str] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    unplaced: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)


def laid_beside(pieces: Iterable[Piece], expected: Expected) -> Returned:
    """Find the text of each section among the pieces of a file.

    Args:
        pieces: The file, from first to last.
        expected: The report as it was written.
    """
    pieces = list(pieces)
    if not any(isinstance(piece, HeadingPiece) for piece in pieces):
        pieces = list(_with_headings(pieces, expected))
    has_style = any(isinstance(piece, TextPiece) and piece.is_headline for piece in pieces)
    reading = _Reading(expected, has_style=has_style)
    for piece in pieces:
        reading.take(piece)
    reading.end()
    return reading.found


class _Reading:
    """Reads a file piece by piece.

    Args:
        expected: The report as it was written.
        has_style: Whether headlines have a style of their own in the file.
    """

    def __init__(self, expected: Expected, *, has_style: bool) -> None:
        self.found = Returned()
        self._expected = expected
        self._path: list[str] = []
        self._shown_path: list[str] = []
        self._level = 0
        self._section_id = ""
        self._has_style = has_style
        self._guess: TextPiece | None = None
        self._is_foreign = False  # under a heading of the editor's own
        self._lines: defaultdict[str, set[str]] = defaultdict(set)
        self._tables: defaultdict[str, int] = defaultdict(int)

    def take(self, piece: Piece) -> None:
        """Process the next piece."""
        if isinstance(piece, HeadingPiece):
            self._heading(piece)
        elif isinstance(piece, TablePiece):
            self._table(piece)
        elif isinstance(piece, TextPiece):
            self._text(piece)
        elif isinstance(piece, ForeignPiece):
            self._add_unplaced(f"{piece.what} at {self._where}")

    def end(self) -> None:
        """Report what is missing in the file, and what is in another order."""
        for section_id in self.found.texts:
            place = self._expected.sections[section_id]
            self._gone(place, section_id, self._lines[section_id], self._tables[section_id])
        lines = set().union(*self._lines.values())
        for place in self._expected.others:
            if any(line in lines for one in place.beside for line in one.lines):
                self._gone(place, f"'{place.heading or 'the beginning'}'", lines, None)
        order = [name for name in self._expected.sections if name in self.found.texts]
        if order != list(self.found.texts):
            moved = next(a for a, b in zip(self.found.texts, order, strict=True) if a != b)
            self._add_unplaced(
                f"the order of the sections, which comes from the sheet ({moved} has moved)"
            )

    def _heading(self, piece: HeadingPiece) -> None:
        path = [*self._path[: max(piece.level - 1, 0)], folded(piece.text)]
        section_id = self._expected.section(piece, path)
        if not section_id and self._is_in_section(piece):
            return
        self._path, self._level = path, piece.level
        self._guess = None
        self._shown_path = [piece.text]
        self._is_foreign = False
        self._section_id = section_id
        if section_id in self.found.texts and self.found.texts[section_id]:
            self._add_unplaced(f"{section_id} occurs twice: its second text")
            self._section_id = ""
        elif section_id:
            self.found.texts[section_id] = []
            if piece.text_mark:
                self.found.marks[section_id] = piece.text_mark
            if folded(piece.text) != folded(self._expected.sections[section_id].heading):
                self._add_unplaced(f"the heading '{_short(piece.text)}' of {section_id}")
        elif not self._expected.is_known(piece.text):
            self._add_unplaced(f"the heading '{_short(piece.text)}' is not from the report")

    def _is_in_section(self, piece: HeadingPiece) -> bool:
        """Whether a heading is inside a section; its text is then used or reported."""
        if not self._section_id:
            return False
        if self._expected.is_own(self._section_id, piece.text) or self._expected.is_headline(
            self._section_id, piece.text
        ):
            self._text(TextPiece(Paragraph(runs=(Run(text=piece.text),))))
            return True
        if self._expected.is_known(piece.text) or piece.level < self._level:
            return False
        self._add_unplaced(f"the heading '{_short(piece.text)}' is not from the report")
        self._is_foreign = piece.level == self._level
        self._shown_path = [piece.text]
        return True

    def _table(self, piece: TablePiece) -> None:
        self._tables[self._section_id] += 1
        strange = [cell for cell in piece.cells if not self._expected.is_known(cell)]
        if strange:
            self._add_differing(f"a changed table at {self._where}: {_short(' | '.join(strange))}")
        elif not self._expected.has_table(piece.cells):
            self._add_differing(f"a changed table at {self._where}: cells are moved or gone")

    def _text(self, piece: TextPiece) -> None:
        lines = piece.lines
        self._lines[self._section_id].update(map(folded, (*lines, " ".join(lines))))
        if self._takes_headline(piece):
            return
        if all(self._expected.is_known(line) for line in lines):
            return
        is_own = any(self._expected.is_own(self._section_id, line) for line in lines)
        if self._section_id and not piece.is_beside and (is_own or not self._is_foreign):
            self.found.texts[self._section_id].append(piece.block)
        elif self._section_id or not self._expected.is_count(" ".join(lines)):
            is_mine = not (piece.is_beside or self._is_annex)
            add = self._add_unplaced if is_mine else self._add_differing
            add(f"a text at {self._where}: {_short(' '.join(lines))}")

    def _takes_headline(self, piece: TextPiece) -> bool:
        """Take a text as its section's headline if it is that: by style, words, or look and place.

        A headline stands before the text. There a paragraph in bold is one, where the report has
        one and the file does not know the style, until the words of the report's are found.
        """
        section_id = self._section_id
        if not section_id or piece.is_beside or self._is_foreign:
            return False
        (line, *others), texts = piece.lines, self.found.texts[section_id]
        guess, is_free = self._guess, section_id not in self.found.headlines or self._guess
        if piece.is_headline:
            if not is_free:
                self._add_unplaced(f"a second headline at {self._where}: {_short(line)}")
                return True
        elif others or not is_free:
            return False
        elif self._expected.is_headline(section_id, line):
            if texts and not piece.is_bold:
                return False
        elif guess or texts or self._has_style or not self._looks_as_headline(piece):
            return False
        else:
            self._guess = piece
        if guess:
            texts.insert(0, guess.block)
            self._guess = None
        self.found.headlines[section_id] = plain(line)
        return True

    def _looks_as_headline(self, piece: TextPiece) -> bool:
        """Whether a paragraph has the look of the headline that its section had."""
        is_own = self._expected.is_own(self._section_id, piece.lines[0])
        has_one = bool(self._expected.sections[self._section_id].headline)
        return has_one and piece.is_bold and not is_own

    def _gone(self, place: Place, where: str, lines: set[str], tables: int | None) -> None:
        for one in place.beside:
            if not any(line in lines for line in one.lines):
                if self._expected.is_count(one.shown):
                    continue
                self._add_differing(f"{one.what} at {where} is gone: {_short(one.shown)}")
        if tables is not None and tables < len(place.tables):
            self._add_differing(f"a table at {where} is gone")

    @property
    def _is_annex(self) -> bool:
        """Whether this part of the report is neither a section nor under an editor's heading."""
        own = self._shown_path[-1:]
        return not self._section_id and all(map(self._expected.is_known, own))

    @property
    def _where(self) -> str:
        if self._section_id and not self._is_foreign:
            return self._section_id
        return f"'{_short(self._shown_path[-1])}'" if self._shown_path else "the beginning"

    def _add_unplaced(self, sentence: str) -> None:
        self.found.unplaced.append(sentence)

    def _add_differing(self, sentence: str) -> None:
        self.found.differing.append(sentence)


def _with_headings(pieces: list[Piece], expected: Expected) -> Iterator[Piece]:
    """The pieces of a file whose headings have lost their style; they are found by their texts."""
    path: list[str] = []
    for piece in pieces:
        lines = piece.lines if isinstance(piece, TextPiece) else []
        level = expected.level(lines[0], path) if len(lines) == 1 else 0
        if level:
            path = [*path[: level - 1], folded(lines[0])]
            yield HeadingPiece(level, plain(lines[0]))
        else:
            yield piece


def _short(text: str) -> str:
    text = plain(text)
    return text if len(text) <= _LETTERS_SHOWN else f"{text[:_LETTERS_SHOWN]} …"
