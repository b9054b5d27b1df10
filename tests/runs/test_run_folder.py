"""The run folder: the lease, what is kept, what is taken over, what may go."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from factbook.errors import ConfigError
from factbook.folder.history import kept_runs
from factbook.folder.run_folder import RunFolder
from factbook.lease.lease import lease
from factbook.lease.owner_file import OWNER
from factbook.runs.outcome import Outcome
from factbook.runs.ref import RunRef
from factbook.runs.run import Run
from factbook.runs.start import start_run
from factbook.writing.job import Draft, SectionJob
from tests.manifests import manifest_in
from tests.runs.reports import digests, run
from tests.writers import PartialWriter

MakeProject = Callable[..., Path]
SLUG = "electricity-in-europe"
KILLED_IN_SWITCH = """
import os, signal, sys
left = 3
def counted(event, arguments):
    global left
    if event == "os.rename":
        places = [os.readlink(f"/proc/self/fd/{opened}") for opened in arguments[2:] if opened >= 0]
        if places and os.path.basename(places[0]) == ".next" != os.path.basename(places[1]):
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)
            left -= 1
sys.addaudithook(counted)
from flows.main import main
main()
"""

TAKEN_OVER = """
import json, os, sys
from pathlib import Path
from tests.crash.points import step_of
out, step = Path(sys.argv.pop(1)), sys.argv.pop(1)
def taken(event, arguments):
    global step
    if event not in ("open", "os.rename"):
        return
    if step and step_of(event, arguments, "/").endswith(step):
        step = ""
        [owner] = out.glob("*/.lease.json")
        body = json.loads(owner.read_bytes())
        owner.write_text(json.dumps({**body, "host": "elsewhere", "token": "x"}))
