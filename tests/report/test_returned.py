"""Reports that come back from an editor: what is read of them, and where it belongs."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from factbook.report.block_source import source_of
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
from factbook.report.expected import Expected
from factbook.report.likeness import plain
from factbook.report.markdown import to_markdown
from factbook.report.markdown_returned import read_markdown
from factbook.report.pieces import HeadingPiece, Piece, TextPiece
from factbook.report.returned import Returned, laid_beside
from factbook.report.text import parse_text
from factbook.report.word import to_word
from factbook.report.word_body import bookmark_name
from factbook.report.word_returned import read_word
from tests.growth import Work, assert_in_proportion

AUSTRIA, FRANCE = "1.1.1@AT", "1.1.1@FR"
TABLE = Table(
    caption="Generation, TWh",
    columns=("", "2021"),
    rows=(("Solar | wind", "1.25"),),
    numeric=(False, True),
    note="Source: a *table*_",
)


def paragraph(text: str, **look: bool) -> Paragraph:
    """A paragraph of one run."""
    return Paragraph(runs=(Run(text=text, **look),))


def document(*austria: AnyBlock) -> Document:
    """A report of two sections, with all that may stand beside their texts."""
    beside = (
        Notice(tone="marked", text="7 has no fact."),
        Sources(items=((Run(text="[1] A page, "), Run(text="x.org", href="https://x.org")),)),
        TABLE,
    )
    return Document(
        title="A report",
        subtitle="Selection: 2 of 3 sections",
        context=("About it.",),
        date="May",
        blocks=(
            Notice(tone="partial", text="1 of 2 sections is a stand-in."),
            Heading(level=1, text="1 Power", anchor="chapter-1"),
            Heading(level=2, text="1.1 Supply", anchor="task-1-1"),
            Heading(level=3, text="1.1.1 Sun", anchor="part-1-1-1"),
            Heading(level=4, text="Austria", anchor="at", section_id=AUSTRIA),
            *(austria or (paragraph("Sun gave 1.25 TWh."),)),
            *beside,
            Heading(level=4, text="France", anchor="fr", section_id=FRANCE),
            paragraph("Sun gave more."),
            *beside,
            Heading(level=1, text="About the data", anchor="annex-data"),
            ListBlock(items=((Run(text="ETM: a publisher"),),)),
            ListBlock(items=((Run(text="One"),), (Run(text="Two"),))),
        ),
    )


def saved(word: Any) -> bytes:
    """The bytes of a Word document."""
    content = io.BytesIO()
    word.save(content)
    return content.getvalue()


def expected(of: Document) -> Expected:
    """The report as it was written."""
    return Expected(of, {name: (name, bookmark_name(name)) for name in (AUSTRIA, FRANCE)})


def unplaced(found: Returned) -> list[str]:
    """All that was not taken into a section."""
    return [*found.unplaced, *found.differing]


def from_markdown(of: Document, change: Callable[[str], str] = lambda text: text) -> list[Piece]:
    """The Markdown report, changed and read."""
    return list(read_markdown(change(to_markdown(of).decode())))


def from_word(of: Document) -> list[Piece]:
    """The Word report, read."""
    return read_word(to_word(of))


def laid(pieces: list[Piece], of: Document) -> Returned:
    """The pieces beside the report."""
    return laid_beside(pieces, expected(of))


@pytest.mark.parametrize("read", [from_markdown, from_word])
def test_untouched_report_comes_back_as_it_was(read: Callable[[Document], list[Piece]]) -> None:
    """Nothing of what stands beside the texts is taken for one, or for lost."""
    report = document()
    found = laid(read(report), report)
    assert unplaced(found) == []
    assert {name: source_of(blocks) for name, blocks in found.texts.items()} == {
        AUSTRIA: "Sun gave 1.25 TWh.",
        FRANCE: "Sun gave more.",
    }


@pytest.mark.parametrize("read", [from_markdown, from_word])
def test_untouched_text_is_untouched_whatever_it_holds(
    read: Callable[[Document], list[Piece]], hostile_text: str
) -> None:
    """A text that looks like markup is no change of an editor."""
    texts = [block for block in parse_text(f"Text: {hostile_text}")]
    report = document(*texts)
    found = laid(read(report), report)
    assert plain(source_of(found.texts[AUSTRIA])) == plain(
        source_of(expected(report).sections[AUSTRIA].texts)
    )
    assert unplaced(found) == []


@pytest.mark.parametrize("read", [from_markdown, from_word])
def test_emphasis_links_and_lists_come_back(read: Callable[[Document], list[Piece]]) -> None:
    """They are an editor's, and stay."""
    source = "So **bold** and *fine*, [here](<https://x.org>).\n\n- one\n- two\n\nEnd."
    report = document(*parse_text(source))
    assert source_of(laid(read(report), report).texts[AUSTRIA]) == source


