"""Linting: rows that refer to nothing, contradict each other, or give nothing."""

from collections.abc import Callable

import pytest

from factbook.errors import Finding
from factbook.sheet.lint import lint
from factbook.sheet.models import PromptSheet

from .conftest import Rows

SheetOf = Callable[[Rows], PromptSheet]


def findings_of(sheet: PromptSheet) -> tuple[Finding, ...]:
    """Findings for a project with the region EU and a table of prices."""
    return lint(sheet, file="sheet.xlsx", region_names=("EU", "EU27"), table_names=("prices",))


def only(sheet: PromptSheet, code: str) -> Finding:
    """The only finding, which has the given code."""
    (finding,) = findings_of(sheet)
    assert finding.code == f"sheet.{code}", finding
    assert finding.file == "sheet.xlsx"
    return finding


def test_lint_finds_nothing_in_a_good_sheet(sheet_of: SheetOf, rows: Rows) -> None:
    """A sheet without a fault has no finding."""
    rows["Text Guidelines"] = [{"ID": "1.1.1", "Standard": "Short"}]
    rows["Default Charts"] = [{"sub_task_id": "1.1.1", "Image": "ETM"}]
    rows["External Search"] = [
        {"ID": "1.1.1", "Data Source": "ETM"},
        {"ID": "1.1.2", "Data Source": "LLM Call", "Level": "eu27"},
        {"ID": "1.1.2", "Data Source": "Internet Search", "Level": "Country"},
    ]
    rows["Cross Reference"] = [{"ID": "1.1.2", "Copy": "1.1.1"}]
    assert findings_of(sheet_of(rows)) == ()


def test_lint_names_a_task_without_objective(sheet_of: SheetOf, rows: Rows) -> None:
    """An orphan names both ids, sheet and row, and is an error."""
    rows["Tasks"][0]["Objective ID"] = "99"
    finding = only(sheet_of(rows), "orphan")
    assert finding.severity == "error"
    assert finding.message == "task '1.1' belongs to objective '99', which does not exist"
    assert (finding.sheet, finding.cells) == ("Tasks", ("row 2",))


def test_lint_gathers_orphans_of_one_parent(sheet_of: SheetOf, rows: Rows) -> None:
    """Sub-tasks of one missing task are one finding, with the nearest id."""
    rows["Sub Tasks"][0] |= {"ID": "1.11.1", "Task_section_id": "1.11"}
    rows["Sub Tasks"][1] |= {"ID": "1.11.2", "Task_section_id": "1.11"}
    found = findings_of(sheet_of(rows))
    assert [finding.code for finding in found] == ["sheet.orphan", "sheet.empty-parent"]
    assert "sub-tasks '1.11.1' and '1.11.2' belong to task '1.11'" in found[0].message
    assert found[0].cells == ("row 2", "row 3")
    assert "the nearest id is '1.1" in found[0].remedy


@pytest.mark.parametrize(
    ("name", "row", "named"),
    [
        ("Text Guidelines", {"ID": "1.1.9", "Standard": "x"}, "a guideline"),
        ("Default Charts", {"sub_task_id": "1.1.9", "Image": "ETM"}, "a chart"),
        (
            "External Search",
            {"ID": "1.1.9", "Unique_ID": "ES1", "Data Source": "ETM"},
            "search 'ES1'",
        ),
        ("Cross Reference", {"ID": "1.1.9", "Copy": "1.1.1"}, "a cross reference"),
    ],
)
def test_lint_names_rows_without_a_sub_task(
    sheet_of: SheetOf, rows: Rows, name: str, row: dict[str, str], named: str
) -> None:
    """What belongs to no sub-task would be ignored, so that it is an error."""
    rows[name] = [row]
    finding = only(sheet_of(rows), "orphan")
    assert finding.severity == "error"
    assert f"{named} belongs to sub-task '1.1.9'" in finding.message
    assert (finding.sheet, finding.cells) == (name, ("row 2",))


def test_lint_warns_of_an_unknown_aim(sheet_of: SheetOf, rows: Rows) -> None:
    """An aim that does not exist costs no text; without the sheet nothing is said."""
    rows["Objectives"][0]["Aim ID"] = "B"
    assert only(sheet_of(rows), "orphan").severity == "warning"
    del rows["Aims"]
    assert findings_of(sheet_of(rows)) == ()


