"""Tests of the report as Markdown: rendered, every text is what it was."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from factbook.report.blocks import (
    Document,
    Heading,
    Headline,
    KeyMessage,
    KeyMessages,
    ListBlock,
    Notice,
    Paragraph,
    Run,
    Sources,
    Table,
)
from factbook.report.markdown import to_markdown
from factbook.report.text import one_line

TEXT = st.text(
    st.one_of(
        st.sampled_from("#+-=*_`~[]()<>|\\!&;:.1 \t\na\"'$@/{}^%é\u00a0\u2028€"), st.characters()
    ),
    max_size=30,
)
RUN = st.builds(
    Run,
    text=TEXT,
    bold=st.booleans(),
    italic=st.booleans(),
    href=st.sampled_from(["", "https://a.b/(c)_d*e\\f"]),
)


def rendered(document: Document) -> list[Token]:
    """The tokens of the Markdown as a renderer with GitHub's extensions reads it."""
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    return parser.parse(to_markdown(document).decode())


def texts(document: Document) -> list[str]:
    """Every text that readers of the rendered Markdown see, empty ones left out."""
    found = []
    for token in rendered(document):
        children = token.children or []
        assert not {child.type for child in children} & {"image", "code_inline", "s_open"}
        found.append("".join(child.content for child in children if child.type == "text"))
    return [text for text in found if text]


@pytest.mark.slow
@given(TEXT)
@settings(max_examples=500, deadline=None)
def test_markdown_shows_every_text_as_it_was(text: str) -> None:
    """A text in any place comes back from a renderer as the same plain text."""
    runs = (Run(text=text),)
    document = Document(
        title="T",
        subtitle=text,
        blocks=(
            Heading(level=1, text=text, anchor="a"),
            Headline(text=text),
            KeyMessages(title=text, items=(KeyMessage(text=text, place=text, anchor="a"),)),
            Paragraph(runs=runs),
            ListBlock(items=(runs, runs)),
            ListBlock(ordered=True, items=(runs, runs)),
            Table(caption=text, columns=("x", text), rows=((text, "y"),), numeric=(False, True)),
            Notice(tone="note", text=text),
            Sources(items=(runs, runs)),
        ),
    )
    line = one_line(text)
    table = [line, "x", line, line, "y"]
    notice = f"Note: {line}".strip()
    message = f"{line} ({line})".strip()
    told = [line, line, message]
    expected = ["T", line, "Contents", line, line, *told, line, *[line] * 4, *table, notice]
    expected += [f"Sources{line}{line}"]
    assert texts(document) == [text for text in expected if text]


@given(st.lists(RUN, max_size=4))
@settings(max_examples=500, deadline=None)
def test_markdown_shows_runs_as_they_were(runs: list[Run]) -> None:
    """Emphasis and links never add to a text or take from it."""
    shown = "".join(texts(Document(title="", blocks=(Paragraph(runs=tuple(runs)),))))
    expected = "".join(one_line(run.text) for run in runs)
    assert re.sub(r"\s", "", shown) == re.sub(r"\s", "", expected)


def test_markdown_keeps_emphasis_and_links(document: Document) -> None:
    """Bold, italic and links are rendered as such."""
    types = {child.type for token in rendered(document) for child in token.children or []}
    assert {"strong_open", "em_open", "link_open"} <= types


def test_markdown_marks_sections(document: Document) -> None:
    """A comment before the heading of a section names it."""
    text = to_markdown(document).decode()
    assert re.search(r"<!-- section 1\.1\.2@AT -->\n+##### Austria\n", text)
    assert re.search(r"<!-- section conclusion@AT -->\n+##### Austria\n", text)


