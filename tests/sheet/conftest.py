"""Prompt sheets that the tests of reading share: frames, workbooks, and broken zips."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from factbook.errors import Finding
from factbook.sheet.layout import LAYOUTS
from factbook.sheet.models import PromptSheet
from factbook.sheet.prompt_sheet import read_prompt_sheet
from tests.xlsx.conftest import INPUTS as INPUTS
from tests.xlsx.conftest import workbook as workbook

Rows = dict[str, list[dict[str, Any]]]


def _sub_task(row_id: str, task: str, title: str, **others: str) -> dict[str, str]:
    row = {"ID": row_id, "Task_section_id": task, "Title": title, "Description": "Describe it."}
    return row | {"Input": "ETM", "Geographic Level": "country"} | others


def valid_rows() -> Rows:
    """A sheet without a fault: two chapters, three tasks, four sub-tasks."""
    return {
        "Read me": [{"Project Name": "Energy review", "Context": "A test"}],
        "Aims": [{"ID": "A", "Title": "Describe", "Description": ""}],
        "Objectives": [
            {"ID": "1", "Aim ID": "A", "Title": "Power", "Description": "On power"},
            {"ID": "2", "Aim ID": "A", "Title": "Gas", "Description": "On gas"},
        ],
        "Tasks": [
            {"ID": "1.1", "Objective ID": "1", "Title": "Supply", "Description": ""},
            {"ID": "1.10", "Objective ID": "1", "Title": "Supply", "Description": ""},
            {"ID": "2.1", "Objective ID": "2", "Title": "Demand", "Description": ""},
        ],
        "Sub Tasks": [
            _sub_task("1.1.1", "1.1", "By fuel"),
            _sub_task("1.1.2", "1.1", "By country", Input="PLEXOS"),
            _sub_task("1.10.1", "1.10", "By fuel"),
            _sub_task("2.1.1", "2.1", "By sector", **{"Geographic Level": "EU"}),
        ],
    }


@pytest.fixture
def rows() -> Rows:
    """A sheet without a fault, as rows to be changed."""
    return valid_rows()


@pytest.fixture
def frames_of() -> Callable[[Rows], dict[str, pd.DataFrame]]:
    """Makes the frames that stand for a workbook, with every column of the layout."""

    def make(rows: Rows) -> dict[str, pd.DataFrame]:
        columns = {layout.name: list(layout.columns) for layout in LAYOUTS}
        return {
            name: pd.DataFrame(own, columns=columns.get(name), dtype=object)
            for name, own in rows.items()
        }

    return make


@pytest.fixture
def read(
    frames_of: Callable[[Rows], dict[str, pd.DataFrame]],
) -> Callable[[Rows], tuple[PromptSheet | None, tuple[Finding, ...]]]:
    """Reads rows as a prompt sheet."""
    return lambda rows: read_prompt_sheet(frames_of(rows))


@pytest.fixture
def sheet_of(
    read: Callable[[Rows], tuple[PromptSheet | None, tuple[Finding, ...]]],
) -> Callable[[Rows], PromptSheet]:
    """Reads rows that can be read."""

    def make(rows: Rows) -> PromptSheet:
        sheet, findings = read(rows)
        assert sheet is not None, findings
        return sheet

    return make