sys.addaudithook(taken)
from flows.main import main
main()
"""
"""What happens in a shell in which another run takes the project over, just before a step."""


IN_THREADS = ("--engine", "threads")
ONE_BY_ONE = ("run_objectives_concurrent=false", "run_task_concurrent=false")
"""While the first section waits, nothing else happens in the run folder."""


def in_thread(work: Callable[[], object]) -> threading.Thread:
    """A thread at work."""
    thread = threading.Thread(target=work)
    thread.start()
    return thread


class WaitingWriter(PartialWriter):
    """A writer that waits in its first section until it is told to go on."""

    def __init__(self) -> None:
        super().__init__()
        self.is_at_work = threading.Event()
        self.may_go_on = threading.Event()

    def write(self, job: SectionJob) -> Draft:
        """Wait, then write."""
        self.is_at_work.set()
        assert self.may_go_on.wait(60)
        return super().write(job)


@pytest.fixture
def waiting() -> Iterator[WaitingWriter]:
    """It goes on at the end of the test at the latest."""
    writer = WaitingWriter()
    yield writer
    writer.may_go_on.set()


@pytest.mark.slow
def test_of_two_starts_one_works(
    make_project: MakeProject, tmp_path: Path, waiting: WaitingWriter
) -> None:
    """The other ends as Skipped, and disturbs nothing."""
    project, ends = make_project(), list[Outcome]()
    first = in_thread(
        lambda: ends.append(run(project, tmp_path / "out", *ONE_BY_ONE, writer=waiting))
    )
    assert waiting.is_at_work.wait(60)
    folder = RunFolder.of(tmp_path / "out", SLUG)
    before = sorted(folder.path.rglob("*"))
    since = json.loads((folder.path / OWNER).read_text(encoding="utf-8"))["since"]
    second = run(project, tmp_path / "out", writer=PartialWriter())
    assert (second.state, second.exit_code) == ("Skipped", 0)
    assert f"process {os.getpid()} on " in second.message
    assert since in second.message
    assert sorted(folder.path.rglob("*")) == before
    waiting.may_go_on.set()
    first.join(120)
    assert [end.state for end in ends] == ["Completed"]
    assert not (folder.path / OWNER).exists()


@pytest.mark.slow
def test_run_that_never_began_lets_the_project_go(
    make_project: MakeProject, tmp_path: Path
) -> None:
    """What goes wrong before the flow begins holds up no later run of this process."""
    ref = RunRef(project=str(make_project()), out=str(tmp_path / "out"))

    def broken(run: Run) -> AbstractContextManager[object]:
        assert (run.inputs.folder.path / OWNER).exists()
        raise ConnectionError("the engine is unavailable")

    with pytest.raises(ConnectionError):
        start_run(ref, watch=broken)
    folder = RunFolder.of(tmp_path / "out", SLUG)
    assert not (folder.path / OWNER).exists()
    with lease(folder):
        pass


@pytest.mark.slow
def test_earlier_runs_are_kept_when_something_changed(
    make_project: MakeProject, tmp_path: Path
) -> None:
    """Each is the whole folder that a run has left; a run without a change keeps none."""
    project, out = make_project(), tmp_path / "out"
    folder = RunFolder.of(out, SLUG)
    first = digests(run(project, out, "keep_runs=2").folder)
    started = manifest_in(folder.path).times.started
    run(project, out, "keep_runs=2")
    assert kept_runs(folder) == []
    run(project, out, "keep_runs=2", "report_date=2026-01-02")
    [kept] = kept_runs(folder)
    assert digests(kept) == first
    again = manifest_in(kept).times.started
    assert again > started  # the run without a change stands for the same report
    assert kept.name == f"{again:%Y%m%dT%H%M%SZ}"
    for day in (3, 4):
        run(project, out, "keep_runs=2", f"report_date=2026-01-0{day}")
    assert len(kept_runs(folder)) == 2
    assert kept not in kept_runs(folder)
    run(project, out)
    assert len(kept_runs(folder)) == 2  # a run without the setting keeps none and removes none


def test_folder_of_another_project_is_left_alone(finished_project: Path) -> None:
    """A project of another name with the same slug is refused before anything is written."""
    folder = finished_project / "out" / SLUG
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    with pytest.raises(ConfigError, match="which is another project"):
        run(finished_project, finished_project / "out", "project_name=Electricity: in Europe")
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


@pytest.mark.slow
def test_half_deleted_folder_gives_the_same_report(finished_project: Path) -> None:
    """Whatever of it is gone is made anew, byte for byte."""
    folder = finished_project / "out" / SLUG
    before = digests(folder)
    for gone in ("records", "evidence", "run.json"):
        path = folder / gone
        shutil.rmtree(path) if path.is_dir() else path.unlink()
        assert run(finished_project, finished_project / "out").exit_code == 0
        assert digests(folder) == before


@pytest.mark.crash
@pytest.mark.timeout(600)
def test_each_damaged_file_is_made_anew(make_project: MakeProject, tmp_path: Path) -> None:
    """One at a time is gone, cut off, or overwritten with noise: exit 0, and the same bytes."""
    project, out = make_project(), tmp_path / "out"
    settings = ("outputs=md", "objective_list=1", "conclude_report=false")
    folder = run(project, out, *settings).folder
    before = digests(folder)
    kinds = (
        "run.json",
        "records/1.1.1@AT.json",
        "evidence/1.1.1@AT.json",
        ".exports.json",
        "checks.csv",
        "objective_1_results.csv",
    )
    damages: tuple[Callable[[Path], object], ...] = (
        Path.unlink,
        lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
        lambda path: path.write_bytes(b"\x00\xff noise"),
    )
    for path in kinds:
        for damage in damages:
            damage(folder / path)
            end = run(project, out, *settings)
            assert (end.exit_code, digests(folder)) == (0, before), f"{path}: {end.message}"


@pytest.mark.slow
def test_full_disk_while_exporting_stops_the_run(make_project: MakeProject, tmp_path: Path) -> None:
    """The page does not fit: exit 3, a sentence, the old report as it was; with room, exit 0."""
    project, out = make_project(), tmp_path / "out"
    settings = ("outputs=html", "report_date=2026-01-02")
    folder = run(project, tmp_path / "other", *settings).folder
    expected = digests(folder)
    most_bytes = (folder / "electricity-in-europe.html").stat().st_size - 1
    before = digests(run(project, out, "outputs=html").folder)
    limited = (
        "import resource\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({most_bytes}, {most_bytes}))\n"
        "from flows.main import main\nmain()\n"
    )
    assignments = (argument for setting in settings for argument in ("--set", setting))
    arguments = ["--out", str(out), *assignments]
    process = subprocess.run(
        [sys.executable, "-c", limited, "run", str(project), *IN_THREADS, *arguments],
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert process.returncode == 3, process.stdout + process.stderr
    said = process.stdout + process.stderr
    assert "html cannot be written: File too large. Free disk space" in said
    found = digests(out / SLUG)
    assert {name: found[name] for name in before if name.endswith(".html")} == {
        name: value for name, value in before.items() if name.endswith(".html")
    }
    assert run(project, out, *settings).exit_code == 0
    assert digests(out / SLUG) == expected


@pytest.mark.slow
def test_chapter_shows_unchanged_sections_while_others_are_written(
    finished_project: Path, waiting: WaitingWriter
) -> None:
    """Rows of the last run stand from the beginning if nothing of theirs changed, others not."""
    out = finished_project / "out"
    folder = RunFolder.of(out, SLUG)
    (folder.records_folder / "1.1.1@AT.json").unlink()
    second = in_thread(lambda: run(finished_project, out, *ONE_BY_ONE, writer=waiting))
    assert waiting.is_at_work.wait(60)
    text = folder.chapter_csv_path("1").read_text(encoding="utf-8")
    shown = {(r["sub_task_id"], r["country"]) for r in csv.DictReader(io.StringIO(text))}
    waiting.may_go_on.set()
    second.join(120)
    text = folder.chapter_csv_path("1").read_text(encoding="utf-8")
    whole = {(r["sub_task_id"], r["country"]) for r in csv.DictReader(io.StringIO(text))}
    # 1.2.2@AT follows on from 1.1.1@AT, which is written anew
    assert whole - shown == {("1.1.1", "Austria"), ("1.2.2", "Austria")}


@pytest.mark.slow
def test_run_killed_in_the_switch_over_is_finished_by_the_next(
    make_project: MakeProject, tmp_path: Path
) -> None:
    """SIGKILL after three renames: each file is the old or the new one; the next run ends it."""
    project, out = make_project(), tmp_path / "out"
    formats, date = "outputs=csv,md,docx,html", "report_date=2026-01-02"
    expected = digests(run(project, tmp_path / "other", formats, date).folder)
    folder = run(project, out, formats).folder
    before = digests(folder)
    arguments = [str(project), "--out", str(out), "--set", formats, "--set", date]
    process = subprocess.run(
        [sys.executable, "-c", KILLED_IN_SWITCH, "run", *IN_THREADS, *arguments],
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert process.returncode == -signal.SIGKILL, process.stderr
    seen = {name: value for name, value in digests(folder).items() if ".next" not in name}
    assert seen.keys() == before.keys() == expected.keys()
    assert all(value in (before[name], expected[name]) for name, value in seen.items())
    assert seen not in (before, expected)  # it was killed between the two
    assert "report_date" in (folder / ".next" / "run.json").read_text(encoding="utf-8")
    assert manifest_in(folder).config["report_date"] is None
    end = run(project, out, formats, date)
    assert end.exit_code == 0
    assert digests(folder) == expected
    assert not (folder / ".next").exists()


@pytest.mark.slow
@pytest.mark.parametrize("step", ["/.unfinished", "/.next/run.json"])
def test_run_that_was_taken_over_switches_nothing_over(finished_project: Path, step: str) -> None:
    """Before its first section, or once its report is prepared: it sees that at its end.

    Nothing is to be written, so that no section finds it out.
    """
    out, folder = finished_project / "out", finished_project / "out" / SLUG
    before = digests(folder)
    arguments = [str(finished_project), "--out", str(out), "--set", "report_date=2026-01-02"]
    arguments += ["--set", "outputs=csv,md"]
    process = subprocess.run(
        [sys.executable, "-c", TAKEN_OVER, str(out), step, "run", *IN_THREADS, *arguments],
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert process.returncode == 3, process.stderr
    assert "Another run has taken the project over" in process.stdout + process.stderr
    seen = {name: value for name, value in digests(folder).items() if ".next" not in name}
    assert seen == before
    assert manifest_in(folder).config["report_date"] is None
    assert (folder / ".next").exists() is (step == "/.next/run.json")
    assert json.loads((folder / OWNER).read_text(encoding="utf-8"))["host"] == "elsewhere"
