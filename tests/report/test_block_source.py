"""Marks of texts: alike for a reader, alike in their marks, whatever format they come back in."""

from __future__ import annotations

import io

import docx
import pytest

from factbook.report.block_source import source_of, text_blocks, text_mark
from factbook.report.blocks import Document, Heading, Paragraph, Run
from factbook.report.markdown import to_markdown
from factbook.report.markdown_returned import read_markdown
from factbook.report.pieces import HeadingPiece, Piece, ProjectPiece, TextBlock, TextPiece
from factbook.report.word import to_word
from factbook.report.word_body import project_bookmark
from factbook.report.word_returned import read_word

SECTION = "1.1.1@AT"
TEXTS = (
    "Sun gave 1.25\N{NO-BREAK SPACE}TWh.\n\nWind gave *more* than **that**.",
    "Three of them:\n\n1. one\n2. two\n3. three\n\nAnd:\n\n- four\n- five",
    "See [a page](https://example.org/a_b) on 3*4 and kton_CO2.",
    "",
)


def report_of(text: str, mark: str = "") -> Document:
    """A report with one section of this text."""
    heading = Heading(
        level=4,
        text="Austria",
        anchor="at",
        section_id=SECTION,
        text_mark=mark or text_mark(SECTION, text_blocks(text)),
    )
    return Document(title="A report", project="a-report", blocks=(heading, *text_blocks(text)))


def texts(pieces: list[Piece]) -> list[TextBlock]:
    """The blocks of the section."""
    start = next(
        n for n, piece in enumerate(pieces) if isinstance(piece, HeadingPiece) and piece.mark
    )
    return [piece.block for piece in pieces[start:] if isinstance(piece, TextPiece)]


def marks(pieces: list[Piece]) -> list[str]:
    """The marks of texts that a file carries."""
    return [p.text_mark for p in pieces if isinstance(p, HeadingPiece) and p.text_mark]


@pytest.mark.parametrize("text", TEXTS)
def test_text_that_comes_back_untouched_has_its_mark(text: str) -> None:
    """From Word, where a list is in pieces, and from Markdown."""
    report = report_of(text)
    mark = text_mark(SECTION, text_blocks(text))
    for pieces in (read_word(to_word(report)), list(read_markdown(to_markdown(report).decode()))):
        assert marks(pieces) == [mark]
        assert text_mark(SECTION, texts(pieces)) == mark


def test_marks_tell_texts_and_sections_apart() -> None:
    """Emphasis and kind of a list count; so does the section, as two may say the same."""
    said = ["a b", "a *b*", "- a b", "1. a b", "a b c"]
    found = {text_mark(SECTION, text_blocks(text)) for text in said}
    found.add(text_mark("1.1.1@FR", text_blocks("a b")))
    assert len(found) == len(said) + 1


def test_runs_that_a_program_parts_are_one() -> None:
    """Word parts a word where somebody has corrected its spelling."""
    parted = Paragraph(
        runs=(Run(text="Wind "), Run(text="ga", bold=True), Run(text="ve", bold=True))
    )
    assert source_of([parted]) == "Wind **gave**"
    assert text_mark(SECTION, [parted]) == text_mark(SECTION, text_blocks("Wind **gave**"))


def test_project_is_named_by_both_formats() -> None:
    """By its slug, or by a bookmark of it."""
    report = report_of("Sun.")
    word, text = read_word(to_word(report)), list(read_markdown(to_markdown(report).decode()))
    assert [p.mark for p in text if isinstance(p, ProjectPiece)] == ["a-report"]
    assert [p.mark for p in word if isinstance(p, ProjectPiece)] == [project_bookmark("a-report")]


def test_two_sections_of_one_mark_keep_it_in_word() -> None:
    """Word takes no bookmark twice; the number behind it is no part of the mark."""
    heading = Heading(level=4, text="A", anchor="a", section_id=SECTION, text_mark="0123456789")
    other = heading.model_copy(update={"section_id": "1.1.1@FR"})
    content = to_word(Document(title="A report", blocks=(heading, other)))
    assert marks(read_word(content)) == ["0123456789", "0123456789"]
    assert docx.Document(io.BytesIO(content)).paragraphs
