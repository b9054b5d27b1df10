"""What a brief asks for and no section will tell, as `factbook check` names it."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest

from factbook.project.project import open_project
from factbook.project.request_findings import unmet_requests

EXAMPLE = Path(__file__).parents[2] / "examples" / "world-energy-mix"


def _unmet(folder: Path, sub_task: str, brief: str, *settings: str) -> list[str]:
    """What is said of a sub-task of the example whose description is another."""
    shutil.copytree(EXAMPLE, folder / "p", ignore=shutil.ignore_patterns("out"))
    path = folder / "p" / "prompt_sheet.xlsx"
    book = openpyxl.load_workbook(path)
    rows = book["Sub Tasks"]
    columns = {cell.value: cell.column for cell in rows[1]}
    [row] = [r for r in range(2, rows.max_row + 1) if rows.cell(r, columns["ID"]).value == sub_task]
    rows.cell(row, columns["Description"]).value = brief
    for title in ("Guidelines", "Length"):
        if title in columns:
            rows.cell(row, columns[title]).value = None
    book.save(path)
    found = unmet_requests(open_project(folder / "p", settings))
    return [one.message for one in found if one.message.startswith(f"sub-task {sub_task}:")]


@pytest.mark.parametrize(
    ("brief", "unmet"),
    [
        ("Electricity by source.", ""),
        ("Electricity by source, and when it peaked.", "turns, highs or lows"),
        ("What each country has beside its neighbours.", "neighbours"),
        ("Which policies shaped the mix?", "policy ('policies')"),
        ("The mix, and what caused it.", "causes ('caused')"),
    ],
)
def test_what_no_section_will_tell_is_named(brief: str, unmet: str, tmp_path: Path) -> None:
    """The data have one year of the mix, no neighbours, and no causes."""
    found = _unmet(tmp_path, "1.1.1", brief)
    assert [f"asks for {unmet}" in one for one in found] == ([True] if unmet else [])


def test_a_model_may_tell_of_causes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What figures do not say is the model's to find."""
    monkeypatch.setenv("OPENAI_API_KEY", "unused")
    assert not _unmet(tmp_path, "1.1.1", "The mix, and what caused it.", "provider=openai")
