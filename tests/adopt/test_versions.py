"""By which run a report was made that comes back."""

from __future__ import annotations

from pathlib import Path

from factbook.adopt.versions import Versions, mark_of
from factbook.folder.run_folder import RunFolder
from tests.runs.run_folders import Section, save_run

IDS = ("1.1.1@AT", "1.1.1@FR")
KEPT = "20260101T000000Z"


def run_of(path: Path, austria: str, france: str) -> RunFolder:
    """A run of two sections."""
    save_run(path, Section(IDS[0], text=austria), Section(IDS[1], text=france))
    return RunFolder(path, "a-report")


def marks_in(folder: RunFolder) -> list[str]:
    """The marks that a report of a run carries."""
    return [mark_of(record) for name in IDS if (record := folder.read_record(name))]


def test_report_is_of_the_run_that_has_most_of_its_texts(tmp_path: Path) -> None:
    """Of the kept ones too, and the other way round; where all are alike it is the given one."""
    current = run_of(tmp_path / "out", "New {F1}.", "Same {F1}.")
    kept = run_of(tmp_path / "out" / "runs" / KEPT, "Old {F1}.", "Same {F1}.")
    for given, other in ((current, kept), (kept, current)):
        versions = Versions(given, IDS)
        assert versions.made_by(marks_in(given)).path == given.path
        assert versions.made_by(marks_in(other)).path.resolve() == other.path.resolve()
        assert versions.made_by(marks_in(other)[1:]).path == given.path
        assert versions.made_by([]).path == given.path


def test_version_is_found_by_its_mark(tmp_path: Path) -> None:
    """In the given run first; one that no run has any more is not known."""
    current = run_of(tmp_path / "out", "New {F1}.", "Same {F1}.")
    kept = run_of(tmp_path / "out" / "runs" / KEPT, "Old {F1}.", "Same {F1}.")
    old, same = marks_in(kept)
    versions = Versions(current, IDS)
    found = versions.of(old)
    assert found is not None
    assert (found.folder.path, found.record.source_text) == (kept.path, "Old {F1}.")
    again = versions.of(same)
    assert again is not None
    assert again.folder.path == current.path
    assert versions.of("0123456789") is None
