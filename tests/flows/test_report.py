"""The report flow, through Prefect, against a real server."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from factbook.runs.outcome import Outcome
from factbook.runs.ref import RunRef
from factbook.runs.start import start_run
from tests.flows.conftest import PartialWriter

MakeProject = Callable[..., Path]
MODES = list(product((False, True), repeat=2))
FLAGS = "add_introduction_to_task = true\nadd_sub_task_summary = true\n"
RUN_DEPENDENT = {"run.json", "calls.csv"}


def run(project: Path, out: Path, *settings: str, writer: PartialWriter | None = None) -> Outcome:
    """Run a project through Prefect in this process."""
    return start_run(
        RunRef(project=str(project), out=str(out), assignments=settings), writer=writer
    )


def mode(objectives: bool, tasks: bool) -> tuple[str, str]:
    """Settings of a concurrency mode."""
    return (
        f"run_objectives_concurrent={str(objectives).lower()}",
        f"run_task_concurrent={str(tasks).lower()}",
    )


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file of a run folder that must not depend on the run."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in RUN_DEPENDENT and path.parent.name != "records"
        if not path.name.startswith(".")
    }


def manifest(end: Outcome) -> dict[str, Any]:
    """The run's manifest."""
    body: dict[str, Any] = json.loads((end.folder / "run.json").read_text(encoding="utf-8"))
    return body


def rows(path: Path) -> list[dict[str, str]]:
    """A CSV file's rows."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.usefixtures("server")
def test_modes_give_identical_files(make_project: MakeProject, tmp_path: Path) -> None:
    """All four concurrency modes write the same bytes, and all sections."""
    project = make_project(before=FLAGS)
    found = []
    for number, flags in enumerate(MODES):
        end = run(project, tmp_path / f"out-{number}", *mode(*flags))
        assert (end.state, end.exit_code) == ("Completed", 0), end.message
        found.append(digests(end.folder))
        body = manifest(end)
        body["config"].pop("run_objectives_concurrent")
        body["config"].pop("run_task_concurrent")
        body.pop("times")
        found[-1]["manifest"] = json.dumps(body, sort_keys=True)
    assert len(found[0]) > 20
    assert found[1:] == [found[0]] * 3


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("flags", MODES)
def test_failing_section_leaves_the_others(
    make_project: MakeProject, tmp_path: Path, flags: tuple[bool, bool]
) -> None:
    """One broken section leaves a placeholder and exit 1; all others, dependants too, stand."""
    project = make_project()
    writer = PartialWriter(broken=frozenset({"1.1.1@AT"}))
    end = run(project, tmp_path / "out", *mode(*flags), writer=writer)
    assert (end.state, end.exit_code) == ("Incomplete", 1)
    assert "1.1.1@AT" in end.message
    statuses = {name: body["status"] for name, body in manifest(end)["sections"].items()}
    assert statuses.pop("1.1.1@AT") == "failed"
    assert set(statuses.values()) == {"written"}
    markdown = (end.folder / "electricity-in-europe.md").read_text(encoding="utf-8")
    assert "Section 1.1.1@AT is missing" in markdown
    assert "ZeroDivisionError" in markdown
    failed = [
        row for row in rows(end.folder / "objective_1_results.csv") if row["status"] == "failed"
    ]
    assert [(row["sub_task_id"], row["country"]) for row in failed] == [("1.1.1", "Austria")]
    dependant = json.loads((end.folder / "records" / "1.2.2@AT.json").read_text(encoding="utf-8"))
    assert "not available" in dependant["source_text"]


@pytest.mark.usefixtures("server")
def test_failed_section_alone_is_written_again(make_project: MakeProject, tmp_path: Path) -> None:
    """After the cause is gone, the next run writes what was missing and what depends on it."""
    project = make_project()
    run(project, tmp_path / "out", writer=PartialWriter(broken=frozenset({"1.1.1@AT"})))
    healthy = PartialWriter()
    end = run(project, tmp_path / "out", writer=healthy)
    assert end.exit_code == 0
    assert set(healthy.begun) == {"1.1.1@AT", "1.2.2@AT", "conclusion@AT"}


@pytest.mark.usefixtures("server")
def test_degraded_section_is_marked_and_written_anew(
    make_project: MakeProject, tmp_path: Path
) -> None:
    """A degraded section ends as Incomplete, is marked, and leaves nothing in the next report."""
    project = make_project()
    first = run(
        project, tmp_path / "out", writer=PartialWriter(unavailable=frozenset({"1.1.1@FR"}))
    )
    assert (first.state, first.exit_code) == ("Incomplete", 1)
    assert manifest(first)["sections"]["1.1.1@FR"]["status"] == "degraded"
    markdown = (first.folder / "electricity-in-europe.md").read_text(encoding="utf-8")
    assert "the model is away on purpose" in markdown
    healthy = PartialWriter()
    second = run(project, tmp_path / "out", writer=healthy)
    assert "1.1.1@FR" in healthy.begun
    assert (second.state, second.exit_code) == ("Completed", 0)
    for path in second.folder.rglob("*"):
        if path.is_file():
            assert b"away on purpose" not in path.read_bytes()


@pytest.mark.usefixtures("server")
def test_dependants_begin_after_their_upstream(make_project: MakeProject, tmp_path: Path) -> None:
    """Under full concurrency no section begins before those that it follows on from have ended."""
    project = make_project(before=FLAGS)
    writer = PartialWriter(seconds=0.05)
    end = run(project, tmp_path / "out", *mode(True, True), writer=writer)
    assert end.exit_code == 0
    order = {name: position for position, name in enumerate(writer.ended)}
    begun = {name: position for position, name in enumerate(writer.begun)}
    assert begun["1.1.1@AT"] < begun["1.2.2@AT"]
    assert order["1.1.1@AT"] < order["1.2.2@AT"] < order["1.2#summary@AT"]
    # across chapters, and for the conclusion, which depends on all
    assert order["1.2.1@AT"] < order["3.1.2@AT"] < order["conclusion@AT"]
    assert max(map(order.get, (n for n in order if "conclusion" not in n))) < min(
        map(order.get, (n for n in order if "conclusion" in n))
    )


@pytest.mark.usefixtures("server")
def test_unchanged_sections_are_cached(make_project: MakeProject, tmp_path: Path) -> None:
    """A second run writes no section anew, and its files have the same bytes."""
    project = make_project()
    first = run(project, tmp_path / "out")
    before = digests(first.folder)
    writer = PartialWriter()
    second = run(project, tmp_path / "out", writer=writer)
    assert writer.begun == []
    assert digests(second.folder) == before
    assert manifest(second)["times"]["section_seconds"] == {}


@pytest.mark.usefixtures("server")
def test_only_written_sections_are_persisted(make_project: MakeProject, tmp_path: Path) -> None:
    """Prefect's storage holds a result for each written section and none for another."""
    project = make_project()
    writer = PartialWriter(broken=frozenset({"1.1.1@AT"}), unavailable=frozenset({"1.1.1@FR"}))
    end = run(project, tmp_path / "out", writer=writer)
    statuses = [body["status"] for body in manifest(end)["sections"].values()]
    stored = [path.read_bytes() for path in (tmp_path / "out" / ".prefect-results").iterdir()]
    assert len(stored) == statuses.count("written")
    assert not [body for body in stored if b"on purpose" in body]
    assert (tmp_path / "out" / ".prefect-results").stat().st_mode & 0o777 == 0o700


