"""The pieces of a report that comes back from an editor, whatever its format."""

from __future__ import annotations

from dataclasses import dataclass

from factbook.report.blocks import ListBlock, Paragraph

TextBlock = Paragraph | ListBlock


@dataclass(frozen=True)
class HeadingPiece:
    """A heading of the file.

    Attributes:
        level: 1 chapter to 4 place; 0 above them.
        text: Its text.
        mark: The section mark at it (a comment's id, the names of its bookmarks); empty without.
        text_mark: The mark of the text that the file was made with; empty without.
    """

    level: int
    text: str
    mark: tuple[str, ...] = ()
    text_mark: str = ""


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

    @property
    def lines(self) -> list[str]:
        """The text, a line for its paragraph or each item."""
        if isinstance(self.block, Paragraph):
            return ["".join(run.text for run in self.block.runs)]
        return ["".join(run.text for run in item) for item in self.block.items]


@dataclass(frozen=True)
class TablePiece:
    """A table of the file: the texts of its cells."""

    cells: tuple[str, ...]


@dataclass(frozen=True)
class ForeignPiece:
    """Something of the file that no section can hold: ``a footnote``, ``a picture``."""

    what: str


@dataclass(frozen=True)
class ProjectPiece:
    """The mark of the project that the file is a report of."""

    mark: str


Piece = ProjectPiece | HeadingPiece | TextPiece | TablePiece | ForeignPiece
