"""Files of a report that were changed by hand in the run folder."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from factbook.folder.by_hand import changed_by_hand, is_kept_by_hand, keep_changed
from factbook.folder.commit import commit, prepare
from factbook.folder.exports import Exports
from factbook.folder.run_folder import RunFolder
from factbook.report.blocks import Document

SUFFIXES = ("csv", "md", "html")


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    """A run folder with a report in two formats, and a third that no run has made."""
    folder = RunFolder.of(tmp_path, "power")
    folder.create()
    for suffix in ("md", "html"):
        path = folder.report_path(suffix, is_selection=False)
        prepare(path, b"Power")
        Exports(folder, Document(title="Power")).note(path, suffix)
        commit(folder.path)
    folder.report_path("csv", is_selection=False).write_text("mine")
    return folder


def changed(folder: RunFolder) -> list[str]:
    """Names of the changed files."""
    return [path.name for path in changed_by_hand(folder, SUFFIXES, is_selection=False)]


def test_only_what_a_run_has_made_and_a_person_changed(folder: RunFolder) -> None:
    """A file that is gone is not changed; a file of a person is not the report's."""
    assert changed(folder) == []
    (folder.path / "power.md").write_text("Tower")
    assert changed(folder) == ["power.md"]
    assert changed_by_hand(folder, ("html",), is_selection=False) == []
    assert changed_by_hand(folder, SUFFIXES, is_selection=True) == []
    (folder.path / "power.md").unlink()
    assert changed(folder) == []


def test_changed_files_are_kept_beside_and_told(
    folder: RunFolder, caplog: pytest.LogCaptureFixture
) -> None:
    """With the command that takes a person's changes over; none is ever overwritten."""
    report, run = folder.path / "power.md", folder.path / "runs" / "1"
    for text in ("Tower", "Tower", "Shower"):
        report.write_text(text)
        keep_changed(changed_by_hand(folder, SUFFIXES, is_selection=False), run, Path("my project"))
    kept = sorted(path for path in folder.path.iterdir() if is_kept_by_hand(path))
    assert [path.name for path in kept] == [
        "power-changed-by-hand-1.md",
        "power-changed-by-hand-2.md",
    ]
    assert [path.read_text() for path in kept] == ["Tower", "Shower"]
    assert f"factbook adopt {run} {kept[1]} --project 'my project'" in caplog.text


def test_formats_that_cannot_be_adopted_are_told_as_such(
    folder: RunFolder, caplog: pytest.LogCaptureFixture
) -> None:
    """There is no command to name."""
    (folder.path / "power.html").write_text("Tower")
    with caplog.at_level(logging.WARNING, "factbook"):
        keep_changed(changed_by_hand(folder, SUFFIXES, is_selection=False), folder.path, Path())
    assert "only changes in Word and Markdown can be adopted" in caplog.text
    assert "factbook adopt" not in caplog.text
    assert (folder.path / "power-changed-by-hand-1.html").read_text() == "Tower"
