"""Run folders that an attacker has made: nothing outside is read or written, and nothing hangs."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from tests.hostile.mutations import (
    CANARY,
    MUTATIONS,
    OF_ANYBODY,
    QUICK,
    Canaries,
    Mutation,
    link_to_folder,
    nested_more,
    noise,
    pipe,
    put,
)
from tests.hostile.projects import EDIT, KEPT, RUN, SLUG, make_project
from tests.hostile.worker import BROKEN, GOOD, HUNG, MOST_BYTES, MOST_SECONDS, Order, worker
from tests.servers.running import ROOT
from tests.workers import Worker

NAMES = (
    "out",
    RUN,
    *(
        f"{RUN}/{name}"
        for name in (
            "run.json", f"{SLUG}.md", f"{SLUG}.csv", f"{SLUG}-selection.md", "checks.csv",
            "calls.csv", "objective_1_results.csv", "objective_9_results.csv", "evidence",
            "evidence/1.1.1@AT.json", "evidence/9.json", "records", "records/1.1.1@AT.json",
            "runs", "journal.jsonl", "inputs", ".exports.json", ".published.json", ".project",
            ".unfinished", ".work-order", ".lease.json", ".lease.lock", ".next", ".next/run.json",
            f".next/{SLUG}.md", ".next/other.json", f"{SLUG}-changed-by-hand-1.md",
        )
    ),
    KEPT,
    *(f"{KEPT}/{name}" for name in ("run.json", "records", "records/1.1.1@AT.json", f"{SLUG}.md")),
    "out/.store",
    "out/.store/locks",
    "edits",
    EDIT,
    EDIT.replace(".md", ".json"),
    "edits/set-aside",
    "notes",
    "notes/1.1.1@AT.md",
    "published",
    f"published/{SLUG}",
    f"published/{SLUG}/run.json",
)  # fmt: skip
FEW = (
    *(f"{RUN}/{name}" for name in ("journal.jsonl", "evidence", ".lease.lock", f"{SLUG}.md")),
    f"published/{SLUG}",
)
EVERYTHING = "AUDIT_EVERYTHING" in os.environ
PAIRS = 15
"""Pairs of changes that are tried with each seed."""


@dataclass(frozen=True)
class Sent:
    """A project that was sent with its run folder.

    Attributes:
        folder: The project folder.
        canaries: Files outside.
        worker: Carries out commands.
    """

    folder: Path
    canaries: Canaries
    worker: Worker

    def end_of(self, *arguments: str, umask: int = 0o022) -> tuple[int, str]:
        """Carry out a command; its exit code, and what it said."""
        return self._end_of(arguments, umask=umask)

    def _end_of(self, *commands: tuple[str, ...], umask: int = 0o022) -> tuple[int, str]:
        said = self.folder.parent / "said"
        said.unlink(missing_ok=True)
        code = self.worker.end_of(Order(commands=commands, said=said, umask=umask))
        return code, said.read_text(encoding="utf-8", errors="replace")

    def check(self) -> None:
        """Check and run; nothing outside was read, changed or removed, and each came to an end."""
        place = str(self.folder)
        self.ends(("check", place), ("run", place, "--engine", "threads"))

    def ends(self, *commands: tuple[str, ...]) -> None:
        """Carry out commands as `check` does."""
        before, at_first = self.canaries.state(), self._outside()
        code, said = self._end_of(*commands)
        assert code in GOOD, said
        assert "Traceback" not in said
        assert CANARY.decode() not in said
        assert self.canaries.state() == before
        assert self._outside() == at_first
        assert [path for path in self.folder.rglob("*") if _holds_canary(path)] == []

    def _outside(self) -> dict[str, bytes]:
        """What stands beside the project."""
        return {
            path.name: path.read_bytes()
            for path in sorted(self.folder.parent.iterdir())
            if path.is_file() and path.name != "said"
        }


def _holds_canary(path: Path) -> bool:
    """Whether a file of the project, itself and no link to one, holds what is not its own."""
    found = path.lstat()
    is_small = stat.S_ISREG(found.st_mode) and found.st_size < 10**8
    return is_small and found.st_nlink < 2 and CANARY in path.read_bytes()


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project as it is sent, for tests to copy."""
    return make_project(tmp_path_factory.mktemp("finished") / "project")


