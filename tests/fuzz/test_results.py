"""Whatever results, node split and borders look like: refused with findings, or written."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.configurations import configurations, of_results
from tests.fuzz.examples import fuzzed
from tests.fuzz.places import borders, node_splits
from tests.fuzz.projects import is_refused_or_written, project_folder
from tests.fuzz.results import FOLDER, NODES, folders
from tests.fuzz.sheets import workbook
from tests.fuzz.tables import Row
from tests.fuzz.typed import any_file
from tests.fuzz.values import seldom

SPLIT = "Node,Country,Region\n" + "".join(f"{node},{node[-2:]},Part\n" for node in NODES)
RESULTS = "collection_name,category_name,child_name,property_name,value,unit_name\n" + "".join(
    f"Generator,{category},{node} {category},Generation,{value},GWh\n"
    for node in NODES
    for category, value in (("Wind", 1.5), ("Solar", 20))
)
Files = dict[str, bytes]


@st.composite
def prompt_sheets(draw: st.DrawFn) -> bytes:
    """A sheet whose sub-tasks take the results by default, by a chart and by a search."""
    collection = draw(st.sampled_from(("Generator", "generator", "Generator", "-", "Node")))
    categories = draw(st.sampled_from(("-", "Wind", "wind", "-", "wind, Solar")))
    period = draw(st.sampled_from(("Year", "", "Month")))
    source = draw(st.sampled_from(("PLEXOS", "", "Text only")))
    chart = ["1.1.1", "", "plexos_chart", collection, "-", categories, period, ""]
    search = [
        "1.1.2", "1.1.2", "", "", "", "PLEXOS", "country", "", collection, "-", categories, period,
    ]  # fmt: skip
    return workbook(
        {
            "Objectives": [["ID", "Title"], ["1", "Power"]],
            "Tasks": [["ID", "Objective ID", "Title"], ["1.1", "1", "Sources"]],
            "Sub Tasks": [
                ["ID", "Task_section_id", "Title", "Description", "Input", "Geographic Level"],
                ["1.1.1", "1.1", "By country", "", source, "country"],
                ["1.1.2", "1.1", "In all", "", source, "EU"],
            ],
            "Default Charts": [
                [
                    "sub_task_id", "Description", "Image", "collection_name", "property_list",
                    "category_list", "Period_type", "sub_task_header",
                ],
                *([chart] if draw(st.booleans()) else []),
            ],
            "External Search": [
                [
                    "ID", "Unique_ID", "Title", "Description", "Prompt", "Data Source", "Level",
                    "additional information", "collection_name", "property_list",
                    "category_list", "Period_type",
                ],
                *([search] if draw(st.booleans()) else []),
            ],
            "All Categories": [
                ["category_name", "group", "Description"],
                ["Wind", "Renewables", ""],
                ["Solar", "Renewables", ""],
            ],
        }
    )  # fmt: skip


@st.composite
def placed(draw: st.DrawFn, key: str, rows: st.SearchStrategy[list[Row]]) -> tuple[str, bytes]:
    """A table about places as a file of any kind: its name and its bytes."""
    suffix, content = draw(any_file(draw(rows)))
    folder = draw(st.sampled_from(("", "", f"{FOLDER}/")))
    return f"{folder}{key}{suffix}", content


@pytest.mark.slow
@fuzzed
@given(files=folders(), sheet=prompt_sheets(), settings=st.data())
def test_results_are_refused_or_written(
    files: Files, sheet: bytes, settings: st.DataObject
) -> None:
    """Any columns, dates, intervals, models, totals, spellings, and names of files and folders."""
    data = settings.draw(of_results())
    if not settings.draw(seldom):
        data["nodes"] = "nodes.csv"
    config = settings.draw(configurations(data))
    files = {**files, "prompt_sheet.xlsx": sheet, "nodes.csv": SPLIT.encode()}
    with project_folder(config, files) as folder:
        is_refused_or_written(folder)


@pytest.mark.slow
@fuzzed
@given(
    nodes=placed("nodes", node_splits()),
    neighbours=placed("borders", borders()),
    sheet=prompt_sheets(),
    settings=st.data(),
)
def test_node_split_and_borders_are_refused_or_written(
    nodes: tuple[str, bytes], neighbours: tuple[str, bytes], sheet: bytes, settings: st.DataObject
) -> None:
    """Any headings, blanks, repeats, places and files of nodes and of borders."""
    named: dict[str, Any] = {"nodes": nodes[0], "borders": neighbours[0]}
    data = {**settings.draw(of_results()), "plexos_year": 2020, **named}
    config = settings.draw(configurations(data))
    files = {
        "prompt_sheet.xlsx": sheet,
        f"{FOLDER}/results.csv": RESULTS.encode(),
        **dict((nodes, neighbours)),
    }
    with project_folder(config, files) as folder:
        is_refused_or_written(folder)
