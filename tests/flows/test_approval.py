"""Approval from a shell: a report waits, and a person decides about that very one."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.flows.test_cli import FACTBOOK, environment, factbook

MakeProject = Callable[..., Path]
WAITING = '\nreview = true\nsub_task_list = ["1.1.1"]\noutputs = ["md", "html"]\n'

pytestmark = pytest.mark.slow


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty home folder."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


def folder_of(project: Path) -> Path:
    """The run folder."""
    return project / "out" / "electricity-in-europe"


def state_of(project: Path) -> str:
    """How the last run ended, as run.json tells."""
    return str(json.loads((folder_of(project) / "run.json").read_text())["outcome"]["state"])


def exported(project: Path) -> list[str]:
    """Suffixes of the report's files."""
    return sorted(path.suffix for path in folder_of(project).glob("*-selection.*"))


def test_report_waits_until_it_is_approved(
    make_project: MakeProject, home: Path, tmp_path: Path
) -> None:
    """Without a terminal a run ends with 3 and a draft; approved, it is exported."""
    project = make_project(before=WAITING)
    done = factbook("run", project, home=home, cwd=tmp_path)
    assert done.returncode == 3, done.stderr
    assert "waits for approval" in done.stdout
    assert state_of(project) == "AwaitingApproval"
    assert not exported(project)
    draft = folder_of(project) / "electricity-in-europe-draft.html"
    assert "Austria" in draft.read_text(encoding="utf-8")
    approved = factbook("approve", project, "--yes", home=home, cwd=tmp_path)
    assert approved.returncode == 0, approved.stderr
    assert exported(project) == [".html", ".md"]
    assert not draft.exists()
    nothing = factbook("approve", project, "--yes", home=home, cwd=tmp_path)
    assert nothing.returncode == 2
    assert "Nothing waits for approval" in nothing.stderr


def test_decision_is_about_the_report_that_was_shown(
    make_project: MakeProject, home: Path, tmp_path: Path
) -> None:
    """A figure changed meanwhile: the report is not approved unseen, it waits again."""
    project = make_project(before=WAITING)
    assert factbook("run", project, home=home, cwd=tmp_path).returncode == 3
    table = project / "etm.csv"
    table.write_text(table.read_text().replace("Austria,Solar,2021,", "Austria,Solar,2021,9", 1))
    done = factbook("approve", project, "--yes", home=home, cwd=tmp_path)
    assert done.returncode == 3, done.stdout
    assert "another one than was to be decided about" in done.stdout
    assert not exported(project)
    assert factbook("approve", project, "--yes", home=home, cwd=tmp_path).returncode == 0


def test_rejected_report_is_not_exported(
    make_project: MakeProject, home: Path, tmp_path: Path
) -> None:
    """Rejected ends with 0, and an unchanged report is not asked about again when not wanted."""
    project = make_project(before=f"{WAITING}only_if_changed = true\n")
    assert factbook("run", project, home=home, cwd=tmp_path).returncode == 3
    done = factbook("approve", project, "--reject", home=home, cwd=tmp_path)
    assert done.returncode == 0
    assert state_of(project) == "Rejected"
    assert not exported(project)
    again = factbook("run", project, home=home, cwd=tmp_path)
    assert again.returncode == 0
    assert "Cached: Nothing has changed" in again.stdout


def test_terminal_is_asked(make_project: MakeProject, home: Path, tmp_path: Path) -> None:
    """On a terminal the run shows what it wrote, asks, and goes on with the answer."""
    project = make_project(before=WAITING)
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [str(FACTBOOK), "run", str(project)],
        env=environment(home),
        cwd=tmp_path,
        stdin=slave,
        stdout=slave,
        stderr=slave,
    )
    os.close(slave)
    said = b""
    deadline = time.monotonic() + 120
    while process.poll() is None or select.select([master], [], [], 0)[0]:
        assert time.monotonic() < deadline, said
        if not select.select([master], [], [], 0.2)[0]:
            continue
        try:
            said += os.read(master, 65536)
        except OSError:
            break
        if b"reject]" in said and b"approve\n" not in said:
            os.write(master, b"approve\n")
            said += b"approve\n"
    os.close(master)
    assert process.wait() == 0, said
    assert b"No claim is contradicted" in said
    assert exported(project) == [".html", ".md"]
