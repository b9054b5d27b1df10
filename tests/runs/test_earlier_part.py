"""What a run did before a person was asked, read from its manifest."""

from __future__ import annotations

from pathlib import Path

import pytest

from factbook.runs.earlier_part import NO_PART, EarlierPart, earlier_part
from tests.manifests import save_manifest

WAITING = {"state": "AwaitingApproval", "exit_code": 3, "review": "abc"}


def test_part_of_a_run_that_waits(tmp_path: Path) -> None:
    """Its name in the journal, its work, and what the person was shown."""
    work = {"elapsed_seconds": 12.5, "section_seconds": {"1.1.1@AT": 4.5}}
    calls = {"end": {"run": "r", "exit_code": 3}}
    save_manifest(tmp_path, outcome=WAITING, times=work, calls=calls)
    assert earlier_part(tmp_path) == EarlierPart(
        run="r", section_seconds={"1.1.1@AT": 4.5}, elapsed_seconds=12.5, review="abc"
    )
    save_manifest(tmp_path, outcome=WAITING)
    assert earlier_part(tmp_path).run == ""  # it asked no model


def test_no_run_waits(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """There is none, or it has its end."""
    assert earlier_part(tmp_path) is NO_PART
    save_manifest(tmp_path, outcome={"state": "Completed"})
    assert earlier_part(tmp_path) is NO_PART
    assert not caplog.records


def test_damaged_manifest_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The work before does not count then."""
    (tmp_path / "run.json").write_text("{")
    assert earlier_part(tmp_path) is NO_PART
    assert (
        f"In {tmp_path} its run.json cannot be read: it is not JSON: calls and cost" in caplog.text
    )
