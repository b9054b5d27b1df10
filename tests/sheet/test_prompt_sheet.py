"""Reading prompt sheets: rows, ids, lists, and everything found wrong."""

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from factbook.errors import Finding
from factbook.sheet.layout import LAYOUTS
from factbook.sheet.lint import lint
from factbook.sheet.models import PromptSheet
from factbook.sheet.prompt_sheet import read_prompt_sheet
from tests.growth import Work, assert_in_proportion

from .conftest import INPUTS, Rows

Read = Callable[[Rows], tuple[PromptSheet | None, tuple[Finding, ...]]]


def only(findings: tuple[Finding, ...], code: str) -> Finding:
    """The only finding, which has the given code."""
    (finding,) = findings
    assert finding.code == f"sheet.{code}", finding
    return finding


def codes(findings: tuple[Finding, ...]) -> list[str]:
    """Codes of the findings, in order."""
    return [finding.code.removeprefix("sheet.") for finding in findings]


def test_reading_gives_every_row_in_order(read: Read, rows: Rows) -> None:
    """A sheet without a fault is read without a finding, in the sheet's order."""
    sheet, findings = read(rows)
    assert findings == ()
    assert sheet is not None
    assert (sheet.project_name, sheet.context) == ("Energy review", "A test")
    assert [objective.title for objective in sheet.objectives] == ["Power", "Gas"]
    assert [(task.id, task.objective_id) for task in sheet.tasks] == [
        ("1.1", "1"),
        ("1.10", "1"),
        ("2.1", "2"),
    ]
    assert [(s.id, s.row, s.input, s.geographic_level) for s in sheet.sub_tasks] == [
        ("1.1.1", 2, "ETM", "country"),
        ("1.1.2", 3, "PLEXOS", "country"),
        ("1.10.1", 4, "ETM", "country"),
        ("2.1.1", 5, "ETM", "EU"),
    ]


@pytest.mark.parametrize("name", ["small.xlsx", "trap_ids_text.xlsx"])
def test_reading_accepts_the_given_workbooks(name: str) -> None:
    """Both given workbooks are read; ids typed as numbers are warned of once a column."""
    sheet, findings = read_prompt_sheet(INPUTS / "sheets" / name)
    assert sheet is not None
    assert {finding.severity for finding in findings} == {"warning"}
    assert set(codes(findings)) == {"number-id"}
    places = [(finding.sheet, finding.message) for finding in findings]
    assert len(places) == len(set(places))


def test_reading_keeps_ids_apart_that_are_text() -> None:
    """In the workbook with ids as text, 1.1 and 1.10 are two tasks with their own sub-tasks."""
    sheet, _ = read_prompt_sheet(INPUTS / "sheets" / "trap_ids_text.xlsx")
    assert sheet is not None
    by_id = {sub_task.id: sub_task.task_id for sub_task in sheet.sub_tasks}
    assert by_id["1.10.1"] == "1.10"
    assert by_id["1.1.1"] == "1.1"


@pytest.mark.parametrize("name", ["Objectives", "Tasks", "Sub Tasks"])
def test_reading_names_a_missing_sheet(read: Read, rows: Rows, name: str) -> None:
    """A required sheet that is missing is named, and no report can be made."""
    del rows[name]
    sheet, findings = read(rows)
    assert sheet is not None
    assert {sheet_name for sheet_name, _ in sheet.lost} == {name}
    assert only(findings, "missing-sheet").sheet == name


@pytest.mark.parametrize("name", [item.name for item in LAYOUTS if not item.required])
def test_reading_does_without_optional_sheets(read: Read, rows: Rows, name: str) -> None:
    """The other sheets may be absent."""
    rows.pop(name, None)
    sheet, findings = read(rows)
    assert sheet is not None
    assert findings == ()


