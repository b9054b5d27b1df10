"""The report as a flat list of blocks: the input of every exporter.

An exporter is a function ``(Document) -> bytes``. It iterates over the blocks once and knows
nothing about sheets, sections or Prefect.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class Block(BaseModel):
    """Base of all blocks."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Run(Block):
    """A piece of inline text. All text is untrusted: exporters escape it."""

    text: str
    bold: bool = False
    italic: bool = False
    href: str = ""


class Heading(Block):
    """A heading.

    Attributes:
        level: 1 chapter, 2 task, 3 sub-task, 4 place.
        text: What readers see.
        anchor: Unique id for links: ``[a-z0-9-]+``.
        section_id: For the heading of a section, its id (``1.1.2@AT``); exporters keep it if the
            format has a place for it (an attribute, a bookmark, a comment).
        text_mark: For the heading of a section, the mark of its text: an edited report that comes
            back shows by it which version was edited. Word and Markdown keep it.
    """

    block: Literal["heading"] = "heading"
    level: int = Field(ge=1, le=4)
    text: str
    anchor: str
    section_id: str = ""
    text_mark: str = ""


class Headline(Block):
    """What a section tells first, in one line between its heading and its text."""

    block: Literal["headline"] = "headline"
    text: str


class KeyMessage(Block):
    """What a reader should know, and where it comes from.

    Attributes:
        text: A sentence.
        place: Place and title of its section, as readers see them.
        anchor: Anchor of the heading of that section.
    """

    text: str
    place: str
    anchor: str


class KeyMessages(Block):
    """What opens the report or a chapter, each message with a link to its section.

    Attributes:
        title: A line above the list; empty when it has a heading of its own.
        items: The messages, the strongest first.
    """

    block: Literal["key messages"] = "key messages"
    title: str = ""
    items: tuple[KeyMessage, ...]


class Paragraph(Block):
    """A paragraph of running text."""

    block: Literal["paragraph"] = "paragraph"
    runs: tuple[Run, ...]


class ListBlock(Block):
    """A list, one tuple of runs per item."""

    block: Literal["list"] = "list"
    ordered: bool = False
    items: tuple[tuple[Run, ...], ...]


class Table(Block):
    """A table of figures, cells already formatted as text.

    Attributes:
        caption: One line above the table.
        columns: Column heads.
        rows: Cells; as many in each row as there are columns.
        numeric: For each column whether it contains numbers (aligned right).
        note: One line under the table: the source of the figures.
    """

    block: Literal["table"] = "table"
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]
    note: str = ""


class Sources(Block):
    """The sources that a section cites, in small print under its text, each with its number."""

    block: Literal["sources"] = "sources"
    items: tuple[tuple[Run, ...], ...]


class Notice(Block):
    """A visible mark: a missing or degraded section, a note on the data.

    Attributes:
        tone: ``missing``: a section without text; ``degraded``: the offline writer's text
            replaces the model's; ``partial``: the model's text without a later pass; ``marked``:
            something in the text is still wrong or unproven; ``note``: anything else.
    """

    block: Literal["notice"] = "notice"
    tone: Literal["missing", "degraded", "partial", "marked", "note"]
    text: str


AnyBlock = Annotated[
    Heading | Headline | KeyMessages | Paragraph | ListBlock | Table | Sources | Notice,
    Field(discriminator="block"),
]


class Document(Block):
    """A whole report, in order.

    Attributes:
        title: Project name.
        subtitle: One line under the title, may be empty ("Selection of 3 of 58 sections").
        context: Paragraphs for the title page, from the sheet's Read me.
        date: Shown on the title page, empty when `report_date` is unset.
        language: BCP 47 tag.
        project: Slug of the project; Word and Markdown keep it.
        blocks: Everything after the title page and the contents. The exporter makes the contents
            from headings of levels 1 to 3.
    """

    title: str
    subtitle: str = ""
    context: tuple[str, ...] = ()
    date: str = ""
    language: str = "en"
    project: str = ""
    blocks: tuple[AnyBlock, ...] = ()
