"""The outline: chapters, sections, selections, edges and the conclusion."""

from __future__ import annotations

from typing import Any

import pytest

from factbook.sheet.outline import Outline
from tests.sections import make_outline, make_sheet

CONCLUSIONS = ["conclusion@AT", "conclusion@FR", "conclusion@GR", "conclusion@EU"]


def ids(outline: Outline) -> list[str]:
    """Section ids in the order of the report."""
    return [section.id for section in outline.sections]


def chapters(outline: Outline) -> list[str]:
    """Chapter ids in the order of the report."""
    return [chapter.id for chapter in outline.chapters]


def test_sections_stand_in_the_order_of_the_sheet() -> None:
    """Sub-tasks as they come, each for its countries or for the region; then conclusions."""
    assert ids(make_outline().whole()) == [
        *("1.1.1@AT", "1.1.1@FR", "1.1.1@GR", "1.1.2@EU"),
        *("1.2.1@AT", "1.2.1@FR", "1.2.1@GR"),
        *("2.1.1@AT", "2.1.1@FR", "2.1.1@GR"),
        *CONCLUSIONS,
    ]


def test_ids_that_look_like_numbers_are_text() -> None:
    """1.10 is not 1.1, and stands where the sheet puts it."""
    sheet = make_sheet({"1.10.1": "EU", "1.1.1": "EU", "1.2.1": "EU"})
    assert ids(make_outline(sheet, conclude_report=False).whole()) == [
        "1.10.1@EU",
        "1.1.1@EU",
        "1.2.1@EU",
    ]


def test_any_name_of_the_region_gives_the_region() -> None:
    """A level that is not `country` is the region, whose id is its name."""
    sheet = make_sheet({"1.1.1": "EU27", "1.1.2": "Country"})
    outline = make_outline(sheet, conclude_report=False).whole()
    assert ids(outline) == ["1.1.1@EU", "1.1.2@AT", "1.1.2@FR", "1.1.2@GR"]


def test_conclusion_depends_on_all_sections_of_its_place() -> None:
    """And its chapter on all chapters."""
    outline = make_outline().whole()
    [conclusion] = [c for c in outline.chapters if c.id == "conclusion"]
    assert conclusion.upstream == ("1", "2")
    assert conclusion.title == "Conclusion"
    by_id = {section.id: section for section in conclusion.sections}
    assert by_id["conclusion@AT"].upstream == ("1.1.1@AT", "1.2.1@AT", "2.1.1@AT")
    assert by_id["conclusion@EU"].upstream == ("1.1.2@EU",)
    assert by_id["conclusion@AT"].part_id == "conclusion"


def test_conclusion_only_for_places_with_a_section() -> None:
    """A report on the region alone concludes the region alone."""
    sheet = make_sheet({"1.1.1": "EU"})
    assert ids(make_outline(sheet).whole()) == ["1.1.1@EU", "conclusion@EU"]


def test_conclusion_can_be_left_out() -> None:
    """With the flag off there is none."""
    assert chapters(make_outline(conclude_report=False).whole()) == ["1", "2"]


@pytest.mark.parametrize("title", ["Conclusion", " conclusions "])
def test_conclusion_takes_the_sheets_own_chapter(title: str) -> None:
    """An objective called so is where the conclusions stand, under its title."""
    sheet = make_sheet(
        {"0.1.1": "country", "1.1.1": "country", "3.1.1": "country"},
        {"0": "Heat", "1": "Power", "2": title, "3": "Annex"},
    )
    outline = make_outline(sheet).whole()
    assert chapters(outline) == ["0", "1", "conclusion", "3"]
    [conclusion] = [c for c in outline.chapters if c.id == "conclusion"]
    assert conclusion.title == title
    assert {section.objective.id for section in conclusion.sections} == {"2"}
    assert [c.id for c in outline.in_order_of_edges()] == ["0", "1", "3", "conclusion"]


