"""Which project folder fills a run folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from factbook.folder.claim import CLAIM, claim, other_claimant


def make(path: Path) -> Path:
    """A project folder."""
    path.mkdir(parents=True)
    (path / "project.toml").touch()
    return path


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run folder outside all projects."""
    path = tmp_path / "out" / "power"
    path.mkdir(parents=True)
    return path


def test_another_project_of_the_name_is_told(tmp_path: Path, run: Path) -> None:
    """As long as the one that has filled the folder is there."""
    one, two = make(tmp_path / "one"), make(tmp_path / "two")
    assert other_claimant(run, one) is None
    claim(run, one)
    assert other_claimant(run, one) is None
    assert other_claimant(run, two) == one
    (one / "project.toml").unlink()
    assert other_claimant(run, two) is None


def test_moved_renamed_and_linked_project_keeps_its_report(tmp_path: Path, run: Path) -> None:
    """Its old place is gone, or the same by another name."""
    one = make(tmp_path / "one")
    claim(run, one)
    (tmp_path / "link").symlink_to(one)
    assert other_claimant(run, tmp_path / "link") is None
    moved = one.rename(tmp_path / "moved")
    assert other_claimant(run, moved) is None
    claim(run, moved)
    assert other_claimant(run, moved) is None


def test_copied_project_has_the_report_that_was_copied_with_it(tmp_path: Path) -> None:
    """`out` inside the project; a third one that names it with --out is another."""
    one, third = make(tmp_path / "one"), make(tmp_path / "third")
    (one / "out" / "power").mkdir(parents=True)
    claim(one / "out" / "power", one)
    two = Path(shutil.copytree(one, tmp_path / "two"))
    assert other_claimant(one / "out" / "power", one) is None
    assert other_claimant(two / "out" / "power", two) is None
    assert other_claimant(two / "out" / "power", third) == two


def test_inputs_in_the_run_folder_go_with_it(tmp_path: Path, run: Path) -> None:
    """Frames that are handed in from Python stand there."""
    inputs = make(run / "inputs")
    claim(run, inputs)
    moved = run.rename(tmp_path / "moved")
    assert other_claimant(moved, moved / "inputs") is None
    assert other_claimant(moved, make(tmp_path / "one")) == moved / "inputs"


@pytest.mark.parametrize("noted", [b"", b"\x00", b"\xff/nowhere", b"/nowhere\n"])
def test_damaged_note_is_no_note(tmp_path: Path, run: Path, noted: bytes) -> None:
    """The next run writes it anew."""
    (run / CLAIM).write_bytes(noted)
    assert other_claimant(run, make(tmp_path / "one")) is None
