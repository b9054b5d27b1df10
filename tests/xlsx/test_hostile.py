"""The given hostile workbooks, one fault each, with the answer that each must get."""

from pathlib import Path

import pytest

from factbook.errors import Finding
from factbook.sheet.graph import section_graph
from factbook.sheet.lint import lint
from factbook.sheet.models import PromptSheet
from factbook.sheet.prompt_sheet import read_prompt_sheet

from .conftest import INPUTS

HOSTILE = INPUTS / "hostile"


def check(path: Path) -> tuple[PromptSheet | None, list[Finding]]:
    """A prompt sheet with everything found wrong in it."""
    sheet, findings = read_prompt_sheet(path)
    found = list(findings)
    if sheet is not None:
        tables = ("ETM", "PLEXOS")
        found += lint(sheet, file=path.name, region_names=("EU", "EU27"), table_names=tables)
        found += section_graph(sheet, file=path.name).findings()
    return sheet, found


def errors(name: str) -> list[Finding]:
    """The errors of a hostile workbook."""
    return [finding for finding in check(HOSTILE / name)[1] if finding.severity == "error"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("01_missing_sheet.xlsx", {"missing-sheet": ["'Tasks'"]}),
        ("02_missing_column.xlsx", {"missing-column": ["'Sub Tasks'", "'Geographic Level'"]}),
        (
            "03_duplicate_subtask_id.xlsx",
            {
                "duplicate-id": ["'1.1.1'", "rows 2 and 3", "A2, A3"],
                "orphan": ["'Text Guidelines'", "'1.1.2'"],
            },
        ),
        ("04_orphan_task.xlsx", {"orphan": ["'Tasks', B2", "'1.1'", "'99'"]}),
        (
            "07_ids_as_floats_1_10_is_1_1.xlsx",
            {
                "duplicate-id": ["'Tasks'", "A2, A11", "'1.1'", "column as text"],
                "id-prefix": ["'1.10.1' under task '1.1'", "'3.10.1' under task '3.1'"],
            },
        ),
        ("15_truncated.xlsx", {"damaged-file": ["15_truncated.xlsx", "damaged or cut off"]}),
        ("16_zip_bomb.xlsx", {"zip-bomb": ["sheet5.xml", "bomb", "200"]}),
        (
            "26_ids_became_dates.xlsx",
            {"date-id": ["ids are dates", "Format the column as text", "A2, A3"]},
        ),
        ("30_xml_external_entity.xlsx", {"doctype": ["sheet5.xml", "DOCTYPE"]}),
    ],
)
def test_hostile_workbook_gets_its_answer(name: str, expected: dict[str, list[str]]) -> None:
    """Each fault is an error that says what and where, and no other error is invented."""
    found = errors(name)
    assert {finding.code.removeprefix("sheet.") for finding in found} >= set(expected)
    for code, phrases in expected.items():
        first = next(finding for finding in found if finding.code == f"sheet.{code}")
        assert [phrase for phrase in phrases if phrase not in str(first)] == []
    allowed = {*expected, "orphan"} if "duplicate-id" in expected else set(expected)
    assert {finding.code.removeprefix("sheet.") for finding in found} <= allowed


@pytest.mark.parametrize(
    "name",
    [
        "08_trailing_spaces.xlsx",
        "11_formula_injection.xlsx",
        "12_path_traversal_project.xlsx",
        "25_prompt_injection.xlsx",
    ],
)
def test_hostile_text_is_read_as_text(name: str) -> None:
    """Odd text is no error of the sheet: what is written from it has to be safe."""
    sheet, _ = check(HOSTILE / name)
    assert sheet is not None
    assert errors(name) == []


def test_hostile_blanks_give_the_same_rows() -> None:
    """Blanks and no-break spaces around headers, ids and levels change nothing."""
    padded, plain = (
        check(path)[0]
        for path in (HOSTILE / "08_trailing_spaces.xlsx", INPUTS / "sheets" / "small.xlsx")
    )
    assert padded is not None
    assert plain is not None
    assert padded.tasks == plain.tasks
    assert padded.sub_tasks == plain.sub_tasks
    assert [o.id for o in padded.objectives] == [o.id for o in plain.objectives]


def test_hostile_formulas_stay_text() -> None:
    """Titles that start like formulas are kept."""
    sheet, _ = check(HOSTILE / "11_formula_injection.xlsx")
    assert sheet is not None
    starts = {sub_task.title[0] for sub_task in sheet.sub_tasks}
    assert starts >= set("=+@-")


def test_hostile_entity_shows_no_file() -> None:
    """The external entity is never resolved: no row is read at all."""
    sheet, findings = check(HOSTILE / "30_xml_external_entity.xlsx")
    assert sheet is None
    assert [finding.code for finding in findings] == ["sheet.doctype"]


def test_hostile_twin_with_ids_as_text_has_no_error() -> None:
    """The twin of the workbook with ids as numbers is read without an error."""
    sheet, findings = check(INPUTS / "sheets" / "trap_ids_text.xlsx")
    assert sheet is not None
    assert [finding for finding in findings if finding.severity == "error"] == []
