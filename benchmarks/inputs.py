"""What reading the inputs costs: a large prompt sheet read and linted, a large table indexed.

``python benchmarks/inputs.py`` makes the files in a temporary folder and reads each in a process
of its own, so that no measurement has the memory of another. ``--json`` also writes a file.
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import xlsxwriter
from large_project import COUNTRIES

SHEET_ROWS = 5_000
TABLE_ROWS = 1_000_000
ROWS_BY_SEX_AND_AGE = 5_000_000

SUBJECTS = 25
YEARS = range(2001, 2021)
SEXES = ("Female", "Male")
AGES = ("0-14", "15-24", "25-64", "65+")


def make_sheet(path: Path, rows: int, *, every_sheet: bool = False) -> None:
    """Write a prompt sheet with so many sub-tasks.

    Args:
        path: Where.
        rows: Rows of ``Sub Tasks``.
        every_sheet: Whether ``Text Guidelines``, ``Default Charts``, ``External Search`` and
            ``Cross Reference`` have as many.
    """
    tasks = [f"{number // 20 + 1}.{number % 20 + 1}" for number in range(-(-rows // 10))]
    ids = [f"{tasks[number // 10]}.{number % 10 + 1}" for number in range(rows)]
    selection = ("-", "Property 1", "Subject 1, Subject 2", "Year")
    sheets: dict[str, Iterable[Sequence[str]]] = {
        "Objectives": [
            ("ID", "Title"),
            *((one, f"Chapter {one}") for one in dict.fromkeys(t.split(".")[0] for t in tasks)),
        ],
        "Tasks": [
            ("ID", "Objective ID", "Title"),
            *((task, task.split(".")[0], f"Part {task}") for task in tasks),
        ],
        "Sub Tasks": [
            ("ID", "Task_section_id", "Title", "Description", "Input", "Geographic Level"),
            *(
                (one, one.rpartition(".")[0], f"On {one}", "Say what changed. " * 8, "ETM", level)
                for one, level in zip(ids, ("country", "EU") * rows, strict=False)
            ),
        ],
    }
    if every_sheet:
        sheets |= {
            "Text Guidelines": [
                ("ID", "Description", "Standard", "Advanced"),
                *((one, "", "Two paragraphs. " * 10, "Name causes. " * 10) for one in ids),
            ],
            "Default Charts": [
                ("sub_task_id", "Description", "Image", *_SELECTION),
                *((one, "A chart", "ETM", *selection) for one in ids),
            ],
            "External Search": [
                ("ID", "Unique_ID", "Title", "Prompt", "Data Source", "Level", *_SELECTION),
                *((one, one, "News", "What is new?", "ETM", "country", *selection) for one in ids),
            ],
            "Cross Reference": [
                ("ID", "Copy"),
                *((one, before) for before, one in zip(ids, ids[1:], strict=False)),
            ],
        }
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        for name, lines in sheets.items():
            page = book.add_worksheet(name)
            for number, line in enumerate(lines):
                for column, text in enumerate(line):
                    page.write_string(number, column, text)


_SELECTION = ("collection_name", "property_list", "category_list", "Period_type")


def make_table(path: Path, rows: int) -> None:
    """Write a long table of so many rows: 28 countries, 25 subjects, 20 years, many properties."""
    metrics = -(-rows // (len(COUNTRIES) * SUBJECTS * len(YEARS)))
    keys = product(range(1, metrics + 1), COUNTRIES.values(), range(1, SUBJECTS + 1), YEARS)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("COUNTRY", "SECTOR", "YEAR", "VALUE", "PROPERTY", "UNIT"))
        for number, (metric, country, subject, year) in zip(range(rows), keys, strict=False):
            value = number * 7919 % 100_003 / 100
            writer.writerow(
                (country, f"Subject {subject}", year, value, f"Property {metric}", "TWh")
            )


def make_table_by_sex_and_age(path: Path, rows: int) -> None:
    """Write about so many rows of a long table with sex and age, each with its total."""
    members = [(sex, age) for sex in ("Total", *SEXES) for age in ("Total", *AGES)]
    metrics = max(round(rows / (len(members) * len(COUNTRIES) * len(YEARS))), 1)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("COUNTRY", "YEAR", "SEX", "AGE", "VALUE", "PROPERTY", "UNIT"))
        for number, (metric, country, year) in enumerate(
            product(range(1, metrics + 1), COUNTRIES.values(), YEARS)
        ):
            values = {
                (sex, age): (number * 7919 + at * 104_729) % 100_003
                for at, (sex, age) in enumerate(product(SEXES, AGES))
            }
            for sex, age in members:
                value = sum(
                    figure
                    for (of_sex, of_age), figure in values.items()
                    if sex in ("Total", of_sex) and age in ("Total", of_age)
                )
                writer.writerow((country, year, sex, age, value, f"Population {metric}", "persons"))


def read_sheet(folder: Path) -> tuple[float, int]:
    """Read and lint ``prompt_sheet.xlsx`` of a folder; seconds, and errors found."""
    from factbook.sheet.graph import section_graph
    from factbook.sheet.lint import lint
    from factbook.sheet.prompt_sheet import read_prompt_sheet

    path = folder / "prompt_sheet.xlsx"
    start = time.perf_counter()
    sheet, findings = read_prompt_sheet(path)
    found = list(findings)
    if sheet is not None:
        found += lint(sheet, file=str(path), region_names=("EU", "EU27"), table_names=("ETM",))
        found += section_graph(sheet, file=str(path)).findings()
    seconds = time.perf_counter() - start
    return seconds, sum(finding.severity == "error" for finding in found)


def read_table(folder: Path) -> tuple[float, int]:
    """Read, check and index ``etm.csv`` of a folder; seconds, and rows that are missing."""
    rows = _rows_in(folder / "etm.csv")
    seconds, read = _read_data({"etm": "etm.csv"}, "ETM", folder)
    return seconds, rows - read


def read_totals(folder: Path) -> tuple[float, int]:
    """The same for the totals alone of a table by sex and age."""
    rows = _rows_in(folder / "etm.csv") // ((len(SEXES) + 1) * (len(AGES) + 1))
    seconds, read = _read_data(_by_sex_and_age(each=False), "Population", folder)
    return seconds, rows - read


def read_each(folder: Path) -> tuple[float, int]:
    """The same for all members of sex and age."""
    seconds, read = _read_data(_by_sex_and_age(each=True), "Population", folder)
    return seconds, _rows_in(folder / "etm.csv") - read


def _rows_in(path: Path) -> int:
    with path.open("rb") as file:
        return sum(1 for _ in file) - 1


def _by_sex_and_age(*, each: bool) -> dict[str, Any]:
    """The configuration of a table by sex and age."""
    dimensions = {name: {"each": True} if each else {} for name in ("SEX", "AGE")}
    table = {"file": "etm.csv", "dimensions": dimensions}
    return {"tables": {"Population": table}}


def _read_data(data: dict[str, Any], name: str, folder: Path) -> tuple[float, int]:
    """Seconds of reading a project's data, and the rows of a table."""
    from factbook.config.project_config import ProjectConfig
    from factbook.data.dataset import load_dataset

    limits = {"max_data_mb": 2_000, "max_data_cells": 100_000_000}
    config = ProjectConfig.model_validate({"data": data, "limits": limits})
    start = time.perf_counter()
    dataset, _ = load_dataset(folder, config)
    return time.perf_counter() - start, len(dataset.tables[name])


