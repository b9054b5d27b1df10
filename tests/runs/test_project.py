"""Opening a project: everything wrong is said at once, and what would go unsaid is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from factbook.errors import Finding, UserError
from factbook.runs.project import Project, open_project
from factbook.sheet.layout import LAYOUTS

HEAD = "COUNTRY,SECTOR,YEAR,VALUE,PROPERTY,UNIT"
ROWS = [
    f"Austria,{s},{y},{v},Demand,TWh" for s, v in (("Coal", 8), ("Gas", 4)) for y in (2015, 2021)
]
Change = Callable[[dict[str, list[dict[str, Any]]]], None]


def _sheet() -> dict[str, list[dict[str, Any]]]:
    """A sheet of one section a country."""
    return {
        "Read me": [{"Project Name": "Review", "Context": "A test"}],
        "Aims": [{"ID": "A", "Title": "Describe"}],
        "Objectives": [{"ID": "1", "Aim ID": "A", "Title": "Power"}],
        "Tasks": [{"ID": "1.1", "Objective ID": "1", "Title": "Supply"}],
        "Sub Tasks": [
            {
                "ID": "1.1.1", "Task_section_id": "1.1", "Title": "By fuel",
                "Description": "Describe it.", "Input": "ETM", "Geographic Level": "country",
            }
        ],
        "Default Charts": [
            {"sub_task_id": "1.1.1", "Image": "ETM", "property_list": "Demand"},
        ],
        "All Categories": [{"category_name": "Coal", "group": "Fossil"}],
    }  # fmt: skip


@pytest.fixture
def project(tmp_path: Path) -> Callable[..., Project]:
    """Opens a project with a changed sheet and some lines of configuration."""

    def make(toml: str = "", change: Change | None = None, **options: Any) -> Project:
        sheets = _sheet()
        if change:
            change(sheets)
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for layout in LAYOUTS:
            page = book.create_sheet(layout.name)
            page.append(list(layout.columns))
            for row in sheets.get(layout.name, ()):
                page.append([row.get(column) for column in layout.columns])
        book.save(tmp_path / "prompt_sheet.xlsx")
        (tmp_path / "etm.csv").write_text("\n".join([HEAD, *ROWS, ""]))
        top, _, rest = toml.partition("\n[")
        data = '[data]\netm = "etm.csv"\n'
        text = f"{top}\n{data}" + (f"[{rest}" if rest else "")
        (tmp_path / "project.toml").write_text(text)
        return open_project(tmp_path, **options)

    return make


def _refused(project: Callable[..., Project], *args: Any, **options: Any) -> list[Finding]:
    with pytest.raises(UserError) as raised:
        project(*args, **options)
    return list(raised.value.findings)


def test_good_project_has_no_findings(project: Callable[..., Project]) -> None:
    """Nothing is said of a project without a fault."""
    assert project('\n[groups]\nDirty = ["fossil", "GAS"]\n').findings == ()


def test_all_problems_come_at_once(project: Callable[..., Project]) -> None:
    """Sheet, selection, groups and lists of ids are told together, in one error."""

    def change(sheets: dict[str, list[dict[str, Any]]]) -> None:
        sheets["Default Charts"][0]["property_list"] = "Demnad"
        sheets["Tasks"].append({"ID": "9.1", "Objective ID": "9", "Title": "Lost"})

    findings = _refused(
        project, 'objective_list = ["7"]\n[groups]\nDirty = ["Fossill", "Xyzzy"]\n', change
    )
    errors = [f for f in findings if f.severity == "error"]
    assert {f.code for f in errors} == {
        "sheet.orphan", "config.unknown-id", "sheet.no-property", "config.unknown-category",
    }  # fmt: skip
    [selection] = [f for f in errors if f.code == "sheet.no-property"]
    assert selection.file.endswith("prompt_sheet.xlsx")
    near, far = (f for f in errors if f.code == "config.unknown-category")
    assert near.remedy == "Did you mean 'Fossil'?"
    assert far.allowed == "Coal, Fossil, Gas"


def test_ids_of_a_selection_are_checked_without_data(project: Callable[..., Project]) -> None:
    """A missing table does not hide a wrong list of ids."""
    findings = _refused(
        project, 'sub_task_list = ["1.1.7"]\n[data.tables.own]\nfile = "none.csv"\n'
    )
    assert {f.code for f in findings if f.severity == "error"} == {
        "config.unknown-id", "data.missing-file",
    }  # fmt: skip


def test_unknown_source_is_told_once(project: Callable[..., Project]) -> None:
    """Linting and selecting see the same fault."""

    def change(sheets: dict[str, list[dict[str, Any]]]) -> None:
        sheets["Default Charts"][0]["Image"] = sheets["Sub Tasks"][0]["Input"] = "ETN"

    errors = [f for f in _refused(project, "", change) if f.severity == "error"]
    assert [f.code for f in errors] == ["sheet.unknown-value", "sheet.unknown-value"]


def test_years_that_a_table_lacks_are_told(
    project: Callable[..., Project],
) -> None:
    """The years that there are stand beside them."""
    opened = project("", assignments=["data.base_year=1990", "data.target_year=2021"])
    [warning] = opened.findings
    assert (warning.severity, warning.code) == ("warning", "config.absent-year")
    assert "base_year is 1990" in warning.message
    assert "ETM has 2015, 2021" in warning.message
    assert project("", assignments=["data.base_year=2015"]).findings == ()


def test_sections_without_figures_are_told(project: Callable[..., Project]) -> None:
    """Empty evidence and categories of no table come with the file, before anything is written."""

    def change(sheets: dict[str, list[dict[str, Any]]]) -> None:
        region = {**sheets["Sub Tasks"][0], "ID": "1.1.2", "Title": "In the EU"}
        sheets["Sub Tasks"].append({**region, "Geographic Level": "EU"})
        sheets["Default Charts"].append({"sub_task_id": "1.1.2", "Image": "ETM"})
        sheets["All Categories"].append({"category_name": "Gass", "group": "Fossil"})

    opened = project('\n[region]\nname = "EU"\nmembers = ["France"]\n', change)
    assert [f.code for f in opened.findings] == ["sheet.unknown-category", "sheet.no-facts"]
    assert all(f.file.endswith("prompt_sheet.xlsx") for f in opened.findings)
    assert opened.findings[1].cells == ("row 3",)
    section = next(s for s in opened.outline.sections if s.id == "1.1.2@EU")
    assert section.sub_task is not None
    assert opened.builder.build(section.id, section.sub_task, section.place).facts == ()


def test_wrong_selection_is_not_told_twice(project: Callable[..., Project]) -> None:
    """A sub-task whose entry is an error is not told to be empty as well."""

    def change(sheets: dict[str, list[dict[str, Any]]]) -> None:
        sheets["Default Charts"][0]["property_list"] = "Demnad"

    assert [f.code for f in _refused(project, "", change)] == ["sheet.no-property"]
