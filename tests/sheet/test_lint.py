"""Linting: rows that refer to nothing, contradict each other, or give nothing."""

from collections.abc import Callable

import pandas as pd
import pytest

from factbook.errors import Finding
from factbook.sheet.graph import section_graph
from factbook.sheet.lint import lint
from factbook.sheet.models import PromptSheet
from factbook.sheet.prompt_sheet import read_prompt_sheet

from .conftest import Rows

SheetOf = Callable[[Rows], PromptSheet]
Read = Callable[[Rows], tuple[PromptSheet | None, tuple[Finding, ...]]]


def findings_of(sheet: PromptSheet) -> tuple[Finding, ...]:
    """Findings for a project with the region EU and a table of prices."""
    tables = ("ETM", "PLEXOS", "prices")
    return lint(sheet, file="sheet.xlsx", region_names=("EU", "EU27"), table_names=tables)


def _of_tables(sheet: PromptSheet, *tables: str) -> tuple[Finding, ...]:
    """Findings for a project with some tables."""
    return lint(sheet, file="sheet.xlsx", region_names=("EU",), table_names=tables)


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
    """An orphan names both ids, sheet and cell, and is an error."""
    rows["Tasks"][0]["Objective ID"] = "99"
    finding = only(sheet_of(rows), "orphan")
    assert finding.severity == "error"
    assert finding.message == "task '1.1' belongs to objective '99', which does not exist"
    assert (finding.sheet, finding.cells) == ("Tasks", ("B2",))


def test_lint_gathers_orphans_of_one_parent(sheet_of: SheetOf, rows: Rows) -> None:
    """Sub-tasks of one missing task are one finding, with the nearest id."""
    rows["Sub Tasks"][0] |= {"ID": "1.11.1", "Task_section_id": "1.11"}
    rows["Sub Tasks"][1] |= {"ID": "1.11.2", "Task_section_id": "1.11"}
    found = findings_of(sheet_of(rows))
    assert [finding.code for finding in found] == ["sheet.orphan", "sheet.empty-parent"]
    assert "sub-tasks '1.11.1' and '1.11.2' belong to task '1.11'" in found[0].message
    assert found[0].cells == ("B2", "B3")
    assert found[0].remedy.endswith("add task '1.11'; the nearest id is '1.1'")
    rows["Sub Tasks"][0] |= {"ID": "3.1.1", "Task_section_id": "3.1"}
    assert findings_of(sheet_of(rows))[0].remedy == "Correct the id, or add task '3.1'"


@pytest.mark.parametrize("name", ["Objectives", "Tasks", "Sub Tasks"])
def test_lint_names_a_sheet_without_rows(sheet_of: SheetOf, rows: Rows, name: str) -> None:
    """It is one error; that the rows of other sheets have no parents follows from it."""
    rows["Text Guidelines"] = [{"ID": "1.1.1", "Standard": "Short"}]
    rows[name] = []
    finding = only(sheet_of(rows), "no-rows")
    assert (finding.severity, finding.sheet) == ("error", name)
    assert finding.remedy == "Write its rows"


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
    assert (finding.sheet, finding.cells) == (name, ("A2",))


def test_lint_warns_of_an_unknown_aim(sheet_of: SheetOf, rows: Rows) -> None:
    """An aim that does not exist costs no text; without the sheet nothing is said."""
    rows["Objectives"][0]["Aim ID"] = "B"
    finding = only(sheet_of(rows), "orphan")
    assert (finding.severity, finding.cells) == ("warning", ("B2",))
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
    assert [finding.cells for finding in found] == [("row 4",), ("row 5",)]


def test_lint_refuses_two_guidelines_of_a_sub_task(sheet_of: SheetOf, rows: Rows) -> None:
    """Only one of two guidelines could be followed."""
    rows["Text Guidelines"] = [{"ID": "1.1.1"}, {"ID": "1.1.2"}, {"ID": "1.1.1"}]
    finding = only(sheet_of(rows), "duplicate-guideline")
    assert finding.severity == "error"
    assert finding.cells == ("A2", "A4")