def test_names_carry_chapter_section_and_place(
    make_project: MakeProject, tmp_path: Path, server: str
) -> None:
    """Task runs and flow runs are named so that a person finds a section in the UI."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.sorting import FlowRunSort

    run(make_project(name="named-project"), tmp_path / "out")
    with get_client(sync_client=True) as client:
        newest = client.read_flow_runs(sort=FlowRunSort.START_TIME_DESC, limit=10)
    flows = {flow_run.name for flow_run in newest}
    assert {"1 The electricity mix", "Conclusion"} <= flows
    assert [name for name in flows if name.startswith("named-project 20")]


@pytest.mark.usefixtures("server")
def test_selection_leaves_the_full_report_alone(make_project: MakeProject, tmp_path: Path) -> None:
    """A selection writes files of its own, and merges the manifest and the checks."""
    project = make_project()
    full = run(project, tmp_path / "out")
    before = digests(full.folder)
    writer = PartialWriter()
    part = run(
        project, tmp_path / "out", "objective_list=3", "report_date=2026-01-02", writer=writer
    )
    assert part.exit_code == 0
    after = digests(part.folder)
    new = set(after) - set(before)
    assert new == {
        f"electricity-in-europe-selection.{suffix}"
        for suffix in ("csv", "md", "docx", "html", "pdf")
    }
    assert {name: after[name] for name in before} == before
    assert writer.begun == []
    assert set(manifest(part)["sections"]) == set(manifest(full)["sections"])
    assert {body["status"] for body in manifest(part)["sections"].values()} == {"written"}


@pytest.mark.usefixtures("server")
def test_first_selection_writes_what_is_selected(make_project: MakeProject, tmp_path: Path) -> None:
    """Without an earlier run a selection writes its sections and what is said about them."""
    writer = PartialWriter()
    end = run(make_project(before=FLAGS), tmp_path / "out", "sub_task_list=1.1.2", writer=writer)
    assert end.exit_code == 0
    assert set(writer.begun) == {
        *("1.1.2@EU", "1.1#introduction@EU", "1.1#summary@EU", "conclusion@EU")
    }
    statuses = {body["status"] for body in manifest(end)["sections"].values()}
    assert statuses == {"written", "missing"}


@pytest.mark.usefixtures("server")
def test_outdated_files_are_removed(make_project: MakeProject, tmp_path: Path) -> None:
    """What the report no longer holds does not stay in the run folder as if it did."""
    project = make_project()
    first = run(project, tmp_path / "out")
    assert (first.folder / "objective_conclusion_results.csv").exists()
    second = run(project, tmp_path / "out", "conclude_report=false")
    assert second.exit_code == 0
    assert not [path for path in second.folder.rglob("*conclusion*")]
    assert (second.folder / "records" / "1.1.1@AT.json").exists()


@pytest.mark.usefixtures("server")
def test_second_run_at_once_is_skipped(make_project: MakeProject, tmp_path: Path) -> None:
    """While one run holds the project another ends as Skipped, and says who holds it."""
    from factbook.folder.run_folder import RunFolder
    from factbook.lease.lease import lease

    folder = RunFolder.of(tmp_path / "out", "electricity-in-europe")
    folder.create()
    with lease(folder):
        end = run(make_project(), tmp_path / "out")
    assert (end.state, end.exit_code) == ("Skipped", 0)
    assert "process" in end.message
    assert not list(folder.path.glob("objective_*"))


@pytest.mark.usefixtures("server")
def test_eu_generation_in_the_report_equals_the_table(
    make_project: MakeProject, tmp_path: Path
) -> None:
    """The Union's generation per year is the sum of its 27 members in the table."""
    from country_converter import CountryConverter

    project = make_project()
    end = run(project, tmp_path / "out")
    members = set(CountryConverter().EU27as("name_short")["name_short"])
    sums: dict[str, float] = {}
    for row in rows(project / "etm.csv"):
        if row["PROPERTY"] == "Electricity generation" and row["COUNTRY"] in members:
            sums[row["YEAR"]] = sums.get(row["YEAR"], 0.0) + float(row["VALUE"])
    evidence = json.loads((end.folder / "evidence" / "1.1.2@EU.json").read_text(encoding="utf-8"))
    totals = {
        fact["period"]: fact["value"]
        for fact in evidence["facts"]
        if (fact["place"], fact["subject"], fact["metric"])
        == ("EU", "Total", "Electricity generation")
    }
    assert totals == pytest.approx(sums)
    assert len(totals) >= 10


