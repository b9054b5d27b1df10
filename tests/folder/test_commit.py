"""The commit: files change together, also when a run is killed between two renames."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from factbook.errors import StoppedError
from factbook.folder.commit import NEXT, commit, prepare, recover
from factbook.folder.run_folder import RunFolder

FILES = ("calls.csv", "checks.csv", "report.md", "report.pdf", "run.json")
KILLED = """
import os, signal, sys
from pathlib import Path
from factbook.folder.commit import commit
left = int(sys.argv[2])
def counted(event, arguments):
    global left
    if event == "os.rename":
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
sys.addaudithook(counted)
commit(Path(sys.argv[1]))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with an old report and a prepared new one."""
    for name in FILES:
        (tmp_path / name).write_bytes(b"old")
    for name in FILES:
        prepare(tmp_path / name, b"new")
    return tmp_path


def contents(folder: Path) -> dict[str, bytes]:
    """The files that a reader sees."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_readers_see_the_old_report_until_all_is_prepared(folder: Path) -> None:
    """Then the new one, and nothing is left beside it."""
    assert contents(folder) == dict.fromkeys(FILES, b"old")
    commit(folder)
    assert contents(folder) == dict.fromkeys(FILES, b"new")
    assert not (folder / NEXT).exists()


@pytest.mark.parametrize("renames", range(len(FILES)))
def test_killed_commit_is_finished_by_the_next_run(folder: Path, renames: int) -> None:
    """SIGKILL between two renames: the manifest is the last to change, and all become new."""
    process = subprocess.run([sys.executable, "-c", KILLED, str(folder), str(renames)], check=False)
    assert process.returncode == -signal.SIGKILL
    seen = contents(folder)
    assert sorted(seen.values()) == [b"new"] * renames + [b"old"] * (len(FILES) - renames)
    assert seen["run.json"] == b"old"
    assert recover(RunFolder(folder, "report"))
    assert contents(folder) == dict.fromkeys(FILES, b"new")
    assert not recover(RunFolder(folder, "report"))


def test_what_was_not_all_prepared_is_thrown_away(folder: Path) -> None:
    """A run that was killed before its manifest leaves the old report as it is."""
    (folder / NEXT / "run.json").unlink()
    assert not recover(RunFolder(folder, "report"))
    assert contents(folder) == dict.fromkeys(FILES, b"old")
    assert not (folder / NEXT).exists()


def test_half_written_files_of_killed_runs_are_removed(folder: Path) -> None:
    """Everywhere a run writes, but for those of processes that ask for the lease right now."""
    (folder / "records").mkdir()
    half = [folder / ".run.json.1.ab.tmp", folder / "records" / ".1.1.1@AT.json.1.ab.tmp"]
    others = [folder / ".lease.json.ab.tmp", folder / "mine.tmp"]
    for path in (*half, *others):
        path.write_bytes(b"half")
    recover(RunFolder(folder, "report"))
    assert [path.exists() for path in (*half, *others)] == [False, False, True, True]


def test_unchanged_file_is_not_prepared(folder: Path) -> None:
    """It keeps its time; an earlier preparation of it is taken back."""
    prepare(folder / "calls.csv", b"old")
    before = (folder / "calls.csv").stat().st_mtime_ns
    commit(folder)
    assert contents(folder) == {**dict.fromkeys(FILES, b"new"), "calls.csv": b"old"}
    assert (folder / "calls.csv").stat().st_mtime_ns == before


def test_nothing_prepared_is_nothing_to_do(tmp_path: Path) -> None:
    """The first run finds no folder at all."""
    commit(tmp_path)
    assert not recover(RunFolder(tmp_path, "report"))
    assert list(tmp_path.iterdir()) == []


def test_file_that_cannot_be_replaced_stops_the_run(folder: Path) -> None:
    """The message says which, and the next run continues from there."""
    (folder / "report.md").unlink()
    (folder / "report.md").mkdir()
    with pytest.raises(StoppedError, match=r"report\.md cannot be replaced"):
        commit(folder)
    (folder / "report.md").rmdir()
    assert recover(RunFolder(folder, "report"))
    assert contents(folder) == dict.fromkeys(FILES, b"new")


def test_preparing_where_nothing_can_be_written_stops_the_run(tmp_path: Path) -> None:
    """As for any file of a run."""
    with pytest.raises(StoppedError, match="cannot be written"):
        prepare(tmp_path / "gone" / "calls.csv", b"new")
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_removed_fails_no_run(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A folder at the name of a half written file: it is told, and the report has its end."""
    (folder / "records" / ".1.1.1@AT.json.1.ab.tmp").mkdir(parents=True)
    assert recover(RunFolder(folder, "report"))
    assert contents(folder) == dict.fromkeys(FILES, b"new")
    assert ".1.1.1@AT.json.1.ab.tmp cannot be removed" in caplog.text


def test_all_is_on_the_disk_before_the_first_name_changes(folder: Path) -> None:
    """After a power cut no name stands for an empty file."""
    code = """
import os, sys
from pathlib import Path
from factbook.folder.commit import commit
steps = []
fsync = os.fsync
def counted(opened):
    steps.append(os.path.basename(os.readlink(f"/proc/self/fd/{opened}")))
    fsync(opened)
os.fsync = counted
sys.addaudithook(lambda event, _: steps.append(event) if event == "os.rename" else None)
commit(Path(sys.argv[1]))
print(*steps)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], check=True, capture_output=True, text=True
    )
    flushed = done.stdout.split("os.rename")[0].split()
    assert sorted(flushed) == sorted((*FILES, NEXT))
    assert done.stdout.split()[-1] == folder.name
