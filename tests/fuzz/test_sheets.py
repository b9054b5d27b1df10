"""Whatever a prompt sheet looks like, it is refused with findings or its report is written."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factbook.config.project_config import ProjectConfig
from factbook.errors import UserError
from factbook.project.dataframes import (
    Frames,
    write_inputs,
)
from tests.fuzz.examples import fuzzed
from tests.fuzz.projects import ALL_FORMATS, LIGHT_FORMATS, is_refused_or_written, project_folder
from tests.fuzz.sheets import Sheets, frames, right_sheets, sheets, workbook
from tests.fuzz.tables import HEADER, damaged

DATA = "\n".join(
    ",".join(row)
    for row in (
        HEADER,
        *(
            (place, subject, year, value, metric, unit)
            for metric, unit in (("Generation", "TWh"), ("Emissions", "Mt"))
            for place in ("Austria", "France")
            for subject, value in (("Wind", "1.5"), ("Solar", "20"), ("Coal", "0"))
            for year in ("2015", "2020", "2021")
        ),
    )
).encode()
FLAGS = ("add_summary", "add_introduction_to_task", "add_sub_task_summary", "conclude_report")


@st.composite
def configurations(draw: st.DrawFn) -> dict[str, object]:
    """A configuration that reads ``etm.csv``, with any of the flags for further sections."""
    flags = {flag: draw(st.booleans()) for flag in FLAGS}
    level = draw(st.sampled_from(("standard", "advanced")))
    return {**flags, "guideline_level": level, "data": {"etm": "etm.csv"}}


formats = st.integers(0, 7).map(lambda number: LIGHT_FORMATS if number else ALL_FORMATS)


@fuzzed
@given(made=sheets(), config=configurations(), merged=st.booleans(), formats=formats)
def test_workbook_is_refused_or_written(
    made: Sheets, config: dict[str, object], merged: bool, formats: tuple[str, ...]
) -> None:
    """Wrong headers, ids, references, types and rows in a workbook never raise anything else."""
    files = {"prompt_sheet.xlsx": workbook(made, merged), "etm.csv": DATA}
    with project_folder(config, files) as folder:
        is_refused_or_written(folder, formats)


@pytest.mark.slow
@fuzzed
@given(made=right_sheets(), config=configurations(), formats=formats)
def test_right_workbook_says_what_is_wrong_or_is_written(
    made: Sheets, config: dict[str, object], formats: tuple[str, ...]
) -> None:
    """Rows that belong together, with any texts in them."""
    files = {"prompt_sheet.xlsx": workbook(made), "etm.csv": DATA}
    with project_folder(config, files) as folder:
        is_refused_or_written(folder, formats)


@pytest.mark.slow
@fuzzed
@given(made=sheets())
def test_frames_are_refused_or_written(made: Sheets) -> None:
    """Frames handed in from Python are as harmless as a workbook."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as name:
        etm = Path(name) / "etm.csv"
        etm.write_bytes(DATA)
        try:
            folder = write_inputs(
                ProjectConfig(), Frames(frames(made), etm, None, None, {}), Path(name)
            )
        except UserError:
            return
        is_refused_or_written(folder)


@st.composite
def damaged_workbooks(draw: st.DrawFn) -> bytes:
    """A workbook with damage in its bytes, or in those of one of its parts."""
    content = workbook(draw(right_sheets()))
    if draw(st.integers(0, 3)) == 0:
        return draw(damaged(content))
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        members = old.namelist()
        hit = draw(st.sampled_from(members))
        for member in members:
            part = old.read(member)
            new.writestr(member, draw(damaged(part, most=3)) if member == hit else part)
    return made.getvalue()


@fuzzed
@given(content=damaged_workbooks())
def test_damaged_workbook_is_refused_or_written(content: bytes) -> None:
    """Bytes lost or overwritten in a workbook never raise anything else."""
    files = {"prompt_sheet.xlsx": content, "etm.csv": DATA}
    with project_folder({"data": {"etm": "etm.csv"}}, files) as folder:
        is_refused_or_written(folder)
