"""The earlier Python interface."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from factbook import ProjectConfig
from factbook.config.project_config import (
    Data,
    EngineName,
    Places,
)
from factbook.errors import UserError
from flows import ReportGenerationPipeline
from tests.manifests import manifest_in

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
        objective_list=[1],
        countries={"AT": "Austria", "FR": "France"},
        places=Places(drop=("Great Britain",)),
        outputs=("csv", "md"),
    )


def pipeline(
    config: ProjectConfig,
    sheet: dict[str, pd.DataFrame],
    folder: Path,
    engine: EngineName = "threads",
) -> ReportGenerationPipeline:
    """The example as users of the earlier system hand it in."""
    data = folder / "source"
    table = pd.read_csv(data / "etm.csv", keep_default_na=False)
    nodes = pd.read_csv(data / "nodes.csv")
    with_plexos = config.model_copy(update={"data": Data(plexos=str(data / "plexos"))})
    return ReportGenerationPipeline(
        with_plexos, sheet, table, nodes, out=folder / "results", engine=engine
    )


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("engine", ["threads", "prefect"])
def test_frames_give_a_report(
    sheet: dict[str, pd.DataFrame], config: ProjectConfig, tmp_path: Path, engine: EngineName
) -> None:
    """Frames are written as a project, and a run of it is started with the engine."""
    end = pipeline(config, sheet, tmp_path, engine).run()
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
    assert not (end.folder / "objective_2_results.csv").exists()


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


WORKER = """
import sys
from pathlib import Path
import pandas as pd
from factbook import ProjectConfig
from factbook.config.project_config import Data, Places
from factbook.writing.offline import OfflineWriter
from flows import ReportGenerationPipeline

class Waiting(OfflineWriter):
    def write(self, job):
        print("at work", flush=True)
        sys.stdin.readline()
        return super().write(job)

source, out, factor = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
config = ProjectConfig(
    project_name="Energy Report 2025", objective_list=["1"], outputs=("csv",),
    countries={"AT": "Austria"}, places=Places(drop=("Great Britain",)),
    data=Data(plexos=str(source / "plexos")),
)
table = pd.read_csv(source / "etm.csv", keep_default_na=False)
table["VALUE"] = pd.to_numeric(table["VALUE"], errors="coerce") * factor
end = ReportGenerationPipeline(
    config, source / "prompt_sheet.xlsx", table, source / "nodes.csv", out=out,
    writer=Waiting() if factor == 1 else None, engine="threads",
).run()
print(end.exit_code, end.state, end.message, flush=True)
"""


@pytest.mark.slow
def test_second_pipeline_does_not_touch_the_inputs_of_the_first(
    make_project: MakeProject, tmp_path: Path
) -> None:
    """Two processes: the second has other figures, is skipped, and changes no byte."""
    source, out = make_project(), tmp_path / "out"

    def process(factor: int) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", WORKER, str(source), str(out), str(factor)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    first = process(1)
    assert first.stdout is not None
    assert first.stdout.readline() == "at work\n"
    folder = out / "energy-report-2025"
    before = {path: path.read_bytes() for path in (folder / "inputs").iterdir()}
    assert before
    second, _ = process(2).communicate(timeout=400)
    assert second.startswith("0 Skipped Another run is working on this project"), second
    assert f"process {first.pid} on " in second
    assert {path: path.read_bytes() for path in (folder / "inputs").iterdir()} == before
    ended, _ = first.communicate("\n" * 1000, timeout=400)
    assert "0 Completed" in ended, ended


@pytest.mark.slow
def test_inputs_of_another_project_are_left_alone(
    sheet: dict[str, pd.DataFrame], config: ProjectConfig, tmp_path: Path
) -> None:
    """A name with the same slug is refused before a byte of the run folder changes."""
    end = pipeline(config, sheet, tmp_path).run()
    before = {p: (p.stat().st_mtime_ns, p.stat().st_size) for p in end.folder.rglob("*")}
    other = config.model_copy(update={"project_name": "Energy: report 2025"})
    with pytest.raises(UserError, match="which is another project"):
        pipeline(other, sheet, tmp_path).run()
    after = {p: (p.stat().st_mtime_ns, p.stat().st_size) for p in end.folder.rglob("*")}
    assert after == before


@pytest.mark.slow
def test_edits_stay_when_frames_are_handed_in_again(
    sheet: dict[str, pd.DataFrame], config: ProjectConfig, tmp_path: Path
) -> None:
    """What a person wrote into the inputs folder stands in the next report, and stays there."""
    folder = pipeline(config, sheet, tmp_path).run().folder
    edit = folder / "inputs" / "edits" / "1.1.1@AT.md"
    edit.parent.mkdir()
    edit.write_text("A person wrote this.\n", encoding="utf-8")
    end = pipeline(config, sheet, tmp_path).run()
    assert end.exit_code == 0
    assert edit.read_text(encoding="utf-8") == "A person wrote this.\n"
    assert manifest_in(folder).sections["1.1.1@AT"].status == "edited"


def test_missing_file_is_named(config: ProjectConfig, tmp_path: Path) -> None:
    """A path that does not exist is an error that names it."""
    pipeline = ReportGenerationPipeline(config, tmp_path / "none.xlsx", out=tmp_path / "results")
    with pytest.raises(UserError, match="none.xlsx"):
        pipeline.run()
