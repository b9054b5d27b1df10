"""The pieces of a report that comes back from an editor, in any format."""

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
        mark: Its section mark (a comment's id, the names of its bookmarks); may be empty.
        text_mark: The mark of the text from which the file was made; may be empty.
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
        is_beside: Whether it is beside a section's text, by its style: a caption, a note, a notice,
            a list of sources.
        is_headline: Whether it is a section's headline, by its style.
    """

    block: TextBlock
    is_beside: bool = False
    is_headline: bool = False

    @property
    def is_bold(self) -> bool:
        """Whether it is a paragraph in bold, as Markdown shows a headline."""
        runs = self.block.runs if isinstance(self.block, Paragraph) else ()
        said = [run for run in runs if run.text.strip()]
        return bool(said) and all(run.bold for run in said)

    @property
    def lines(self) -> list[str]:
        """The text, one line for its paragraph or each item."""
        if isinstance(self.block, Paragraph):
            return ["".join(run.text for run in self.block.runs)]
        return ["".join(run.text for run in item) for item in self.block.items]


@dataclass(frozen=True)
class TablePiece:
    """A table of the file: the texts of its cells."""

    cells: tuple[str, ...]


@dataclass(frozen=True)
class ForeignPiece:
    """Something in the file that a section cannot contain: ``a footnote``, ``a picture``."""

    what: str


@dataclass(frozen=True)
class ProjectPiece:
    """The mark of the project to which the report belongs."""

    mark: str


Piece = ProjectPiece | HeadingPiece | TextPiece | TablePiece | ForeignPiece