def test_source_is_escaped_only_where_it_would_be_read_as_markup() -> None:
    """What a person sees is what the next report shows."""
    assert source_of([paragraph("2 * 3, kton_CO2, 50 %")]) == "2 * 3, kton_CO2, 50 %"
    source = source_of([paragraph("a *b* c")])
    assert source == r"a \*b\* c"
    (block,) = parse_text(source)
    assert isinstance(block, Paragraph)
    assert block.runs == (Run(text="a *b* c"),)


def test_text_under_the_table_belongs_to_the_section() -> None:
    """An editor's last paragraph is not lost."""
    report = document()
    found = laid(
        from_markdown(
            report,
            lambda t: t.replace("<!-- section 1.1.1@FR", "One more.\n\n<!-- section 1.1.1@FR"),
        ),
        report,
    )
    assert source_of(found.texts[AUSTRIA]) == "Sun gave 1.25 TWh.\n\nOne more."


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("## 1 Power", "## 1 Power\n\nA word before.", "a text at '1 Power': A word before."),
        ("1.25 |", "1.35 |", "a changed table at 1.1.1@AT: 1.35"),
        ("7 has no fact", "7 is fine", "a text at 1.1.1@AT: To be checked: 7 is fine."),
        ("A page", "Another page", "a text at 1.1.1@AT: Sources [1] Another page, x.org"),
        ("About it.", "On it.", "a text at 'A report': On it."),
        (
            "<!-- section 1.1.1@FR -->",
            "<!-- section 1.1.1@AT -->",
            "1.1.1@AT occurs twice: its second text",
        ),
    ],
)
def test_what_has_no_place_is_reported(before: str, after: str, message: str) -> None:
    """A change that is not taken over is never passed over in silence."""
    report = document()
    found = laid(from_markdown(report, lambda text: text.replace(before, after, 1)), report)
    assert message in unplaced(found)


def test_section_is_found_by_its_headings_when_its_mark_is_gone() -> None:
    """An editor's program may drop comments."""
    report = document()

    def without_marks(text: str) -> str:
        return "\n".join(line for line in text.split("\n") if not line.startswith("<"))

    found = laid(from_markdown(report, without_marks), report)
    assert list(found.texts) == [AUSTRIA, FRANCE]
    assert unplaced(found) == []


def test_section_is_found_by_its_mark_when_its_heading_is_changed() -> None:
    """Marks go first."""
    report = document()
    found = laid(
        from_markdown(report, lambda t: t.replace("##### Austria", "##### Österreich")), report
    )
    assert list(found.texts) == [AUSTRIA, FRANCE]


def test_joined_paragraphs_are_one() -> None:
    """A tracked deletion of the end of a paragraph is accepted too."""
    report = document(paragraph("One."), paragraph("Two."))
    word = docx.Document(io.BytesIO(to_word(report)))
    first = next(p for p in word.paragraphs if p.text == "One.")
    marks = OxmlElement("w:rPr")
    marks.append(OxmlElement("w:del"))
    first._p.get_or_add_pPr().append(marks)
    saved = io.BytesIO()
    word.save(saved)
    found = laid(read_word(saved.getvalue()), report)
    assert source_of(found.texts[AUSTRIA]) == "One.Two."


def test_list_of_an_editor_is_a_list() -> None:
    """Whatever style Word gives it."""
    report = document()
    word = docx.Document(io.BytesIO(to_word(report)))
    body = next(p for p in word.paragraphs if p.text == "Sun gave 1.25 TWh.")
    for text in ("one", "two"):
        new = body.insert_paragraph_before(text)
        number = OxmlElement("w:numPr")
        new._p.get_or_add_pPr().append(number)
    saved = io.BytesIO()
    word.save(saved)
    found = laid(read_word(saved.getvalue()), report)
    assert source_of(found.texts[AUSTRIA]) == "- one\n- two\n\nSun gave 1.25 TWh."


