"""Schedules: what a run that nobody starts makes of a project, and of a project that is held."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.diff.test_changed_cell import change_solar, evidence, said
from tests.on_server.conftest import KEY
from tests.on_server.prefect_server import FACTBOOK, FINAL, Json, PrefectServer
from tests.servers.running import ROOT, RunningServer

MakeProject = Callable[..., Path]
INTERVAL_SECONDS = 20.0
LONG_SECONDS = 20.0
MODEL = {"provider": "openai"}

pytestmark = pytest.mark.usefixtures("working")


@contextmanager
def turned_on(server: PrefectServer, deployment: str, project: Path) -> Iterator[str]:
    """A deployment's schedule is on, for a project and at a short interval; the deployment's id.

    It is as before at the end, and no run that was to come is left.
    """
    found = server.deployments()[deployment]
    (known,) = found["schedules"]
    schedule = f"deployments/{found['id']}/schedules/{known['id']}"
    often = {"interval": INTERVAL_SECONDS, "timezone": "Europe/Vienna"}
    chosen = {"project": str(project)}
    server.ask("PATCH", schedule, {"active": True, "schedule": often, "parameters": chosen})
    try:
        yield found["id"]
    finally:
        before = {"active": False, "schedule": known["schedule"], "parameters": {}}
        server.ask("PATCH", schedule, before)


def scheduled(server: PrefectServer, deployment_id: str) -> list[Json]:
    """Runs of a deployment's schedule that have begun, in that order."""
    found = server.ask(
        "POST",
        "flow_runs/filter",
        {
            "deployments": {"id": {"any_": [deployment_id]}},
            "flow_runs": {"start_time": {"is_null_": False}},
            "sort": "START_TIME_ASC",
        },
    )
    return [run for run in found if run["auto_scheduled"]]


def names(server: PrefectServer, deployment_id: str) -> list[str]:
    """Names of the states of scheduled runs that have ended."""
    runs = scheduled(server, deployment_id)
    return [run["state"]["name"] for run in runs if run["state"]["type"] in FINAL]


def change_at_once(project: Path, country: str, value: str) -> None:
    """Change a cell so that a run which reads the table meanwhile sees it as it was or is."""
    aside = project.parent / "aside"
    aside.mkdir()
    shutil.copy(project / "etm.csv", aside)
    change_solar(aside, country, value)
    (aside / "etm.csv").replace(project / "etm.csv")


def until(is_so: Callable[[], object], seconds: float = 240.0) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_a_schedule_writes_what_has_changed(
    server: PrefectServer, small_project: MakeProject
) -> None:
    """The first run writes, the second and third end as Cached; a changed cell is written next."""
    project = small_project()
    path = project / "project.toml"
    one, two = '["1.1.1"]', '["1.1.1", "3.1.1"]'  # of which the second has another table
    path.write_text(path.read_text(encoding="utf-8").replace(one, two), encoding="utf-8")
    folder = project / "out" / "electricity-in-europe"
    with turned_on(server, "report-changed", project) as schedule:
        until(lambda: len(names(server, schedule)) >= 3)
        states = names(server, schedule)
        assert states[0] == "Completed"
        assert set(states[1:]) == {"Cached"}
        old = evidence(folder)
        change_at_once(project, "Austria", "1.95")
        until(lambda: names(server, schedule).count("Completed") == 2)
        after = len(names(server, schedule))
        until(lambda: len(names(server, schedule)) > after)
    states = names(server, schedule)
    again = states.index("Completed", 1)
    assert set(states[1:again] + states[again + 1 :]) == {"Cached"}

    written = set(json.loads((folder / "run.json").read_bytes())["times"]["section_seconds"])
    new = evidence(folder)
    assert written == {name for name in new if said(old[name]) != said(new[name])}
    assert set(new) - written == {"3.1.1@AT", "3.1.1@FR"}


