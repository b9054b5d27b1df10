"""A project that is as small as one can be, so that it is opened and run in no time."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from factbook.runs.ref import RunRef
from factbook.runs.start import start_run

SLUG = "power"
RUN = f"out/{SLUG}"
KEPT = f"{RUN}/runs/20260101T000000Z"
EDIT = "edits/1.1.1@FR.md"
CONFIG = """
project_name = "Power"
keep_runs = 1
conclude_report = false
outputs = ["csv", "md"]
[countries]
AT = "Austria"
FR = "France"
[data]
etm = "etm.csv"
[publish]
to = "published"
"""
SHEETS = {
    "Objectives": {"ID": ["1"], "Aim ID": ["1"], "Title": ["Power"], "Description": ["Power"]},
    "Tasks": {"ID": ["1.1"], "Objective ID": ["1"], "Title": ["Mix"], "Description": ["Mix"]},
    "Sub Tasks": {
        "ID": ["1.1.1"],
        "Task_section_id": ["1.1"],
        "Title": ["Mix"],
        "Description": ["The mix"],
        "Input": ["ETM"],
        "Geographic Level": ["country"],
    },
}
ROWS = [
    (country, sector, year, value, "Generation", "TWh")
    for country in ("Austria", "France")
    for sector, value in (("Solar", 3.0), ("Wind", 7.0))
    for year in (2015, 2021)
]


def make_project(folder: Path) -> Path:
    """Make a project with a report, an earlier one, an edit, and published files."""
    folder.mkdir(parents=True)
    (folder / "project.toml").write_text(CONFIG, encoding="utf-8")
    with pd.ExcelWriter(folder / "prompt_sheet.xlsx", engine="xlsxwriter") as book:
        for name, columns in SHEETS.items():
            pd.DataFrame(columns).to_excel(book, sheet_name=name, index=False)
    names = ["COUNTRY", "SECTOR", "YEAR", "VALUE", "PROPERTY", "UNIT"]
    pd.DataFrame(ROWS, columns=names).to_csv(folder / "etm.csv", index=False)
    _run(folder)
    (folder / EDIT).parent.mkdir()
    (folder / EDIT).write_text("A text of a person.", encoding="utf-8")
    _run(folder)
    [kept] = (folder / RUN / "runs").iterdir()
    kept.rename(folder / KEPT)
    return folder


def _run(folder: Path) -> None:
    end = start_run(RunRef(project=str(folder)))
    assert end.state == "Completed", end.message