def test_lint_warns_of_parents_without_children(sheet_of: SheetOf, rows: Rows) -> None:
    """An objective without tasks gives no section; the conclusion needs none."""
    rows["Objectives"].append({"ID": "3", "Aim ID": "A", "Title": "Oil"})
    rows["Objectives"].append({"ID": "4", "Aim ID": "A", "Title": "CONCLUSION"})
    rows["Tasks"].append({"ID": "2.2", "Objective ID": "2", "Title": "Prices"})
    found = findings_of(sheet_of(rows))
    assert {finding.severity for finding in found} == {"warning"}
    assert [finding.message.split(",")[0] for finding in found] == [
        "objective '3' has no tasks",
        "task '2.2' has no sub-tasks",
    ]


def test_lint_refuses_two_guidelines_of_a_sub_task(sheet_of: SheetOf, rows: Rows) -> None:
    """Only one of two guidelines could be followed."""
    rows["Text Guidelines"] = [{"ID": "1.1.1"}, {"ID": "1.1.2"}, {"ID": "1.1.1"}]
    finding = only(sheet_of(rows), "duplicate-guideline")
    assert finding.severity == "error"
    assert finding.cells == ("row 2", "row 4")


@pytest.mark.parametrize("level", ["EU 28", "Countries", "Germany"])
def test_lint_refuses_unknown_levels(sheet_of: SheetOf, rows: Rows, level: str) -> None:
    """A level is ``country`` or the region; anything else would write for the wrong places."""
    rows["Sub Tasks"][0]["Geographic Level"] = level
    finding = only(sheet_of(rows), "unknown-value")
    assert finding.message == f"Geographic Level is '{level}'"
    assert finding.allowed == "country, EU, EU27"
    rows["Sub Tasks"][0]["Geographic Level"] = "eu"
    rows["External Search"] = [{"ID": "1.1.1", "Data Source": "ETM", "Level": level}]
    assert only(sheet_of(rows), "unknown-value").sheet == "External Search"


@pytest.mark.parametrize(
    ("name", "column", "value", "is_known"),
    [
        ("Sub Tasks", "Input", "prices", True),
        ("Sub Tasks", "Input", "Text only", True),
        ("Sub Tasks", "Input", "", True),
        ("Sub Tasks", "Input", "LLM Call", False),
        ("Sub Tasks", "Input", "price", False),
        ("Default Charts", "Image", "ETM", True),
        ("Default Charts", "Image", "Text only", False),
        ("Default Charts", "Image", "Internet Search", False),
        ("External Search", "Data Source", "LLM Call", True),
        ("External Search", "Data Source", "Text only", False),
        ("External Search", "Data Source", "web", False),
    ],
)
def test_lint_knows_which_source_may_stand_where(
    sheet_of: SheetOf, rows: Rows, name: str, column: str, value: str, is_known: bool
) -> None:
    """Tables may stand everywhere, each fixed word in its own column."""
    rows["Default Charts"] = [{"sub_task_id": "1.1.1", "Image": "ETM"}]
    rows["External Search"] = [{"ID": "1.1.1", "Data Source": "ETM"}]
    rows[name][0][column] = value
    found = [f for f in findings_of(sheet_of(rows)) if f.severity == "error"]
    assert [finding.code for finding in found] == ([] if is_known else ["sheet.unknown-value"])
    assert is_known or found[0].message == f"{column} is '{value}'"


def test_lint_gives_the_nearest_source(sheet_of: SheetOf, rows: Rows) -> None:
    """A misspelt table comes with the one that was probably meant."""
    rows["Sub Tasks"][0]["Input"] = "pirces"
    assert "'prices'" in only(sheet_of(rows), "unknown-value").remedy


def test_lint_warns_of_a_chart_of_another_source(sheet_of: SheetOf, rows: Rows) -> None:
    """A chart that the sub-task's Input leaves out is ignored, and told."""
    rows["Default Charts"] = [
        {"sub_task_id": "1.1.1", "Image": "plexos_chart"},
        {"sub_task_id": "1.1.1", "Image": "PLEXOS"},
    ]
    finding = only(sheet_of(rows), "other-source")
    assert finding.severity == "warning"
    assert "it is ignored" in finding.message
    assert finding.cells == ("row 2", "row 3")


