"""The end of a run: which records make the report, and what its tables hold."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from factbook.folder.commit import commit
from factbook.folder.manifest_parts import ReportCalls
from factbook.project.project import open_project
from factbook.report.blocks import Notice
from factbook.report.csv_files import CALL_COLUMNS
from factbook.runs.clock import Clock
from factbook.runs.inputs import RunInputs
from factbook.runs.outcome import Outcome
from factbook.runs.ref import RunRef
from factbook.runs.written_chapter import WrittenChapter
from factbook.runs.written_report import Report
from tests.sections import make_record

MakeProject = Callable[..., Path]
MakeInputs = Callable[..., RunInputs]
CALL = ("1.1.1@AT", "draft", "m", "k", False, 1, 10, 5, 0.25, 1.5, "answered")


@pytest.fixture
def make_inputs(make_project: MakeProject, tmp_path: Path) -> MakeInputs:
    """Makes inputs of a run of the example, with a run folder that holds nothing yet."""

    def make(*assignments: str) -> RunInputs:
        folder = make_project()
        ref = RunRef(project=str(folder), assignments=assignments, out=str(tmp_path / "out"))
        inputs = RunInputs.of(ref, open_project(folder, assignments))
        inputs.folder.create()
        return inputs

    return make


def save(inputs: RunInputs, *left_out: str) -> None:
    """Records of an earlier run, of all sections of the whole report but some."""
    for spec in inputs.project.whole.sections:
        if spec.id not in left_out:
            inputs.folder.save_record(make_record(spec.id, source_text="Earlier."))


def written(inputs: RunInputs) -> list[WrittenChapter]:
    """The chapters that a run writes, every section of them written."""
    chapters = []
    for chapter in inputs.project.outline.to_write:
        made = WrittenChapter(inputs.folder, inputs.whole_chapter(chapter.id), chapter)
        for spec in chapter.sections:
            record = make_record(spec.id, source_text="Now.")
            inputs.folder.save_record(record)
            made.add(record)
        made.close()
        chapters.append(made)
    return chapters


def texts(path: Path) -> dict[str, str]:
    """Sub-task and country → final copy, of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return {f"{row['sub_task_id']} {row['country']}": row["final_copy"] for row in rows}


def test_conclusion_alone_completes_the_earlier_report(make_inputs: MakeInputs) -> None:
    """The exported report is the whole: earlier records and the new conclusion."""
    inputs = make_inputs("run_main_report=false")
    save(inputs)
    report = Report(inputs, written(inputs))
    assert report.missing == ()
    path = report.write_csv()
    commit(inputs.folder.path)
    assert path.name == "electricity-in-europe.csv"
    found = texts(path)
    assert len(found) == len(inputs.project.whole.sections)
    assert {text for name, text in found.items() if "conclusion" in name} == {"Now."}
    assert {text for name, text in found.items() if "conclusion" not in name} == {"Earlier."}
    assert report.document().subtitle == ""
    assert not [block for block in report.document().blocks if isinstance(block, Notice)]
    assert [path.name for path in report.chapter_paths()] == ["objective_conclusion_results.csv"]
    report.remove_outdated()
    assert report.records.keys() == {spec.id for spec in inputs.project.whole.sections}
    assert inputs.folder.read_record("1.1.1@AT") is not None


def test_conclusion_alone_of_an_unfinished_report_misses_the_rest(
    make_inputs: MakeInputs,
) -> None:
    """A section without a record, or with one that is not finished, counts."""
    inputs = make_inputs("run_main_report=false")
    save(inputs, "1.1.1@FR")
    inputs.folder.save_record(make_record("1.1.1@AT", "degraded", reason="no answer"))
    report = Report(inputs, written(inputs))
    assert report.missing == ("1.1.1@AT", "1.1.1@FR")
    notice = report.document().blocks[0]
    assert isinstance(notice, Notice)
    assert "sections is missing (1.1.1@FR)" in notice.text
    assert "sections is a stand-in or lacks a pass (1.1.1@AT)" in notice.text


def test_main_report_shows_nothing_of_earlier_runs(make_inputs: MakeInputs) -> None:
    """A section that this run has no outcome of is missing, whatever stood there before."""
    inputs = make_inputs()
    save(inputs)
    report = Report(inputs, [])
    assert len(report.missing) == len(inputs.project.whole.sections)
    assert report.shown == {}
    path = report.write_csv()
    commit(inputs.folder.path)
    assert texts(path) == {}


@pytest.mark.slow
def test_calls_are_written_as_they_are_handed_in(make_inputs: MakeInputs) -> None:
    """Rows into `calls.csv`, totals into `run.json`; none without any."""
    inputs = make_inputs()
    report = Report(inputs, [])
    report.write_tables()
    commit(inputs.folder.path)
    calls = inputs.folder.path / "calls.csv"
    assert calls.read_text(encoding="utf-8").splitlines() == [",".join(CALL_COLUMNS)]
    report.write_tables([CALL])
    commit(inputs.folder.path)
    with calls.open(encoding="utf-8", newline="") as file:
        [row] = csv.DictReader(file)
    assert row == dict(zip(CALL_COLUMNS, map(str, CALL), strict=True))
    totals = ReportCalls(made=1, cached=0, cost_usd=Decimal("0.25"), input_tokens=10)
    report.write_manifest(Outcome("Completed", "done"), Clock(), [], totals)
    assert not inputs.folder.manifest_path.exists()  # it changes with the other files
    commit(inputs.folder.path)
    body = json.loads(inputs.folder.manifest_path.read_text(encoding="utf-8"))
    assert body["calls"] == {"made": 1, "cached": 0, "input_tokens": 10, "cost_usd": 0.25}