@pytest.mark.parametrize(
    ("name", "column"),
    [(item.name, column) for item in LAYOUTS if item.required for column in item.needed],
)
def test_reading_names_a_missing_column(read: Read, rows: Rows, name: str, column: str) -> None:
    """Without a required column no report can be made, and nothing else is reported of it."""
    frames = {key: pd.DataFrame(own) for key, own in rows.items()}
    frames[name] = frames[name].drop(columns=column)
    sheet, findings = read_prompt_sheet(frames)
    assert sheet is not None
    assert sheet.lost == {(name, column)}
    finding = only(findings, "missing-column")
    assert finding.sheet == name
    assert f"'{column}'" in finding.message


def test_reading_tells_a_misspelt_column(rows: Rows) -> None:
    """A misspelt column is an error, also an optional one: its texts would be ignored."""
    frames = {key: pd.DataFrame(own) for key, own in rows.items()}
    frames["Tasks"] = frames["Tasks"].rename(columns={"Description": "Descripton"})
    sheet, findings = read_prompt_sheet(frames)
    finding = only(findings, "missing-column")
    assert finding.cells == ("D1",)
    assert "Rename 'Descripton' to 'Description'" in finding.remedy
    assert sheet is not None


def test_reading_lists_columns_that_it_does_not_read(rows: Rows) -> None:
    """Columns of the user's own are one warning for each sheet."""
    frames = {key: pd.DataFrame(own) for key, own in rows.items()}
    frames["Tasks"] = frames["Tasks"].assign(Owner="me", Status="done")
    sheet, findings = read_prompt_sheet(frames)
    finding = only(findings, "unknown-column")
    assert sheet is not None
    assert finding.severity == "warning"
    assert "'Owner', 'Status'" in finding.message


def test_reading_skips_rows_with_notes_alone(rows: Rows) -> None:
    """A row that has something only in a column of the user's own is no row of the sheet."""
    frames = {key: pd.DataFrame(own) for key, own in rows.items()}
    frames["Tasks"] = pd.concat([frames["Tasks"], pd.DataFrame({"Owner": ["total: 3"]})])
    sheet, findings = read_prompt_sheet(frames)
    only(findings, "unknown-column")
    assert sheet is not None
    assert len(sheet.tasks) == 3


def test_reading_refuses_a_column_that_is_there_twice(rows: Rows) -> None:
    """Which of two columns counts can't be known."""
    frames = {key: pd.DataFrame(own) for key, own in rows.items()}
    frames["Tasks"].insert(4, "title ", "x")
    _, findings = read_prompt_sheet(frames)
    assert only(findings, "duplicate-column").cells == ("C1", "E1")


def test_reading_matches_names_loosely(rows: Rows) -> None:
    """Sheets and columns are matched after trimming; case and kinds of gaps are ignored."""
    frames = {
        f"\u00a0{name.upper().replace(' ', '  ')} ": pd.DataFrame(own).rename(
            columns=lambda label: f" {label.upper()}\u00a0".replace("_", " ")
        )
        for name, own in rows.items()
    }
    sheet, findings = read_prompt_sheet(frames)
    assert findings == ()
    assert sheet is not None
    assert len(sheet.sub_tasks) == 4


def test_reading_ignores_notes_and_tells_other_sheets(rows: Rows) -> None:
    """A sheet with ``_`` is a note; another unknown one is a warning with the nearest name."""
    frames = {key: pd.DataFrame(own) for key, own in rows.items()}
    frames["my_notes"] = frames["Text Guidlines"] = pd.DataFrame({"a": [1]})
    sheet, findings = read_prompt_sheet(frames)
    finding = only(findings, "unknown-sheet")
    assert sheet is not None
    assert finding.severity == "warning"
    assert "'Text Guidelines'" in finding.remedy


def test_sheets_that_are_not_read_are_one_warning(rows: Rows) -> None:
    """200 tabs of data are told with their number, not one by one."""
    frames = {key: pd.DataFrame(own) for key, own in rows.items()}
    frames |= {f"{n}": pd.DataFrame({"a": [1]}) for n in range(200)}
    _, findings = read_prompt_sheet(frames)
    finding = only(findings, "unknown-sheet")
    assert finding.message.startswith("200 sheets are not read: '0', '1'")
    assert finding.message.endswith("and 192 more")


