"""The names of a workbook's sheets."""

from collections.abc import Callable

import pandas as pd
import pytest

from factbook.sheet.prompt_sheet import read_prompt_sheet

from .conftest import Rows

FramesOf = Callable[[Rows], dict[str, pd.DataFrame]]


@pytest.mark.parametrize("name", ["Default_Charts", "cross_reference"])
def test_sheet_named_like_a_note_is_reported(frames_of: FramesOf, rows: Rows, name: str) -> None:
    """An underscore instead of a blank would hide a whole sheet without a word."""
    _, findings = read_prompt_sheet(frames_of(rows) | {name: pd.DataFrame({"ID": ["1.1.1"]})})
    (finding,) = findings
    assert (finding.severity, finding.code) == ("warning", "sheet.note-sheet")
    assert finding.sheet == name
    assert finding.remedy.startswith(f"Rename it to '{name.replace('_', ' ').title()}'")


def test_notes_are_not_reported(frames_of: FramesOf, rows: Rows) -> None:
    """Other sheets with an underscore are notes, and so is a copy beside the sheet itself."""
    rows["Default Charts"] = [{"sub_task_id": "1.1.1", "Image": "ETM"}]
    notes = {name: pd.DataFrame({"a": ["b"]}) for name in ("How_to", "Default_Charts")}
    assert read_prompt_sheet(frames_of(rows) | notes)[1] == ()
