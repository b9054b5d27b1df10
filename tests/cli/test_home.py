"""A user without a home folder, as of a container: no HOME, no entry in passwd."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import without_python_settings

WITHOUT_ENTRY = """
import pwd
def unknown(*_):
    raise KeyError("uid not found")
pwd.getpwuid = pwd.getpwnam = unknown
from flows.main import main
main()
"""


def factbook(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command without a home folder."""
    gone = ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "PREFECT_HOME")
    environment = {k: v for k, v in without_python_settings().items() if k not in gone}
    return subprocess.run(
        [sys.executable, "-c", WITHOUT_ENTRY, *map(str, arguments)],
        cwd=cwd,
        env={**environment, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )


@pytest.mark.slow
def test_check_needs_no_home(finished_project: Path, tmp_path: Path) -> None:
    """Nor does it leave a folder called ``~``."""
    empty = tmp_path / "empty"
    empty.mkdir()
    done = factbook("check", finished_project, cwd=empty)
    assert done.returncode == 0, done.stderr
    assert not list(empty.iterdir())


@pytest.mark.slow
def test_model_file_in_no_home_is_a_finding(finished_project: Path) -> None:
    """A path that begins with somebody's home folder, whom nobody knows."""
    settings = ("--set", "provider=local", "--set", "local.gguf=~nobody-of-that-name/a.gguf")
    done = factbook("check", finished_project, *settings, cwd=finished_project)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_server_needs_a_home(tmp_path: Path) -> None:
    """What it keeps for its user would be gone at once."""
    done = factbook("server", "env", cwd=tmp_path)
    assert done.returncode == 2
    assert "there is no home folder" in done.stderr
    assert "Set HOME to a folder" in done.stderr


@pytest.mark.slow
def test_run_on_prefect_needs_no_home(finished_project: Path, tmp_path: Path) -> None:
    """Prefect gets one for the time of the run."""
    empty = tmp_path / "empty"
    empty.mkdir()
    done = factbook("run", finished_project, "--out", tmp_path / "new", cwd=empty)
    assert done.returncode == 0, done.stderr
    assert not list(empty.iterdir())
