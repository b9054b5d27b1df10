"""A permanent server that becomes unavailable while a run from a shell works."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from factbook.folder.run_folder import RunFolder
from factbook.lease.lease import Lease
from flows.private_server import PrivateServer
from tests.cli.test_cli import environment

MakeProject = Callable[..., Path]
SLUG = "electricity-in-europe"
IMPATIENT = """
import time
from factbook.writing.offline.writer import OfflineWriter
from flows.main import main
from server import outage

outage.PATIENCE_SECONDS, outage.SECONDS_BETWEEN_CHECKS = 3.0, 0.5
write = OfflineWriter.write
def slow(self, job):
    time.sleep(0.5)
    return write(self, job)
OfflineWriter.write = slow
main()
"""


@pytest.mark.slow
def test_run_ends_when_its_server_does_not_come_back(
    make_project: MakeProject, tmp_path: Path
) -> None:
    """It says which, what is kept and what to do, lets the project go, and ends with 3."""
    project, home = make_project(), tmp_path / "home"
    home.mkdir()
    server = PrivateServer()
    try:
        server.wait()
        process = subprocess.Popen(
            [sys.executable, "-c", IMPATIENT, "run", str(project), "--set", "limits.max_workers=1"],
            env={**environment(home), **server.environment},
            stderr=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
        )
        assert process.stderr is not None
        for line in process.stderr:
            if " written" in line:
                break
    finally:
        server.stop()
    said = process.communicate(timeout=400)[1]
    assert process.returncode == 3, said
    assert f"Stopped: No Prefect server answers at {server.api_url}" in said
    assert "was unavailable for 3 s. What is written is kept" in said
    folder = RunFolder.of(project / "out", SLUG)
    assert list((folder.path / "records").iterdir())
    Lease.take(folder).release()
