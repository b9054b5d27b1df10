"""Tests of the report as a Word document."""

import re
import subprocess
import sys
from io import BytesIO
from zipfile import ZipFile

import docx
import pytest
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from lxml import etree

from factbook.report.blocks import Document, Heading, Table
from factbook.report.text import one_line
from factbook.report.word import to_word
from factbook.report.word_body import bookmark_name
from factbook.report.word_styles import TEXT_WIDTH


def opened(document: Document) -> WordDocument:
    """The Word document, read back."""
    return docx.Document(BytesIO(to_word(document)))


def styled(word: WordDocument, style: str) -> list[str]:
    """The text of every paragraph with a style."""
    return [item.text for item in word.paragraphs if item.style and item.style.name == style]


def text_in(element: etree._Element) -> str:
    """The text under an element."""
    return "".join(node.text or "" for node in element.iter(qn("w:t")))


def bookmarks(word: WordDocument) -> dict[str, str]:
    """For each bookmark the text of its paragraph."""
    found = {}
    for mark in word.element.body.iter(qn("w:bookmarkStart")):
        found[mark.get(qn("w:name"))] = text_in(mark.getparent())
    return found


def test_word_has_real_headings(document: Document) -> None:
    """Headings have Word's own styles, one a level."""
    word = opened(document)
    assert styled(word, "Title") == ["Electricity in two countries"]
    assert styled(word, "Subtitle") == ["Selection of 2 of 4 sections"]
    assert styled(word, "Heading 1") == ["1 Supply", "2 Conclusion"]
    assert styled(word, "Heading 2") == ["1.1 Generation"]
    assert styled(word, "Heading 3") == ["1.1.2 Total generation"]
    assert styled(word, "Heading 4") == ["Austria", "Belgium", "Austria"]
    for level in range(1, 5):
        outline = word.styles[f"Heading {level}"].element.find(f".//{qn('w:outlineLvl')}")
        assert outline.get(qn("w:val")) == str(level - 1)


def test_word_starts_chapters_on_a_new_page(document: Document) -> None:
    """A chapter begins a page, a task does not."""
    styles = opened(document).styles
    assert styles["Heading 1"].paragraph_format.page_break_before is True
    assert not styles["Heading 2"].paragraph_format.page_break_before


def test_word_contents_are_filled_in_and_linked(document: Document) -> None:
    """The contents are a field that holds its lines, each a link to its heading."""
    word = opened(document)
    body = word.element.body
    instructions = [node.text.strip() for node in body.iter(qn("w:instrText"))]
    assert instructions == [r'TOC \o "1-3" \h \z \u']
    kinds = [node.get(qn("w:fldCharType")) for node in body.iter(qn("w:fldChar"))]
    assert kinds == ["begin", "separate", "end"]
    marks = bookmarks(word)
    links = {
        link.get(qn("w:anchor")): text_in(link)
        for link in body.iter(qn("w:hyperlink"))
        if link.get(qn("w:anchor"))
    }
    assert list(links.values()) == [
        "1 Supply", "1.1 Generation", "1.1.2 Total generation", "2 Conclusion"
    ]  # fmt: skip
    assert all(marks[anchor] == text for anchor, text in links.items())
    assert word.settings.element.find(qn("w:updateFields")) is None


def test_word_numbers_its_pages(document: Document) -> None:
    """The footer has the page field, but not on the title page."""
    (section,) = opened(document).sections
    footer = section.footer._element
    assert [node.text.strip() for node in footer.iter(qn("w:instrText"))] == ["PAGE"]
    assert section.different_first_page_header_footer
    assert section.header.paragraphs[0].text == "Electricity in two countries"


def test_word_tables_have_room_for_each_figure() -> None:
    """LibreOffice breaks what a column has no room for; letters get smaller before that."""
    changes = [
        f"Change {years}, {unit}" for years in ("2015–2021", "2016–2020") for unit in ("TWh", "%")
    ]
    columns = ("", "2015", "2016", "2020", "2021", *changes, "Share 2021, %")
    figures = ("13,318.5", "573.9", "573.9", "573.9", "−4,686", "−35.2", "−4,686", "−35.2", "11.7")
    for count in (3, 6, len(columns)):
        table = Table(
            caption="",
            columns=columns[:count],
            rows=(("Total of Wind, Solar and Hydro", *figures)[:count],),
            numeric=(False, *(True,) * (count - 1)),
            note="",
        )
        document = Document(
            title="", subtitle="", date="", language="en", context=(), blocks=(table,)
        )
        (shown,) = opened(document).tables
        size = shown.cell(0, 1).paragraphs[0].runs[0].font.size
        points = 9 if size is None else size.pt
        assert 7 <= points <= 9
        for figure, cell in zip(figures, shown.rows[1].cells[1:], strict=False):
            # A digit of the widest font that may stand in is 0.64 of its size wide.
            assert cell.width.pt - 7 >= len(figure) * 0.64 * points, (count, figure)
        assert sum(cell.width.pt for cell in shown.rows[1].cells) <= TEXT_WIDTH / 20