def test_reading_explains_a_required_sheet_that_became_a_note(rows: Rows) -> None:
    """``Sub_Tasks`` is a note by its name, and the finding says so."""
    frames = {key: pd.DataFrame(own) for key, own in rows.items()}
    frames["Sub_Tasks"] = frames.pop("Sub Tasks")
    _, findings = read_prompt_sheet(frames)
    assert "Rename 'Sub_Tasks' to 'Sub Tasks'" in only(findings, "missing-sheet").remedy


def test_reading_refuses_two_sheets_of_one_name(rows: Rows) -> None:
    """Names that differ by blanks alone are one sheet too many."""
    frames = {key: pd.DataFrame(own) for key, own in rows.items()}
    frames["Tasks "] = frames["Tasks"]
    _, findings = read_prompt_sheet(frames)
    only(findings, "duplicate-sheet")


def test_reading_finds_a_header_below_a_title(workbook: Callable[..., Path], rows: Rows) -> None:
    """A header that is not in the first row is found, with a warning."""
    cells = {name: [list(own[0]), *[list(r.values()) for r in own]] for name, own in rows.items()}
    cells["Tasks"] = [["Our tasks"], [], *cells["Tasks"]]
    sheet, findings = read_prompt_sheet(workbook(cells))
    assert sheet is not None
    assert only(findings, "late-header").cells == ("row 3",)
    assert [task.row for task in sheet.tasks] == [4, 5, 6]


@pytest.mark.parametrize(
    ("value", "text"),
    [(2, "2"), (2.0, "2"), (1.1, "1.1"), (0.1 + 0.2, "0.3"), (12345678.0, "12345678")],
)
def test_reading_takes_numbers_as_their_shortest_text(
    read: Read, rows: Rows, value: float, text: str
) -> None:
    """An id typed as a number is read as Excel shows it."""
    rows["Objectives"][1]["ID"] = value
    rows["Tasks"][2]["Objective ID"] = text
    sheet, findings = read(rows)
    assert sheet is not None
    assert sheet.objectives[1].id == text
    assert only(findings, "number-id").cells == ("A3",)


def test_reading_warns_of_numbers_once_a_column(read: Read, rows: Rows) -> None:
    """One warning lists all cells of a column with ids as numbers."""
    for row in rows["Tasks"]:
        row["Objective ID"] = float(row["Objective ID"])
    sheet, findings = read(rows)
    finding = only(findings, "number-id")
    assert finding.severity == "warning"
    assert finding.cells == ("B2", "B3", "B4")
    assert sheet is not None
    assert [task.objective_id for task in sheet.tasks] == ["1", "1", "2"]


def test_reading_refuses_ids_that_numbers_make_equal(read: Read, rows: Rows) -> None:
    """As numbers, 1.10 and 1.1 are one id: both rows are named, with the reason."""
    rows["Tasks"][0]["ID"] = 1.1
    rows["Tasks"][1]["ID"] = 1.10
    rows["Sub Tasks"][2]["Task_section_id"] = 1.10
    sheet, findings = read(rows)
    by_code = {finding.code: finding for finding in findings}
    twice = by_code["sheet.duplicate-id"]
    assert "id '1.1' occurs in rows 2 and 3" in twice.message
    assert twice.cells == ("A2", "A3")
    assert "1.10 is stored as 1.1" in twice.remedy
    prefix = by_code["sheet.id-prefix"]
    assert "'1.10.1' under task '1.1'" in prefix.message
    assert prefix.cells == ("A4",)
    assert "1.10 is stored as 1.1" in prefix.remedy
    assert sheet is not None  # so that lint can say what else is wrong