@pytest.mark.usefixtures("server")
def test_conclusion_alone_concludes_an_earlier_run(
    make_project: MakeProject, tmp_path: Path
) -> None:
    """Only the conclusions are written; the report is the whole, with what was written before."""
    project = make_project()
    before = run(project, tmp_path / "out", "conclude_report=false")
    assert before.exit_code == 0
    writer = PartialWriter()
    end = run(project, tmp_path / "out", "run_main_report=false", writer=writer)
    assert (end.state, end.exit_code) == ("Completed", 0), end.message
    assert end.message == "23 sections: 3 written now, 20 unchanged"
    assert set(writer.begun) == {"conclusion@AT", "conclusion@FR", "conclusion@EU"}
    concluded = digests(end.folder)
    full = run(project, tmp_path / "full")
    assert digests(full.folder) == concluded


@pytest.mark.usefixtures("server")
def test_conclusion_alone_tells_what_the_earlier_run_lacks(
    make_project: MakeProject, tmp_path: Path
) -> None:
    """A section without a record leaves its placeholder, and the run is Incomplete."""
    project = make_project()
    first = run(project, tmp_path / "out", "sub_task_list=1.1.1", "conclude_report=false")
    assert first.exit_code == 0
    end = run(project, tmp_path / "out", "run_main_report=false")
    assert (end.state, end.exit_code) == ("Incomplete", 1)
    assert end.message.startswith("18 of 23 sections are not written: 1.1.2@EU, ")
    markdown = (end.folder / "electricity-in-europe.md").read_text(encoding="utf-8")
    assert "Section 1.1.2@EU is missing: it has not been written yet." in markdown
    assert (end.folder / "objective_1_results.csv").exists()
