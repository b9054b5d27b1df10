"""One suite for all engines: the same files, exit codes and states, whatever carries the work."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from factbook.cli.ask import AskingApprover
from factbook.config.project_config import EngineName
from factbook.errors import StoppedError, UserError
from factbook.folder.run_folder import RunFolder
from factbook.lease.lease import lease
from factbook.runs.approval import Decision, Review
from factbook.runs.outcome import Outcome
from factbook.runs.ref import RunRef
from factbook.runs.rewrite import RewriteRequest
from factbook.runs.run import Run
from factbook.runs.start import start_run
from factbook.writing.job import Draft, SectionJob
from factbook.writing.record import SectionRecord
from flows.engines import engine_named
from tests.conftest import CSV_AND_MARKDOWN, copy_example
from tests.runs.reports import digests, manifest, rows
from tests.writers import PartialWriter

SLUG = "electricity-in-europe"
ENGINES: tuple[EngineName, ...] = ("threads", "prefect")
MODES = list(product((False, True), repeat=2))
LEFT_OUT = {
    *("2", "2.1", "2.1.1", "2.1.2", "2.2", "2.2.1", "2.2.2"),
    *("3.1.1", "3.2", "3.2.1", "3.2.2"),
}
"""Rows of the example's prompt sheet."""
SECTION = "1.1.1@AT"
OTHER = "3.1.2@AT"
"""Of another chapter, and not after that one."""

FOLLOWING = {"1.2.2@AT", "1.2#summary@AT", "1.1#summary@AT", "conclusion@AT"}
"""Sections that follow on from it, at one remove or more; or are of a task that holds one."""


def small_project(folder: Path, before: str) -> Path:
    """Make a project with edges inside a chapter and across chapters, and few sections.

    Args:
        folder: Its folder.
        before: Text before all else of its file.
    """
    project = copy_example(folder, CSV_AND_MARKDOWN + before)
    path = project / "project.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('FR = "France"\n', ""), encoding="utf-8")
    book = openpyxl.load_workbook(project / "prompt_sheet.xlsx")
    for sheet in book:
        for row in range(sheet.max_row, 1, -1):
            if LEFT_OUT & {str(sheet.cell(row, column).value) for column in (1, 2)}:
                sheet.delete_rows(row)
    book.save(project / "prompt_sheet.xlsx")
    return project


@pytest.fixture(scope="module")
def project_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small project, with a section after all others of its task."""
    folder = tmp_path_factory.mktemp("engines") / "project"
    return small_project(folder, "add_sub_task_summary = true\n")


@pytest.fixture(scope="module")
def expected(project_once: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Files of the report, written by threads, one section after another."""
    out = tmp_path_factory.mktemp("expected")
    return files(
        start_run(RunRef(project=str(project_once), out=str(out), assignments=mode(*MODES[0])))
    )


class Runs:
    """Runs the project of a test with one engine.

    Args:
        engine: Its name.
        project: The project.
        out: Folder for the results.
    """

    def __init__(self, engine: EngineName, project: Path, out: Path) -> None:
        self._engine = engine
        self.project = project
        self.folder = RunFolder.of(out, SLUG)

    def run(self, *settings: str, fail_on_change: bool = False, **others: Any) -> Outcome:
        """Run it; what else is given goes to `start_run`."""
        ref = RunRef(
            project=str(self.project),
            out=str(self.folder.path.parent),
            assignments=settings,
            fail_on_change=fail_on_change,
        )
        with engine_named(self._engine) as engine:
            return start_run(ref, engine, **others)


@pytest.fixture(params=ENGINES)
def runs(request: pytest.FixtureRequest, project_once: Path, tmp_path: Path) -> Runs:
    """Runs of the small project, which they leave as it is."""
    if request.param == "prefect":
        request.getfixturevalue("server")
    return Runs(request.param, project_once, tmp_path / "out")


def mode(objectives: bool, tasks: bool) -> tuple[str, str]:
    """Settings of a concurrency mode."""
    return (
        f"run_objectives_concurrent={str(objectives).lower()}",
        f"run_task_concurrent={str(tasks).lower()}",
    )


def files(end: Outcome) -> dict[str, str]:
    """Digests of a run's files, and what its manifest tells but for times and the mode."""
    assert (end.state, end.exit_code) == ("Completed", 0), end.message
    body = manifest(end)
    body["config"].pop("run_objectives_concurrent")
    body["config"].pop("run_task_concurrent")
    body.pop("times")
    body["outcome"].pop("message")  # which counts what was written now
    return {**digests(end.folder), "manifest": json.dumps(body, sort_keys=True)}


