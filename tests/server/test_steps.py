"""Steps of prefect.yaml: what they find out, and that they write nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from prefect.blocks.system import Secret
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import DeploymentScheduleCreate
from prefect.client.schemas.schedules import CronSchedule
from prefect.exceptions import PrefectHTTPStatusError
from prefect.settings import (
    PREFECT_API_URL,
    PREFECT_CLIENT_MAX_RETRIES,
    PREFECT_CLIENT_RETRY_EXTRA_CODES,
    PREFECT_CLIENT_RETRY_JITTER_FACTOR,
    temporary_settings,
)

from factbook.errors import ConfigError
from flows.report import generate_report
from server.checkout import CHECKOUT
from server.names import API_KEY_BLOCK, REPORT_FLOW
from server.prefect_blocks import keep_api_key
from server.steps import enter_checkout, lend_api_key, schedules_now
from tests.flows.deployed import Deployed
from tests.servers.web import Quiet, web_server

MakeProject = Callable[..., Path]


def test_runs_work_in_the_checkout(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Wherever the worker stands; prefect.yaml names its flows and projects relative to it."""
    monkeypatch.chdir(tmp_path)
    assert enter_checkout() == {"directory": str(Path.cwd())}
    assert Path("prefect.yaml").is_file()
    assert Path("flows/report.py").is_file()


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("outside", ["project", "no project", "results"])
def test_nothing_is_written_for_a_project_that_is_refused(
    make_project: MakeProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, outside: str
) -> None:
    """Outside of the root, no project, results elsewhere."""
    inside, other = make_project(name="root/inside"), make_project(name="other")
    (tmp_path / "root" / "empty").mkdir()
    monkeypatch.setenv("FACTBOOK_PROJECTS_ROOT", str(tmp_path / "root"))
    named, out = {
        "project": (str(other), ""),
        "no project": ("empty", ""),
        "results": (str(inside), str(tmp_path / "results")),
    }[outside]
    before = files(tmp_path)
    state = Deployed(generate_report, project=named, overrides={"out": out}).go()
    assert state.name == "BadInput"
    word = "project.toml" if outside == "no project" else "FACTBOOK_PROJECTS_ROOT"
    assert word in str(state.message)
    assert files(tmp_path) == before


def files(folder: Path) -> set[Path]:
    """All that stands in a folder."""
    return set(folder.rglob("*"))


@pytest.mark.usefixtures("server")
def test_key_of_the_environment_comes_before_that_of_the_block(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without a block nothing is set."""

    def lent(environment: str) -> str:
        monkeypatch.setenv("OPENAI_API_KEY", environment)
        lend_api_key()
        return os.environ["OPENAI_API_KEY"]

    assert lent("") == ""
    keep_api_key("of-the-block")
    try:
        assert lent("") == "of-the-block"
        assert lent("of-the-worker") == "of-the-worker"
    finally:
        Secret.delete(API_KEY_BLOCK)


@pytest.mark.slow
@pytest.mark.parametrize("has_database", [True, False])
def test_block_that_cannot_be_read_is_reported_at_once(
    monkeypatch: pytest.MonkeyPatch, *, has_database: bool
) -> None:
    """A server without its database fails in the same way: it is waited for, and asked again."""
    asked: list[str] = []

    class Handler(Quiet):
        def do_GET(self) -> None:
            asked.append(self.path)
            ready = 200 if has_database else 503
            self.send_response(ready if "ready" in self.path else 500)
            self.send_header("Content-Length", "0")
            self.end_headers()

    monkeypatch.setenv("OPENAI_API_KEY", "")
    with web_server(Handler) as url:
        patience = {
            PREFECT_API_URL: f"{url}/api",
            PREFECT_CLIENT_MAX_RETRIES: 1,
            PREFECT_CLIENT_RETRY_EXTRA_CODES: {500},
            PREFECT_CLIENT_RETRY_JITTER_FACTOR: 0,
        }
        expected = ConfigError if has_database else PrefectHTTPStatusError
        with temporary_settings(patience), pytest.raises(expected) as error:
            lend_api_key()
    blocks = [path for path in asked if "block" in path]
    assert len(blocks) == (1 if has_database else 3)  # at once, then with one more try
    assert ("PREFECT_SERVER_ENCRYPTION_KEY" in str(error.value)) is has_database


@pytest.fixture
def deployments(server: str) -> Iterator[Callable[[str, str], UUID]]:
    """Makes a deployment of a flow, with the schedule `monday` turned on."""
    made: list[UUID] = []
    with get_client(sync_client=True) as client:

        def make(flow_name: str, name: str) -> UUID:
            schedule = CronSchedule(cron="0 6 * * 1")
            on = DeploymentScheduleCreate(schedule=schedule, active=True, slug="monday")
            of = client.create_flow_from_name(flow_name)
            made.append(client.create_deployment(of, name, schedules=[on]))
            return made[-1]

        yield make
        for one in made:
            client.delete_deployment(one)


def test_schedules_are_those_of_the_report(deployments: Callable[[str, str], UUID]) -> None:
    """A deployment of the same name, of somebody's own flow, turns nothing on."""
    assert schedules_now() == {"monday": False, "hourly": False}
    deployments("somebody's own", "report-weekly")
    assert schedules_now() == {"monday": False, "hourly": False}
    deployments(REPORT_FLOW, "report-weekly")
    assert schedules_now() == {"monday": True, "hourly": False}


def test_checkout_holds_the_file_of_deployments() -> None:
    """Workers run flows in the checkout: the folder in which prefect.yaml stands."""
    assert (CHECKOUT / "prefect.yaml").is_file()