@pytest.mark.parametrize("section_id", ["a--b@AT", "--><b>@AT", "a\n-->\nb", "-", ">"])
def test_markdown_comment_cannot_be_left(section_id: str) -> None:
    """A section id does not end the comment that it stands in."""
    blocks = (Heading(level=4, text="X", anchor="x", section_id=section_id),)
    text = to_markdown(Document(title="T", blocks=blocks)).decode()
    (comment,) = re.findall(r"<!--(.*?)-->", text, re.DOTALL)
    assert "--" not in comment
    assert text.count("-->") == 1


def test_markdown_contents_lead_to_headings(document: Document) -> None:
    """The contents list chapters, tasks and sub-tasks, nested, each with its anchor."""
    text = to_markdown(document).decode()
    assert "- [1 Supply](#objective-1)\n  - [1.1 Generation](#task-1-1)\n    - [1.1.2" in text
    for anchor in re.findall(r"\]\(#([^)]*)\)", text):
        assert f'<a id="{anchor}"></a>' in text
    assert text.count("Austria](#") == 0


def test_markdown_tables_align_numbers(document: Document) -> None:
    """Columns of numbers are set flush right."""
    assert "| Subject | Period | Value | Unit |" in to_markdown(document).decode()
    assert "| ------- | ------ | ----: | ---- |" in to_markdown(document).decode()


def test_markdown_sets_notices_apart(document: Document) -> None:
    """A notice is a quotation with its kind in bold."""
    text = to_markdown(document).decode()
    assert "> **Missing:** This section could not be written." in text
    assert "> **Stand-in:** The offline writer's text stands in." in text


def test_markdown_lists_sources_line_by_line(cited_document: Document) -> None:
    """Small list under a heading of its own, links to the web alone."""
    shown = [text for text in texts(cited_document) if text.startswith("Sources")]
    assert shown == [
        "Sources[1] A *report*, https://example.org/report?year=2021&page=3"
        "[2] A book, ftp://example.org/book"
    ]
    links = [
        child.attrs["href"]
        for token in rendered(cited_document)
        for child in token.children or []
        if child.type == "link_open" and not str(child.attrs["href"]).startswith("#")
    ]
    assert links == ["https://example.org/report?year=2021&page=3"]
    breaks = [c for token in rendered(cited_document) for c in token.children or []]
    assert [c.type for c in breaks].count("hardbreak") == 2


def test_markdown_lists_after_each_other_stay_apart(document: Document) -> None:
    """A list that follows another of its kind begins anew."""
    opened = [token.type for token in rendered(document) if token.type == "ordered_list_open"]
    assert len(opened) == 2


def test_markdown_renders_hostile_text_as_text(hostile_document: Document) -> None:
    """No text becomes HTML: all that is HTML are the anchors and comments put in."""
    for token in rendered(hostile_document):
        parts = [token, *(token.children or [])]
        for part in parts:
            if part.type in ("html_block", "html_inline"):
                assert re.fullmatch(
                    r'<a id="[a-z0-9-]+">|</a>|<!-- section .* -->\n*', part.content
                )


def test_markdown_shows_a_headline_in_bold_under_its_heading(told_document: Document) -> None:
    """Above the text; a section without one looks as it always did."""
    text = to_markdown(told_document).decode()
    assert "##### Austria\n\n**Wind \\*passed\\* coal in 2019**\n\nWind gave" in text
    assert "##### France\n\nWind gave more." in text


def test_markdown_messages_lead_to_their_sections(told_document: Document) -> None:
    """The heading that they lead to has an anchor, though the contents do not list it."""
    text = to_markdown(told_document).decode()
    link = "[Austria, 1.1.2 Wind](#s-1-1-2-at)"
    assert f"## At a glance\n\n- Wind passed coal. ({link})\n- 3.4 TWh is little. (Gone)" in text
    assert f"## 1 Supply\n\n**Key messages**\n\n- Wind passed coal. ({link})\n\n" in text
    assert text.count('<a id="s-1-1-2-at"></a>\n\n##### Austria') == 1
    assert 'id="s-1-1-2-fr"' not in text