@pytest.fixture(scope="module")
def crew(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    """A process that carries out commands."""
    with worker(tmp_path_factory.mktemp("home")) as one:
        yield one


@pytest.fixture
def sent(tmp_path: Path, finished: Path, crew: Worker) -> Sent:
    """A project of the test's own."""
    project = Path(shutil.copytree(finished, tmp_path / "project"))
    (tmp_path / "appended-to").write_bytes(b"a file of the user's\n")
    return Sent(project, Canaries.make(tmp_path / "canaries"), crew)


@pytest.mark.slow
def test_project_that_nobody_has_touched_is_run(sent: Sent) -> None:
    """What the other tests change is what makes the difference."""
    sent.check()
    code, said = sent.end_of("run", str(sent.folder), "--engine", "threads")
    assert code == 0, said


@pytest.mark.parametrize("name", FEW)
@pytest.mark.parametrize("mutation", QUICK)
def test_name_of_a_run_folder_leads_nowhere(sent: Sent, name: str, mutation: Mutation) -> None:
    """The names by which files were read, removed, appended to and written."""
    put(mutation, sent.folder / name, sent.canaries)
    sent.check()


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", NAMES)
def test_any_name_leads_nowhere(sent: Sent, name: str) -> None:
    """Each name that a run reads, writes, renames or removes, with what can be there.

    A third of it, another one for each name; all of it in `make audit`.
    """
    whole = Path(shutil.copytree(sent.folder, sent.folder.parent / "whole"))
    for mutation in MUTATIONS if EVERYTHING else MUTATIONS[NAMES.index(name) % 3 :: 3]:
        shutil.rmtree(sent.folder)
        shutil.copytree(whole, sent.folder)
        put(mutation, sent.folder / name, sent.canaries)
        sent.check()


def pairs(seed: int) -> Iterator[tuple[tuple[str, Mutation], tuple[str, Mutation]]]:
    """Two names, neither of which lies below the other, each with what is to be there."""
    choice = Random(seed)  # noqa: S311 - the same ones each time
    for _ in range(PAIRS):
        one, other = choice.sample(NAMES, 2)
        while one.startswith(f"{other}/") or other.startswith(f"{one}/"):
            one, other = choice.sample(NAMES, 2)
        yield (one, choice.choice(MUTATIONS)), (other, choice.choice(MUTATIONS))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_two_names_together_lead_nowhere(sent: Sent, seed: int) -> None:
    """What is found out about one of them makes nobody trust the other."""
    whole = Path(shutil.copytree(sent.folder, sent.folder.parent / "whole"))
    for changes in pairs(seed):
        shutil.rmtree(sent.folder)
        shutil.copytree(whole, sent.folder)
        for name, mutation in changes:
            put(mutation, sent.folder / name, sent.canaries)
        try:
            sent.check()
        except AssertionError as error:
            raise AssertionError([(name, one.__name__) for name, one in changes]) from error


@pytest.fixture
def changed(sent: Sent) -> Sent:
    """A project whose data say something else than its report, so that there is work to do."""
    data = sent.folder / "etm.csv"
    text = data.read_text(encoding="utf-8")
    assert ",3.0," in text
    data.write_text(text.replace(",3.0,", ",4.0,"), encoding="utf-8")
    return sent


@pytest.mark.slow
def test_changed_project_is_written_in_a_flow_run(changed: Sent) -> None:
    """What the next test changes is what makes the difference."""
    code, said = changed.end_of("run", str(changed.folder), "--engine", "prefect")
    assert code == 0, said
    assert "1.1.1@AT written" in said
    assert "ThreadPoolExecutor" in said  # of Prefect; the library names its threads otherwise


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "mutation"),
    [("evidence", link_to_folder), ("records/1.1.1@AT.json", nested_more), (".work-order", pipe),
     ("journal.jsonl", noise)],
)  # fmt: skip
def test_name_leads_nowhere_in_a_flow_run(changed: Sent, name: str, mutation: Mutation) -> None:
    """Flows and tasks open what the threads open, and a few files more."""
    put(mutation, changed.folder / RUN / name, changed.canaries)
    changed.ends(("run", str(changed.folder), "--engine", "prefect"))


def test_there_are_enough_folders() -> None:
    """However few mutations a user can make who is not root."""
    assert len(NAMES) * len(OF_ANYBODY) > 200


