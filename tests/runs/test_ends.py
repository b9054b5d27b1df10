"""Ends of runs: killed before, with something in the way, beside files that are not theirs."""

from __future__ import annotations

import logging
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from factbook.diff.run_content import read_run
from factbook.errors import ConfigError
from factbook.folder.history import kept_runs
from factbook.folder.run_folder import RunFolder
from factbook.folder.unfinished import UNFINISHED
from tests.manifests import manifest_in
from tests.runs.reports import digests, run

MakeProject = Callable[..., Path]
SLUG = "electricity-in-europe"
KILLED_AT_FIRST_RECORD = """
import os, signal, sys
from fnmatch import fnmatchcase
from tests.crash.points import step_of
def watch(event, arguments):
    if fnmatchcase(step_of(event, arguments, "/"), "os.rename */records/*"):
        os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(watch)
from flows.main import main
main()
"""
SMALL = ("objective_list=1", "conclude_report=false", "outputs=md")


@pytest.mark.slow
def test_killed_run_is_told_and_no_history_is_lost(
    make_project: MakeProject, tmp_path: Path
) -> None:
    """No reader takes parts of two runs for one, and what was finished before is kept whole."""
    project, out = make_project(), tmp_path / "out"
    settings = ("outputs=md", "keep_runs=2")
    folder = RunFolder.of(out, SLUG)
    before = digests(run(project, out, *settings).folder)
    assert not (folder.path / UNFINISHED).exists()
    read_run(folder.path)
    arguments = ["--out", str(out), *(part for one in settings for part in ("--set", one))]
    process = subprocess.run(
        [sys.executable, "-c", KILLED_AT_FIRST_RECORD, "run", str(project), *arguments]
        + ["--engine", "threads", "--set", "data.base_year=2016"],
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert process.returncode == -signal.SIGKILL, process.stderr
    assert manifest_in(folder.path).outcome.state == "Completed"
    with pytest.raises(ConfigError, match="a run is at work in it or has broken off"):
        read_run(folder.path)
    end = run(project, out, *settings, "data.base_year=2016", "report_date=2026-01-02")
    assert end.exit_code == 0
    read_run(folder.path)
    [kept] = kept_runs(folder)
    assert digests(kept) == {name: told for name, told in before.items() if name[0] != "."}


@pytest.mark.slow
def test_what_cannot_be_removed_fails_no_finished_run(
    finished_project: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A folder where an outdated file would be: exit 0, and a warning."""
    out, folder = finished_project / "out", finished_project / "out" / SLUG
    for part in ("records", "evidence"):
        (folder / part / "old.json").mkdir()
    draft = folder / f"{SLUG}-draft.html"
    draft.mkdir()
    end = run(finished_project, out, "conclude_report=false")
    assert (end.state, end.exit_code) == ("Completed", 0)
    assert "old.json is outdated and cannot be removed" in caplog.text
    assert "draft.html cannot be removed" in caplog.text


@pytest.mark.slow
def test_files_that_are_not_of_this_run_are_kept_and_named(
    make_project: MakeProject, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """What a person has changed, and what an earlier run has made in other formats."""
    project, out = make_project(), tmp_path / "out"
    folder = RunFolder.of(out, SLUG)
    run(project, out, "outputs=csv,md,html")
    report = folder.report_path("md", is_selection=False)
    changed = report.read_text(encoding="utf-8") + "\nBy hand.\n"
    report.write_text(changed, encoding="utf-8")
    with caplog.at_level(logging.WARNING, "factbook"):
        end = run(project, out, "outputs=md")
    assert "of an earlier run" not in end.message  # its content is the same
    [kept] = kept_runs(folder)
    beside = folder.path / f"{SLUG}-changed-by-hand-1.md"
    assert f"factbook adopt {kept} {beside} --project {project}" in caplog.text
    assert beside.read_text(encoding="utf-8") == changed
    assert "By hand" not in report.read_text(encoding="utf-8")
    end = run(project, out, "outputs=md", "report_date=2026-01-02")
    assert end.message.endswith(f"; of an earlier run: {SLUG}.csv, {SLUG}.html")
    assert manifest_in(folder.path).outcome.message == end.message
    assert kept_runs(folder) == [kept]


@pytest.mark.slow
def test_second_project_of_the_name_is_refused(make_project: MakeProject, tmp_path: Path) -> None:
    """Its sections have the same ids; when the first one has gone, the report is the second's."""
    one, out = make_project(), tmp_path / "out"
    two = Path(shutil.copytree(one, tmp_path / "two"))
    run(one, out, *SMALL)
    before = digests(out / SLUG)
    with pytest.raises(ConfigError, match="another project of the name"):
        run(two, out, *SMALL)
    assert digests(out / SLUG) == before
    shutil.rmtree(one)
    assert run(two, out, *SMALL).exit_code == 0