@pytest.mark.parametrize("name", ["Aims", "Objectives", "Tasks", "Sub Tasks"])
def test_reading_refuses_an_id_that_stands_twice(read: Read, rows: Rows, name: str) -> None:
    """Ids are unique in the sheets that define them."""
    rows[name].append(dict(rows[name][0]))
    _, findings = read(rows)
    finding = only(findings, "duplicate-id")
    assert finding.severity == "error"
    assert finding.sheet == name
    assert finding.cells == ("A2", f"A{len(rows[name]) + 1}")


@pytest.mark.parametrize("name", ["Objectives", "Tasks", "Sub Tasks"])
def test_reading_warns_of_ids_that_differ_only_in_case(read: Read, rows: Rows, name: str) -> None:
    """Files are named after them, and some file systems ignore case; the sheet is read as it is."""
    first = rows[name][0]
    ids = [f"{first['ID']}.{letter}" for letter in "aAb\u00e9\u00c9"]
    rows[name] += [{**first, "ID": row_id} for row_id in ids]
    sheet, findings = read(rows)
    finding = only(findings, "ids-alike")
    assert finding.severity == "warning"
    assert f"'{ids[0]}' and '{ids[1]}' differ only in the case of letters" in finding.message
    at = len(rows[name]) - len(ids) + 2
    assert (finding.sheet, finding.cells) == (name, (f"A{at}", f"A{at + 1}"))
    assert sheet is not None


@pytest.mark.parametrize("row_id", ["1.1.1", "1.100.1", "1.10", "1.10x1"])
def test_reading_refuses_a_sub_task_under_another_task(read: Read, rows: Rows, row_id: str) -> None:
    """A sub-task's id begins with its task's id and a dot."""
    rows["Sub Tasks"] = [{**rows["Sub Tasks"][2], "ID": row_id}]
    _, findings = read(rows)
    assert row_id in only(findings, "id-prefix").message


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("Objectives", "ID"),
        ("Tasks", "ID"),
        ("Tasks", "Objective ID"),
        ("Sub Tasks", "ID"),
        ("Sub Tasks", "Task_section_id"),
        ("Text Guidelines", "ID"),
        ("Cross Reference", "Copy"),
    ],
)
@pytest.mark.parametrize(
    "value", [datetime.date(2001, 1, 1), pd.Timestamp("2001-01-01"), "2001-01-01 00:00:00"]
)
def test_reading_refuses_ids_that_became_dates(
    read: Read, rows: Rows, name: str, column: str, value: Any
) -> None:
    """A date is never an id, as a date or as the text of one."""
    rows["Text Guidelines"] = [{"ID": "1.1.1", "Standard": "Short"}]
    rows["Cross Reference"] = [{"ID": "1.1.1", "Copy": "1.1.2"}]
    rows[name][0][column] = value
    _, findings = read(rows)
    finding = only(findings, "date-id")
    assert finding.severity == "error"
    assert "ids are dates" in finding.message
    assert "2001-01-01" in finding.message
    assert "Format the column as text" in finding.remedy
    assert finding.sheet == name


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (True, "bad-id"),
        ("../../etc", "bad-id"),
        ("1.1@AT", "bad-id"),
        ("1,1", "bad-id"),
        ("..", "bad-id"),
        ("#N/A", "cell-error"),
        (None, "missing-value"),
        ("  \u00a0", "missing-value"),
    ],
)
def test_reading_refuses_what_can_be_no_id(read: Read, rows: Rows, value: Any, code: str) -> None:
    """Truth values, errors, gaps, and characters with a meaning in section ids are refused."""
    rows["Objectives"][1]["ID"] = value
    _, findings = read(rows)
    finding = next(finding for finding in findings if finding.code == f"sheet.{code}")
    assert finding.severity == "error"
    assert finding.cells == ("A3",)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (True, "bad-text"),
        (datetime.date(2024, 5, 1), "bad-text"),
        ("#REF!", "cell-error"),
        (None, "missing-value"),
        ("\u00a0", "missing-value"),
    ],
)
@pytest.mark.parametrize("name", ["Objectives", "Tasks", "Sub Tasks"])
def test_reading_refuses_what_can_be_no_title(
    read: Read, rows: Rows, name: str, value: Any, code: str
) -> None:
    """A title is text that a person typed."""
    rows[name][0]["Title"] = value
    _, findings = read(rows)
    finding = only(findings, code)
    assert finding.severity == "error"
    assert finding.sheet == name


