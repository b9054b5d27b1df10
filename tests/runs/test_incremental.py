"""A report that is run again: only what changed is written and exported."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from factbook.config.settings import Settings
from factbook.project.project import open_project
from factbook.runs.outcome import Outcome
from factbook.runs.plan import make_plan
from factbook.runs.ref import RunRef
from factbook.runs.start import start_run
from tests.runs.test_plan import set_cell

MakeProject = Callable[..., Path]
FORMATS = ("md", "docx", "html", "pdf")


def run(project: Path, out: Path, *settings: str) -> Outcome:
    """Run a project in this process to its good end."""
    end = start_run(RunRef(project=str(project), out=str(out), assignments=settings))
    assert end.state == "Completed", end.message
    return end


def written_now(end: Outcome) -> set[str]:
    """Sections that the run worked on."""
    manifest: dict[str, Any] = json.loads((end.folder / "run.json").read_text(encoding="utf-8"))
    return set(manifest["times"]["section_seconds"])


def report_files(folder: Path) -> dict[str, Path]:
    """The report by its formats."""
    return {suffix: folder / f"electricity-in-europe.{suffix}" for suffix in FORMATS}


class LeftAsTheyWere(logging.Handler):
    """Formats that the log says were left as they were, since they were last asked for."""

    def __init__(self) -> None:
        super().__init__()
        self._formats: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the format that a line is about."""
        if record.msg == "the report as %s is unchanged" and isinstance(record.args, tuple):
            self._formats.add(str(record.args[0]))

    def exported(self) -> set[str]:
        """The other formats."""
        left, self._formats = self._formats, set()
        return set(FORMATS) - left


@pytest.fixture
def listener() -> LeftAsTheyWere:
    """Listens to the log."""
    handler = LeftAsTheyWere()
    logger = logging.getLogger("factbook")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    return handler


@pytest.mark.slow
def test_exports_are_made_again_only_when_what_they_show_has_changed(
    make_project: MakeProject, tmp_path: Path, listener: LeftAsTheyWere
) -> None:
    """A file that was deleted or changed by hand is made again; the others keep their inode."""
    project, out = make_project(), tmp_path / "out"
    end = run(project, out)
    files = report_files(end.folder)
    first = {suffix: path.read_bytes() for suffix, path in files.items()}
    inodes = {suffix: path.stat().st_ino for suffix, path in files.items()}
    assert listener.exported() == set(FORMATS)

    end = run(project, out)
    assert (written_now(end), listener.exported()) == (set(), set())
    assert {suffix: path.stat().st_ino for suffix, path in files.items()} == inodes

    files["md"].unlink()
    files["html"].write_bytes(first["html"].replace(b"Austria", b"AUSTRIA"))
    end = run(project, out)
    assert (written_now(end), listener.exported()) == (set(), {"md", "html"})
    assert {suffix: path.read_bytes() for suffix, path in files.items()} == first

    end = run(project, out, "report_date=2026-05-01")
    assert (written_now(end), listener.exported()) == (set(), set(FORMATS))
    assert all(files[suffix].read_bytes() != first[suffix] for suffix in FORMATS)


@pytest.mark.slow
def test_run_after_a_changed_cell_writes_what_its_plan_says(
    make_project: MakeProject, tmp_path: Path
) -> None:
    """The report then has the bytes of one that was made from nothing."""
    project, out = make_project(), tmp_path / "out"
    run(project, out)
    set_cell(project, "Austria", "2.91")
    ref = RunRef(project=str(project), out=str(out))
    plan = make_plan(ref, open_project(project), Settings())
    planned = {section.section_id for section in plan.to_write}
    end = run(project, out)
    assert planned == written_now(end)
    assert 0 < len(planned) < len(plan.sections)
    as_new = run(project, tmp_path / "as-new")
    for suffix, path in report_files(end.folder).items():
        assert path.read_bytes() == report_files(as_new.folder)[suffix].read_bytes(), suffix
