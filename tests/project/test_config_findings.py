"""Settings that do not go together, or cannot be had here."""

from __future__ import annotations

from pathlib import Path

import pytest

from factbook.config.project_config import ProjectConfig
from factbook.config.settings import Settings
from factbook.errors import Finding
from factbook.project.config_findings import config_findings
from factbook.project.reach import Reach


def findings_of(config: ProjectConfig, folder: Path) -> list[Finding]:
    """The findings of a configuration in a folder, in an empty environment."""
    return config_findings(config, Reach(folder, Settings()))


PASSES = ("add_feedback", "add_final_polish", "draft_report_conclusion")


@pytest.mark.parametrize("key", PASSES)
def test_passes_of_a_model_are_warned_of_without_one(tmp_path: Path, key: str) -> None:
    """The report lacks what was asked for: a sentence says so, and the run goes on."""
    config = ProjectConfig.model_validate({"project_name": "Power", "provider": "offline"})
    assert findings_of(config, tmp_path) == []
    [finding] = findings_of(config.model_copy(update={key: True}), tmp_path)
    assert (finding.severity, finding.code) == ("warning", "config.not-available")
    assert f"{key} is true, and the offline writer has no such pass" in str(finding)
    assert "set it to false" in finding.remedy


@pytest.mark.parametrize(
    "address",
    [
        "redis://:hidden@host/0",
        "redis://:hid/den@host/0",
        "redis://:hid den@host/0",
        "redis://u:" + "hidden" * 100 + "@host/0",
        "redis://host/0?password=hidden",
    ],
)
def test_password_of_the_shared_limits_is_refused(tmp_path: Path, address: str) -> None:
    """Wherever in the address it stands; it is not repeated."""
    config = ProjectConfig.model_validate({"limits": {"shared": address}})
    [finding] = findings_of(config, tmp_path)
    assert finding.code == "config.secret"
    assert "REDIS_PASSWORD" in finding.remedy
    assert "hid" not in str(finding)


@pytest.mark.parametrize("address", ["redis://[x", "redis://h:port/0", "redis://h:99999", "x", ""])
def test_shared_limits_at_no_address_are_a_finding(tmp_path: Path, address: str) -> None:
    """Half an IPv6 address and a port that is none are no addresses either."""
    config = ProjectConfig.model_validate({"limits": {"shared": address}})
    [finding] = findings_of(config, tmp_path)
    assert finding.code == "config.shared-limits"
    assert finding.message == "limits.shared is not the address of a Redis server"


@pytest.mark.parametrize("address", ["http://[x", "http://host:port/v1", "host"])
def test_endpoint_at_no_address_is_a_finding(tmp_path: Path, address: str) -> None:
    """Whatever the environment says."""
    config = ProjectConfig.model_validate({"provider": "openai"})
    reach = Reach(tmp_path, Settings(openai_base_url=address, openai_api_key="a key"))
    assert "config.endpoint" in {finding.code for finding in config_findings(config, reach)}


def test_threads_cannot_use_a_cluster(tmp_path: Path) -> None:
    """The runner would be ignored: that is an error, which names both keys."""
    config = ProjectConfig.model_validate({"runner": "dask", "run": {"engine": "threads"}})
    codes = {finding.code: finding for finding in findings_of(config, tmp_path)}
    assert codes["config.engine"].severity == "error"
    assert {"run.engine", "runner"} <= set(codes["config.engine"].message.split())