def test_word_tables_repeat_their_head(document: Document) -> None:
    """A table has caption, note, a head that repeats, and numbers flush right."""
    word = opened(document)
    (table,) = word.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["Subject", "Period", "Value", "Unit"],
        ["Hydro", "2021", "38.8", "TWh"],
        ["Wind", "2021", "6.74", "TWh"],
    ]
    assert len(list(table.rows[0]._tr.iter(qn("w:tblHeader")))) == 1
    assert not list(table.rows[1]._tr.iter(qn("w:tblHeader")))
    names = [cell.paragraphs[0].style.name for cell in table.rows[1].cells]
    assert names == ["Table Text", "Table Text", "Table Figure", "Table Text"]
    right = word.styles["Table Figure"].element.find(f".//{qn('w:jc')}")
    assert right.get(qn("w:val")) == "right"
    assert styled(word, "Caption") == ["Main figures: Austria"]
    assert styled(word, "Table Note") == ["Source: etm.csv, rows 2–3."]


def test_word_sets_notices_apart(document: Document) -> None:
    """Each kind of notice has its own style, with a border and a tint."""
    word = opened(document)
    assert styled(word, "Notice Missing") == ["Missing: This section could not be written."]
    assert styled(word, "Notice Degraded") == ["Stand-in: The offline writer's text stands in."]
    assert styled(word, "Notice Note") == ["Note: Great Britain was dropped."]
    for name in ("Notice Missing", "Notice Degraded", "Notice Note"):
        style = word.styles[name].element
        assert style.find(f".//{qn('w:pBdr')}") is not None
        assert style.find(f".//{qn('w:shd')}") is not None


def test_word_of_an_unfinished_report_says_so_on_its_title_page(
    unfinished_document: Document,
) -> None:
    """Once, before the page of the contents begins."""
    word = opened(unfinished_document)
    styles = [item.style.name for item in word.paragraphs if item.style]
    assert styles[:4] == ["Title", "Subtitle", "Report Date", "Notice Degraded"]
    assert styled(word, "Notice Degraded")[0] == (
        "Unfinished: This report is incomplete: 1 section is degraded."
    )
    assert len(styled(word, "Notice Degraded")) == 2


def test_word_lists_sources(cited_document: Document) -> None:
    """In small print with a heading; the address of a page is a link."""
    word = opened(cited_document)
    assert styled(word, "Sources Title") == ["Sources"]
    assert styled(word, "Source") == [
        "[1] A *report*, https://example.org/report?year=2021&page=3",
        "[2] A book, ftp://example.org/book",
    ]
    links = [link.address for paragraph in word.paragraphs for link in paragraph.hyperlinks]
    assert [address for address in links if address] == [
        "https://example.org/report?year=2021&page=3"
    ]
    assert styled(word, "Notice Degraded") == [
        "Unfinished: The model's text stands.",
        "To be checked: 40 has no fact.",
    ]


def test_word_keeps_looks_and_links(document: Document) -> None:
    """Bold, italic and links come out; blanks between runs stay."""
    word = opened(document)
    (paragraph,) = (item for item in word.paragraphs if "67.3" in item.text)
    assert paragraph.text == (
        "Austria generated 67.3\u00a0TWh in 2021, more than before, by far; see the source."
    )
    assert [run.text for run in paragraph.runs if run.bold] == ["more than before"]
    assert [run.text for run in paragraph.runs if run.italic] == ["by far"]
    assert [link.address for link in paragraph.hyperlinks] == ["https://example.org/a?b=1&c=2"]


def test_word_numbered_lists_begin_anew(document: Document) -> None:
    """Each numbered list has a number of its own that starts at 1."""
    word = opened(document)
    items = [item for item in word.paragraphs if item.style and item.style.name == "List Number"]
    numbers = [item._p.pPr.numPr.numId.val for item in items]
    assert numbers[0] == numbers[1] != numbers[2]
    numbering = word.part.numbering_part.element
    for number in set(numbers):
        (start,) = numbering.xpath(f"w:num[@w:numId='{number}']//w:startOverride/@w:val")
        assert start == "1"
    assert styled(word, "List Bullet") == ["hydro", "wind"]


def test_word_bookmarks_name_sections(document: Document) -> None:
    """The heading of a section has a hidden bookmark made from its id."""
    marks = bookmarks(opened(document))
    assert marks["_s_1_2e1_2e2_40AT"] == "Austria"
    assert marks[bookmark_name("1.1.2@BE")] == "Belgium"
    assert marks[bookmark_name("conclusion@AT")] == "Austria"