def test_lint_warns_of_a_search_of_another_source(sheet_of: SheetOf, rows: Rows) -> None:
    """A search of another source still gives facts, with a warning."""
    rows["External Search"] = [{"ID": "1.1.1", "Data Source": "PLEXOS"}]
    finding = only(sheet_of(rows), "other-source")
    assert finding.severity == "warning"
    assert "used all the same" in finding.message


def test_lint_warns_of_data_under_text_only(sheet_of: SheetOf, rows: Rows) -> None:
    """Under ``Text only`` a chart and a data search give nothing, other searches do."""
    rows["Sub Tasks"][0]["Input"] = "text only"
    rows["Default Charts"] = [{"sub_task_id": "1.1.1", "Image": "ETM"}]
    rows["External Search"] = [
        {"ID": "1.1.1", "Data Source": "prices"},
        {"ID": "1.1.1", "Data Source": "LLM Call"},
    ]
    found = findings_of(sheet_of(rows))
    assert [finding.code for finding in found] == ["sheet.no-data-wanted"] * 2
    assert {finding.severity for finding in found} == {"warning"}


def test_lint_lets_a_blank_input_take_any_source(sheet_of: SheetOf, rows: Rows) -> None:
    """Without an Input no chart contradicts it."""
    rows["Sub Tasks"][0]["Input"] = None
    rows["Default Charts"] = [{"sub_task_id": "1.1.1", "Image": "PLEXOS"}]
    assert findings_of(sheet_of(rows)) == ()


@pytest.mark.parametrize(
    ("name", "own_id"), [("Objectives", "Conclusion"), ("Sub Tasks", "conclusion")]
)
def test_lint_refuses_the_id_of_the_conclusion(
    sheet_of: SheetOf, rows: Rows, name: str, own_id: str
) -> None:
    """Two chapters or sections of one id cannot be told apart."""
    old = rows[name][1]["ID"]
    rows[name][1]["ID"] = own_id
    for task in rows["Tasks"]:
        if name == "Objectives" and task["Objective ID"] == old:
            task["Objective ID"] = own_id
    finding = only(sheet_of(rows), "reserved-id")
    assert (finding.severity, finding.sheet, finding.cells) == ("error", name, ("row 3",))
    assert finding.remedy == "Give it another id"


@pytest.mark.parametrize("title", ["Conclusion", "conclusions", "CONCLUSIONS "])
def test_lint_lets_the_conclusion_be_without_tasks(
    sheet_of: SheetOf, rows: Rows, title: str
) -> None:
    """An objective of this title is the report's own conclusion."""
    rows["Objectives"].append({"ID": "9", "Aim ID": "A", "Title": title, "Description": ""})
    assert findings_of(sheet_of(rows)) == ()


def test_lint_tells_of_references_from_the_region_to_countries(
    sheet_of: SheetOf, rows: Rows
) -> None:
    """They make no edge; those from a country to the region do."""
    rows["Cross Reference"] = [
        {"ID": "2.1.1", "Copy": "1.1.1"},
        {"ID": "1.1.1", "Copy": "2.1.1"},
        {"ID": "2.1.1", "Copy": "a style example"},
    ]
    finding = only(sheet_of(rows), "lost-reference")
    assert finding.severity == "warning"
    assert "'2.1.1' of the region refers to sub-task '1.1.1' of countries" in finding.message
    assert (finding.sheet, finding.cells) == ("Cross Reference", ("row 2",))


def test_lint_says_nothing_of_charts_under_an_unknown_input(sheet_of: SheetOf, rows: Rows) -> None:
    """An Input that is no source is told once; whether it leaves a chart out is not known."""
    rows["Sub Tasks"][0]["Input"] = "ETN"
    rows["Default Charts"] = [{"sub_task_id": "1.1.1", "Image": "ETM"}]
    assert only(sheet_of(rows), "unknown-value").message == "Input is 'ETN'"


def test_lint_tells_what_is_unused(sheet_of: SheetOf, rows: Rows) -> None:
    """What has no effect is part of linting."""
    rows["Sub Tasks"][1]["Title"] = rows["Sub Tasks"][0]["Title"]
    assert only(sheet_of(rows), "duplicate-title").severity == "warning"
