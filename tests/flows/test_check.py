"""The flow that checks a project, through Prefect, against a real server."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from factbook.cli.check import check
from flows.artifacts.checked import check_lines
from flows.check import check_project
from flows.overrides import Overrides
from flows.report import generate_report
from tests.flows.deployed import Deployed

MakeProject = Callable[..., Path]
FACTBOOK = Path(sys.executable).with_name("factbook")
PRICED = "[prices]\ngpt-5 = { input = 1, output = 8 }\ngpt-5-mini = { input = 1, output = 2 }\n"


def artifacts(flow_run_id: object) -> list[Any]:
    """What a flow run has shown."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId

    own = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[flow_run_id]))
    with get_client(sync_client=True) as client:
        return list(client.read_artifacts(artifact_filter=own))


@pytest.mark.usefixtures("kept")
def test_good_project_ends_as_completed_with_counts(make_project: MakeProject) -> None:
    """The message counts what a run would write; the artifact has the numbers one by one."""
    state = check_project(str(make_project()), return_state=True)
    assert (state.type.value, state.name) == ("COMPLETED", "Completed")
    assert state.message is not None
    assert "4 chapters" in state.message
    assert "0 errors" in state.message
    [artifact] = artifacts(state.state_details.flow_run_id)
    assert artifact.type == "markdown"
    assert re.fullmatch("electricity-in-europe-[0-9a-f]{6}-check", artifact.key)
    assert "| sections | " in artifact.data


@pytest.mark.usefixtures("kept")
def test_project_with_errors_ends_as_bad_input(make_project: MakeProject) -> None:
    """The message counts them; the artifact tells each, escaped."""
    project = make_project(before='provider_ = "x"\nchecks = "<b>|[a](http://b)"')
    state = check_project(str(project), return_state=True)
    assert (state.type.value, state.name) == ("FAILED", "BadInput")
    assert state.message is not None
    assert state.message.startswith("2 errors, 0 warnings.")
    [artifact] = artifacts(state.state_details.flow_run_id)
    rows = [line for line in artifact.data.splitlines() if line.startswith("| error")]
    assert len(rows) == 2
    assert r"\<b>\|\[a\](http://b)" in rows[0] + rows[1]


@pytest.mark.slow
@pytest.mark.usefixtures("server")
def test_embedded_server_is_told_nothing(make_project: MakeProject) -> None:
    """It goes with its run."""
    state = check_project(str(make_project()), return_state=True)
    assert artifacts(state.state_details.flow_run_id) == []


@pytest.mark.slow
@pytest.mark.usefixtures("server")
def test_strict_makes_warnings_errors(make_project: MakeProject) -> None:
    """As on the command line."""
    project = str(make_project(before="add_feedback = true"))
    assert check_project(project, return_state=True).name == "Completed"
    state = check_project(project, strict=True, return_state=True)
    assert state.name == "BadInput"
    assert "the warnings" in str(state.message)


def test_forecast_tells_calls_tokens_cost_and_time(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table by pass and model, and the sentences of the command line."""
    monkeypatch.setenv("OPENAI_API_KEY", "any")
    lines = list(check_lines(check(make_project(after=PRICED), ("provider=openai",))))
    head = lines.index("| pass | model | calls | stored | in | out | USD |")
    assert lines[head + 2].startswith("| draft | gpt-5 | ")
    for sentence in ("- Time: about ", "- Cost: ", " model calls."):
        assert [line for line in lines if sentence in line], sentence


def test_many_findings_are_counted(make_project: MakeProject) -> None:
    """A browser shows the first; the rest is counted, and found by the command."""
    wrong = "\n".join(f"wrong_{number} = 1" for number in range(350))
    lines = list(check_lines(check(make_project(before=wrong))))
    assert len([line for line in lines if line.startswith("| error")]) == 300
    assert lines[-1] == "And 50 more, which `factbook check` lists."


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(
    ("overrides", "told"),
    [
        (Overrides(settings=("outputs",)), "'outputs' is not an assignment"),
        (Overrides(settings=("limits.max_worker=8",)), "Did you mean 'limits.max_workers'?"),
        (Overrides(objective_list=("77",)), "'77'"),
        (Overrides(report_date="31 January"), "a date such as"),
        (Overrides(settings=("OPENAI_API_KEY=sk-secret",)), "'OPENAI_API_KEY' is a secret"),
    ],
)
def test_wrong_values_end_a_report_at_once_with_our_words(
    make_project: MakeProject, overrides: Overrides, told: str
) -> None:
    """What a form cannot know is told by the run, and nothing is written."""
    project = make_project()
    state = generate_report(str(project), overrides, return_state=True)
    assert state.name == "BadInput"
    assert told in str(state.message)
    assert "sk-secret" not in str(state.message)
    assert not (project / "out").exists()


@pytest.mark.usefixtures("server")
def test_flows_refuse_a_project_outside_the_root(
    make_project: MakeProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both of them, with the name of the setting; nothing is written there."""
    project = make_project()
    monkeypatch.setenv("FACTBOOK_PROJECTS_ROOT", str(tmp_path / "projects"))
    for state in (
        check_project(str(project), return_state=True),
        generate_report(str(project), return_state=True),
    ):
        assert state.name == "BadInput"
        assert "FACTBOOK_PROJECTS_ROOT" in str(state.message)
    assert not (project / "out").exists()


@pytest.mark.slow
@pytest.mark.usefixtures("server")
def test_deployed_flow_looks_for_a_relative_project_in_the_root(
    make_project: MakeProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is missing on the worker is told with the worker's name; dots lead nowhere."""
    make_project()
    root = tmp_path / "projects"
    (root / "weekly").parent.mkdir()
    (tmp_path / "project").rename(root / "weekly")
    (tmp_path / "outside").mkdir()
    monkeypatch.setenv("FACTBOOK_PROJECTS_ROOT", str(root))
    assert Deployed(check_project, project="weekly").go().name == "Completed"
    missing = Deployed(check_project, project="monthly").go()
    assert missing.name == "BadInput"
    assert f"the project 'monthly' is not a folder on {socket.gethostname()}" in str(
        missing.message
    )
    outside = Deployed(check_project, project="../outside").go()
    assert outside.name == "BadInput"
    assert "FACTBOOK_PROJECTS_ROOT" in str(outside.message)


@pytest.mark.slow
@pytest.mark.usefixtures("server")
def test_from_a_shell_a_relative_project_is_where_it_was_typed(
    make_project: MakeProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The root only bounds it."""
    project = make_project()
    monkeypatch.setenv("FACTBOOK_PROJECTS_ROOT", str(tmp_path))
    monkeypatch.chdir(project)
    assert check_project(".", return_state=True).name == "Completed"
    assert check_project("project", return_state=True).name == "BadInput"


@pytest.mark.slow
@pytest.mark.parametrize("command", [["check"], ["store", "stats"], ["run", "--dry-run"]])
def test_command_line_refuses_a_project_outside_the_root(
    make_project: MakeProject,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: list[str],
) -> None:
    """With exit code 2, whichever command it is."""
    monkeypatch.setenv("FACTBOOK_PROJECTS_ROOT", str(tmp_path / "projects"))
    done = subprocess.run(
        [str(FACTBOOK), *command, str(make_project())],
        capture_output=True, text=True, timeout=400, check=False,
    )  # fmt: skip
    assert done.returncode == 2, done.stdout + done.stderr
    assert "FACTBOOK_PROJECTS_ROOT" in done.stderr
