"""Headlines and key messages in reports that come back: no part of a text, and taken over."""

from __future__ import annotations

import io
from collections.abc import Callable

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factbook.report.block_source import source_of
from factbook.report.blocks import (
    AnyBlock,
    Document,
    Heading,
    Headline,
    KeyMessage,
    KeyMessages,
    Paragraph,
    Run,
)
from factbook.report.expected import Expected
from factbook.report.likeness import plain
from factbook.report.markdown import to_markdown
from factbook.report.markdown_returned import read_markdown
from factbook.report.pieces import Piece
from factbook.report.returned import Returned, laid_beside
from factbook.report.text import one_line, parse_text
from factbook.report.word import to_word
from factbook.report.word_body import bookmark_name
from factbook.report.word_returned import read_word
from tests.report.conftest import HOSTILE

AUSTRIA, FRANCE = "1.1.1@AT", "1.1.1@FR"
HEADLINE, TEXT = "Sun passed coal in 2019", "Sun gave 1.25 TWh."
BOLD = "**Sun passed coal in 2019**"


def report(headline: str = HEADLINE, text: str = TEXT, message: str = "Sun gave most.") -> Document:
    """A report of two sections, of which the first has a headline."""
    place = "Austria, 1.1.1 Sun"
    items = (
        KeyMessage(text=message, place=place, anchor="at"),
        KeyMessage(text="3.4 TWh is little.", place=place, anchor="at"),
    )
    own: tuple[AnyBlock, ...] = (Headline(text=headline),) if headline else ()
    return Document(
        title="A report",
        blocks=(
            Heading(level=1, text="At a glance", anchor="at-a-glance"),
            KeyMessages(items=items),
            Heading(level=1, text="1 Power", anchor="chapter-1"),
            KeyMessages(title="Key messages", items=items[1:]),
            Heading(level=3, text="1.1.1 Sun", anchor="part-1-1-1"),
            Heading(level=4, text="Austria", anchor="at", section_id=AUSTRIA),
            *own,
            *parse_text(text),
            Heading(level=4, text="France", anchor="fr", section_id=FRANCE),
            Paragraph(runs=(Run(text="Sun gave more."),)),
        ),
    )


def laid(pieces: list[Piece], of: Document) -> Returned:
    """The pieces beside the report."""
    marks = {name: (name, bookmark_name(name)) for name in (AUSTRIA, FRANCE)}
    return laid_beside(pieces, Expected(of, marks))


def from_markdown(of: Document, change: Callable[[str], str] = lambda text: text) -> Returned:
    """The Markdown report, changed and read."""
    return laid(list(read_markdown(change(to_markdown(of).decode()))), of)


def from_word(
    of: Document, change: Callable[[docx.document.Document], None] | None = None
) -> Returned:
    """The Word report, changed and read."""
    word = docx.Document(io.BytesIO(to_word(of)))
    if change:
        change(word)
    saved = io.BytesIO()
    word.save(saved)
    return laid(read_word(saved.getvalue()), of)


def replaced(old: str, new: str) -> Callable[[str], str]:
    """A change of a Markdown report in one place."""

    def change(text: str) -> str:
        assert text.count(old) == 1
        return text.replace(old, new)

    return change


def text_of(found: Returned, section_id: str = AUSTRIA) -> str:
    """The text of a section."""
    return plain(source_of(found.texts[section_id]))


def told(found: Returned) -> list[str]:
    """All that was not taken over."""
    return [*found.unplaced, *found.differing]


READERS = pytest.mark.parametrize("read", [from_markdown, from_word])


@READERS
@pytest.mark.parametrize("headline", ["", HEADLINE, TEXT, "Sun gave more.", "1.1.1 Sun", *HOSTILE])
def test_untouched_headline_comes_back_apart_from_the_text(
    read: Callable[[Document], Returned], headline: str
) -> None:
    """Also one that equals its text, another section's or a heading."""
    found = read(report(headline))
    assert plain(found.headlines.get(AUSTRIA, "")) == plain(one_line(headline))
    assert (text_of(found), text_of(found, FRANCE)) == (TEXT, "Sun gave more.")
    assert told(found) == []


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("ab1 *_`#>-+[]()<!.|\\~&;$"), min_size=1, max_size=12))
def test_any_headline_comes_back_from_markdown(headline: str) -> None:
    """Whatever signs it has."""
    found = from_markdown(report(headline))
    assert plain(found.headlines.get(AUSTRIA, "")) == plain(one_line(headline))
    assert text_of(found) == TEXT
    assert told(found) == []


@READERS
@pytest.mark.parametrize("message", ["Sun gave most.", TEXT, "Sun gave more.", *HOSTILE])
def test_untouched_messages_are_no_text_and_not_lost(
    read: Callable[[Document], Returned], message: str
) -> None:
    """Also one that says just what a section does."""
    found = read(report(message=message))
    assert (text_of(found), text_of(found, FRANCE)) == (TEXT, "Sun gave more.")
    assert told(found) == []


def test_changed_headline_is_found_in_markdown() -> None:
    """By where it stands and how it looks."""
    found = from_markdown(report(), replaced(BOLD, "**Sun came first**"))
    assert found.headlines == {AUSTRIA: "Sun came first"}
    assert text_of(found) == TEXT
    assert told(found) == []