def test_introductions_come_before_and_summaries_after_their_task() -> None:
    """One for each place that has a section in the task."""
    outline = make_outline(
        make_sheet({"1.1.1": "country", "1.1.2": "EU"}),
        add_introduction_to_task=True,
        add_sub_task_summary=True,
        conclude_report=False,
    ).whole()
    places = ["AT", "FR", "GR", "EU"]
    assert ids(outline) == [
        *(f"1.1#introduction@{place}" for place in places),
        *("1.1.1@AT", "1.1.1@FR", "1.1.1@GR", "1.1.2@EU"),
        *(f"1.1#summary@{place}" for place in places),
    ]
    by_id = {section.id: section for section in outline.sections}
    assert by_id["1.1#introduction@AT"].upstream == ()
    assert by_id["1.1#summary@AT"].upstream == ("1.1.1@AT",)
    assert by_id["1.1#summary@EU"].upstream == ("1.1.2@EU",)
    assert (by_id["1.1#summary@AT"].part_id, by_id["1.1#summary@AT"].title) == (
        "1.1#summary",
        "Summary",
    )


def test_cross_reference_makes_an_edge_for_the_same_place() -> None:
    """Country to country; to the region's section where the other is the region's."""
    sheet = make_sheet(
        {"1.1.1": "country", "1.1.2": "EU", "1.1.3": "country", "2.1.1": "EU"},
        edges={"1.1.1": "1.1.3", "1.1.3": "1.1.2", "2.1.1": "1.1.1"},
    )
    outline = make_outline(sheet, conclude_report=False).whole()
    upstream = {section.id: section.upstream for section in outline.sections}
    assert upstream["1.1.1@FR"] == ("1.1.3@FR",)
    assert upstream["1.1.3@FR"] == ("1.1.2@EU",)
    assert upstream["2.1.1@EU"] == ()
    assert outline.chapters[1].upstream == ("1",)
    order = [section.id for section in outline.chapters[0].in_order_of_edges()]
    assert sorted(order) == sorted(section.id for section in outline.chapters[0].sections)
    for section in outline.chapters[0].sections:
        assert all(order.index(other) < order.index(section.id) for other in section.upstream)


def test_chapters_run_after_those_they_use() -> None:
    """An earlier chapter may use a later one."""
    sheet = make_sheet({"1.1.1": "EU", "2.1.1": "EU"}, edges={"1.1.1": "2.1.1"})
    outline = make_outline(sheet, conclude_report=False).whole()
    assert chapters(outline) == ["1", "2"]
    assert [chapter.id for chapter in outline.in_order_of_edges()] == ["2", "1"]


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"objective_list": (2,)}, ["2.1.1@AT", "2.1.1@FR", "2.1.1@GR"]),
        ({"sub_task_list": ("1.1.2",)}, ["1.1.2@EU"]),
        ({"objective_list": (1,), "sub_task_list": ("2.1.1",)}, []),
        (
            {"test_mode": True},
            ["1.1.1@AT", "1.1.1@FR", "1.2.1@AT", "1.2.1@FR", "2.1.1@AT", "2.1.1@FR"],
        ),
    ],
)
def test_selection_leaves_out_what_is_not_asked_for(
    config: dict[str, Any], expected: list[str]
) -> None:
    """Lists and test mode select; what is left out is told by the outline."""
    outline = make_outline(conclude_report=False, **config).selected()
    assert ids(outline) == expected
    assert outline.is_selection
    assert outline.total_sections == 10


def test_test_mode_keeps_the_region() -> None:
    """First sub-task of each task, first two countries, and the region."""
    sheet = make_sheet({"1.1.1": "EU", "1.1.2": "country", "1.2.1": "country"})
    outline = make_outline(sheet, test_mode=True).selected()
    assert ids(outline) == [
        *("1.1.1@EU", "1.2.1@AT", "1.2.1@FR"),
        *("conclusion@AT", "conclusion@FR", "conclusion@EU"),
    ]


