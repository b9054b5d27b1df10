"""Tests of the report as PDF."""

import re
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from factbook.report.blocks import Document, Heading, Paragraph, Run, Table
from factbook.report.pdf import to_pdf
from factbook.report.text import parse_text

WHOLE, PORTIONS = 10_000_000, 500


def bookmarks(reader: PdfReader, outline: list[Any] | None = None, depth: int = 0) -> list[Any]:
    """Depth, title and page of every bookmark, in order."""
    found = []
    for item in reader.outline if outline is None else outline:
        if isinstance(item, list):
            found += bookmarks(reader, item, depth + 1)
        else:
            found.append((depth, item.title, reader.get_destination_page_number(item)))
    return found


def words(text: str) -> str:
    """A text without its blanks, which PDF does not keep."""
    return re.sub(r"\s|\u200b", "", text)


@pytest.fixture(params=[WHOLE, PORTIONS], ids=["whole", "portions"])
def reader(request: pytest.FixtureRequest, long_document: Document) -> PdfReader:
    """A report of some pages, set in one go and in portions."""
    return PdfReader(BytesIO(to_pdf(long_document, portion_weight=request.param)))


@pytest.fixture
def long_document() -> Document:
    """Three chapters of some pages each."""
    blocks: list[Any] = []
    for chapter in range(1, 4):
        blocks.append(Heading(level=1, text=f"{chapter} Chapter", anchor=f"c-{chapter}"))
        blocks.append(Heading(level=2, text=f"{chapter}.1 Task", anchor=f"t-{chapter}"))
        blocks.append(Heading(level=3, text=f"{chapter}.1.1 Sub-task", anchor=f"s-{chapter}"))
        for place in ("Austria", "Belgium", "Denmark", "Spain"):
            blocks.append(Heading(level=4, text=place, anchor=f"{place.lower()}-{chapter}"))
            blocks += parse_text(f"{place} generated 67.3\u00a0TWh in 2021. " * 25)
    return Document(title="A long report", language="en-GB", blocks=tuple(blocks))


def test_pdf_has_bookmarks_for_headings(reader: PdfReader) -> None:
    """Every heading is a bookmark at its depth, on the page where it stands."""
    found = bookmarks(reader)
    places = [(3, place) for place in ("Austria", "Belgium", "Denmark", "Spain")]
    expected = [(0, "Contents")]
    for chapter in range(1, 4):
        expected += [(0, f"{chapter} Chapter"), (1, f"{chapter}.1 Task")]
        expected += [(2, f"{chapter}.1.1 Sub-task"), *places]
    assert [(depth, title) for depth, title, _ in found] == expected
    for _, title, page in found:
        assert words(title) in words(reader.pages[page].extract_text())


def test_pdf_contents_give_the_printed_page(reader: PdfReader) -> None:
    """The contents name the page number that is printed on the chapter's page."""
    lines = reader.pages[1].extract_text()
    for _, title, page in bookmarks(reader):
        if title.endswith(("Chapter", "Sub-task")):
            printed = reader.pages[page].extract_text().split()
            assert reader.page_labels[page] in printed
            assert re.search(rf"{title}[\s.]*{reader.page_labels[page]}\b", lines)


def test_pdf_contents_lead_to_the_pages(reader: PdfReader) -> None:
    """Each line of the contents is a link to its page, none to an address."""
    targets = set()
    for annotation in reader.pages[1].annotations or []:
        link = annotation.get_object()
        target = link["/Dest"] if "/Dest" in link else link["/A"]["/D"].get_object()
        targets.add(reader.get_page_number(target[0].get_object()))
    listed = [mark for mark in bookmarks(reader)[1:] if mark[0] < 3]
    assert targets == {page for _, _, page in listed}


def test_pdf_chapters_begin_pages_and_none_is_empty(reader: PdfReader) -> None:
    """A chapter stands at the top of its page; there are no blank pages."""
    for page in reader.pages:
        assert len(words(page.extract_text())) > 10
    chapters = [page for depth, title, page in bookmarks(reader) if depth == 0]
    assert len(chapters) == len(set(chapters)) == 4


def test_pdf_counts_its_pages(reader: PdfReader) -> None:
    """The pages before the report count in Roman figures, those of the report from 1."""
    body = len(reader.pages) - 2
    assert reader.page_labels[1:] == ["ii", *(str(number) for number in range(1, body + 1))]
    assert reader.metadata is not None
    assert reader.metadata.title == "A long report"
    assert str(reader.root_object["/Lang"]).startswith("en")


def test_pdf_in_portions_says_the_same(long_document: Document) -> None:
    """A report in portions has all the text of one that is set at once, in order."""
    texts = []
    for weight in (WHOLE, PORTIONS):
        pages = PdfReader(BytesIO(to_pdf(long_document, portion_weight=weight))).pages[2:]
        text = " ".join(page.extract_text() for page in pages)
        texts.append(re.findall(r"[A-Z][a-z]+\s+generated|Chapter|Task|Sub-task", text))
    assert texts[0] == texts[1]
    assert len(texts[0]) == 3 * (3 + 4 * 25)


@pytest.mark.parametrize("weight", [WHOLE, PORTIONS])
def test_pdf_is_the_same_each_time(long_document: Document, weight: int) -> None:
    """The same document gives the same bytes, and no date is in them."""
    first = to_pdf(long_document, portion_weight=weight)
    assert first == to_pdf(long_document, portion_weight=weight)
    assert PdfReader(BytesIO(first)).metadata.creation_date is None


