"""Four times the input takes about four times the work; what grows by its square fails here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path

import pytest

from factbook.config.load import make_config
from factbook.data.dataset import load_dataset
from factbook.data.series import Place
from factbook.sheet.graph import section_graph
from factbook.sheet.lint import lint
from factbook.sheet.outline import OutlineMaker
from factbook.sheet.prompt_sheet import read_prompt_sheet
from tests.fuzz.projects import project_folder
from tests.fuzz.results import FOLDER, NODES
from tests.fuzz.sheets import workbook
from tests.fuzz.tables import HEADER, PLACES
from tests.growth import TIMES_AS_MUCH, Work, assert_grows_little

_KEYS = ("collection_name", "category_name", "child_name", "property_name", "value", "unit_name")


def sheet_of(sub_tasks: int) -> bytes:
    """A sheet of so many sub-tasks, ten to a task and a hundred to a chapter.

    Each has a guideline, and refers to the one before it.
    """
    tasks = [f"{n // 10 + 1}.{n % 10 + 1}" for n in range(sub_tasks // 10)]
    ids = [f"{task}.{n}" for task in tasks for n in range(1, 11)]
    return workbook(
        {
            "Objectives": [
                ["ID", "Title"],
                *([name, "Power"] for name in dict.fromkeys(task.split(".")[0] for task in tasks)),
            ],
            "Tasks": [
                ["ID", "Objective ID", "Title"],
                *([task, task.split(".")[0], "Sources"] for task in tasks),
            ],
            "Sub Tasks": [
                ["ID", "Task_section_id", "Title", "Description", "Input", "Geographic Level"],
                *([name, name.rpartition(".")[0], "On", "", "", "country"] for name in ids),
            ],
            "Text Guidelines": [["ID", "Standard"], *([name, "Short"] for name in ids)],
            "Cross Reference": [
                ["ID", "Copy"],
                *([name, other] for other, name in zip(ids, ids[1:], strict=False)),
            ],
        }
    )


def lines(rows: Iterable[Iterable[object]]) -> bytes:
    """Rows as CSV."""
    return "\n".join(",".join(map(str, row)) for row in rows).encode()


def table_of(rows: int) -> bytes:
    """A long table of so many rows: twenty years for each place and subject."""
    body = (
        (PLACES[n // 20 % 3], f"Kind {n // 60}", 2001 + n % 20, n / 7, "Generation", "TWh")
        for n in range(rows)
    )
    return lines([HEADER, *body])


def results_of(rows: int) -> bytes:
    """Results of so many rows: twelve months for each node and category."""
    body = (
        ("Generator", f"Kind {n // 36}", NODES[n // 12 % 3], "Generation", n / 7, "GWh", n % 12 + 1)
        for n in range(rows)
    )
    return lines([(*_KEYS, "interval_id"), *body])


def read_sheet(folder: Path) -> Work:
    """Read and check a folder's sheet."""

    def work() -> None:
        sheet, findings = read_prompt_sheet(folder / "prompt_sheet.xlsx")
        assert sheet is not None
        assert not findings
        lint(sheet, file="", region_names=("EU",), table_names=())
        assert not section_graph(sheet).findings()

    return work


def outline_sheet(folder: Path) -> Work:
    """Make the outline of a folder's sheet."""
    sheet, _ = read_prompt_sheet(folder / "prompt_sheet.xlsx")
    assert sheet is not None
    countries = tuple(Place(name[:2].upper(), name) for name in PLACES)
    maker = OutlineMaker(
        sheet, section_graph(sheet), countries, Place("EU", "EU", "region"), make_config({})
    )
    return maker.whole


def read_data(folder: Path) -> Work:
    """Read and index a folder's tables."""
    made = {path.stem for path in folder.iterdir()}
    keys = {"etm": "etm.csv", "plexos": FOLDER, "nodes": "nodes.csv"}
    config = make_config({"data": {key: file for key, file in keys.items() if key in made}})
    return lambda: load_dataset(folder, config)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("prepared", "path", "made", "rows"),
    [
        pytest.param(read_sheet, "prompt_sheet.xlsx", sheet_of, 1200, id="sheet"),
        pytest.param(
            outline_sheet,
            "prompt_sheet.xlsx",
            sheet_of,
            1600,
            id="outline",
        ),
        pytest.param(read_data, "etm.csv", table_of, 60_000, id="table"),
        pytest.param(read_data, f"{FOLDER}/year_2020.csv", results_of, 36_000, id="results"),
    ],
)
def test_work_grows_in_proportion(
    prepared: Callable[[Path], Work], path: str, made: Callable[[int], bytes], rows: int
) -> None:
    """Four times the rows take far less than sixteen times the computing time."""
    others = {"nodes.csv": lines([("Node", "Country"), *((node, node[-2:]) for node in NODES)])}
    with ExitStack() as stack:
        folders = [
            stack.enter_context(project_folder({}, {**others, path: made(count)}))
            for count in (rows, rows * TIMES_AS_MUCH)
        ]
        assert_grows_little([prepared(folder) for folder in folders])