def test_reading_refuses_errors_in_any_text(rows: Rows) -> None:
    """An error in a description would be a missing text."""
    frames = {key: pd.DataFrame(own) for key, own in rows.items()}
    frames["Sub Tasks"].loc[1, "Description"] = "#NAME?"
    _, findings = read_prompt_sheet(frames)
    assert "#NAME?" in only(findings, "cell-error").message


def test_reading_trims_every_text(read: Read, rows: Rows) -> None:
    """Blanks of every kind are stripped from texts, ids, lists and choices."""
    for own in rows.values():
        for row in own:
            for column, value in row.items():
                row[column] = f"\u00a0\t {value}\u200b \u00a0" if value else " "
    sheet, findings = read(rows)
    assert findings == ()
    assert sheet is not None
    assert sheet.sub_tasks[0].id == "1.1.1"
    assert sheet.sub_tasks[0].geographic_level == "country"
    assert sheet.project_name == "Energy review"


@pytest.mark.parametrize("title", ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2", "2021"])
def test_reading_keeps_formula_like_text(read: Read, rows: Rows, title: str) -> None:
    """Text that looks like a formula is text."""
    rows["Tasks"][0]["Title"] = title
    sheet, findings = read(rows)
    assert findings == ()
    assert sheet is not None
    assert sheet.tasks[0].title == title


def test_reading_puts_a_title_on_one_line(read: Read, rows: Rows) -> None:
    """A line break in a title would break headings; a number is its text."""
    rows["Tasks"][0]["Title"] = "Supply\nand  demand"
    rows["Tasks"][1]["Title"] = 2021.0
    sheet, _ = read(rows)
    assert sheet is not None
    assert [task.title for task in sheet.tasks[:2]] == ["Supply and demand", "2021"]


CHART = {"sub_task_id": "1.1.1", "Image": "ETM"}


@pytest.mark.parametrize(
    ("value", "items"),
    [
        ("Wind, Solar ,,\u00a0Hydro", ("Wind", "Solar", "Hydro")),
        ("Wind, Wind", ("Wind",)),
        ("-", ()),
        ("\u2013", ()),
        ("", ()),
        (None, ()),
        (2030.0, ("2030",)),
        ("Non-specified | energetic | co2", ("Non-specified | energetic | co2",)),
    ],
)
def test_reading_splits_lists(read: Read, rows: Rows, value: Any, items: tuple[str, ...]) -> None:
    """Lists are comma-separated; a dash or nothing means all."""
    rows["Default Charts"] = [{**CHART, "property_list": value, "category_list": value}]
    sheet, findings = read(rows)
    assert findings == ()
    assert sheet is not None
    assert sheet.charts[0].properties == sheet.charts[0].categories == items


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("plexos_chart", "PLEXOS"),
        ("Plexos Chart", "PLEXOS"),
        ("plexos", "PLEXOS"),
        ("etm", "ETM"),
        ("text ONLY", "Text only"),
        ("internet\u00a0search", "Internet Search"),
        ("LLM call", "LLM Call"),
        ("Prices", "Prices"),
    ],
)
def test_reading_spells_sources_in_one_way(read: Read, rows: Rows, text: str, source: str) -> None:
    """Fixed words get their one spelling; a table's name stays as it is typed."""
    rows["Default Charts"] = [{**CHART, "Image": text}]
    rows["External Search"] = [{"ID": "1.1.1", "Data Source": text}]
    rows["Sub Tasks"][0]["Input"] = text
    sheet, _ = read(rows)
    assert sheet is not None
    assert sheet.charts[0].source == source
    assert sheet.searches[0].source == source
    assert sheet.sub_tasks[0].input == source


