"""From records to blocks: order, headings, placeholders, the annex."""

from __future__ import annotations

import pytest

from factbook.llm.chat import Source
from factbook.report.blocks import (
    AnyBlock,
    Document,
    Heading,
    Headline,
    KeyMessages,
    ListBlock,
    Notice,
    Paragraph,
    Sources,
    Table,
)
from factbook.report.document import About, make_document
from factbook.writing.record import Message, SectionRecord
from tests.sections import make_outline, make_record, make_sheet

ABOUT = About(title="Report", context="One.\n\nTwo.", date="2025-01-31")
SHEET = make_sheet({"1.1.1": "country", "1.1.2": "EU", "2.1.1": "country"})


def written(**changed: SectionRecord) -> dict[str, SectionRecord]:
    """Records of all sections; those in `changed` are keyed by id with _ for dots and @."""
    ids = [section.id for section in make_outline(SHEET).whole().sections]
    return {section_id: make_record(section_id) for section_id in ids} | {
        record.section_id: record for record in changed.values()
    }


def blocks_of(document: Document, section_id: str) -> list[AnyBlock]:
    """Blocks between a section's heading and the next heading."""
    found: list[AnyBlock] = []
    inside = False
    for block in document.blocks:
        if isinstance(block, Heading):
            inside = block.section_id == section_id
        elif inside:
            found.append(block)
    return found


def headings(document: Document) -> list[tuple[int, str]]:
    """Level and text of each heading."""
    return [(b.level, b.text) for b in document.blocks if isinstance(b, Heading)]


def test_report_follows_the_sheet() -> None:
    """Chapters, tasks, sub-tasks, places; the conclusion at the end."""
    document = make_document(ABOUT, make_outline(SHEET).whole(), written())
    countries = [(4, "Austria"), (4, "France"), (4, "Greece")]
    assert headings(document) == [
        *[(1, "1 Chapter 1"), (2, "1.1 Part 1.1"), (3, "1.1.1 On 1.1.1"), *countries],
        *[(3, "1.1.2 On 1.1.2"), (4, "EU")],
        *[(1, "2 Chapter 2"), (2, "2.1 Part 2.1"), (3, "2.1.1 On 2.1.1"), *countries],
        *[(1, "Conclusion"), (2, "Austria"), (2, "France"), (2, "Greece"), (2, "EU")],
    ]


def test_title_page_says_what_the_report_is() -> None:
    """Name, context by paragraphs, date; no subtitle for a whole report."""
    document = make_document(ABOUT, make_outline(SHEET).whole(), written())
    assert (document.title, document.subtitle, document.date) == ("Report", "", "2025-01-31")
    assert document.context == ("One.", "Two.")


def test_selection_says_that_it_is_one() -> None:
    """A part of a report never looks like the whole."""
    outline = make_outline(SHEET, objective_list=(2,)).selected()
    assert make_document(ABOUT, outline, written()).subtitle == "Selection: 6 of 11 sections"


def test_section_is_its_text_and_its_figures() -> None:
    """Rendered from the record."""
    document = make_document(ABOUT, make_outline(SHEET).whole(), written())
    paragraph, table = blocks_of(document, "1.1.1@AT")
    assert isinstance(paragraph, Paragraph)
    assert "".join(run.text for run in paragraph.runs) == "Wind gave 6.48\N{NO-BREAK SPACE}TWh."
    assert isinstance(table, Table)
    assert table.caption == "Generation, Austria, TWh"


def test_missing_section_leaves_a_placeholder() -> None:
    """Where it would stand, and before the first chapter."""
    failed = make_record("1.1.1@FR", "failed", source_text="", reason="ValueError: no", figures=())
    records = written(one=failed)
    del records["2.1.1@GR"]
    document = make_document(ABOUT, make_outline(SHEET).whole(), records)
    first = document.blocks[0]
    assert isinstance(first, Notice)
    assert first.tone == "missing"
    assert "2 of 11 sections are missing (1.1.1@FR, 2.1.1@GR)" in first.text
    assert blocks_of(document, "1.1.1@FR") == [
        Notice(tone="missing", text="Section 1.1.1@FR is missing: ValueError: no.")
    ]
    assert blocks_of(document, "2.1.1@GR") == [
        Notice(tone="missing", text="Section 2.1.1@GR is missing: it has not been written yet.")
    ]


def test_complete_report_has_no_notice() -> None:
    """Nothing to say, nothing said."""
    document = make_document(ABOUT, make_outline(SHEET).whole(), written())
    assert not [block for block in document.blocks if isinstance(block, Notice)]


def test_degraded_section_is_visibly_marked() -> None:
    """The stand-in is no equal of what was asked for."""
    degraded = make_record(
        "1.1.1@AT", "degraded", reason="no answer", writer={"provider": "offline"}
    )
    document = make_document(ABOUT, make_outline(SHEET).whole(), written(one=degraded))
    notice, paragraph, _ = blocks_of(document, "1.1.1@AT")
    assert isinstance(notice, Notice)
    assert notice.tone == "degraded"
    assert "no answer" in notice.text
    assert isinstance(paragraph, Paragraph)


