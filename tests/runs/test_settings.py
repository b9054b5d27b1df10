"""Settings that do not go together, or cannot be had here."""

from __future__ import annotations

from pathlib import Path

import pytest

from factbook.config import ProjectConfig
from factbook.runs.settings import config_findings

PASSES = ("add_feedback", "add_final_polish", "draft_report_conclusion")


@pytest.mark.parametrize("key", PASSES)
def test_passes_of_a_model_are_warned_of_without_one(tmp_path: Path, key: str) -> None:
    """The report lacks what was asked for: a sentence says so, and the run goes on."""
    config = ProjectConfig.model_validate({"project_name": "Power", "provider": "offline"})
    assert config_findings(config, tmp_path) == []
    [finding] = config_findings(config.model_copy(update={key: True}), tmp_path)
    assert (finding.severity, finding.code) == ("warning", "config.not-available")
    assert f"{key} is true, and the offline writer has no such pass" in str(finding)
    assert "set it to false" in finding.remedy