def statuses(end: Outcome) -> dict[str, str]:
    """Section id → its status."""
    return {name: body["status"] for name, body in manifest(end)["sections"].items()}


def written_now(end: Outcome) -> set[str]:
    """Sections that the run worked on."""
    return set(manifest(end)["times"]["section_seconds"])


def markdown(end: Outcome, name: str = SLUG) -> str:
    """The report."""
    return (end.folder / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "flags", [MODES[3], *(pytest.param(one, marks=pytest.mark.slow) for one in MODES[:3])]
)
def test_files_are_the_same(runs: Runs, expected: dict[str, str], flags: tuple[bool, bool]) -> None:
    """All four modes of all engines write the same bytes, and all sections."""
    assert len(expected) > 15
    assert files(runs.run(*mode(*flags))) == expected


@pytest.mark.slow
@pytest.mark.parametrize("flags", MODES)
def test_failing_section_leaves_the_others(runs: Runs, flags: tuple[bool, bool]) -> None:
    """One broken section leaves a placeholder and exit 1; all others, dependants too, stand."""
    end = runs.run(*mode(*flags), writer=PartialWriter(broken=frozenset({SECTION})))
    assert (end.state, end.exit_code) == ("Incomplete", 1)
    assert SECTION in end.message
    found = statuses(end)
    assert found.pop(SECTION) == "failed"
    assert set(found.values()) == {"written"}
    assert f"Section {SECTION} is missing" in markdown(end)
    assert "ZeroDivisionError" in markdown(end)
    failed = [
        row for row in rows(end.folder / "objective_1_results.csv") if row["status"] == "failed"
    ]
    assert [(row["sub_task_id"], row["country"]) for row in failed] == [("1.1.1", "Austria")]
    dependant = runs.folder.read_record("1.2.2@AT")
    assert dependant is not None
    assert "not available" in dependant.source_text


@pytest.mark.slow
def test_degraded_section_is_written_by_a_healthy_run(runs: Runs, expected: dict[str, str]) -> None:
    """It ends as Incomplete and is marked; the next run leaves nothing of that."""
    first = runs.run(writer=PartialWriter(unavailable=frozenset({SECTION})))
    assert (first.state, first.exit_code) == ("Incomplete", 1)
    assert statuses(first)[SECTION] == "degraded"
    assert "the model is away on purpose" in markdown(first)
    healthy = PartialWriter()
    second = runs.run(writer=healthy)
    assert (second.state, second.exit_code) == ("Completed", 0)
    assert SECTION in healthy.begun
    assert set(healthy.begun) <= {SECTION, *FOLLOWING}
    found = digests(second.folder)
    assert found == {name: expected[name] for name in found}


class StoppingWriter(PartialWriter):
    """The offline writer, until a run has to stop at a section, as with a key that is refused."""

    def write(self, job: SectionJob) -> Draft:
        """Write, or stop the run."""
        if job.section_id == OTHER:
            raise StoppedError("the key is refused on purpose")
        return super().write(job)


@pytest.mark.slow
def test_run_that_cannot_go_on_stops_and_goes_on_later(
    runs: Runs, expected: dict[str, str]
) -> None:
    """Exit 3 and its reason, nothing exported; what was finished is kept, and not written again."""
    one_by_one = mode(*MODES[0])
    end = runs.run(*one_by_one, writer=StoppingWriter())
    assert (end.state, end.exit_code) == ("Stopped", 3)
    assert end.message.startswith("the key is refused on purpose. ")
    assert not (runs.folder.path / f"{SLUG}.md").exists()
    kept = {name for name, status in statuses(end).items() if status == "written"}
    assert SECTION in kept
    assert OTHER not in kept
    rest = PartialWriter()
    assert files(runs.run(*one_by_one, writer=rest)) == expected
    assert set(rest.begun) == set(statuses(end)) - kept