def test_moved_text_counts_where_it_went() -> None:
    """Tracked moves are accepted like insertions and deletions."""
    report = document()
    word = docx.Document(io.BytesIO(to_word(report)))
    body = next(p for p in word.paragraphs if p.text == "Sun gave 1.25 TWh.")
    gone = OxmlElement("w:moveFrom")
    run = body.runs[0]._r
    run.addprevious(gone)
    gone.append(run)
    come = OxmlElement("w:moveTo")
    new, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "Moved here."
    new.append(text)
    new.append(OxmlElement("w:br"))
    come.append(new)
    body._p.append(come)
    assert body._p.findall(qn("w:moveTo"))
    saved = io.BytesIO()
    word.save(saved)
    found = laid(read_word(saved.getvalue()), report)
    assert source_of(found.texts[AUSTRIA]) == "Moved here."


@pytest.mark.parametrize("read", [from_markdown, from_word])
def test_what_code_has_made_and_an_editor_took_away_is_reported(
    read: Callable[[Document], list[Piece]],
) -> None:
    """The report keeps it, and nobody wonders why."""
    report = document()
    without = report.model_copy(
        update={"blocks": tuple(b for b in report.blocks if not isinstance(b, Notice | Table))}
    )
    sentences = unplaced(laid(read(without), report))
    assert "a notice at 1.1.1@AT is gone: To be checked: 7 has no fact." in sentences
    assert "a table at 1.1.1@FR is gone" in sentences
    assert not any("1 of 2 sections" in sentence for sentence in sentences)  # counts what is there


@pytest.mark.parametrize("read", [from_markdown, from_word])
def test_row_that_is_gone_is_reported(read: Callable[[Document], list[Piece]]) -> None:
    """Every cell that is left is known, but not the table."""
    report = document()
    less = TABLE.model_copy(update={"rows": ()})
    blocks = (less if block == TABLE else block for block in report.blocks)
    found = laid(read(report.model_copy(update={"blocks": tuple(blocks)})), report)
    assert unplaced(found) == [
        f"a changed table at {name}: cells are moved or gone" for name in (AUSTRIA, FRANCE)
    ]


@pytest.mark.parametrize("read", [from_markdown, from_word])
def test_other_order_of_sections_is_reported(read: Callable[[Document], list[Piece]]) -> None:
    """It is the sheet's; the texts are found all the same."""
    report = document()
    at = [
        number
        for number, block in enumerate(report.blocks)
        if isinstance(block, Heading) and (block.section_id or block.anchor == "annex-data")
    ]
    first, second, end = at
    parts = (report.blocks[:first], report.blocks[second:end], report.blocks[first:second])
    blocks = (*(b for part in parts for b in part), *report.blocks[end:])
    found = laid(read(report.model_copy(update={"blocks": blocks})), report)
    assert list(found.texts) == [FRANCE, AUSTRIA]
    assert unplaced(found) == [
        "the order of the sections, which comes from the sheet (1.1.1@FR has moved)"
    ]


def test_renamed_heading_of_a_section_is_reported() -> None:
    """Headings come from the sheet."""
    report = document()
    found = laid(from_markdown(report, lambda t: t.replace("##### Austria", "##### Alps")), report)
    assert unplaced(found) == ["the heading 'Alps' of 1.1.1@AT"]


def test_heading_inside_a_section_takes_nothing_of_it_away() -> None:
    """What stood in the section stays there, whatever heading an editor has put before it."""
    report = document(paragraph("One."), paragraph("Two."))
    found = laid(
        from_markdown(report, lambda t: t.replace("Two.", "##### Mine\n\nTwo.\n\nThree.", 1)),
        report,
    )
    assert source_of(found.texts[AUSTRIA]) == "One.\n\nTwo."
    assert unplaced(found) == [
        "the heading 'Mine' is not from the report",
        "a text at 'Mine': Three.",
    ]
    deeper = laid(
        from_markdown(report, lambda t: t.replace("Two.", "###### Mine\n\nThree.", 1)), report
    )
    assert source_of(deeper.texts[AUSTRIA]) == "One.\n\nThree."


def test_paragraph_that_looks_like_a_heading_is_still_one() -> None:
    """A slip of the mouse gives it another style."""
    report = document(paragraph("One."), paragraph("Two."))
    found = laid(from_markdown(report, lambda t: t.replace("Two.", "##### Two.", 1)), report)
    assert source_of(found.texts[AUSTRIA]) == "One.\n\nTwo."
    assert unplaced(found) == []


def test_report_without_any_heading_is_read_by_their_texts() -> None:
    """Some programs lose every style."""
    report = document()
    plain_text = from_markdown(report, lambda t: re.sub("(?m)^(<.*>|#+ )", "", t))
    found = laid(plain_text, report)
    assert list(found.texts) == [AUSTRIA, FRANCE]
    assert source_of(found.texts[AUSTRIA]) == "Sun gave 1.25 TWh."


