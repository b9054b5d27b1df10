"""Profiles and deployments: what Prefect is given to read."""

import importlib
import re
import tomllib
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from flows.heartbeat import INTERVAL_SECONDS
from server.automations import OUTAGE, SILENCE, START
from server.names import POOL, QUEUES, SCHEDULES
from server.processes import _RUNS

ROOT = Path(__file__).parents[2]
PROFILES = tomllib.loads((ROOT / "profiles" / "profiles.toml").read_text(encoding="utf-8"))
PREFECT_FILE = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))
DEPLOYMENTS = PREFECT_FILE["deployments"]


def test_profiles_are_the_three_promised():
    """The checkout has the profiles local, server and ci, and local is active."""
    assert set(PROFILES["profiles"]) == {"local", "server", "ci"}
    assert PROFILES["active"] == "local"


def test_profiles_hold_no_secret():
    """No key, password, token or authentication string stands in a profile."""
    secret = re.compile(r"KEY|PASSWORD|TOKEN|SECRET|AUTH|CONNECTION_URL")
    for name, settings in PROFILES["profiles"].items():
        assert not [key for key in settings if secret.search(key)], name


def test_profiles_know_only_settings_of_prefect():
    """A misspelt setting, which Prefect only warns of, is an error here; values are valid."""
    from prefect.settings import Profile

    for name, settings in PROFILES["profiles"].items():
        Profile(name=name, settings=settings).validate_settings()


def test_server_profile_listens_on_loopback():
    """The server is not open to others unless somebody opens it on purpose."""
    server = PROFILES["profiles"]["server"]
    assert server["PREFECT_SERVER_API_HOST"] == "127.0.0.1"
    assert server["PREFECT_API_URL"].startswith("http://127.0.0.1:")


def test_deployments_are_the_four_promised():
    """One flow by hand, each week and on change, and the check."""
    assert [d["name"] for d in DEPLOYMENTS] == [
        "report",
        "report-weekly",
        "report-changed",
        "check",
    ]


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda d: d["name"])
def test_deployment_can_be_run(deployment):
    """It names a flow function and a project that exist, and parameters that the flow takes."""
    file, function = deployment["entrypoint"].split(":")
    flow = getattr(importlib.import_module(file.removesuffix(".py").replace("/", ".")), function)
    parameters = flow.validate_parameters(deployment["parameters"])

    assert (ROOT / parameters["project"] / "project.toml").is_file()
    assert deployment["work_pool"]["name"] == POOL
    assert deployment["work_pool"]["work_queue_name"] in QUEUES
    assert deployment["description"]
    assert "factbook" in deployment["tags"]


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda d: d["name"])
def test_run_of_a_deployment_is_missed_after_three_heartbeats(deployment):
    """The crash automation waits for three heartbeats, and tells before 120 s are over.

    The server checks every 5 s, and may be unavailable for a minute between two heartbeats.
    """
    assert "job_variables" not in deployment["work_pool"]  # the work pool has none
    heartbeats = 3 * int(_RUNS["PREFECT_FLOWS_HEARTBEAT_FREQUENCY"])
    outage = (OUTAGE + START).seconds + 2 * INTERVAL_SECONDS

    assert max(heartbeats, outage) < SILENCE.seconds < 120 - 5


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda d: d["name"])
def test_deployment_works_by_itself_only_when_somebody_wants_it(deployment):
    """Schedules are on or off as the server has them; never two runs of a deployment at once."""
    for schedule in deployment["schedules"]:
        assert schedule["slug"] == SCHEDULES[deployment["name"]]
        assert schedule["active"] == f"{{{{ schedules.{schedule['slug']} }}}}"
        assert ZoneInfo(schedule["timezone"])
        assert deployment["concurrency_limit"] == {"limit": 1, "collision_strategy": "ENQUEUE"}


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda d: d["name"])
def test_steps_of_a_deployment_exist(deployment):
    """Each step is a function that can be imported, from Factbook itself."""
    pull = deployment.get("pull", PREFECT_FILE["pull"])
    for step in [*PREFECT_FILE["build"], *pull]:
        (name,) = step
        module, function = name.rsplit(".", 1)
        assert callable(getattr(importlib.import_module(module), function))
    assert next(iter(pull[0])).endswith(".enter_checkout")