@pytest.mark.slow
def test_full_disk_stops_a_run(
    runs: Runs, expected: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A record that cannot be saved; with room the report is the same."""
    save = RunFolder.save_record

    def full(folder: RunFolder, record: SectionRecord) -> None:
        if record.section_id == OTHER:
            raise StoppedError("a record cannot be written: No space left on device")
        save(folder, record)

    with monkeypatch.context() as patch:
        patch.setattr(RunFolder, "save_record", full)
        end = runs.run()
    assert (end.state, end.exit_code) == ("Stopped", 3)
    assert "No space left on device. " in end.message
    assert files(runs.run()) == expected


@pytest.mark.slow
def test_interrupted_run_keeps_what_is_finished(runs: Runs, expected: dict[str, str]) -> None:
    """Exit 130; no section begins after the interrupt, and the same command goes on."""
    begun: list[Run] = []

    class Interrupting(PartialWriter):
        def write(self, job: SectionJob) -> Draft:
            draft = super().write(job)
            if job.section_id == SECTION:
                begun[0].interrupt()
            return draft

    @contextmanager
    def watch(run: Run) -> Iterator[None]:
        begun.append(run)
        yield

    writer = Interrupting()
    end = runs.run(*mode(*MODES[0]), writer=writer, watch=watch)
    assert (end.state, end.exit_code) == ("Cancelled", 130)
    assert end.message.startswith("Interrupted. 1 of ")
    assert writer.begun == [SECTION]
    assert not (runs.folder.path / f"{SLUG}.md").exists()
    rest = PartialWriter()
    assert files(runs.run(writer=rest)) == expected
    assert SECTION not in rest.begun


@pytest.mark.slow
def test_unchanged_report_is_not_written_again(runs: Runs) -> None:
    """The same bytes; with `only_if_changed` nothing is touched at all."""
    first = runs.run()
    before = digests(first.folder)
    writer = PartialWriter()
    second = runs.run(writer=writer)
    total = len(statuses(second))
    assert (second.state, second.exit_code) == ("Completed", 0)
    assert second.message == f"{total} sections: 0 written now, {total} unchanged"
    assert (writer.begun, written_now(second)) == ([], set())
    assert digests(second.folder) == before
    told = (second.folder / "run.json").read_bytes()
    third = runs.run("only_if_changed=true")
    assert (third.state, third.exit_code) == ("Cached", 0)
    assert third.message == "Nothing has changed since the last run"
    assert (third.folder / "run.json").read_bytes() == told


@pytest.mark.slow
def test_section_whose_record_is_gone_is_written_again(runs: Runs) -> None:
    """It alone, as its text is the same; --fail-on-change looks at texts."""
    runs.run()
    (runs.folder.records_folder / f"{SECTION}.json").unlink()
    end = runs.run(fail_on_change=True)
    assert (end.state, end.exit_code) == ("Completed", 0), end.message
    assert written_now(end) == {SECTION}


def test_selection_is_a_report_of_its_own(runs: Runs) -> None:
    """It writes what is selected, to files of its own names."""
    writer = PartialWriter()
    end = runs.run("sub_task_list=1.1.2", writer=writer)
    assert (end.state, end.exit_code) == ("Completed", 0)
    assert set(writer.begun) == {"1.1.2@EU", "1.1#summary@EU", "conclusion@EU"}
    assert set(statuses(end).values()) == {"written", "missing"}
    assert "TWh" in markdown(end, f"{SLUG}-selection")
    assert not (runs.folder.path / f"{SLUG}.md").exists()


def deciding(decisions: list[Decision], shown: list[Review]) -> AskingApprover:
    """A person who decides so, one after another."""

    def ask(review: Review, problem: str) -> Decision:
        assert problem == ""
        shown.append(review)
        return decisions.pop(0)

    return AskingApprover(ask)


@pytest.mark.slow
def test_report_waits_until_it_is_approved(runs: Runs, expected: dict[str, str]) -> None:
    """Nobody is there: exit 3 and a draft. A person then approves: exported."""
    waiting = runs.run("review=true")
    assert (waiting.state, waiting.exit_code) == ("AwaitingApproval", 3)
    assert waiting.review
    assert not (runs.folder.path / f"{SLUG}.md").exists()
    shown: list[Review] = []
    approver = deciding([Decision("approve")], shown)
    end = runs.run("review=true", approver=approver, is_decided=True)
    assert (end.state, end.exit_code) == ("Completed", 0)
    assert [review.digest for review in shown] == [waiting.review]
    found = digests(end.folder)
    assert found == {name: expected[name] for name in found}


@pytest.mark.slow
def test_rejected_report_is_not_exported(runs: Runs) -> None:
    """Exit 0, and no file of the report."""
    end = runs.run("review=true", approver=deciding([Decision("reject")], []))
    assert (end.state, end.exit_code) == ("Rejected", 0)
    assert not list(runs.folder.path.glob(f"{SLUG}*"))


@pytest.fixture
def own(runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runs:
    """Runs of a copy of the project, which a model writes that needs no provider."""
    monkeypatch.setenv("OPENAI_API_KEY", "any")
    runs.project = small_project(tmp_path / "own", "")
    path = runs.project / "project.toml"
    text = path.read_text(encoding="utf-8")
    text = text.replace('provider = "offline"', 'provider = "openai"')
    path.write_text(text, encoding="utf-8")
    return runs


@pytest.mark.slow
def test_sections_are_rewritten_before_a_person_is_asked_again(own: Runs) -> None:
    """With the note in the project; then the report is approved, in the same run."""
    decisions = [Decision("rewrite", (SECTION,), "shorter"), Decision("approve")]
    writer, shown = PartialWriter(), list[Review]()
    end = own.run("review=true", writer=writer, approver=deciding(decisions, shown))
    assert (end.state, end.exit_code) == ("Completed", 0), end.message
    assert shown[0].digest != shown[1].digest
    assert writer.begun.count(SECTION) == 2
    assert writer.begun.count(OTHER) == 1
    note = own.project / "notes" / f"{SECTION}.md"
    assert "shorter" in note.read_text(encoding="utf-8")
    assert written_now(end) == set(statuses(end))  # all of the one run


@pytest.mark.slow
def test_rewrite_request_is_followed(own: Runs) -> None:
    """The section and those that follow on from it, and no other; what was noted is told."""
    own.run(writer=PartialWriter())
    writer, told = PartialWriter(), list[str]()
    request = RewriteRequest((SECTION,), "shorter")
    end = own.run(writer=writer, request=request, notify=told.append)
    assert (end.state, end.exit_code) == ("Completed", 0), end.message
    assert SECTION in writer.begun
    assert set(writer.begun) <= {SECTION, *FOLLOWING}
    assert len(told) == 1
    assert told[0].startswith(f"{SECTION} will be rewritten")


def test_second_run_at_once_is_skipped(runs: Runs) -> None:
    """It says who holds the project, and writes nothing."""
    runs.folder.create()
    with lease(runs.folder):
        end = runs.run()
    assert (end.state, end.exit_code) == ("Skipped", 0)
    assert f"process {os.getpid()} on " in end.message
    assert not list(runs.folder.path.glob("objective_*"))


def test_wrong_setting_is_told_before_anything_is_written(runs: Runs) -> None:
    """All engines refuse it alike."""
    with pytest.raises(UserError, match="'77'"):
        runs.run("objective_list=77")
    assert not runs.folder.path.exists()


# A process that is started by `os.posix_spawn` alone goes unseen: `subprocess` uses it since 3.13.
PROGRAM = """
import json, sys
started = []
def watch(event, arguments):
    if event == "subprocess.Popen":
        started.append(" ".join(map(str, arguments[1])))
    elif event in ("os.fork", "os.forkpty", "os.exec", "os.system"):
        started.append(event)
sys.addaudithook(watch)
from flows.main import main
try:
    main()
finally:
    print(json.dumps(["prefect" in sys.modules, started]), file=sys.stderr)
"""
"""The command line, which tells at its end whether Prefect was imported, and what was started."""


def in_a_fresh_process(project: Path, engine: EngineName) -> tuple[str, bool, list[str]]:
    """The output of a good run by the command line, whether it imported Prefect, what it started.

    What reads the prompt sheet is a process of its own, which has nothing to do with an engine.
    """
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "run", str(project), "--engine", engine],
        env={name: value for name, value in os.environ.items() if not name.startswith("PREFECT")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    has_prefect, started = json.loads(done.stderr.rstrip().splitlines()[-1])
    return done.stdout, has_prefect, [one for one in started if "parser_process" not in one]


@pytest.fixture
def copied(project_once: Path, tmp_path: Path) -> Path:
    """A copy of the small project."""
    return Path(shutil.copytree(project_once, tmp_path / "copied"))


@pytest.mark.slow
def test_threads_do_without_prefect(copied: Path) -> None:
    """A run in a fresh process imports nothing of it, and starts no process."""
    said, has_prefect, started = in_a_fresh_process(copied, "threads")
    assert "sections written" in said
    assert not has_prefect
    assert started == []


@pytest.mark.slow
def test_unchanged_report_needs_no_server(copied: Path) -> None:
    """Neither a server process nor Prefect, in a fresh process, with the engine of Prefect.

    Once there is a section to write, both are there.
    """
    run = RunRef(project=str(copied))
    assert start_run(run).exit_code == 0
    said, has_prefect, started = in_a_fresh_process(copied, "prefect")
    assert " 0 written now" in said
    assert not has_prefect
    assert started == []
    (copied / "out" / SLUG / "records" / f"{SECTION}.json").unlink()
    said, has_prefect, started = in_a_fresh_process(copied, "prefect")
    assert " 1 written now" in said
    assert has_prefect
    assert [one for one in started if "private_server_process" in one]