@pytest.mark.parametrize("level", ["EU 28", "Countries", "Germany"])
def test_lint_refuses_unknown_levels(sheet_of: SheetOf, rows: Rows, level: str) -> None:
    """A level is ``country`` or the region; anything else would write for the wrong places."""
    rows["Sub Tasks"][0]["Geographic Level"] = level
    finding = only(sheet_of(rows), "unknown-value")
    assert finding.message == f"Geographic Level is '{level}'"
    assert finding.allowed == "country, EU, EU27"
    assert finding.cells == ("G2",)
    rows["Sub Tasks"][0]["Geographic Level"] = "eu"
    rows["External Search"] = [{"ID": "1.1.1", "Data Source": "ETM", "Level": level}]
    finding = only(sheet_of(rows), "unknown-value")
    assert (finding.sheet, finding.cells) == ("External Search", ("G2",))


@pytest.mark.parametrize(
    ("name", "column", "value", "cell"),
    [
        ("Sub Tasks", "Input", "prices", ""),
        ("Sub Tasks", "Input", "Text only", ""),
        ("Sub Tasks", "Input", "", ""),
        ("Sub Tasks", "Input", "LLM Call", "F2"),
        ("Sub Tasks", "Input", "price", "F2"),
        ("Default Charts", "Image", "ETM", ""),
        ("Default Charts", "Image", "Text only", "C2"),
        ("Default Charts", "Image", "Internet Search", "C2"),
        ("External Search", "Data Source", "LLM Call", ""),
        ("External Search", "Data Source", "Text only", "F2"),
        ("External Search", "Data Source", "web", "F2"),
    ],
)
def test_lint_knows_which_source_may_stand_where(
    sheet_of: SheetOf, rows: Rows, name: str, column: str, value: str, cell: str
) -> None:
    """Tables may stand everywhere, each fixed word in its own column."""
    rows["Default Charts"] = [{"sub_task_id": "1.1.1", "Image": "ETM"}]
    rows["External Search"] = [{"ID": "1.1.1", "Data Source": "ETM"}]
    rows[name][0][column] = value
    found = [f for f in findings_of(sheet_of(rows)) if f.severity == "error"]
    shown = [(f.code, f.cells, f.message) for f in found]
    message = f"{column} is '{value}'"
    assert shown == ([("sheet.unknown-value", (cell,), message)] if cell else [])


def test_lint_offers_only_tables_of_the_project(sheet_of: SheetOf, rows: Rows) -> None:
    """What is allowed is what there is, and `plexos_chart` where there is PLEXOS."""
    rows["Default Charts"] = [{"sub_task_id": "1.1.1", "Image": "Q"}]
    with_plexos, own = (
        [f for f in _of_tables(sheet_of(rows), *tables) if f.sheet == "Default Charts"]
        for tables in (("ETM", "PLEXOS"), ("ETM", "prices"))
    )
    assert [f.allowed for f in with_plexos] == ["ETM, PLEXOS, plexos_chart"]
    assert [f.allowed for f in own] == ["ETM, prices"]


def test_lint_tells_of_etm_and_plexos_that_the_project_lacks(sheet_of: SheetOf, rows: Rows) -> None:
    """They come with the remedy; a chart that the Input leaves out needs no table."""
    rows["Sub Tasks"][1]["Input"] = "prices"
    rows["Default Charts"] = [{"sub_task_id": "1.1.2", "Image": "ETM"}]
    rows["External Search"] = [{"ID": "1.1.2", "Data Source": "PLEXOS"}]
    found = [f for f in _of_tables(sheet_of(rows), "prices") if f.severity == "error"]
    assert [(f.sheet, f.cells, f.message) for f in found] == [
        ("Sub Tasks", ("F2", "F4", "F5"), "Input is 'ETM', which the project does not have"),
        (
            *("External Search", ("F2",)),
            "Data Source is 'PLEXOS', which the project does not have",
        ),
    ]
    assert "Set etm under [data]" in found[0].remedy