def test_changed_headline_is_found_in_word() -> None:
    """By its style, whatever stands before it."""

    def change(word: docx.document.Document) -> None:
        (headline,) = [p for p in word.paragraphs if p.style.name == "Headline"]
        headline.runs[0].text = "Sun came first"
        headline.insert_paragraph_before("A new paragraph.", "Body Text").runs[0].bold = True

    found = from_word(report(), change)
    assert found.headlines == {AUSTRIA: "Sun came first"}
    assert text_of(found) == f"**A new paragraph.** {TEXT}"
    assert told(found) == []


def test_headline_without_its_style_is_found_by_its_words() -> None:
    """As a program leaves it that knows no styles."""

    def change(word: docx.document.Document) -> None:
        for paragraph in word.paragraphs:
            if paragraph.style.name == "Headline":
                paragraph.style = "Body Text"

    found = from_word(report(), change)
    assert (found.headlines, text_of(found)) == ({AUSTRIA: HEADLINE}, TEXT)
    assert told(found) == []


def test_bold_paragraph_is_no_headline_where_the_style_is_known() -> None:
    """A headline that is removed in Word is gone, whatever begins the text."""

    def change(word: docx.document.Document) -> None:
        (headline,) = [p for p in word.paragraphs if p.style.name == "Headline"]
        headline.insert_paragraph_before("A new paragraph.", "Body Text").runs[0].bold = True
        headline._p.getparent().remove(headline._p)
        (text,) = [p for p in word.paragraphs if p.text == "Sun gave more."]
        text.insert_paragraph_before("France leads", "Headline")

    found = from_word(report(), change)
    assert found.headlines == {FRANCE: "France leads"}
    assert text_of(found) == f"**A new paragraph.** {TEXT}"


def test_message_that_is_moved_into_a_section_is_no_text() -> None:
    """Its style tells it, also when its words are others."""

    def change(word: docx.document.Document) -> None:
        (text,) = [p for p in word.paragraphs if p.text == TEXT]
        text.insert_paragraph_before("Sun gave a lot.", "Key Message")

    found = from_word(report(), change)
    assert text_of(found) == TEXT
    assert told(found) == [f"a text at {AUSTRIA}: Sun gave a lot."]


def test_new_headline_is_taken_in_word() -> None:
    """An editor gives one to a section that had none, in the style of the others."""

    def change(word: docx.document.Document) -> None:
        (text,) = [p for p in word.paragraphs if p.text == "Sun gave more."]
        text.insert_paragraph_before("France leads", "Headline")

    found = from_word(report(), change)
    assert found.headlines == {AUSTRIA: HEADLINE, FRANCE: "France leads"}
    assert text_of(found, FRANCE) == "Sun gave more."


def test_second_headline_is_told() -> None:
    """A section has one; the other is no text."""

    def change(word: docx.document.Document) -> None:
        (text,) = [p for p in word.paragraphs if p.text == TEXT]
        text.insert_paragraph_before("Another one", "Headline")

    found = from_word(report(), change)
    assert (found.headlines, text_of(found)) == ({AUSTRIA: HEADLINE}, TEXT)
    assert told(found) == [f"a second headline at {AUSTRIA}: Another one"]


def test_removed_headline_is_none() -> None:
    """The text beneath stays what it was, also where it begins in bold."""
    found = from_markdown(report(), replaced(f"{BOLD}\n\n", ""))
    assert (found.headlines, text_of(found)) == ({}, TEXT)
    own = report(text=f"**Bold.**\n\n{TEXT}")
    found = from_markdown(own, replaced(f"{BOLD}\n\n", ""))
    assert (found.headlines, text_of(found)) == ({}, f"**Bold.** {TEXT}")


@pytest.mark.parametrize("new", ["A new paragraph.", "**A new paragraph.**"])
def test_paragraph_put_before_the_headline_is_text(new: str) -> None:
    """In Markdown the words of the headline tell which of them it is."""
    found = from_markdown(report(), replaced(BOLD, f"{new}\n\n{BOLD}"))
    assert found.headlines == {AUSTRIA: HEADLINE}
    assert text_of(found) == f"{new} {TEXT}"
    assert told(found) == []


def test_bold_paragraph_where_there_was_no_headline_is_text() -> None:
    """As it always was."""
    found = from_markdown(report(""), replaced(TEXT, f"**Bold.**\n\n{TEXT}"))
    assert (found.headlines, text_of(found)) == ({}, f"**Bold.** {TEXT}")


def test_headline_made_a_heading_is_found() -> None:
    """It is no heading of the report, and no text."""
    found = from_markdown(report(), replaced(BOLD, f"###### {HEADLINE}"))
    assert (found.headlines, text_of(found)) == ({AUSTRIA: HEADLINE}, TEXT)
    assert told(found) == []


def test_changed_message_is_told() -> None:
    """Code makes them; a change is not taken over, and becomes no text."""
    change = replaced("Sun gave most.", "Sun gave very much.")
    found = from_markdown(report(), change)
    assert [sentence.split(":")[0] for sentence in found.differing] == [
        "a text at 'At a glance'",
        "a key message at 'At a glance' is gone",
    ]
    assert text_of(found) == TEXT

    def in_word(word: docx.document.Document) -> None:
        first = next(p for p in word.paragraphs if p.style.name == "Key Message")
        first.runs[0].text = "Sun gave very much. ("

    found = from_word(report(), in_word)
    assert [sentence.split(":")[0] for sentence in found.differing] == [
        "a text at 'At a glance'",
        "a key message at 'At a glance' is gone",
    ]
    assert text_of(found) == TEXT