def test_bookmark_names_are_valid_and_tell_sections_apart() -> None:
    """Names keep to Word's rules, also for long ids and those that differ in a sign only."""
    ids = ["1.1.2@AT", "1_1.2@AT", "1.1_2@AT", "1.1#summary@AT", "ü" * 60, "ü" * 61, "x" * 100]
    names = [bookmark_name(section_id) for section_id in ids]
    assert all(re.fullmatch(r"_[A-Za-z0-9_]{1,39}", name) for name in names)
    assert len({name.casefold() for name in names}) == len(ids)


def test_word_bookmarks_are_unique_whatever_the_ids() -> None:
    """Ids that are equal, or equal but for case, get bookmarks that differ."""
    ids = ("1@AT", "1@at", "1@AT", "y" * 80, "y" * 80)
    blocks = tuple(Heading(level=4, text="X", anchor="x", section_id=name) for name in ids)
    body = opened(Document(title="T", blocks=blocks)).element.body
    names = [mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))]
    assert len({name.casefold() for name in names}) == len(ids)
    assert all(len(name) <= 40 for name in names)


def test_word_shows_hostile_text_as_it_is(hostile_text: str) -> None:
    """A hostile text stands in headings, paragraphs and cells, and in the properties."""
    text = one_line(hostile_text)
    blocks = (Heading(level=1, text=hostile_text, anchor="a"),)
    word = opened(Document(title=hostile_text, context=(hostile_text,), blocks=blocks))
    assert styled(word, "Heading 1") == styled(word, "Title") == [text]
    assert word.core_properties.title == text[:255]


def test_word_holds_hostile_text_whole(hostile_document: Document) -> None:
    """All parts parse, no field but ours is there, and no relation loads anything."""
    with ZipFile(BytesIO(to_word(hostile_document))) as package:
        for name in package.namelist():
            root = etree.fromstring(package.read(name))
            fields = [node.text.strip()[:4] for node in root.iter(qn("w:instrText"))]
            assert set(fields) <= {"TOC", "TOC ", "PAGE"}
            assert not [r for r in root.iter("{*}Relationship") if r.get("TargetMode")]


def test_word_has_language_and_properties(document: Document) -> None:
    """The language stands in the styles; the properties hold a title and a fixed date."""
    word = opened(document)
    (language,) = word.styles.element.xpath("w:docDefaults//w:lang/@w:val")
    assert language == "en-GB"
    properties = word.core_properties
    assert properties.title == "Electricity in two countries"
    assert properties.created == properties.modified
    assert properties.created is not None
    assert properties.created.year == 2000
    assert "python-docx" not in f"{properties.author}{properties.comments}"


def test_word_holds_no_parts_of_another_document(document: Document) -> None:
    """There is no picture, macro or leftover of a template in the package."""
    with ZipFile(BytesIO(to_word(document))) as package:
        assert not [name for name in package.namelist() if not name.endswith((".xml", ".rels"))]
        assert not [name for name in package.namelist() if "customXml" in name]
        assert {member.date_time for member in package.infolist()} == {(2000, 1, 1, 0, 0, 0)}


@pytest.mark.slow
@pytest.mark.parametrize("exporter", ["word.to_word", "pdf.to_pdf", "html.to_html"])
def test_exporters_give_the_same_bytes_in_another_process(
    document: Document, exporter: str
) -> None:
    """Time, process and hash seed leave no trace in a file."""
    module, function = exporter.split(".")
    code = (
        "import hashlib, sys\n"
        "from factbook.report.blocks import Document\n"
        f"from factbook.report.{module} import {function}\n"
        f"document = Document.model_validate_json(sys.stdin.read())\n"
        f"print(hashlib.sha256({function}(document)).hexdigest())"
    )
    digests = set()
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code],
            input=document.model_dump_json(),
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        digests.add(done.stdout)
    assert len(digests) == 1


def test_word_shows_headlines_and_messages_in_their_styles(told_document: Document) -> None:
    """So that an editor's program, and `adopt`, know them."""
    word = opened(told_document)
    assert styled(word, "Headline") == ["Wind *passed* coal in 2019"]
    assert styled(word, "Key Messages Title") == ["Key messages"]
    message = "Wind passed coal. (Austria, 1.1.2 Wind)"
    assert styled(word, "Key Message") == [message, "3.4 TWh is little. (Gone)", message]
    assert styled(word, "Heading 4") == ["Austria", "France"]


def test_word_messages_lead_to_the_bookmarks_of_their_sections(told_document: Document) -> None:
    """A link inside the document; one to nothing is no link."""
    word = opened(told_document)
    marks = bookmarks(word)
    links = [
        (marks[link.get(qn("w:anchor"))], text_in(link))
        for link in word.element.body.iter(qn("w:hyperlink"))
        if not link.get(qn("w:anchor"), "").startswith("_Toc")
    ]
    assert links == [("Austria", "Austria, 1.1.2 Wind")] * 2
