"""The prompt sheets of the examples, which scripts write."""

from __future__ import annotations

import importlib
from pathlib import Path

import openpyxl
import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
FOLDERS = sorted(path.parent for path in EXAMPLES.glob("*/prompt_sheet.xlsx"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_sheet_is_what_its_script_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    """The reviewable rows of the script and the workbook do not drift apart."""
    monkeypatch.syspath_prepend(EXAMPLES)
    script = importlib.import_module(f"make_{folder.name.replace('-', '_')}")
    script.write_prompt_sheet(tmp_path / "sheet.xlsx", script.SHEETS, script.CHOICES)

    kept = openpyxl.load_workbook(folder / "prompt_sheet.xlsx")
    made = openpyxl.load_workbook(tmp_path / "sheet.xlsx")
    assert kept.sheetnames == made.sheetnames
    for name in kept.sheetnames:
        assert list(kept[name].values) == list(made[name].values), name
