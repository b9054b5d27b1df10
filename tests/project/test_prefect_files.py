"""Profiles and deployments: what Prefect is given to read."""

import re
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
PROFILES = tomllib.loads((ROOT / "profiles" / "profiles.toml").read_text(encoding="utf-8"))
DEPLOYMENTS = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]


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


def test_deployment_of_the_report_can_be_run():
    """The deployment names a flow function that exists, and a project that exists."""
    (report,) = [d for d in DEPLOYMENTS if d["name"] == "report"]
    file, function = report["entrypoint"].split(":")

    assert f"def {function}(" in (ROOT / file).read_text(encoding="utf-8")
    assert (ROOT / report["parameters"]["project"] / "project.toml").is_file()
    assert report["work_pool"]["name"] == "factbook"