BOUNDS = """
import time
from tests.hostile.worker import end_within_bounds
print(end_within_bounds(lambda: time.sleep(60), seconds=0.2))
print(end_within_bounds(lambda: len(bytearray(900_000_000)) * 0 + 3))
print(end_within_bounds(lambda: len(bytearray(1_100_000_000)) * 0 + 3))
"""


@pytest.mark.slow
def test_bounds_are_kept() -> None:
    """What takes too long is ended, and what takes too much memory comes to no good end."""
    assert (MOST_SECONDS, MOST_BYTES) == (60.0, 1_000_000_000)
    done = subprocess.run([sys.executable, "-c", BOUNDS], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.split() == [str(HUNG), "3", str(BROKEN)]


@pytest.mark.parametrize("name", ["secret", "."])
def test_reading_of_canaries_is_noticed(sent: Sent, name: str) -> None:
    """Also where nothing of them is told."""
    before = sent.canaries.state()
    path = sent.canaries.folder / name
    list(path.iterdir()) if path.is_dir() else path.read_bytes()
    after = sent.canaries.state()
    assert [one for one in before if before[one] != after[one]] == [name]


def test_run_json_names_nothing_that_is_published(sent: Sent) -> None:
    """What `files` names is no file of this run: neither by its way nor as a link."""
    manifest = sent.folder / RUN / "run.json"
    text = manifest.read_text(encoding="utf-8")
    named = f'"files": [\n    "{sent.canaries.file}",\n    "../../../canaries/secret",'
    assert text.count('"files": [') == 1
    manifest.write_text(text.replace('"files": [', named))
    shutil.rmtree(sent.folder / "published")
    code, said = sent.end_of("run", str(sent.folder), "--engine", "threads", "--set",
                             "only_if_changed=true")  # fmt: skip
    assert code == 0, said
    published = sorted(path.name for path in (sent.folder / "published" / SLUG).iterdir())
    assert "secret" not in published
    assert f"{SLUG}.md" in published


def test_copy_of_a_changed_report_is_no_more_open_than_it_was(sent: Sent) -> None:
    """Its owner has closed it to others."""
    report = sent.folder / RUN / f"{SLUG}.md"
    report.write_text("changed by hand")
    report.chmod(0o600)
    code, said = sent.end_of("run", str(sent.folder), "--engine", "threads", umask=0)
    assert code == 0, said
    for path in (sent.folder / RUN).rglob("*.md"):
        if path.read_text(encoding="utf-8") == "changed by hand" and path != report:
            assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_output_folder_that_leads_out_of_the_project_is_refused(sent: Sent) -> None:
    """A person may name it; the project may not."""
    elsewhere = sent.folder.parent / "elsewhere"
    (sent.folder / "out").rename(elsewhere)
    (sent.folder / "out").symlink_to(elsewhere)
    code, said = sent.end_of("run", str(sent.folder), "--engine", "threads")
    assert code == 2, said
    assert "is a link" in said
    assert "--out" in said
    link = str(sent.folder / "out")
    code, said = sent.end_of("run", str(sent.folder), "--engine", "threads", "--out", link)
    assert code == 0, said


@pytest.mark.parametrize("command", ["diff", "adopt"])
@pytest.mark.parametrize("name", ["run.json", "records/1.1.1@AT.json", "evidence"])
def test_run_that_is_only_read_is_looked_at_too(sent: Sent, command: str, name: str) -> None:
    """A link in it is refused; it may itself be named by one."""
    run = sent.folder / RUN
    by_link = sent.folder.parent / "latest"
    by_link.symlink_to(run)
    kept = sent.folder / KEPT
    report = sent.folder.parent / "report.md"
    shutil.copy(run / f"{SLUG}.md", report)
    second = kept if command == "diff" else report
    more = ("--project", str(sent.folder), "--dry-run") if command == "adopt" else ()
    code, said = sent.end_of(command, str(by_link), str(second), *more)
    assert code == 0, said
    before = sent.canaries.state()
    put(MUTATIONS[1 if name == "evidence" else 0], run / name, sent.canaries)
    code, said = sent.end_of(command, str(by_link), str(second), *more)
    assert code == 2, said
    assert "(a link)" in said
    assert sent.canaries.state() == before