def test_lint_gives_the_nearest_source(sheet_of: SheetOf, rows: Rows) -> None:
    """A misspelt table comes with the one that was probably meant."""
    rows["Sub Tasks"][0]["Input"] = "pirces"
    assert "'prices'" in only(sheet_of(rows), "unknown-value").remedy


def test_lint_warns_of_a_chart_of_another_source(sheet_of: SheetOf, rows: Rows) -> None:
    """A chart that the sub-task's Input leaves out is ignored, and reported."""
    rows["Default Charts"] = [
        {"sub_task_id": "1.1.1", "Image": "plexos_chart"},
        {"sub_task_id": "1.1.1", "Image": "PLEXOS"},
    ]
    finding = only(sheet_of(rows), "other-source")
    assert finding.severity == "warning"
    assert "it is ignored" in finding.message
    assert finding.cells == ("C2", "C3")


def test_lint_warns_of_a_search_of_another_source(sheet_of: SheetOf, rows: Rows) -> None:
    """A search of another source still gives facts, with a warning."""
    rows["External Search"] = [{"ID": "1.1.1", "Data Source": "PLEXOS"}]
    finding = only(sheet_of(rows), "other-source")
    assert finding.severity == "warning"
    assert "used anyway" in finding.message


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
    assert (finding.severity, finding.sheet, finding.cells) == ("error", name, ("A3",))
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
    assert (finding.sheet, finding.cells) == ("Cross Reference", ("B2",))


def test_lint_says_nothing_of_charts_under_an_unknown_input(sheet_of: SheetOf, rows: Rows) -> None:
    """An Input that is no source is reported once; whether it leaves a chart out is not known."""
    rows["Sub Tasks"][0]["Input"] = "ETN"
    rows["Default Charts"] = [{"sub_task_id": "1.1.1", "Image": "ETM"}]
    assert only(sheet_of(rows), "unknown-value").message == "Input is 'ETN'"


def test_lint_tells_what_is_unused(sheet_of: SheetOf, rows: Rows) -> None:
    """What has no effect is part of linting."""
    rows["Sub Tasks"][1]["Title"] = rows["Sub Tasks"][0]["Title"]
    assert only(sheet_of(rows), "duplicate-title").severity == "warning"


def test_lint_names_the_column_where_it_stands(rows: Rows) -> None:
    """A cell is named as Excel names it, also when the columns are in an order of the user's."""
    frames = {name: pd.DataFrame(own) for name, own in rows.items()}
    frames["Sub Tasks"] = frames["Sub Tasks"][reversed(frames["Sub Tasks"].columns)]
    frames["Sub Tasks"].loc[1, "Input"] = "ETN"
    sheet, _ = read_prompt_sheet(frames)
    assert sheet is not None
    assert only(sheet, "unknown-value").cells == ("B3",)


def test_lint_finds_what_it_can_in_rows_that_can_be_read(rows: Rows, read: Read) -> None:
    """An id that can't be read hides no other fault, and what may belong to it is no orphan."""
    rows["Tasks"][0]["ID"] = None
    rows["Tasks"][2]["Objective ID"] = None
    rows["Sub Tasks"][1]["Input"] = "ETN"
    rows["Sub Tasks"][2] |= {"ID": None, "Geographic Level": "EUR"}
    rows["Sub Tasks"][3]["Task_section_id"] = None
    rows["Default Charts"] = [
        {"sub_task_id": "1.10.1", "Image": "ETM"},
        {"sub_task_id": None, "Image": "PLEXOS"},
    ]
    rows["Cross Reference"] = [{"ID": "1.1.1", "Copy": "1.10.1"}]
    sheet, _ = read(rows)
    assert sheet is not None
    assert sheet.lost == {
        ("Tasks", "ID"), ("Tasks", "Objective ID"),
        ("Sub Tasks", "ID"), ("Sub Tasks", "Task_section_id"), ("Default Charts", "sub_task_id"),
    }  # fmt: skip
    assert [(f.code, f.cells) for f in findings_of(sheet)] == [
        ("sheet.unknown-value", ("G4",)),
        ("sheet.unknown-value", ("F3",)),
    ]
    assert section_graph(sheet).findings() == ()