@pytest.mark.parametrize(
    ("value", "period"), [("Year", "Year"), ("MONTH ", "Month"), (None, "Year"), ("-", "Year")]
)
def test_reading_takes_period_types(read: Read, rows: Rows, value: str | None, period: str) -> None:
    """Year, also when blank, or Month; case is ignored."""
    rows["Default Charts"] = [{**CHART, "Period_type": value}]
    sheet, findings = read(rows)
    assert findings == ()
    assert sheet is not None
    assert sheet.charts[0].period_type == period


def test_reading_refuses_other_period_types(read: Read, rows: Rows) -> None:
    """Another period would give figures of the wrong period."""
    rows["Default Charts"] = [{**CHART, "Period_type": "Decade"}]
    _, findings = read(rows)
    finding = only(findings, "unknown-value")
    assert "Decade" in finding.message
    assert finding.allowed == "Year, Half-year, Quarter, Month, Week, Day, Season"
    assert finding.cells == ("H2",)


def test_reading_skips_rows_that_were_only_prepared(read: Read, rows: Rows) -> None:
    """A row with an id alone selects, asks and copies nothing."""
    rows["Default Charts"] = [{"sub_task_id": "1.1.1", "Image": "-", "property_list": "-"}]
    rows["External Search"] = [{"ID": "1.1.1", "Level": "country"}]
    rows["Cross Reference"] = [{"ID": "1.1.1", "Copy": "-"}]
    sheet, findings = read(rows)
    assert findings == ()
    assert sheet is not None
    assert not sheet.charts
    assert not sheet.searches
    assert not sheet.cross_references


def test_reading_refuses_a_selection_without_a_source(read: Read, rows: Rows) -> None:
    """A chart that names properties and no table can't be drawn."""
    rows["Default Charts"] = [{"sub_task_id": "1.1.1", "property_list": "Generation"}]
    _, findings = read(rows)
    assert only(findings, "missing-value").cells == ("C2",)


def test_reading_takes_a_blank_level_as_country(read: Read, rows: Rows) -> None:
    """A blank level is read as country, and reported."""
    rows["Sub Tasks"][0]["Geographic Level"] = None
    rows["Sub Tasks"][1]["Geographic Level"] = "COUNTRY"
    sheet, findings = read(rows)
    assert sheet is not None
    assert {s.geographic_level for s in sheet.sub_tasks[:2]} == {"country"}
    assert only(findings, "blank-level").cells == ("G2",)


def test_reading_tells_merged_cells(workbook: Callable[..., Path], rows: Rows) -> None:
    """The rows that a merged cell covers are read as empty, and the remedy is to unmerge."""
    cells = {name: [list(own[0]), *[list(r.values()) for r in own]] for name, own in rows.items()}
    path = workbook(cells)
    book = openpyxl.load_workbook(path)
    book["Sub Tasks"].merge_cells("B2:B3")
    book["Sub Tasks"]["B5"] = None
    book["Sub Tasks"].merge_cells("A1:A1")
    book.save(path)
    sheet, findings = read_prompt_sheet(path)
    assert sheet is not None
    assert sheet.lost == {("Sub Tasks", "Task_section_id")}
    assert codes(findings) == ["merged-cells", "missing-value", "missing-value"]
    assert findings[0].cells == ("B2:B3",)
    assert findings[1].cells == ("B3",)
    assert "Unmerge B2:B3" in findings[1].remedy
    assert findings[2].cells == ("B5",)
    assert findings[2].remedy == "Fill in 'Task_section_id', or delete the row"