_READERS: dict[str, Callable[[Path], tuple[float, int]]] = {
    "sheet": read_sheet,
    "table": read_table,
    "totals": read_totals,
    "each": read_each,
}


def measured_here(kind: str, folder: Path) -> dict[str, float]:
    """Seconds of reading, peak memory of this process and of the largest that it started."""
    seconds, wrong = _READERS[kind](folder)
    assert not wrong, f"{wrong} of what was made is not read"
    return {
        "seconds": seconds,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6,
        "child_peak_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / 1e6,
    }


def measured(kind: str, folder: Path, repeat: int) -> dict[str, float]:
    """The median seconds and the highest memory of several processes that read an input."""
    runs = []
    for _ in range(repeat):
        command = [sys.executable, __file__, "--measure", kind, str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        runs.append(json.loads(done.stdout))
    return {
        "seconds": statistics.median(run["seconds"] for run in runs),
        "peak_mb": max(run["peak_mb"] for run in runs),
        "child_peak_mb": max(run["child_peak_mb"] for run in runs),
    }


@dataclass(frozen=True)
class Case:
    """An input that is measured.

    Attributes:
        name: What it is.
        kind: How it is read.
        make: Makes it in a folder.
        target_seconds: What reading may take; None where nothing is asked.
        target_mb: The memory that it may take.
    """

    name: str
    kind: str
    make: Callable[[Path], None]
    target_seconds: float | None = None
    target_mb: float | None = None


def cases(sheet_rows: int, table_rows: int, rows_by_sex_and_age: int) -> list[Case]:
    """What is measured."""
    sheet, table = "prompt_sheet.xlsx", "etm.csv"
    by_sex_and_age = f"table, {rows_by_sex_and_age:,} rows by sex and age"
    five_sheets = f"sheet, {sheet_rows:,} rows in each of five tabs"
    return [
        Case(
            f"sheet, {sheet_rows:,} sub-tasks",
            "sheet",
            lambda folder: make_sheet(folder / sheet, sheet_rows),
            target_seconds=1.5,
        ),
        Case(
            five_sheets,
            "sheet",
            lambda folder: make_sheet(folder / sheet, sheet_rows, every_sheet=True),
        ),
        Case(
            f"table, {table_rows:,} rows",
            "table",
            lambda folder: make_table(folder / table, table_rows),
            target_seconds=6,
            target_mb=900,
        ),
        *(
            Case(
                f"{by_sex_and_age}, {what}",
                kind,
                lambda folder: make_table_by_sex_and_age(folder / table, rows_by_sex_and_age),
                target_seconds=15,
                target_mb=2_000,
            )
            for kind, what in (("totals", "totals read"), ("each", "each member read"))
        ),
    ]


def as_table(results: Iterable[dict[str, Any]]) -> str:
    """The results as a Markdown table."""
    lines = [
        "| input | seconds | target | peak MB | target | peak MB of a child process |",
        "| :---- | ------: | -----: | ------: | -----: | -------------------------: |",
    ]
    for one in results:
        seconds, peak = (f"{t:g}" if t else "" for t in (one["target_seconds"], one["target_mb"]))
        lines.append(
            f"| {one['input']} | {one['seconds']:.2f} | {seconds} | {one['peak_mb']:.0f} "
            f"| {peak} | {one['child_peak_mb']:.0f} |"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print the table, and write JSON if asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sheet-rows", type=int, default=SHEET_ROWS)
    parser.add_argument("--table-rows", type=int, default=TABLE_ROWS)
    parser.add_argument("--rows-by-sex-and-age", type=int, default=ROWS_BY_SEX_AND_AGE)
    parser.add_argument("--repeat", type=int, default=3, help="processes a measurement")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument("--measure", nargs=2, metavar=("KIND", "FOLDER"), help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.measure:
        print(json.dumps(measured_here(given.measure[0], Path(given.measure[1]))))
        return
    results = []
    for case in cases(given.sheet_rows, given.table_rows, given.rows_by_sex_and_age):
        with tempfile.TemporaryDirectory(prefix="factbook-inputs-") as folder:
            case.make(Path(folder))
            figures = measured(case.kind, Path(folder), given.repeat)
        targets = {"target_seconds": case.target_seconds, "target_mb": case.target_mb}
        results.append({"input": case.name, **figures, **targets})
    print(as_table(results))
    if given.json:
        given.json.parent.mkdir(parents=True, exist_ok=True)
        given.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
