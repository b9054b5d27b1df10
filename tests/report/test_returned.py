"""Reports that come back from an editor: what is read of them, and where it belongs."""

from __future__ import annotations

import io
from collections.abc import Callable
from zipfile import ZIP_DEFLATED, ZipFile

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from factbook.report import word_returned
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
from factbook.report.markdown import to_markdown
from factbook.report.markdown_returned import read_markdown
from factbook.report.returned import Expected, Piece, Returned, laid_beside, plain, source_of
from factbook.report.text import parse_text
from factbook.report.word import to_word
from factbook.report.word_body import bookmark_name
from factbook.report.word_returned import read_word

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


def expected(of: Document) -> Expected:
    """The report as it was written."""
    return Expected(of, {name: (name, bookmark_name(name)) for name in (AUSTRIA, FRANCE)})


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
    assert found.unplaced == []
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
        source_of(expected(report).texts[AUSTRIA])
    )
    assert found.unplaced == []


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
    ("before", "after", "told"),
    [
        ("## 1 Power", "## 1 Power\n\nA word before.", "a text at '1 Power': A word before."),
        ("1.25 |", "1.35 |", "a changed table at 1.1.1@AT: 1.35"),
        ("7 has no fact", "7 is fine", "a text at 1.1.1@AT: To be checked: 7 is fine."),
        ("A page", "Another page", "a text at 1.1.1@AT: Sources [1] Another page, x.org"),
        ("About it.", "On it.", "a text at 'A report': On it."),
        (
            "<!-- section 1.1.1@FR -->",
            "<!-- section 1.1.1@AT -->",
            "1.1.1@AT stands there twice: its second text",
        ),
    ],
)
def test_what_has_no_place_is_told(before: str, after: str, told: str) -> None:
    """A change that is not taken over is never passed over in silence."""
    report = document()
    found = laid(from_markdown(report, lambda text: text.replace(before, after, 1)), report)
    assert told in found.unplaced


def test_section_is_found_by_its_headings_when_its_mark_is_gone() -> None:
    """An editor's program may drop comments."""
    report = document()

    def without_marks(text: str) -> str:
        return "\n".join(line for line in text.split("\n") if not line.startswith("<"))

    found = laid(from_markdown(report, without_marks), report)
    assert list(found.texts) == [AUSTRIA, FRANCE]
    assert found.unplaced == []


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


@pytest.mark.parametrize("content", [b"", b"PK", b"\xd0\xcf\x11\xe0old"])
def test_other_file_is_no_word_document(content: bytes) -> None:
    """It is refused with a sentence."""
    with pytest.raises(ValueError, match="it is no Word document"):
        read_word(content)


def test_archive_of_other_things_is_no_word_document() -> None:
    """A zip alone is not enough."""
    packed = io.BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", "a")
    with pytest.raises(ValueError, match="it is no Word document"):
        read_word(packed.getvalue())


def test_document_that_unpacks_to_too_much_is_refused() -> None:
    """Before anything of it is unpacked."""
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive, archive.open("word/a.xml", "w") as part:
        for _ in range(word_returned.MAX_BYTES // 10**6 + 1):
            part.write(bytes(10**6))
    with pytest.raises(ValueError, match="MB unpacked, at most 200"):
        read_word(packed.getvalue())
