"""Outputs that cannot be written, in processes of their own, as a user starts them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from factbook.cli.app import CLOSED_OUTPUT
from tests.conftest import without_python_settings

FACTBOOK = (sys.executable, "-m", "flows.main")
COMMANDS = {
    "help": ("--help",),
    "check": ("check", "PROJECT"),
    "check --json": ("check", "PROJECT", "--json"),
    "run": (
        "run",
        "PROJECT",
        "--engine",
        "threads",
        "--set",
        "outputs=csv",
        "--out",
        "PROJECT/new",
    ),
    "run --dry-run": ("run", "PROJECT", "--dry-run"),
    "diff": ("diff", "PROJECT/out/report", "PROJECT/out/report"),
    "store stats": ("store", "stats", "PROJECT", "--json"),
}


@pytest.fixture(scope="module")
def project(finished_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a report in ``out/report``, which no run has held since."""
    folder = Path(shutil.copytree(finished_once, tmp_path_factory.mktemp("outputs") / "project"))
    [made] = (path for path in (folder / "out").iterdir() if path.name[0] != ".")
    made.rename(made.with_name("report"))
    return folder


@pytest.fixture(params=COMMANDS)
def command(request: pytest.FixtureRequest, project: Path) -> list[str]:
    """A command, and what is to be given to it."""
    return [part.replace("PROJECT", str(project)) for part in COMMANDS[request.param]]


@pytest.fixture
def check(project: Path) -> list[str]:
    """A command that has nothing to say on standard error."""
    return ["check", str(project)]


def ended(
    arguments: list[str], output: int | IO[str], errors: int | IO[str], shell: str = ""
) -> tuple[int, str]:
    """Exit code and standard error of a command; `shell` redirects its descriptors."""
    start = ("sh", "-c", f'exec "$@" {shell}', "sh") if shell else ()
    done = subprocess.run(
        [*start, *FACTBOOK, *arguments],
        stdout=output,
        stderr=errors,
        text=True,
        timeout=400,
        check=False,
        env=without_python_settings(),
    )
    return done.returncode, done.stderr or ""


@contextmanager
def unread_pipe() -> Iterator[IO[str]]:
    """A pipe without a reader."""
    unread, output = os.pipe()
    os.close(unread)
    with os.fdopen(output, "w") as file:
        yield file


@pytest.mark.slow
def test_output_that_nobody_reads_is_quiet(command: list[str]) -> None:
    """As of ``factbook check PROJECT | head``, which reads no further."""
    with unread_pipe() as pipe:
        code, errors = ended(command, pipe, subprocess.PIPE)
    assert code == CLOSED_OUTPUT
    assert not [line for line in errors.splitlines() if "|" not in line]  # lines of the log


@pytest.mark.slow
def test_full_disk_under_the_output_is_told(command: list[str]) -> None:
    """Not as sections that are missing, and not as a traceback."""
    with Path("/dev/full").open("w") as full:
        code, errors = ended(command, full, subprocess.PIPE)
    assert code == 3
    assert errors.splitlines()[-1].startswith("Stopped: the output cannot be written: No space")
    assert "Traceback" not in errors
    assert "Exception" not in errors


@pytest.mark.slow
def test_errors_that_cannot_be_written_end_no_run(project: Path) -> None:
    """The exit code says how the work ended, on a full disk as before a closed pipe."""
    command = [part.replace("PROJECT", str(project)) for part in COMMANDS["run"]]
    with Path("/dev/full").open("w") as full, unread_pipe() as pipe:
        assert ended(command, subprocess.DEVNULL, full)[0] == 0
        assert ended(command, subprocess.DEVNULL, pipe)[0] == 0


@pytest.mark.slow
def test_nothing_can_be_written_at_all(check: list[str]) -> None:
    """The exit code is all that is left."""
    with Path("/dev/full").open("w") as full:
        assert ended(check, full, full)[0] == 3


@pytest.mark.slow
def test_bad_input_is_bad_input_when_nobody_can_be_told(tmp_path: Path) -> None:
    """Its exit code stands."""
    with Path("/dev/full").open("w") as full:
        assert ended(["check", str(tmp_path)], subprocess.DEVNULL, full)[0] == 2


@pytest.mark.slow
def test_closed_descriptors_lead_nowhere(check: list[str], project: Path) -> None:
    """No file of the run gets their numbers, and with them what is printed."""
    code, _ = ended(check, subprocess.PIPE, subprocess.PIPE, "<&- >&- 2>&-")
    assert code == 0
    texts = [path for path in project.rglob("*.json*") if path.is_file()]
    assert not [path for path in texts if "Usage" in path.read_text(encoding="utf-8")]


@pytest.mark.slow
def test_half_a_character_is_escaped(project: Path) -> None:
    """A name of a file may hold bytes that are no text."""
    strange = Path(shutil.copytree(project, project.with_name("x\udcff")))
    code, errors = ended(["check", str(strange), "--json"], subprocess.PIPE, subprocess.PIPE)
    assert (code, errors) == (0, "")
    code, errors = ended(["store", "stats", str(strange)], subprocess.PIPE, subprocess.PIPE)
    assert (code, errors) == (0, "")


@pytest.mark.slow
def test_run_on_prefect_tells_a_full_disk(project: Path) -> None:
    """Whatever carries the run."""
    command = ["run", str(project), "--set", "outputs=csv,md", "--set", "add_summary=true"]
    with Path("/dev/full").open("w") as full:
        code, errors = ended(command, full, subprocess.PIPE)
    assert (code, "Traceback" in errors) == (3, False)
    assert "Stopped: the output cannot be written" in errors.splitlines()[-1]
