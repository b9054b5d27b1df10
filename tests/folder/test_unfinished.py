"""The mark of a run that changes a run folder: who sees it, and when it goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from factbook.diff.run_content import read_run
from factbook.errors import ConfigError, StoppedError
from factbook.folder.commit import commit, prepare, recover
from factbook.folder.run_folder import RunFolder
from factbook.folder.unfinished import UNFINISHED, clear, mark, unfinished_since
from tests.manifests import made_manifest, manifest_in
from tests.runs.run_folders import Section, save_run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A finished run."""
    return save_run(tmp_path / "a-report", Section("1.1.1@AT"))


def prepare_end(folder: Path, state: str) -> None:
    """Prepare the manifest of a run that has ended."""
    body = manifest_in(folder).values() | {"outcome": {"state": state, "message": "now"}}
    prepare(folder / "run.json", made_manifest(**body).to_bytes())


def test_folder_with_parts_of_two_runs_is_not_compared(folder: Path) -> None:
    """The sentence says since when and what to do; what stands before is no such folder."""
    assert unfinished_since(folder) is None
    read_run(folder)
    mark(folder)
    since = unfinished_since(folder)
    mark(folder)  # the run that goes on
    assert since
    assert unfinished_since(folder) == since
    with pytest.raises(ConfigError, match=r"a run is at work in it or has broken off") as error:
        read_run(folder)
    [finding] = error.value.findings
    assert finding.code == "run.unfinished"
    assert since in finding.message
    assert "factbook run" in finding.remedy
    assert "runs/<id>" in finding.remedy
    clear(folder)
    read_run(folder)


@pytest.mark.parametrize("state", ["Completed", "Incomplete", "AwaitingApproval", "Rejected"])
def test_end_of_a_run_takes_the_mark_away(folder: Path, state: str) -> None:
    """All that the folder holds is then told by its manifest."""
    mark(folder)
    prepare_end(folder, state)
    commit(folder)
    assert manifest_in(folder).outcome.state == state
    assert unfinished_since(folder) is None


@pytest.mark.parametrize("state", ["Stopped", "Cancelled"])
def test_early_end_leaves_the_mark(folder: Path, state: str) -> None:
    """The next run goes on from there."""
    mark(folder)
    prepare_end(folder, state)
    commit(folder)
    assert unfinished_since(folder)


def test_killed_commit_is_unfinished_until_it_is_done(folder: Path) -> None:
    """Also when the mark is gone already, as it goes before the last rename."""
    prepare_end(folder, "Completed")
    assert unfinished_since(folder) == ""
    mark(folder)
    recover(RunFolder(folder, "a-report"))
    assert unfinished_since(folder) is None


def test_mark_that_cannot_be_read_still_counts(folder: Path) -> None:
    """Half written, or no text."""
    (folder / UNFINISHED).write_bytes(b"\xff")
    assert unfinished_since(folder) == ""


def test_mark_that_cannot_be_made_or_removed_stops_the_run(tmp_path: Path) -> None:
    """Nothing is changed without it."""
    with pytest.raises(StoppedError, match=r"\.unfinished cannot be written"):
        mark(tmp_path / "gone")
    folder = RunFolder.of(tmp_path, "a-report")
    (folder.path / UNFINISHED).mkdir(parents=True)
    with pytest.raises(StoppedError, match=r"\.unfinished cannot be removed"):
        clear(folder.path)
