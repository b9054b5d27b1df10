"""Deployments: what they are, and that the worker of a checkout runs them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import factbook
from tests.on_server.prefect_server import PrefectServer
from tests.on_server.services import Service
from tests.servers.running import RunningServer

MakeProject = Callable[..., Path]


def test_deployments_are_there(server: PrefectServer) -> None:
    """All of prefect.yaml, with queue, version and limits."""
    found = server.deployments()
    assert set(found) == {"report", "report-weekly", "report-changed", "check"}
    for name, deployment in found.items():
        assert deployment["work_pool_name"] == "factbook"
        assert deployment["work_queue_name"] == ("checks" if name == "check" else "reports")
        assert deployment["version"] == factbook.__version__
        assert deployment["job_variables"] == {}
        assert not any(schedule["active"] for schedule in deployment["schedules"])
        if name in ("report", "check"):
            assert deployment["global_concurrency_limit"] is None
        else:
            assert deployment["global_concurrency_limit"]["limit"] == 1
            assert deployment["concurrency_options"]["collision_strategy"] == "ENQUEUE"
    (weekly,) = found["report-weekly"]["schedules"]
    assert weekly["schedule"]["cron"] == "0 6 * * MON"
    assert weekly["schedule"]["timezone"] == "Europe/Vienna"


@pytest.mark.parametrize(
    "variables",
    [
        {"command": "touch {canary}"},
        {"working_dir": "/"},
        {"env": {"FACTBOOK_PROJECTS_ROOT": ""}},
        {"env.FACTBOOK_PROJECTS_ROOT": ""},
    ],
    ids=lambda variables: next(iter(variables)),
)
def test_start_sets_nothing_of_the_process(
    server: PrefectServer, variables: dict[str, object]
) -> None:
    """The server refuses a start that names a command, a folder or variables."""
    found = server.deployments()["check"]["id"]
    body = {"job_variables": variables}
    answer = server.client.post(f"deployments/{found}/create_flow_run", json=body)
    assert answer.status_code == 422
    assert "Additional properties are not allowed" in answer.text


def test_schedule_that_is_on_stays_on(server: PrefectServer) -> None:
    """Deployed again, after an upgrade, the schedule that a person has turned on is not lost."""
    weekly = server.deployments()["report-weekly"]
    switch = f"deployments/{weekly['id']}/schedules"
    server.ask("PATCH", f"{switch}/{weekly['schedules'][0]['id']}", {"active": True})
    server.make("deploy")
    after = server.deployments()
    (schedule,) = after["report-weekly"]["schedules"]
    assert schedule["active"] is True
    assert after["report-changed"]["schedules"][0]["active"] is False
    server.ask("PATCH", f"{switch}/{schedule['id']}", {"active": False})


@pytest.mark.usefixtures("working")
def test_report_is_written_offline(server: PrefectServer, small_project: MakeProject) -> None:
    """A deployed run reaches Completed; its files stand, and no results of Prefect beside them."""
    project = small_project()
    run = server.run("report", project=str(project))
    assert run["state"]["name"] == "Completed", run["state"]["message"]
    assert run["name"].startswith("project 20")
    folder = project / "out" / "electricity-in-europe"
    for suffix in ("csv", "md", "html"):
        assert list(folder.glob(f"*.{suffix}"))
    assert [path.name for path in (project / "out").iterdir() if path != folder] == []


@pytest.mark.usefixtures("working")
def test_report_by_a_model_has_the_key_of_the_block(
    server: PrefectServer, small_project: MakeProject, provider: RunningServer
) -> None:
    """The worker's environment has no key: the run takes the one that setup has kept."""
    run = server.run("report", project=str(small_project()), overrides={"provider": "openai"})
    assert run["state"]["name"] == "Completed", run["state"]["message"]
    hits = provider.ledger()
    assert hits
    assert all(hit.is_key_right for hit in hits)


@pytest.mark.usefixtures("working")
def test_check_writes_nothing(server: PrefectServer, small_project: MakeProject) -> None:
    """The check is a flow of its own; it leaves no folder behind."""
    project = small_project()
    run = server.run("check", project=str(project))
    assert run["state"]["name"] == "Completed", run["state"]["message"]
    assert not (project / "out").exists()


def test_prefect_keeps_nothing_in_the_home_folder(server: PrefectServer, working: Service) -> None:
    """No results of sections lie outside the projects."""
    assert not (Path(server.environment["PREFECT_HOME"]) / "storage").exists()