def test_refused_section_differs_from_a_missing_one() -> None:
    """Its placeholder names the content filter; both are counted before the first chapter."""
    refused = make_record("1.1.1@AT", "refused", source_text="", reason="violence", figures=())
    records = written(one=refused)
    del records["1.1.1@FR"]
    document = make_document(ABOUT, make_outline(SHEET).whole(), records)
    assert blocks_of(document, "1.1.1@AT") == [
        Notice(
            tone="missing",
            text="Section 1.1.1@AT was refused by the content filter: violence.",
        )
    ]
    assert document.blocks[0] == Notice(
        tone="missing",
        text="1 of 11 sections is missing (1.1.1@FR); "
        "1 of 11 sections is refused by the content filter (1.1.1@AT).",
    )


def test_text_marks_and_sources_stand_before_the_figures() -> None:
    """In the order in which a reader needs them."""
    marked = make_record(
        source_text="Wind gave {F1} {S1}.",
        marks=("40 has no fact.",),
        sources=(Source(title="A report", url="https://example.org"),),
    )
    document = make_document(ABOUT, make_outline(SHEET).whole(), written(one=marked))
    text, marks, sources, _ = blocks_of(document, "1.1.1@AT")
    assert isinstance(text, Paragraph)
    assert text.runs[0].text == "Wind gave 6.48\N{NO-BREAK SPACE}TWh [1]."
    assert marks == Notice(tone="marked", text="40 has no fact.")
    assert isinstance(sources, Sources)


def test_annex_lists_what_the_report_cites() -> None:
    """Each address once, in the order of first use, whatever number it had in its section."""
    one, two = Source(title="One", url="https://a.b/1"), Source(title="Two", url="https://a.b/2")
    records = written(
        one=make_record("1.1.1@AT", source_text="A {S2}.", sources=(one, two)),
        two=make_record("2.1.1@FR", source_text="B {S1}, {S2}.", sources=(two, one)),
    )
    document = make_document(ABOUT, make_outline(SHEET).whole(), records)
    assert headings(document)[-2:] == [(1, "About the data"), (2, "Internet sources")]
    last = document.blocks[-1]
    assert isinstance(last, ListBlock)
    assert [[run.text for run in item] for item in last.items] == [
        ["Two, ", "https://a.b/2"],
        ["One, ", "https://a.b/1"],
    ]


def test_text_that_cites_nothing_known_is_never_exported() -> None:
    """Neither a fact nor a source is left out in silence."""
    outline = make_outline(SHEET).whole()
    for text, name in (("It was {F9}.", "F9"), ("It was so {S1}.", "S1")):
        with pytest.raises(KeyError, match=name):
            make_document(ABOUT, outline, written(one=make_record(source_text=text)))


def test_generated_sections_have_headings_of_their_own() -> None:
    """Introduction before, summary after the sub-tasks."""
    outline = make_outline(
        make_sheet({"1.1.1": "EU"}),
        add_introduction_to_task=True,
        add_sub_task_summary=True,
        conclude_report=False,
    ).whole()
    records = {s.id: make_record(s.id) for s in outline.sections}
    assert [
        text for level, text in headings(make_document(ABOUT, outline, records)) if level == 3
    ] == [
        "Introduction",
        "1.1.1 On 1.1.1",
        "Summary",
    ]


def test_anchors_are_unique() -> None:
    """Also where ids differ only in what an anchor cannot hold."""
    sheet = make_sheet({"a b.1.1": "EU", "a-b.1.1": "EU"})
    outline = make_outline(sheet, conclude_report=False).whole()
    document = make_document(ABOUT, outline, {})
    anchors = [b.anchor for b in document.blocks if isinstance(b, Heading)]
    assert len(set(anchors)) == len(anchors)


def test_annex_lists_sources_and_cleanings() -> None:
    """Where the figures come from, and what was done to them."""
    about = About(title="R", origins={"ETM": "Ember", "PLEXOS": ""}, data_notes=("2 gaps.",))
    document = make_document(about, make_outline(SHEET).whole(), written())
    assert headings(document)[-3:] == [
        (1, "About the data"),
        (2, "Sources"),
        (2, "What was cleaned and what is missing"),
    ]
    sources, notes = [block for block in document.blocks if isinstance(block, ListBlock)]
    assert [item[0].text for item in sources.items] == ["Ember"]
    assert [item[0].text for item in notes.items] == ["2 gaps."]


def test_annex_lists_what_sections_have_no_figures_for() -> None:
    """Each once, after the cleanings; beyond sixty they are counted."""
    about = About(title="R", data_notes=("2 gaps.",))
    gaps = ("No value of Coal.", "No share of Gas.")
    records = written(
        one=make_record("1.1.1@AT", gaps=gaps[:1]), other=make_record("2.1.1@FR", gaps=gaps)
    )
    document = make_document(about, make_outline(SHEET).whole(), records)
    [notes] = [block for block in document.blocks if isinstance(block, ListBlock)]
    assert [item[0].text for item in notes.items] == ["2 gaps.", *gaps]
    many = tuple(f"No value of {number}." for number in range(62))
    records = written(one=make_record("1.1.1@AT", gaps=many))
    document = make_document(about, make_outline(SHEET).whole(), records)
    [notes] = [block for block in document.blocks if isinstance(block, ListBlock)]
    assert len(notes.items) == 62
    assert notes.items[-1][0].text.startswith("2 more such notes")


