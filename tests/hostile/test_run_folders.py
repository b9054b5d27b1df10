"""Run folders that an attacker has made: nothing outside is read or written, and nothing hangs."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.hostile.mutations import CANARY, MUTATIONS, QUICK, Canaries, Mutation, put
from tests.hostile.projects import EDIT, KEPT, RUN, SLUG, make_project
from tests.hostile.worker import GOOD, Order, worker
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
        before, at_first = self.canaries.state(), self._outside()
        place = str(self.folder)
        code, said = self._end_of(("check", place), ("run", place, "--engine", "threads"))
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
    """Each name that a run reads, writes, renames or removes, with each thing that can be there."""
    whole = Path(shutil.copytree(sent.folder, sent.folder.parent / "whole"))
    for mutation in MUTATIONS:
        shutil.rmtree(sent.folder)
        shutil.copytree(whole, sent.folder)
        put(mutation, sent.folder / name, sent.canaries)
        sent.check()


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
