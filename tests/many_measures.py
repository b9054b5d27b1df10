"""A project of figures from all fields: wages, prices, rates, °C, indices, counts."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import openpyxl

from factbook.sheet.layout import LAYOUTS

FIGURES = Path(__file__).parent / "inputs" / "many-measures" / "figures.csv"

TOML = """
project_name = "Many measures"
prompt_sheet = "prompt_sheet.xlsx"

[region]
name = "Four"
members = "all"

[data.tables.figures]
file = "figures.csv"
origin = "Invented figures of many fields"
"""


def measures() -> list[str]:
    """The names of the measures, in the order of the table."""
    with FIGURES.open(encoding="utf-8", newline="") as file:
        return list(dict.fromkeys(row["PROPERTY"] for row in csv.DictReader(file)))


def write_project(folder: Path, toml: str = "") -> Path:
    """Write the project: a sub-task a measure for each country, one for the region.

    Args:
        folder: Where it is written.
        toml: Lines at the top of its configuration.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(FIGURES, folder / "figures.csv")
    (folder / "project.toml").write_text(toml + TOML, encoding="utf-8")
    rows: dict[str, list[dict[str, str]]] = {
        "Read me": [{"Project Name": "Many measures", "Context": "Figures of many fields."}],
        "Aims": [{"ID": "A", "Title": "Describe"}],
        "Objectives": [{"ID": "1", "Aim ID": "A", "Title": "Figures"}],
        "Tasks": [],
        "Sub Tasks": [],
        "Default Charts": [],
    }
    for number, measure in enumerate(measures(), start=1):
        task = f"1.{number}"
        rows["Tasks"].append({"ID": task, "Objective ID": "1", "Title": measure})
        for at, level in enumerate(("country", "Four"), start=1):
            rows["Sub Tasks"].append(
                {
                    "ID": f"{task}.{at}", "Task_section_id": task, "Title": measure,
                    "Description": "Describe it.", "Input": "figures", "Geographic Level": level,
                }
            )  # fmt: skip
            rows["Default Charts"].append(
                {"sub_task_id": f"{task}.{at}", "Image": "figures", "property_list": measure}
            )
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for layout in LAYOUTS:
        page = book.create_sheet(layout.name)
        page.append(list(layout.columns))
        for row in rows.get(layout.name, ()):
            page.append([row.get(column) for column in layout.columns])
    book.save(folder / "prompt_sheet.xlsx")
    return folder