def test_reading_says_everything_at_once(read: Read, rows: Rows) -> None:
    """Faults of several sheets and kinds come together."""
    del rows["Objectives"]
    rows["Tasks"][0]["ID"] = datetime.date(2001, 1, 1)
    rows["Sub Tasks"][1]["Title"] = None
    rows["Default Charts"] = [{**CHART, "Period_type": "Decade"}]
    sheet, findings = read(rows)
    assert sheet is not None
    assert ("Tasks", "ID") in sheet.lost
    assert set(codes(findings)) == {"missing-sheet", "date-id", "missing-value", "unknown-value"}


def test_reading_returns_the_guards_finding(tmp_path: Path) -> None:
    """A file that the guard refuses is a finding, so that it comes with those of the data."""
    sheet, findings = read_prompt_sheet(tmp_path / "none.xlsx")
    assert sheet is None
    assert only(findings, "no-file").severity == "error"
    _, findings = read_prompt_sheet(tmp_path / "none.xlsx", file="sheets/none.xlsx")
    assert only(findings, "no-file").file == "sheets/none.xlsx"


@pytest.mark.parametrize("text", ["Gas_Prices", "GAS_PRICES ", "gas_prices"])
def test_reading_spells_tables_as_the_project_does(
    rows: Rows, frames_of: Callable[[Rows], dict[str, pd.DataFrame]], text: str
) -> None:
    """Case makes no difference to the name of a table, as to ETM and PLEXOS."""
    rows["Sub Tasks"][0]["Input"] = text
    rows["Default Charts"] = [{"sub_task_id": "1.1.1", "Image": text}]
    rows["External Search"] = [{"ID": "1.1.1", "Data Source": text}]
    sheet, findings = read_prompt_sheet(frames_of(rows), table_names=("Gas_Prices", "ETM"))
    assert findings == ()
    assert sheet is not None
    sources = (sheet.sub_tasks[0].input, sheet.charts[0].source, sheet.searches[0].source)
    assert set(sources) == {"Gas_Prices"}


def test_reading_takes_time_that_grows_linearly(rows: Rows) -> None:
    """Thousands of rows, each with the same faults, are read and linted in proportion."""

    def reading(count: int) -> Work:
        bad = [
            {**rows["Sub Tasks"][0], "ID": f"9.{n}.1", "Task_section_id": f"8.{n}"}
            for n in range(count)
        ]
        frames = {key: pd.DataFrame(own) for key, own in {**rows, "Sub Tasks": bad}.items()}

        def read_and_lint() -> None:
            sheet, findings = read_prompt_sheet(frames)
            assert sheet is not None
            assert codes(findings) == ["id-prefix"]
            found = lint(sheet, file="", region_names=(), table_names=("ETM",))
            assert len(found) == count + 3

        return read_and_lint

    assert_in_proportion(reading, 1000)


@pytest.mark.parametrize(
    ("name", "column", "limit", "code"),
    [
        ("Sub Tasks", "ID", 500, "long-name"),
        ("Sub Tasks", "Title", 500, "long-name"),
        ("Objectives", "Title", 500, "long-name"),
        ("Sub Tasks", "Input", 500, "long-name"),
        ("Sub Tasks", "Description", 32_767, "long-text"),
        ("Text Guidelines", "Standard", 32_767, "long-text"),
        ("Default Charts", "category_list", 32_767, "long-text"),
        ("Cross Reference", "Copy", 32_767, "long-text"),
        ("Read me", "Project Name", 500, "long-name"),
    ],
)
def test_texts_over_their_limit_are_refused(
    read: Read, rows: Rows, name: str, column: str, limit: int, code: str
) -> None:
    """The cell, the length and the limit are named; a text as long as the limit passes."""
    rows["Text Guidelines"] = [{"ID": "1.1.1"}]
    rows["Default Charts"] = [{"sub_task_id": "1.1.1", "Image": "ETM"}]
    rows["Cross Reference"] = [{"ID": "1.1.1", "Copy": "x"}]
    start = "1.1." if column == "ID" else ""
    rows[name][0][column] = start + "x" * (limit - len(start))
    assert read(rows)[1] == ()
    rows[name][0][column] += "x"
    (finding,) = read(rows)[1]
    assert (finding.severity, finding.code) == ("error", f"sheet.{code}")
    assert f"column '{column}' holds a text of {limit + 1:,} characters" in finding.message
    assert f"{limit:,}" in finding.allowed
    assert finding.sheet == name
    assert [cell[1:] for cell in finding.cells] == ["2"]


