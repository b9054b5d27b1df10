"""Tests of text that people and models wrote."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factbook.report.blocks import AnyBlock, ListBlock, Paragraph, Run
from factbook.report.text import clean, one_line, parse_text, safe_href


def plain(blocks: tuple[AnyBlock, ...]) -> list[str]:
    """The text of each paragraph and item."""
    texts = []
    for block in blocks:
        if isinstance(block, Paragraph):
            texts.append("".join(run.text for run in block.runs))
        elif isinstance(block, ListBlock):
            texts += ["".join(run.text for run in item) for item in block.items]
    return texts


@pytest.mark.parametrize(
    "text",
    [
        "Austria generated 67.3\u00a0TWh in 2021.",
        "2021. The year in which it fell.",
        "12) is not a list.",
        "> 50 % of all electricity",
        "- 3.4\u00a0TWh less than before",
        "+ 3 % a year",
        "-",
        "1.",
        "---",
        "#1 in Europe, with 40 # of plants",
        "# of plants rose to 40.",
        "== a line ==",
        "kton_CO2 and _kton, GDP* and population*, 3*4*5, (*) and (*)",
        "3 * 4 and a_b_c",
        "<script>alert(1)</script> a < b > c",
        "[Austria](AT) [1] [x]: y",
        "[1]: https://example.org",
        "R&D at AT&T; 5 \\ 6",
        "| a | b |",
        "    four blanks",
        "it`s one backtick",
        "שלום 2021 Ελλάδα",
        "x" * 5000,
    ],
)
def test_parse_text_keeps_prose_exactly(text: str) -> None:
    """Prose that only looks like Markdown comes out as the one paragraph that it was."""
    (block,) = parse_text(text)
    assert isinstance(block, Paragraph)
    assert block.runs == (Run(text=text.strip()),)


@pytest.mark.parametrize("first", ["One.", "**One**."])
def test_parse_text_parts_paragraphs(first: str) -> None:
    """A blank line parts paragraphs, a single line end is a blank."""
    blocks = parse_text(f"{first}\nStill one.\r\n\r\n \t\nTwo.\n")
    assert plain(blocks) == ["One. Still one.", "Two."]
    assert all(isinstance(block, Paragraph) for block in blocks)


def test_parse_text_reads_emphasis_and_links() -> None:
    """Emphasis and links to the web and mail are kept."""
    (block,) = parse_text("A **bold *both*** and [site](https://a.b/c_d) [mail](mailto:a@b.c)")
    assert isinstance(block, Paragraph)
    assert block.runs == (
        Run(text="A "),
        Run(text="bold ", bold=True),
        Run(text="both", bold=True, italic=True),
        Run(text=" and "),
        Run(text="site", href="https://a.b/c_d"),
        Run(text=" "),
        Run(text="mail", href="mailto:a@b.c"),
    )


@pytest.mark.parametrize(
    "text",
    [
        "[bank](https://a.b/c)",
        "[bank]( https://a.b/c )",
        "[https://bank](<https://a.b/c>)",
        "<https://a.b/c>",
        "<a@b.c>",
        "[bank](mailto:a@b.c)",
        "![seal](https://a.b/c.png)",
        "[![seal](https://a.b/c.png)](https://a.b)",
        "[bank][1]\n\n[1]: https://a.b/c",
        "https&#58;//a.b and www.a.b",
    ],
)
def test_text_of_a_model_has_no_links(text: str) -> None:
    """Each spelling is shown as it is written, in bold type too."""
    for said in (text, f"So **{text}** says"):
        blocks = parse_text(said, links=False)
        assert not any(run.href for block in blocks for run in block.runs)  # type: ignore[union-attr]
    assert " ".join(plain(parse_text(text, links=False))) == " ".join(text.split())


@pytest.mark.parametrize(
    "target", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "../x.html", "#a"]
)
def test_parse_text_drops_the_target_of_other_links(target: str) -> None:
    """A link that is not to the web or mail leaves its text."""
    (block,) = parse_text(f"See [this]({target}) too")
    assert block == Paragraph(runs=(Run(text="See this too"),))


def test_parse_text_turns_blocks_of_other_kinds_into_paragraphs() -> None:
    """Headings, code, images and tables leave their text and nothing else."""
    text = "## Overview\n\n![A chart](https://a.b/c.png) shown\n\n```py\nx = 1\n\ny = `2`\n```\n***"
    assert plain(parse_text(text)) == ["Overview", "A chart shown", "x = 1", "y = `2`"]


def test_parse_text_reads_lists() -> None:
    """Bullets, and numbers that count from 1, are lists; nested items follow their parent."""
    bullets, numbers = parse_text("- a\n  - b\n- **c**\n\n1. x\n2. y")
    assert bullets == ListBlock(
        items=((Run(text="a"),), (Run(text="b"),), (Run(text="c", bold=True),))
    )
    assert numbers == ListBlock(ordered=True, items=((Run(text="x"),), (Run(text="y"),)))


def test_parse_text_keeps_numbers_that_a_list_would_change() -> None:
    """Numbers that do not count from 1 stay in the text."""
    text = "1. a\n\nBetween.\n\n2. b\n3. c"
    assert plain(parse_text(text)) == ["a", "Between.", "2. b", "3. c"]
    assert plain(parse_text("1. a\n   - x\n2. b")) == ["1. a", "x", "2. b"]


def test_parse_text_of_nothing_is_nothing() -> None:
    """Blank text gives no blocks."""
    assert parse_text(" \n\n\t\n") == ()


WORDS = st.text(
    st.one_of(
        st.sampled_from("ab.,;%15 \n\t\u00a0"), st.characters(exclude_categories=["P", "S", "Cs"])
    )
)


@given(WORDS)
@settings(max_examples=300, deadline=None)
def test_parse_text_agrees_with_markdown_on_prose(text: str) -> None:
    """The short way for prose gives what the Markdown reader gives."""
    short, marked = parse_text(text), parse_text(f"{text}\n\n**end**")
    assert [one_line(part) for part in plain(marked[:-1])] == plain(short)


@given(st.text(st.one_of(st.sampled_from("#*_`~[]()<>|\\!&-+1. \n\t>:/ab"), st.characters())))
@settings(max_examples=300, deadline=None)
def test_parse_text_reads_anything(text: str) -> None:
    """Whatever the text is, it is read, and what comes out is clean and not empty."""
    for part in plain(parse_text(text)):
        assert part.strip()
        assert clean(part) == part


@pytest.mark.parametrize("text", ["[" * 20_000, "*a " * 10_000, "- " * 10_000, "`a" * 10_000])
def test_parse_text_does_not_choke(text: str) -> None:
    """Marks by the thousand are read in little time and without deep recursion."""
    assert parse_text(text)


def test_clean_takes_out_what_no_format_may_hold() -> None:
    """Control and format characters go, surrogates are replaced, line ends become one kind."""
    assert clean("\u2066a\u200b\u200db\u200f\u00ad\u202a\U000e0041") == "a\u200db"
    assert clean("a\x00b\x1bc\ud800d\ufffee\u202ef\r\ng\u2028h\ti") == "abc\ufffddef\ng\nh\ti"


@pytest.mark.parametrize(
    ("href", "safe"),
    [
        ("https://a.b/c", True),
        ("mailto:a@b.c", True),
        ("HTTP://a.b", True),
        ("javascript:alert(1)", False),
        ("java\x00script:alert(1)", False),
        ("https://a.b/<x>", False),
        ('https://a.b/"x', False),
        ("//a.b", False),
        ("", False),
    ],
)
def test_safe_href_allows_web_and_mail(href: str, safe: bool) -> None:
    """Only targets on the web and mail addresses are let through."""
    assert bool(safe_href(href)) is safe
