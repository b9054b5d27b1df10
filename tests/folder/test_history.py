"""Earlier runs: kept whole, the oldest removed, none for a run that changed nothing."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from factbook.errors import StoppedError
from factbook.files.atomic import write_atomically
from factbook.folder.history import forget_unneeded, keep_current, kept_runs
from factbook.folder.run_folder import RunFolder
from factbook.folder.unfinished import clear, mark
from tests.manifests import manifest_in, save_manifest
from tests.sections import make_record


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    """A run folder that has been made."""
    made = RunFolder.of(tmp_path, "report")
    made.create()
    return made


def make_run(
    folder: RunFolder, minute: int, text: str, exit_code: int = 0, *, is_selection: bool = False
) -> None:
    """What a run leaves."""
    write_atomically(folder.path / "report.md", text.encode())
    folder.save_record(make_record(source_text=text))
    write_atomically(folder.evidence_folder / "1.1.1@AT.json", b"{}")
    with (folder.path / "journal.jsonl").open("ab") as journal:
        journal.write(b"line\n")
    started = f"2026-11-24T22:{minute:02}:00.123+01:00"
    save_manifest(
        folder.path,
        outcome={"exit_code": exit_code},
        times={"started": started},
        is_selection=is_selection,
    )


def texts(folder: RunFolder) -> list[str]:
    """The report of each kept run, the oldest first."""
    return [(path / "report.md").read_text() for path in kept_runs(folder)]


def test_kept_run_is_whole_and_stays_as_it_was(folder: RunFolder) -> None:
    """Named by its start in UTC; later runs change nothing in it."""
    make_run(folder, 47, "First.")
    assert keep_current(folder) == folder.path / "runs" / "20261124T214700Z"
    make_run(folder, 48, "Second.")
    [path] = kept_runs(folder)
    kept = RunFolder(path, "report")
    assert sorted(p.name for p in path.iterdir()) == [
        "evidence",
        "records",
        "report.md",
        "run.json",
    ]
    assert (path / "report.md").read_text() == "First."
    assert kept.read_record("1.1.1@AT") == make_record(source_text="First.")
    assert manifest_in(path).times.started.isoformat().startswith("2026-11-24T22:47")


def test_what_people_open_is_copied_and_the_rest_are_links(folder: RunFolder) -> None:
    """A program that saves in place changes no earlier run; records take no room twice."""
    make_run(folder, 47, "First.")
    path = keep_current(folder)
    assert path is not None
    for name in ("records/1.1.1@AT.json", "evidence/1.1.1@AT.json"):
        assert (path / name).samefile(folder.path / name)
    kept = (path / "run.json").read_bytes()
    for name in ("report.md", "run.json"):
        with (folder.path / name).open("r+b") as file:
            file.write(b"changed in place")
    assert (path / "report.md").read_text() == "First."
    assert (path / "run.json").read_bytes() == kept


def test_oldest_beyond_the_number_are_removed(
    folder: RunFolder, caplog: pytest.LogCaptureFixture
) -> None:
    """The order is that of their starts, several within a second included."""
    for number, minute in enumerate([1, 2, 3, 3, 3, 4]):
        make_run(folder, minute, f"Run {number}.")
        if number in (3, 4):  # the same second, another moment
            started = f"2026-11-24T22:03:00.{number}+01:00"
            save_manifest(folder.path, times={"started": started})
        keep_current(folder)
        make_run(folder, 59, "Now.")
        forget_unneeded(folder, 4)
    assert texts(folder) == ["Run 2.", "Run 3.", "Run 4.", "Run 5."]
    caplog.clear()
    with caplog.at_level(logging.INFO, "factbook"):
        forget_unneeded(folder, 1)
    assert texts(folder) == ["Run 5."]
    assert caplog.text.count("removed the earlier run") == 3
    assert "keep_runs is 1" in caplog.text


def test_keeping_none_removes_none(folder: RunFolder) -> None:
    """One run without the setting does not undo what runs with it have kept."""
    for minute in (1, 2):
        make_run(folder, minute, f"Run {minute}.")
        keep_current(folder)
    make_run(folder, 3, "Run 2.")
    forget_unneeded(folder, 0)
    assert texts(folder) == ["Run 1.", "Run 2."]


def test_selection_neither_counts_nor_pushes_out_a_whole_report(folder: RunFolder) -> None:
    """Its files beside a whole report make that no other one."""
    for minute in (1, 2):
        make_run(folder, minute, f"Run {minute}.")
        keep_current(folder)
    make_run(folder, 3, "Run 2.", is_selection=True)
    write_atomically(folder.path / "report-selection.md", b"A part.")
    forget_unneeded(folder, 1)
    assert texts(folder) == ["Run 1.", "Run 2."]
    assert keep_current(folder) is None
    make_run(folder, 4, "Run 2.")
    forget_unneeded(folder, 1)
    assert texts(folder) == ["Run 1."]
    make_run(folder, 5, "Run 3.")
    kept = keep_current(folder)
    assert kept is not None
    assert not (kept / "report-selection.md").exists()


def test_parts_of_two_runs_are_not_kept(folder: RunFolder) -> None:
    """A run that was killed has left them beside the manifest of the one before."""
    make_run(folder, 1, "First.")
    mark(folder.path)
    assert keep_current(folder) is None
    clear(folder.path)
    assert keep_current(folder) is not None


def test_rejected_report_is_not_kept(folder: RunFolder) -> None:
    """The files beside its manifest are of the report before."""
    make_run(folder, 1, "First.")
    body = manifest_in(folder.path).values()
    save_manifest(folder.path, **body | {"outcome": {"state": "Rejected"}})
    assert keep_current(folder) is None


def test_run_without_a_change_keeps_nothing(folder: RunFolder) -> None:
    """Times and costs do not count, so that repeated runs push out no earlier version."""
    make_run(folder, 1, "First.")
    keep_current(folder)
    make_run(folder, 2, "Second.")
    forget_unneeded(folder, 3)
    keep_current(folder)
    make_run(folder, 3, "Second.")
    forget_unneeded(folder, 3)
    assert texts(folder) == ["First."]


def test_run_to_compare_with_is_not_forgotten(folder: RunFolder) -> None:
    """Neither as the oldest of too many, nor as the same as the current one."""
    for minute in (1, 2, 3):
        make_run(folder, minute, f"Run {minute}.")
        keep_current(folder)
    first, second, third = kept_runs(folder)
    make_run(folder, 4, "Run 4.")
    forget_unneeded(folder, 1, needed=folder.path / "runs" / "." / first.name)
    assert kept_runs(folder) == [first, third]
    make_run(folder, 5, "Run 3.")
    forget_unneeded(folder, 1, needed=third)
    assert third in kept_runs(folder)
    assert second not in kept_runs(folder)


def test_unfinished_run_is_not_kept(folder: RunFolder) -> None:
    """It goes on in the next one; the last that ended is there already."""
    assert keep_current(folder) is None
    make_run(folder, 1, "Half.", exit_code=3)
    assert keep_current(folder) is None
    assert kept_runs(folder) == []


def test_run_is_kept_once(folder: RunFolder) -> None:
    """The run after it was killed, and is started again."""
    make_run(folder, 1, "First.")
    assert keep_current(folder) == keep_current(folder)
    assert len(kept_runs(folder)) == 1


@pytest.mark.parametrize("text", ["null", "[]", '{"times": 1, "outcome": 2}', '{"times": {}}'])
def test_report_whose_manifest_is_damaged_is_not_kept_and_that_is_told(
    folder: RunFolder, caplog: pytest.LogCaptureFixture, text: str
) -> None:
    """Its version is lost with the next run: nobody knows when it began, or that it ended."""
    make_run(folder, 1, "First.")
    folder.manifest_path.write_text(text)
    assert keep_current(folder) is None
    assert f"the report in {folder.path} is not kept as an earlier run: its run.json" in caplog.text


def test_first_run_keeps_nothing_and_says_nothing(
    folder: RunFolder, caplog: pytest.LogCaptureFixture
) -> None:
    """There is no manifest yet."""
    assert keep_current(folder) is None
    assert not caplog.records


def test_half_kept_run_is_made_again(folder: RunFolder) -> None:
    """What a killed run has left is no run, and goes."""
    make_run(folder, 1, "First.")
    half = folder.path / "runs" / ".20261124T210100Z.tmp"
    half.mkdir(parents=True)
    (half / "stray").write_text("x")
    (folder.path / "runs" / ".other.tmp").mkdir()
    assert kept_runs(folder) == []
    path = keep_current(folder)
    assert path is not None
    assert not (path / "stray").exists()
    make_run(folder, 2, "Second.")
    forget_unneeded(folder, 1)
    assert [p.name for p in (folder.path / "runs").iterdir()] == [path.name]


def test_other_folders_beside_kept_runs_are_left_alone(folder: RunFolder) -> None:
    """A person's own copy is not removed."""
    own = folder.path / "runs" / "march"
    own.mkdir(parents=True)
    (own / "run.json").write_text("{}")
    forget_unneeded(folder, 0)
    assert own.is_dir()


def test_run_that_cannot_be_kept_stops_the_new_one(folder: RunFolder) -> None:
    """Nothing of it is overwritten then."""
    make_run(folder, 1, "First.")
    (folder.path / "runs").write_text("a file")
    with pytest.raises(StoppedError, match="cannot be kept.*keep_runs = 0"):
        keep_current(folder)