def test_a_text_that_is_too_long_is_cut_in_messages(read: Read, rows: Rows) -> None:
    """No finding repeats the millions of characters that a frame can hold."""
    for name in ("Objectives", "Tasks", "Sub Tasks"):
        rows[name][0]["ID"] = rows[name][1]["ID"] = "9" * 1_000_000
    findings = read(rows)[1]
    assert {finding.code for finding in findings} >= {"sheet.long-name", "sheet.duplicate-id"}
    assert max(len(str(finding)) for finding in findings) < 10_000


def test_cells_without_a_column_name_are_reported(workbook: Callable[..., Path]) -> None:
    """What stands beside the table, or under a blank heading, would be ignored."""
    sheets = _plain_sheets()
    sheets["Tasks"] = [
        ["ID", "Objective ID", None, "Title"],
        ["1.1", "1", "lost", "Supply", None, "beside"],
        [None, None, None, None, None, "below"],
    ]
    _, findings = read_prompt_sheet(workbook(sheets))
    (finding,) = findings
    assert (finding.severity, finding.code) == ("warning", "sheet.unheaded-cells")
    assert finding.message == "3 cells are in a column without a name, and are not read"
    assert (finding.sheet, finding.cells) == ("Tasks", ("C2", "F2", "F3"))
    assert "row 1" in finding.remedy


def test_rows_below_an_empty_row_are_read(workbook: Callable[..., Path]) -> None:
    """An empty row in the middle hides nothing, and shifts no row number."""
    sheets = _plain_sheets()
    sheets["Tasks"] += [[], ["1.2", "1", "Demand"]]
    sheet, findings = read_prompt_sheet(workbook(sheets))
    assert sheet is not None
    assert [(task.id, task.row) for task in sheet.tasks] == [("1.1", 2), ("1.2", 4)]
    assert findings == ()


def test_second_project_name_is_reported(read: Read, rows: Rows) -> None:
    """The first name is the project's; the others would be ignored."""
    rows["Read me"] += [{"Context": "More context"}, {"Project Name": "Other"}]
    sheet, findings = read(rows)
    assert sheet is not None
    assert (sheet.project_name, sheet.context) == ("Energy review", "A test\nMore context")
    (finding,) = findings
    assert (finding.severity, finding.code) == ("warning", "sheet.second-name")
    assert finding.cells == ("A2", "A4")


def test_misspelt_period_gets_the_nearest(read: Read, rows: Rows) -> None:
    """A Period_type comes with the value that was probably meant."""
    row = {"sub_task_id": "1.1.1", "Image": "ETM", "Period_type": "Monthly"}
    rows["Default Charts"] = [row]
    (finding,) = read(rows)[1]
    assert (finding.code, finding.cells) == ("sheet.unknown-value", ("H2",))
    assert finding.allowed == "Year, Half-year, Quarter, Month, Week, Day, Season"
    assert finding.remedy.startswith("Write 'Month'")


def _plain_sheets() -> dict[str, list[list[Any]]]:
    """The required sheets as cells of a workbook."""
    sub_task = ["1.1.1", "1.1", "By fuel", "Describe it.", "ETM", "country"]
    header = ["ID", "Task_section_id", "Title", "Description", "Input", "Geographic Level"]
    return {
        "Objectives": [["ID", "Title"], ["1", "Power"]],
        "Tasks": [["ID", "Objective ID", "Title"], ["1.1", "1", "Supply"]],
        "Sub Tasks": [header, sub_task],
    }
