"""Whole reports of a table, by configuration alone."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl

from factbook.runs.outcome import Outcome
from factbook.runs.ref import RunRef
from factbook.runs.start import start_run


def report(
    folder: Path,
    toml: str,
    file: Path,
    table: str,
    charts: Sequence[tuple[str, str]],
    files: Mapping[str, str] = {},
) -> Outcome:
    """A report with a sub-task for each property and Period_type, of every place.

    Args:
        folder: The project's, which is made.
        toml: Its configuration, which names the file.
        file: The table, which is copied.
        table: Name of the table.
        charts: property_list and Period_type of each sub-task.
        files: Other files of the project.
    """
    folder.mkdir()
    (folder / "project.toml").write_text(toml, encoding="utf-8")
    shutil.copy(file, folder / file.name)
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    titles = "Title", "Description"
    ids = [f"1.1.{at}" for at in range(1, len(charts) + 1)]
    tabs: dict[str, list[tuple[str, ...]]] = {
        "Objectives": [("ID", *titles), ("1", "Series", "Series.")],
        "Tasks": [("ID", "Objective ID", *titles), ("1.1", "1", "Series", "All.")],
        "Sub Tasks": [
            ("ID", "Task_section_id", *titles, "Input", "Geographic Level"),
            *((one, "1.1", f"Part {one}", "All.", table, "country") for one in ids),
        ],
        "Default Charts": [
            ("sub_task_id", "Image", "property_list", "Period_type"),
            *((one, table, *chart) for one, chart in zip(ids, charts, strict=True)),
        ],
    }
    book = openpyxl.Workbook()
    for name, rows in tabs.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    del book["Sheet"]
    book.save(folder / "prompt_sheet.xlsx")
    end = start_run(RunRef(project=str(folder)))
    assert end.state == "Completed", end.message
    return end


def facts_of(end: Outcome, section_id: str) -> list[dict[str, Any]]:
    """The facts that a section was written from."""
    assert end.folder is not None
    text = (end.folder / "evidence" / f"{section_id}.json").read_text("utf-8")
    facts: list[dict[str, Any]] = json.loads(text)["facts"]
    return facts


def values_of(facts: Sequence[Mapping[str, Any]], subject: str, metric: str) -> dict[str, float]:
    """Period → value of the place's own facts."""
    return {
        fact["period"]: fact["value"]
        for fact in facts
        if (fact["subject"], fact["metric"], fact["role"]) == (subject, metric, "place")
    }


def text_of(end: Outcome) -> str:
    """The report in Markdown."""
    assert end.folder is not None
    [report] = end.folder.glob("*.md")
    return report.read_text(encoding="utf-8")
