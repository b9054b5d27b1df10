"""A report on Prefect: names and states of its runs, and what the flow ends as."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from factbook.folder.run_folder import RunFolder
from factbook.lease.lease import lease
from factbook.runs.outcome import Outcome
from factbook.runs.ref import RunRef
from factbook.runs.start import start_run
from flows.private_server import PrivateServer
from flows.report import generate_report
from flows.shell_engine import ShellEngine
from tests.runs.test_model_runs import FAULTS_WITH_KEY, KEY, QUICK
from tests.servers import fixtures
from tests.servers.fixtures import Serve
from tests.writers import PartialWriter

model_server = fixtures.model_server

MakeProject = Callable[..., Path]
SLUG = "electricity-in-europe"
SMALL = ("objective_list=1", "outputs=csv,md")
SECTION = "1.1.1@AT"


def run(project: Path, *settings: str, writer: PartialWriter | None = None) -> Outcome:
    """Run one chapter and its conclusion on Prefect, as a shell does."""
    ref = RunRef(project=str(project), assignments=(*SMALL, *settings))
    with ShellEngine() as engine:
        return start_run(ref, engine, writer=writer)


def flow_runs(name: str) -> list[Any]:
    """Flow runs of a project's report, the newest first, and of the chapters in the newest."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.sorting import FlowRunSort

    with get_client(sync_client=True) as client:
        newest = client.read_flow_runs(sort=FlowRunSort.START_TIME_DESC, limit=10)
        (report, *_) = [one for one in newest if one.name.startswith(f"{name} 20")]
        begun = [one for one in newest if one.start_time is not None]  # not those of other tests
        return [report, *(one for one in begun if one.start_time > report.start_time)]


def states_of_sections(chapter: Any) -> dict[str, tuple[str, str]]:
    """Name of the task run → type and name of its state, of the sections of a chapter."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId

    own = FlowRunFilter(id=FlowRunFilterId(any_=[chapter.id]))
    with get_client(sync_client=True) as client:
        found = client.read_task_runs(flow_run_filter=own)
    return {one.name: (one.state.type.value, one.state.name) for one in found}


@pytest.mark.slow
@pytest.mark.usefixtures("kept")
def test_runs_are_named_and_their_states_tell_what_became_of_sections(
    make_project: MakeProject,
) -> None:
    """A person finds a section in the UI by chapter, number, title and place."""
    project = make_project(name="named-project")
    writer = PartialWriter(broken=frozenset({SECTION}), unavailable=frozenset({"1.1.1@FR"}))
    end = run(project, writer=writer)
    report, *chapters = flow_runs("named-project")
    assert (report.state.type.value, report.state.name) == ("FAILED", "Incomplete")
    assert report.state.message == end.message
    by_name = {one.name: one for one in chapters}
    assert set(by_name) == {"1 The electricity mix", "Conclusion"}
    chapter = by_name["1 The electricity mix"]
    assert (chapter.state.type.value, chapter.state.name) == ("FAILED", "Incomplete")
    assert chapter.state.message == "2 of 7 sections are not written"
    states = states_of_sections(chapter)
    title = "1 · 1.1.1 Electricity generation by source"
    assert states.pop(f"{title} · Austria") == ("FAILED", "Failed")
    assert states.pop(f"{title} · France") == ("COMPLETED", "Degraded")
    assert len(states) == 5
    assert set(states.values()) == {("COMPLETED", "Completed")}


@pytest.mark.slow
@pytest.mark.usefixtures("kept")
def test_unchanged_sections_are_shown_as_cached_on_a_server_that_stays(
    make_project: MakeProject,
) -> None:
    """Somebody looks at a list of all sections there, and at an edit as what it is."""
    project = make_project(name="again-project")
    run(project)
    edit = project / "edits" / f"{SECTION}.md"
    edit.parent.mkdir()
    edit.write_text("A person's words.", encoding="utf-8")
    writer = PartialWriter()
    assert run(project, writer=writer).exit_code == 0
    report, *chapters = flow_runs("again-project")
    assert report.state.name == "Completed"
    (chapter,) = [one for one in chapters if one.name.startswith("1 ")]
    states = list(states_of_sections(chapter).values())
    assert states.count(("COMPLETED", "Edited")) == 1
    assert states.count(("COMPLETED", "Cached")) >= 5
    assert SECTION not in writer.begun


@pytest.mark.slow
@pytest.mark.usefixtures("server")
def test_flow_of_a_project_that_is_held_ends_as_skipped(make_project: MakeProject) -> None:
    """With who holds it; nothing is disturbed."""
    project = make_project()
    folder = RunFolder.of(project / "out", SLUG)
    folder.create()
    with lease(folder):
        before = sorted(folder.path.rglob("*"))
        state = generate_report(str(project), return_state=True)
        assert (state.name, state.type.value) == ("Skipped", "COMPLETED")
        assert "Another run is working on this project" in str(state.message)
        assert sorted(folder.path.rglob("*")) == before


@pytest.mark.slow
@pytest.mark.usefixtures("server")
def test_flow_leaves_the_folder_of_another_project_alone(finished_project: Path) -> None:
    """A project of another name with the same slug ends as BadInput."""
    folder = finished_project / "out" / SLUG
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    settings = ["project_name=Electricity: in Europe"]
    state = generate_report(str(finished_project), {"settings": settings}, return_state=True)
    assert (state.name, state.type.value) == ("BadInput", "FAILED")
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


@pytest.fixture
def asked(model_server: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """A provider that fails after good calls, and echoes the key."""
    server = model_server({"key": KEY, "faults": FAULTS_WITH_KEY, "echo_key": True})
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)


@pytest.mark.slow
@pytest.mark.usefixtures("asked", "kept")
def test_the_key_is_found_nowhere(
    make_project: MakeProject, tmp_path: Path, engine_server: PrivateServer
) -> None:
    """In no file, and in no row of Prefect's database, after good and bad calls."""
    project = make_project(after=QUICK)
    end = run(
        project, "provider=openai", 'objective_list=["1","3"]', "run_objectives_concurrent=false"
    )
    assert end.state == "Stopped"
    searched = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(searched) > 30
    for path in searched:
        assert KEY.encode() not in path.read_bytes(), path
    with closing(sqlite3.connect(engine_server.database)) as database:
        dump = "\n".join(database.iterdump())
    assert "generate-report" in dump
    assert KEY not in dump