def test_pdf_shows_every_kind_of_block(document: Document) -> None:
    """Title page, notices, lists, table with caption and note are on the pages."""
    pages = [page.extract_text() for page in PdfReader(BytesIO(to_pdf(document))).pages]
    assert "Electricity in two\ncountries" in pages[0] or "Electricity in two countries" in pages[0]
    for text in ("Selection of 2 of 4", "12 March 2026", "A review of electricity", "one table."):
        assert text in pages[0]
    body = words("".join(pages[2:]))
    for text in (
        "Note: Great Britain was dropped.",
        "Missing: This section could not be written.",
        "Stand-in: The offline writer's text stands in.",
        "1. first 2. second 1. first again",
        "Main figures: Austria Subject Period Value Unit Hydro 2021 38.8 TWh",
        "Source: etm.csv, rows 2–3.",
        "more than before, by far; see the source.",
    ):
        assert words(text) in body


@pytest.mark.parametrize("weight", [WHOLE, 1])
def test_pdf_of_an_unfinished_report_says_so_on_its_title_page(
    document: Document, unfinished_document: Document, weight: int
) -> None:
    """Once, and without a page of its own."""
    finished = PdfReader(BytesIO(to_pdf(document, portion_weight=weight)))
    reader = PdfReader(BytesIO(to_pdf(unfinished_document, portion_weight=weight)))
    texts = [words(page.extract_text()) for page in reader.pages]
    notice = words("Unfinished: This report is incomplete: 1 section is degraded.")
    assert notice in texts[0]
    assert notice not in "".join(texts[1:])
    assert len(reader.pages) == len(finished.pages)
    assert "1Supply" in texts[2]


def test_pdf_shows_hostile_text_as_it_is(hostile_text: str) -> None:
    """A hostile text is printed, not run: what the fonts can draw is on the page."""
    blocks = (Heading(level=1, text="Here", anchor="a"), Paragraph(runs=(Run(text=hostile_text),)))
    reader = PdfReader(BytesIO(to_pdf(Document(title="T", blocks=blocks))))
    page = reader.pages[-1].extract_text()
    drawn = re.findall(r"[!-~]+", hostile_text)
    if "\u202e" not in hostile_text and "ש" not in hostile_text:
        assert words("".join(drawn))[:60] in re.sub(r"[^!-~]", "", page)


@pytest.mark.parametrize("weight", [WHOLE, PORTIONS])
def test_pdf_holds_hostile_text_whole(hostile_document: Document, weight: int) -> None:
    """Hostile text in every place gives a file without scripts, attachments or outer links."""
    pdf = to_pdf(hostile_document, portion_weight=weight)
    reader = PdfReader(BytesIO(pdf))
    titles = [title for _, title, _ in bookmarks(reader)]
    assert len(titles) == 1 + 2 * sum(block.block == "table" for block in hostile_document.blocks)
    assert not {"/OpenAction", "/AA", "/AcroForm"} & set(reader.root_object)
    assert not reader.attachments
    for page in reader.pages:
        for annotation in page.annotations or []:
            assert "/URI" not in annotation.get_object().get("/A", {})


def test_pdf_breaks_words_that_fit_no_line() -> None:
    """A word longer than the line goes on in the next instead of over the edge."""
    word = "abcdefghij" * 30
    table = Table(caption="", columns=(word, "b"), rows=((word, word),), numeric=(False, True))
    paragraph = Paragraph(runs=(Run(text=word),))
    for block in (table, paragraph):
        page = PdfReader(BytesIO(to_pdf(Document(title="T", blocks=(block,))))).pages[-1]
        lefts = []
        page.extract_text(
            visitor_text=lambda text, _cm, tm, _font, _size, lefts=lefts: (
                lefts.append(tm[4]) if text.strip() else None
            )
        )
        assert "abcdefghij" in page.extract_text()
        assert max(lefts) < 595 - 70


def test_pdf_of_nothing_has_its_title_page() -> None:
    """A document without blocks is a title page."""
    reader = PdfReader(BytesIO(to_pdf(Document(title="Nothing yet"))))
    assert "Nothing yet" in reader.pages[0].extract_text()


@pytest.mark.parametrize("weight", [WHOLE, 1])
def test_pdf_lists_sources(cited_document: Document, weight: int) -> None:
    """Under the text, with the address of a page as a link."""
    pages = PdfReader(BytesIO(to_pdf(cited_document, portion_weight=weight))).pages
    text = words("".join(page.extract_text() for page in pages))
    assert words("Sources[1] A *report*, https://example.org/report?year=2021&page=3[2] A") in text
    assert words("Unfinished: The model's text stands.") in text
    assert words("To be checked: 40 has no fact.") in text
    links = [
        note.get_object()["/A"]["/URI"]
        for page in pages
        for note in page.annotations or []
        if "/URI" in note.get_object().get("/A", {})
    ]
    assert set(links) == {"https://example.org/report?year=2021&page=3"}


@pytest.mark.parametrize("weight", [WHOLE, 100], ids=["whole", "portions"])
def test_pdf_messages_lead_to_their_sections(told_document: Document, weight: int) -> None:
    """Also where the report is put together of portions; one to nothing is no link."""
    reader = PdfReader(BytesIO(to_pdf(told_document, portion_weight=weight)))
    pages = {title: page for _, title, page in bookmarks(reader)}
    for opening in ("At a glance", "1 Supply"):
        page = reader.pages[pages[opening]]
        text = words(page.extract_text())
        assert words("Wind passed coal. Austria, 1.1.2 Wind") in text
        targets = []
        for annotation in page.annotations or []:
            link = annotation.get_object()
            target = link["/Dest"] if "/Dest" in link else link["/A"]["/D"].get_object()
            if isinstance(target, str):
                target = reader.named_destinations[target].dest_array
            targets.append(reader.get_page_number(target[0].get_object()))
        assert targets == [pages["Austria"]]
    section = words(reader.pages[pages["Austria"]].extract_text())
    assert words("Austria Wind *passed* coal in 2019 Wind gave") in section
