"""The earlier Python interface."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from factbook import ProjectConfig
from factbook.config import Data, Places
from factbook.errors import UserError
from flows import ReportGenerationPipeline

MakeProject = Callable[..., Path]


@pytest.fixture
def sheet(make_project: MakeProject) -> dict[str, pd.DataFrame]:
    """The example's prompt sheet as frames."""
    book = pd.read_excel(
        make_project(name="source") / "prompt_sheet.xlsx",
        sheet_name=None,
        dtype=str,
        engine="calamine",
        keep_default_na=False,
    )
    return {str(name): frame for name, frame in book.items()}


@pytest.fixture
def config() -> ProjectConfig:
    """A configuration as users of the earlier system write it."""
    return ProjectConfig(
        project_name="Energy Report 2025",
        run_objectives_concurrent=True,
        run_task_concurrent=True,
        objective_list=[1, 2],
        countries={"AT": "Austria", "FR": "France"},
        places=Places(drop=("Great Britain",)),
        outputs=("csv", "md"),
    )


@pytest.mark.usefixtures("server")
def test_frames_give_a_report(
    sheet: dict[str, pd.DataFrame], config: ProjectConfig, tmp_path: Path
) -> None:
    """Frames are written as a project, and the same flow runs on it."""
    data = tmp_path / "source"
    table = pd.read_csv(data / "etm.csv", keep_default_na=False)
    nodes = pd.read_csv(data / "nodes.csv")
    with_plexos = config.model_copy(update={"data": Data(plexos=str(data / "plexos"))})
    end = ReportGenerationPipeline(with_plexos, sheet, table, nodes, out=tmp_path / "results").run()
    assert (end.state, end.exit_code) == ("Completed", 0)
    assert end.folder == tmp_path / "results" / "energy-report-2025"
    assert {path.name for path in (end.folder / "inputs").iterdir()} == {
        "project.toml",
        "prompt_sheet.xlsx",
        "etm.csv",
        "nodes.csv",
    }
    with (end.folder / "objective_1_results.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["country"] for row in rows if row["sub_task_id"] == "1.1.1"] == [
        "Austria",
        "France",
    ]
    assert "TWh" in rows[0]["final_copy"]
    assert not (end.folder / "objective_3_results.csv").exists()


@pytest.mark.usefixtures("server")
def test_wrong_frames_raise_all_findings(
    sheet: dict[str, pd.DataFrame], config: ProjectConfig, tmp_path: Path
) -> None:
    """Numbers as ids that collide are errors in frames as they are in a workbook."""
    tasks = sheet["Tasks"].copy()
    tasks["ID"] = [1.1, 1.1, *map(float, tasks["ID"][2:])]
    table = pd.read_csv(tmp_path / "source" / "etm.csv", keep_default_na=False)
    pipeline = ReportGenerationPipeline(
        config, {**sheet, "Tasks": tasks}, table, out=tmp_path / "results"
    )
    with pytest.raises(UserError, match="text") as caught:
        pipeline.run()
    assert [finding for finding in caught.value.findings if "1.1" in finding.message]
    assert not list((tmp_path / "results").rglob("objective_*"))


def test_missing_file_is_named(config: ProjectConfig, tmp_path: Path) -> None:
    """A path that does not exist is an error that names it."""
    pipeline = ReportGenerationPipeline(config, tmp_path / "none.xlsx", out=tmp_path / "results")
    with pytest.raises(UserError, match="none.xlsx"):
        pipeline.run()
