"""``factbook approve`` of a report that waits on a server: only that server frees the project."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings
from prefect.states import Cancelled, Suspended

from factbook.cli.approve import approve_report, decision_of
from factbook.folder.run_folder import RunFolder
from factbook.lease.lease import Lease, waiting_owner
from factbook.runs.ref import RunRef
from factbook.runs.thread_engine import ThreadEngine
from flows.decide import decide_on_server

MakeProject = Callable[..., Path]


@pytest.fixture
def waiting(make_project: MakeProject, server: str) -> tuple[Path, RunFolder, str]:
    """A project that waits for the approval of a suspended flow run of the server."""
    project = make_project()
    run_id = suspended(project)
    folder = RunFolder.of(project / "out", "electricity-in-europe")
    folder.create()
    Lease.take(folder, flow_run=run_id).suspend()
    return project, folder, run_id


def suspended(project: Path) -> str:
    """A flow run of the server that waits for the approval of a project's report; its id."""
    with get_client(sync_client=True) as client:
        of = client.create_flow_from_name("generate-report")
        deployment = client.create_deployment(of, f"waits-{uuid.uuid4()}")
        run = client.create_flow_run_from_deployment(
            deployment, state=Suspended(), parameters={"project": str(project)}
        )
    return str(run.id)


def decide(project: Path, url: str, decision: str = "") -> int:
    """Approve or reject the report, at a server, or be asked; the exit code."""
    yes, no = decision == "approve", decision == "reject"
    decided = decision_of(yes=yes, reject=no, rewrite=(), note="")
    ref = RunRef(project=str(project))
    with temporary_settings({PREFECT_API_URL: url}):
        return approve_report(ref, decided, lambda: nullcontext(ThreadEngine()), decide_on_server)


def test_unavailable_server_frees_nothing(
    waiting: tuple[Path, RunFolder, str], free: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody knows what became of the flow run: it goes on waiting."""
    project, folder, run_id = waiting
    url = f"http://127.0.0.1:{free}/api"
    assert decide(project, url, "reject") == 3
    assert f"No Prefect server answers at {url}" in capsys.readouterr().err
    owner = waiting_owner(folder)
    assert owner is not None
    assert owner.flow_run == run_id


@pytest.mark.slow
def test_wrong_authentication_string_frees_nothing(
    waiting: tuple[Path, RunFolder, str], strict_server: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The setting is named, and the string is not."""
    project, folder, _ = waiting
    with temporary_settings({PREFECT_API_AUTH_STRING: "factbook:canary-5c"}):
        assert decide(project, strict_server, "reject") == 2
    said = capsys.readouterr().err
    assert "rejects the authentication string of PREFECT_API_AUTH_STRING" in said
    assert "Nothing was decided" in said
    assert "canary" not in said
    assert waiting_owner(folder) is not None


@pytest.mark.slow
def test_rejection_goes_to_the_run_that_waits(
    waiting: tuple[Path, RunFolder, str], server: str
) -> None:
    """The project stays with it: it takes up its decision where a worker is."""
    project, folder, run_id = waiting
    with get_client(sync_client=True) as client:
        assert client.read_flow_run(uuid.UUID(run_id)).state.is_paused()
        assert decide(project, server, "reject") == 0
        assert client.read_flow_run(uuid.UUID(run_id)).state.is_scheduled()
    assert waiting_owner(folder) is not None


@pytest.mark.slow
def test_nobody_decides_without_a_terminal(
    waiting: tuple[Path, RunFolder, str], server: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The options are named, and the run goes on waiting."""
    project, folder, run_id = waiting
    assert decide(project, server) == 3
    options = "Give --yes, --reject or --rewrite"
    assert options in capsys.readouterr().err
    with get_client(sync_client=True) as client:
        assert client.read_flow_run(uuid.UUID(run_id)).state.is_paused()
    assert waiting_owner(folder) is not None


@pytest.mark.parametrize(
    ("decision", "code", "message"),
    [("reject", 0, "The project is free again"), ("approve", 2, "Nothing was decided")],
)
def test_run_that_was_cancelled_frees_the_project(
    waiting: tuple[Path, RunFolder, str],
    server: str,
    capsys: pytest.CaptureFixture[str],
    decision: str,
    code: int,
    message: str,
) -> None:
    """The server says that it has ended; a script that publishes after an approval stops there."""
    project, folder, run_id = waiting
    with get_client(sync_client=True) as client:
        client.set_flow_run_state(uuid.UUID(run_id), Cancelled(), force=True)
    assert decide(project, server, decision) == code
    assert message in capsys.readouterr().err
    assert waiting_owner(folder) is None


@pytest.mark.slow
def test_run_that_was_deleted_frees_the_project_when_it_is_rejected(
    waiting: tuple[Path, RunFolder, str], server: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The server is there and does not know it; a person who rejects it gives it up."""
    project, folder, run_id = waiting
    with get_client(sync_client=True) as client:
        client.delete_flow_run(uuid.UUID(run_id))
    assert decide(project, server, "approve") == 3
    assert waiting_owner(folder) is not None
    assert decide(project, server, "reject") == 0
    assert f"does not know flow run {run_id}" in capsys.readouterr().err
    assert waiting_owner(folder) is None


def test_run_of_another_project_gets_no_decision(
    waiting: tuple[Path, RunFolder, str],
    make_project: MakeProject,
    server: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A lease that somebody has sent may name any flow run of the server."""
    _, _, theirs = waiting
    project = make_project(name="sent")
    folder = RunFolder.of(project / "out", "electricity-in-europe")
    folder.create()
    Lease.take(folder, flow_run=theirs).suspend()
    assert decide(project, server, "approve") == 3
    assert "which is of another one: nothing was decided" in capsys.readouterr().err
    with get_client(sync_client=True) as client:
        state = client.read_flow_run(uuid.UUID(theirs)).state
    assert state is not None
    assert state.name == "Suspended"