def test_ids_that_are_no_numbers_are_not_shown() -> None:
    """A chapter called A1 is headed by its title."""
    sheet = make_sheet({"A1.1.1": "EU"}, {"A1": "Power"})
    outline = make_outline(sheet, conclude_report=False).whole()
    assert headings(make_document(ABOUT, outline, {}))[0] == (1, "Power")


def test_headline_stands_above_the_text() -> None:
    """Right under the place, before what is said of its status."""
    own = make_record(
        "1.1.1@AT", "degraded", headline="Wind reached {F1}", writer={"provider": "offline"}
    )
    document = make_document(ABOUT, make_outline(SHEET).whole(), written(one=own))
    headline, notice, paragraph, _ = blocks_of(document, "1.1.1@AT")
    assert headline == Headline(text="Wind reached 6.48\N{NO-BREAK SPACE}TWh")
    assert isinstance(notice, Notice)
    assert isinstance(paragraph, Paragraph)
    assert not [b for b in blocks_of(document, "1.1.1@FR") if isinstance(b, Headline)]


def test_missing_text_has_no_headline() -> None:
    """There is nothing that it could stand above."""
    failed = make_record("1.1.1@AT", "failed", source_text="", headline="Wind {F1}", reason="no")
    document = make_document(ABOUT, make_outline(SHEET).whole(), written(one=failed))
    assert not [block for block in document.blocks if isinstance(block, Headline)]


def test_headline_is_part_of_the_mark_of_its_text() -> None:
    """An edited report shows by it which headline its editor saw."""
    marks = []
    for headline in ("", "Wind reached {F1}", "Wind fell to {F1}"):
        own = make_record("1.1.1@AT", headline=headline)
        document = make_document(ABOUT, make_outline(SHEET).whole(), written(one=own))
        found = (b for b in document.blocks if isinstance(b, Heading) and b.section_id)
        marks.append({heading.section_id: heading.text_mark for heading in found})
    assert len({each["1.1.1@AT"] for each in marks}) == 3
    assert len({each["1.1.1@FR"] for each in marks}) == 1


def test_sources_of_a_headline_are_listed() -> None:
    """What it cites is cited by the section."""
    sources = (Source(title="", url="https://a.example"), Source(title="", url="https://b.example"))
    own = make_record("1.1.1@AT", headline="Wind reached {F1} {S2}", sources=sources)
    document = make_document(ABOUT, make_outline(SHEET).whole(), written(one=own))
    (listed,) = [b for b in blocks_of(document, "1.1.1@AT") if isinstance(b, Sources)]
    assert ["".join(run.text for run in item) for item in listed.items] == ["[2] https://b.example"]


def test_key_messages_open_the_report_and_its_chapters() -> None:
    """After what is said of the whole report; each names the heading that it leads to."""
    message = Message(source_text="Wind gave {F1}.", kind="record", about="wind", score=50)
    own = make_record("1.1.1@AT", messages=(message,))
    failed = make_record("1.1.1@FR", "failed", source_text="", reason="no")
    document = make_document(ABOUT, make_outline(SHEET).whole(), written(one=own, two=failed))
    notice, glance, opening, chapter, own_opening = document.blocks[:5]
    assert isinstance(notice, Notice)
    assert isinstance(glance, Heading)
    assert isinstance(opening, KeyMessages)
    assert isinstance(chapter, Heading)
    assert isinstance(own_opening, KeyMessages)
    assert (glance.level, glance.text, opening.title) == (1, "At a glance", "")
    assert (chapter.text, own_opening.title) == ("1 Chapter 1", "Key messages")
    assert opening.items == own_opening.items
    (item,) = opening.items
    assert (item.text, item.place) == (
        "Wind gave 6.48\N{NO-BREAK SPACE}TWh.",
        "Austria, 1.1.1 On 1.1.1",
    )
    (target,) = [b for b in document.blocks if isinstance(b, Heading) and b.anchor == item.anchor]
    assert target.section_id == "1.1.1@AT"
    assert len([block for block in document.blocks if isinstance(block, KeyMessages)]) == 2


def test_own_conclusion_of_the_sheet_does_not_mix_up_chapters() -> None:
    """A chapter whose sections and conclusions stand under one heading keeps its messages."""
    titles = {"1": "Power", "2": "Conclusion"}
    outline = make_outline(make_sheet({"1.1.1": "country", "2.1.1": "country"}, titles)).whole()
    message = Message(source_text="Wind gave {F1}.", kind="record", about="wind", score=50)
    records = {s.id: make_record(s.id, messages=(message,)) for s in outline.sections}
    document = make_document(ABOUT, outline, records)
    opened = [
        before.text
        for before, after in zip(document.blocks, document.blocks[1:], strict=False)
        if isinstance(after, KeyMessages) and isinstance(before, Heading)
    ]
    assert opened == ["At a glance", "1 Power", "2 Conclusion"]
