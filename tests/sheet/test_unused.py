"""What a sheet says without any effect, or twice."""

from collections.abc import Callable

import pytest

from factbook.errors import Finding
from factbook.sheet.models import PromptSheet
from factbook.sheet.unused import nearest_id, unused

from .conftest import Rows

SheetOf = Callable[[Rows], PromptSheet]


def only(sheet: PromptSheet, code: str) -> Finding:
    """The only finding, a warning of the given code."""
    (finding,) = unused(sheet, file="sheet.xlsx")
    assert (finding.severity, finding.code) == ("warning", f"sheet.{code}")
    assert finding.file == "sheet.xlsx"
    return finding


def test_unused_finds_nothing_in_a_good_sheet(sheet_of: SheetOf, rows: Rows) -> None:
    """Titles of different tasks may repeat, and are no fault."""
    assert rows["Sub Tasks"][0]["Title"] == rows["Sub Tasks"][2]["Title"]
    assert unused(sheet_of(rows), file="sheet.xlsx") == ()


def test_titles_that_repeat_in_a_task_are_reported(sheet_of: SheetOf, rows: Rows) -> None:
    """Both rows are named; case makes no difference to a reader."""
    rows["Sub Tasks"][1]["Title"] = "by FUEL"
    finding = only(sheet_of(rows), "duplicate-title")
    assert finding.message == "2 sub-tasks of task '1.1' have the title 'By fuel'"
    assert (finding.sheet, finding.cells) == ("Sub Tasks", ("D2", "D3"))


def test_searches_of_one_id_are_reported(sheet_of: SheetOf, rows: Rows) -> None:
    """A Unique_ID is there to name one search; searches without one are no repeats."""
    rows["External Search"] = [
        {"ID": "1.1.1", "Unique_ID": name, "Data Source": "ETM"}
        for name in ("ES1", "ES2", "ES1", None, None)
    ]
    finding = only(sheet_of(rows), "duplicate-search")
    assert "'ES1'" in finding.message
    assert finding.cells == ("B2", "B4")


@pytest.mark.parametrize("column", ["collection_name", "property_list", "category_list"])
def test_lists_of_searches_without_data_are_reported(
    sheet_of: SheetOf, rows: Rows, column: str
) -> None:
    """An internet search selects no rows; its lists would be ignored."""
    rows["External Search"] = [
        {"ID": "1.1.1", "Data Source": "Internet Search", "Prompt": "Find it", column: "Wind"},
        {"ID": "1.1.1", "Data Source": "ETM", column: "Wind"},
    ]
    finding = only(sheet_of(rows), "unused-selection")
    assert "have no effect" in finding.message
    assert finding.cells == ("row 2",)


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("1.1.1@AT", "'1.1.1'"),
        ("1.1.1a", "'1.1.1'"),
        ("1.1.1, 1.1.2", "its own row"),
        ("1.1.1 1.1.2", "its own row"),
        ("See sub-task 1.1.2.", "'1.1.2' alone"),
        ("1.1.7", "Correct the id"),
        ("1.10.4", "'1.10.1'"),
    ],
)
def test_texts_that_look_like_references_are_reported(
    sheet_of: SheetOf, rows: Rows, text: str, remedy: str
) -> None:
    """A reference that is none would be taken as an example of style without a word."""
    rows["Cross Reference"] = [{"ID": "1.1.2", "Copy": text}]
    finding = only(sheet_of(rows), "copy-of-nothing")
    assert f"'{text}'" in finding.message
    assert remedy in finding.remedy
    assert finding.cells == ("B2",)


@pytest.mark.parametrize(
    "text",
    [
        "Lead with the total, then the parts.",
        "Demand grew by 1.1 per cent.",
        "Short.",
        "As in section 1.1.1 of the last report, lead with the total and then the parts.",
        "1.1.1",
    ],
)
def test_examples_of_style_are_no_references(sheet_of: SheetOf, rows: Rows, text: str) -> None:
    """Prose is left alone, and so is an id that there is."""
    rows["Cross Reference"] = [{"ID": "1.1.2", "Copy": text}]
    assert unused(sheet_of(rows), file="sheet.xlsx") == ()


def test_numbers_in_an_example_are_no_ids(sheet_of: SheetOf, rows: Rows) -> None:
    """Where sub-tasks are called 1.5, a short example may still hold that number."""
    rows["Sub Tasks"][0] |= {"ID": "1.5", "Task_section_id": "1"}
    rows["Cross Reference"] = [{"ID": "1.1.2", "Copy": "Demand grew by 1.5 per cent."}]
    assert unused(sheet_of(rows), file="sheet.xlsx") == ()


def test_nearest_id_is_one_of_the_same_parent() -> None:
    """1.1.7 is nearer to 1.1.2 than to 3.1.7, though both differ in one character."""
    assert nearest_id("1.1.7", ["3.1.7", "1.1.2"]) == "1.1.2"
    assert nearest_id("9.9", ["9.8"]) == "9.8"
    assert nearest_id("x", ["1.1"]) == ""


def test_nearest_id_is_none_where_several_are_as_near() -> None:
    """To name one of them would be a guess that looks like knowledge."""
    assert nearest_id("1.1.7", ["1.1.1", "1.1.2", "1.1.3"]) == ""
    assert nearest_id("1.1.2a", ["1.1.1", "1.1.2", "1.1.3"]) == "1.1.2"
    assert nearest_id("COST", ["costs", "gas"]) == "costs"


def test_categories_that_repeat_in_a_group_are_reported(sheet_of: SheetOf, rows: Rows) -> None:
    """Case makes no difference; one category may be in several groups, or noted without one."""
    rows["All Categories"] = [
        {"category_name": name, "group": group}
        for name, group in (
            *(("Coal", "Fossil"), ("Gas", "Fossil"), ("coal", "FOSSIL"), ("Coal", "Solid")),
            *(("Oil", None), ("Oil", None)),
        )
    ]
    finding = only(sheet_of(rows), "duplicate-category")
    assert finding.message == "group 'Fossil' has the category 'Coal' 2 times"
    assert (finding.sheet, finding.cells) == ("All Categories", ("A2", "A4"))