def test_whole_report_is_no_selection() -> None:
    """Lists that name everything leave out nothing."""
    configs: tuple[dict[str, Any], ...] = ({}, {"objective_list": (1, 2)})
    for config in configs:
        outline = make_outline(**config).selected()
        assert not outline.is_selection
        assert outline == make_outline().whole()


def test_selected_chapter_does_not_wait_for_one_that_is_not() -> None:
    """Its text is taken from the last run."""
    sheet = make_sheet({"1.1.1": "EU", "2.1.1": "EU"}, edges={"2.1.1": "1.1.1"})
    outline = make_outline(sheet, objective_list=(2,), conclude_report=False).selected()
    assert outline.chapters[0].upstream == ()
    assert outline.sections[0].upstream == ("1.1.1@EU",)


def test_conclusion_alone_is_written_and_the_whole_report_shown() -> None:
    """Without the main report the other chapters are kept as earlier runs have written them."""
    outline = make_outline(run_main_report=False).selected()
    whole = make_outline().whole()
    assert ids(outline) == ids(whole)
    assert not outline.is_selection
    assert [(c.id, c.is_kept) for c in outline.chapters] == [
        *(("1", True), ("2", True), ("conclusion", False)),
    ]
    assert [section.id for section in outline.sections_to_write] == CONCLUSIONS
    assert outline.sections_to_write == whole.chapters[-1].sections
    [conclusion] = outline.in_order_of_edges()
    assert (conclusion.id, conclusion.upstream) == ("conclusion", ())


def test_conclusion_alone_of_a_selection() -> None:
    """What is shown is the selection, what is written its conclusions."""
    outline = make_outline(run_main_report=False, sub_task_list=("1.1.2",)).selected()
    assert ids(outline) == ["1.1.2@EU", "conclusion@EU"]
    assert outline.is_selection
    assert [section.id for section in outline.sections_to_write] == ["conclusion@EU"]


def test_all_is_written_unless_only_the_conclusion_is_asked_for() -> None:
    """An outline keeps nothing of earlier runs by itself."""
    for outline in (make_outline().whole(), make_outline(objective_list=(1,)).selected()):
        assert outline.to_write == outline.chapters
        assert outline.sections_to_write == outline.sections


def test_unknown_ids_of_a_selection_are_errors() -> None:
    """Each with the nearest, or with all that there are."""
    findings = make_outline(objective_list=(7,), sub_task_list=("1.1.11",)).findings()
    assert [f.code for f in findings] == ["config.unknown-id"] * 2
    assert "'objective_list' names '7'" in findings[0].message
    assert findings[0].allowed == "1, 2"
    assert findings[1].remedy == "Did you mean '1.1.1'?"


def test_part_of_a_section_is_its_id_without_the_place() -> None:
    """Whatever the region is called."""
    for section in make_outline(add_introduction_to_task=True).whole().sections:
        assert section.id == f"{section.part_id}@{section.place.code}"


@pytest.mark.parametrize("generated", [False, True])
@pytest.mark.parametrize("conclude", [False, True])
def test_sections_are_counted_without_making_them(generated: bool, conclude: bool) -> None:
    """The number is that of the outline, whatever is generated."""
    maker = make_outline(
        conclude_report=conclude,
        add_introduction_to_task=generated,
        add_sub_task_summary=generated,
    )
    assert maker.number_of_sections() == maker.whole().total_sections


def test_more_sections_than_the_limit_are_an_error() -> None:
    """It says how many there would be, how many there may be, and the key that says so."""
    number = make_outline().number_of_sections()
    at_limit = make_outline(limits={"max_sections": number})
    assert not list(at_limit.size_findings("sheet.xlsx"))
    [finding] = make_outline(limits={"max_sections": number - 1}).size_findings("sheet.xlsx")
    assert (finding.severity, finding.code) == ("error", "sheet.too-many-sections")
    assert f"would have {number} sections" in finding.message
    assert finding.allowed == f"at most {number - 1} (limits.max_sections)"
