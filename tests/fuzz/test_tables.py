"""Whatever a table looks like, it is refused with findings or its report is written."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.examples import fuzzed
from tests.fuzz.projects import is_refused_or_written, project_folder
from tests.fuzz.sheets import workbook
from tests.fuzz.tables import HEADER, configurations, damaged, files, rows, tables

SHEET = workbook(
    {
        "Objectives": [["ID", "Title"], ["1", "Power"]],
        "Tasks": [["ID", "Objective ID", "Title"], ["1.1", "1", "Sources"]],
        "Sub Tasks": [
            ["ID", "Task_section_id", "Title", "Description", "Input", "Geographic Level"],
            ["1.1.1", "1.1", "By country", "", "", "country"],
            ["1.1.2", "1.1", "In all", "", "", "EU"],
        ],
    }
)


def check(config: dict[str, Any], content: bytes) -> bool:
    """Check and write a project whose data are these bytes."""
    with project_folder(config, {"prompt_sheet.xlsx": SHEET, "table.csv": content}) as folder:
        return is_refused_or_written(folder)


@fuzzed
@given(content=tables(), config=configurations())
def test_long_table_is_refused_or_written(content: bytes, config: dict[str, Any]) -> None:
    """Any dialect, encoding, gap, flag, repeat, alias and aggregate."""
    check(config, content)


@fuzzed
@given(content=tables(years_in_columns=True), config=configurations(years_in_columns=True))
def test_wide_table_is_refused_or_written(content: bytes, config: dict[str, Any]) -> None:
    """The same with years in columns."""
    check(config, content)


@fuzzed
@given(
    content=st.one_of(
        rows().flatmap(lambda made: files([list(HEADER), *made])).flatmap(damaged),
        st.binary(max_size=200),
    ),
    config=configurations(),
)
def test_damaged_table_is_refused_or_written(content: bytes, config: dict[str, Any]) -> None:
    """Bytes lost or overwritten in a table, and bytes that never were one."""
    check(config, content)