@pytest.mark.parametrize(
    "change",
    [
        lambda text: re.sub(r"(?m)^(#+) (.*)$", r"\1 \2 \1", text),
        lambda text: re.sub(r"(?m)^# (.*)$", r"\1\n=====", text),
        lambda text: re.sub(r"(?m)^## (.*)$", r"\1\n-----", text),
        lambda text: re.sub(r"(?m)^\| ?(.*?) *\|$", r"\1", text),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("gave 1.25", "gave\n1.25"),
        lambda text: text.replace("\N{NO-BREAK SPACE}", " ").replace("Sun", "S\u00adun"),
    ],
)
def test_other_spelling_of_markdown_is_no_change(change: Callable[[str], str]) -> None:
    """Editors' programs write headings, tables and lines in their own ways."""
    report = document()
    found = laid(from_markdown(report, change), report)
    assert [source_of(blocks) for blocks in found.texts.values()] == [
        "Sun gave 1.25 TWh.",
        "Sun gave more.",
    ]
    assert unplaced(found) == []


def test_code_between_fences_is_one_text() -> None:
    """Nothing in it begins a section."""
    report = document()
    fenced = "```\n# No heading\n\nMore.\n```\n\nSun gave 1.25"
    found = laid(from_markdown(report, lambda t: t.replace("Sun gave 1.25", fenced, 1)), report)
    assert unplaced(found) == []
    assert source_of(found.texts[AUSTRIA]).startswith("\\# No heading")
    assert source_of(found.texts[AUSTRIA]).endswith("Sun gave 1.25 TWh.")


def test_styles_of_another_language_are_headings_by_their_outline_level() -> None:
    """``Überschrift 1`` is one as well."""
    report = document()
    word = docx.Document(io.BytesIO(to_word(report)))
    for style in word.styles:
        name = style.element.find(qn("w:name"))
        name.set(qn("w:val"), name.get(qn("w:val")).replace("heading", "Überschrift"))
    for mark in list(word.element.body.iter(qn("w:bookmarkStart"))):
        mark.getparent().remove(mark)
    found = laid(read_word(saved(word)), report)
    assert list(found.texts) == [AUSTRIA, FRANCE]
    assert unplaced(found) == []


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("w:footnoteReference", "a footnote"),
        ("w:commentReference", "a comment"),
        ("w:drawing", "a picture or text box"),
        ("m:oMath", "a formula"),
    ],
)
def test_what_no_section_can_hold_is_reported(name: str, message: str) -> None:
    """It is not dropped in silence."""
    report = document()
    word = docx.Document(io.BytesIO(to_word(report)))
    body = next(p for p in word.paragraphs if p.text == "Sun gave 1.25 TWh.")
    body.runs[0]._r.append(OxmlElement(name))
    found = laid(read_word(saved(word)), report)
    assert unplaced(found) == [f"{message} at 1.1.1@AT"]
    assert source_of(found.texts[AUSTRIA]) == "Sun gave 1.25 TWh."


def test_hidden_text_and_symbols() -> None:
    """What nobody sees is no text; a letter that only its font knows is reported."""
    report = document()
    word = docx.Document(io.BytesIO(to_word(report)))
    body = next(p for p in word.paragraphs if p.text == "Sun gave 1.25 TWh.")
    body.add_run(" Hidden.").font.hidden = True
    for code in ("00B0", "F0B0"):
        symbol = OxmlElement("w:sym")
        symbol.set(qn("w:font"), "Symbol")
        symbol.set(qn("w:char"), code)
        body.runs[0]._r.append(symbol)
    word.element.body.insert(0, OxmlElement("w:sdt"))
    found = laid(read_word(saved(word)), report)
    assert source_of(found.texts[AUSTRIA]) == "Sun gave 1.25 TWh.°"
    assert unplaced(found) == ["a symbol of the font Symbol at 1.1.1@AT"]


@pytest.mark.slow
def test_time_of_a_long_text_grows_in_proportion() -> None:
    """Each paragraph is added to those before it, and compared with those that were written."""

    def laying(count: int) -> Work:
        texts = [paragraph(f"A text of the editor's {number}.") for number in range(count)]
        written = expected(document(*texts))
        heading = HeadingPiece(2, "Austria", (AUSTRIA,))
        pieces = [heading, *map(TextPiece, reversed(texts))]
        return lambda: laid_beside(pieces, written)

    assert_in_proportion(laying, 500)