def test_two_starts_at_once_never_write_together(
    server: PrefectServer, small_project: MakeProject, provider: RunningServer
) -> None:
    """One run works, the other ends as Skipped, and says who holds the project since when."""
    project = small_project()
    provider.set_scenario({"key": KEY, "latency_seconds": LONG_SECONDS})
    runs = [server.start_run("report", project=str(project), overrides=MODEL) for _ in range(2)]
    until(lambda: "Skipped" in {server.flow_run(run)["state"]["name"] for run in runs})
    provider.set_scenario({"key": KEY})
    ended = {run: server.wait_for(run)["state"] for run in runs}
    (skipped,) = (run for run in runs if ended[run]["name"] == "Skipped")
    (worked,) = (run for run in runs if ended[run]["name"] == "Completed")
    held = f"Another run is working on this project: flow run {worked}, process "
    assert ended[skipped]["message"].startswith(held)
    assert re.search(r" on \S+, since \d{4}-\d\d-\d\d", ended[skipped]["message"])
    assert set(Counter(hit.body_sha256 for hit in provider.ledger()).values()) == {1}


def test_a_schedule_leaves_a_run_alone_that_waits_for_approval(
    server: PrefectServer, small_project: MakeProject, provider: RunningServer
) -> None:
    """What fires meanwhile ends as Skipped and names the run, which is approved all the same."""
    project = small_project()
    waiting = {**MODEL, "review": "yes"}
    run_id = server.start_run("report", project=str(project), overrides=waiting)
    server.wait_for(run_id, names=("Suspended",))
    asked = len(provider.ledger())
    with turned_on(server, "report-weekly", project) as schedule:
        known = {run["id"] for run in scheduled(server, schedule)}
        until(lambda: len(names(server, schedule)) > len(known))
    fired = [run for run in scheduled(server, schedule) if run["id"] not in known]
    for run in fired:
        state = server.wait_for(run["id"])["state"]
        assert state["name"] == "Skipped"
        assert f"waits for approval: flow run {run_id}, since " in state["message"]
        assert "waiting for approval since" in state["message"]
    answer = {"run_input": {"decision": "approve"}}
    server.ask("POST", f"flow_runs/{run_id}/resume", answer)
    assert server.wait_for(run_id)["state"]["name"] == "Completed"
    assert len(provider.ledger()) == asked


def test_deployments_of_ones_own_stay(
    server: PrefectServer, small_project: MakeProject, tmp_path: Path
) -> None:
    """The example of docs/deploying.md, for a project here, is scheduled, kept, and works."""
    project = small_project()
    told = (ROOT / "docs" / "deploying.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n(.*?)```", told, re.DOTALL)
    here = example.replace("project: norway\n", f"project: {project}\n")
    assert here != example
    head, _, _ = (ROOT / "prefect.yaml").read_text(encoding="utf-8").partition("deployments:\n")
    file = tmp_path / "my-reports.yaml"
    file.write_text(f"{head}{here}", encoding="utf-8")
    prefect = str(Path(FACTBOOK).with_name("prefect"))
    command = [prefect, "--no-prompt", "deploy", "--all", "--prefect-file", str(file)]
    api = {"PREFECT_API_URL": f"{server.url}/api", "PREFECT_API_AUTH_STRING": server.auth}
    environment = {**server.environment, **api}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    try:
        server.make("deploy")
        (schedule,) = server.deployments()["norway-daily"]["schedules"]
        assert schedule["active"] is True
        assert schedule["schedule"]["cron"] == "30 7 * * MON-FRI"
        assert schedule["schedule"]["timezone"] == "Europe/Oslo"
        run = server.run("norway-daily")
        assert run["state"]["name"] == "Completed", run["state"]["message"]
        assert (project / "out" / "electricity-in-europe" / "run.json").is_file()
    finally:
        server.ask("DELETE", f"deployments/{server.deployments()['norway-daily']['id']}")
