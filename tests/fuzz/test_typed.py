"""Whatever a workbook or a Parquet file of figures holds: refused with findings, or written."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.configurations import configurations
from tests.fuzz.examples import fuzzed
from tests.fuzz.projects import is_refused_or_written, project_folder
from tests.fuzz.tables import HEADER, Row, rows, wide
from tests.fuzz.test_tables import SHEET
from tests.fuzz.typed import SHEET_NAMES, books, parquet
from tests.fuzz.values import rarely, seldom


@st.composite
def sources(draw: st.DrawFn, file: str) -> tuple[list[Row], dict[str, Any]]:
    """The rows of a table, the header first, and the ``[data]`` that reads them from a file."""
    body = draw(rows())
    is_right = draw(st.booleans())
    if draw(st.booleans()):
        return [list(HEADER), *body], {"etm": file}
    years_in_columns = draw(st.booleans())
    source: dict[str, Any] = {"file": file, "years_in_columns": years_in_columns}
    if draw(st.booleans()):
        source["sheet"] = draw(st.sampled_from(SHEET_NAMES[:3] if is_right else SHEET_NAMES))
    if draw(seldom):
        source["unit"] = draw(st.sampled_from(("TWh", "", "%")))
    if draw(rarely):
        source["columns"] = {"SECTOR": draw(st.sampled_from(("SECTOR", "sector ", "2015", "X")))}
    made = wide(body) if years_in_columns else [list(HEADER), *body]
    return made, {"tables": {"prices": source}}


def check(config: dict[str, Any], file: str, content: bytes) -> bool:
    """Check and write a project whose figures stand in a file."""
    with project_folder(config, {"prompt_sheet.xlsx": SHEET, file: content}) as folder:
        return is_refused_or_written(folder)


@pytest.mark.slow
@fuzzed
@given(settings=st.data())
def test_workbook_of_figures_is_refused_or_written(settings: st.DataObject) -> None:
    """Sheets by any name, cells of any type, rows above the header, and damage."""
    made, data = settings.draw(sources("table.xlsx"))
    config = settings.draw(configurations(data))
    check(config, "table.xlsx", settings.draw(books(made)))


@fuzzed
@given(settings=st.data())
def test_parquet_is_refused_or_written(settings: st.DataObject) -> None:
    """Columns of any type, names given twice, metadata of any kind, and damage."""
    made, data = settings.draw(sources("table.parquet"))
    config = settings.draw(configurations(data))
    check(config, "table.parquet", settings.draw(parquet(made)))
