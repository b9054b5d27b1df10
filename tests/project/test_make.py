"""What a person meets who types `make`: help, clear messages, nothing done twice."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with the build files alone, in a path with a blank."""
    folder = tmp_path / "a fresh clone"
    folder.mkdir()
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy2(ROOT / name, folder)
    return folder


def _make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(
        ["make", *arguments], cwd=folder, env=environment, capture_output=True, text=True
    )


def _python(folder: Path, script: str) -> Path:
    """A stand-in for a Python of the user's machine."""
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_make_alone_lists_every_target(checkout):
    """The default goal is help, and no target for people is missing in it."""
    phony = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)

    result = _make(checkout)

    assert result.returncode == 0
    assert phony is not None
    for target in phony[1].split():
        assert re.search(rf"^  {target} ", result.stdout, re.M), target
    assert not (checkout / ".venv").exists()


def test_missing_python_is_named(checkout):
    """Without a Python the message says which one was looked for."""
    result = _make(checkout, "report", "PYTHON=python-of-nobody")

    assert result.returncode != 0
    assert "There is no 'python-of-nobody'" in result.stderr


def test_old_python_is_refused(checkout):
    """A Python below 3.11 is refused with its version and the version needed."""
    old = _python(checkout, 'case "$1" in --version) echo Python 3.9.2;; *) exit 1;; esac')

    result = _make(checkout, "report", f"PYTHON={old}")

    assert result.returncode != 0
    assert "Python 3.9.2 is too old: Factbook needs Python 3.11 or newer" in result.stderr


def test_python_without_venv_is_refused(checkout):
    """A Python without the module venv is refused with the remedy."""
    bare = _python(checkout, f'case "$2" in *venv*) exit 1;; esac\nexec "{sys.executable}" "$@"')

    result = _make(checkout, "report", f"PYTHON={bare}")

    assert result.returncode != 0
    assert "apt-get install python3-venv" in result.stderr
    assert not (checkout / ".venv").exists()


def test_what_is_up_to_date_is_not_installed_again(checkout):
    """With fresh stamps only the command itself runs; a newer lock file installs again."""
    (checkout / ".venv").mkdir()
    for stamp in (".tools-installed", ".runtime-installed", ".development-installed"):
        (checkout / ".venv" / stamp).touch()

    up_to_date = _make(checkout, "--dry-run", "report").stdout
    os.utime(checkout / "constraints.txt", (4_000_000_000, 4_000_000_000))
    outdated = _make(checkout, "--dry-run", "report").stdout

    assert "uv pip install" not in up_to_date
    assert "factbook run" in up_to_date
    assert "uv pip install" in outdated


def test_installations_are_locked(checkout):
    """Runtime, development tools and build tools all come from constraints.txt."""
    for target in ("report", "test"):
        commands = _make(checkout, "--dry-run", target).stdout
        assert "--constraints constraints.txt" in commands
        assert "--build-constraints constraints.txt" in commands
        assert "pip install --quiet --constraint constraints.txt uv" in commands


def test_lock_covers_every_dependency():
    """Each package that pyproject.toml asks for is pinned once, and the builder too."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    for extra in project["project"]["optional-dependencies"].values():
        wanted += extra
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {canonicalize_name(Requirement(line).name): Requirement(line) for line in lines}

    assert all(str(requirement.specifier).startswith("==") for requirement in pinned.values())
    for text in wanted:
        requirement = Requirement(text)
        pin = pinned[canonicalize_name(requirement.name)]
        version = str(pin.specifier).removeprefix("==")
        assert requirement.specifier.contains(version, prereleases=True), text


def test_what_make_test_leaves_out_is_said_and_run_by_continuous_integration(checkout):
    """The last line of `make test` names the others; `.ci/run` runs them all."""
    last_said = _make(checkout, "--dry-run", "test").stdout.splitlines()[-1]
    crash = _make(checkout, "--dry-run", "crash").stdout.splitlines()[-1]
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()

    server = _make(checkout, "--dry-run", "test-server").stdout.splitlines()[-1]
    left_out = [
        "what takes long or kills runs (make crash)",
        "the tests with a server (make test-server)",
    ]
    assert last_said == f"echo 'Left out: {', and '.join(left_out)}.'"
    assert "pytest -m 'crash or slow'" in crash
    assert "pytest -m server" in server
    assert lines[-3:] == ["make test", "make crash", "exec make test-server"]
    assert any(line.startswith("export CI=") for line in lines)


def test_linters_run_beside_the_tests_and_fail_with_them(checkout):
    """`make test` fails when either does, and shows what the linters said."""
    tools = checkout / ".venv" / "bin"
    tools.mkdir(parents=True)
    for stamp in (".tools-installed", ".runtime-installed", ".development-installed"):
        (checkout / ".venv" / stamp).touch()
    for failing in ("ruff", "pytest", "nothing"):
        said = f'echo "ran $2"; test "$2" != {failing}'
        _python(tools, said)
        result = _make(checkout, "test")
        assert (result.returncode == 0) == (failing == "nothing"), result.stderr
        assert "ran ruff" in result.stdout
        assert "ran pytest" in result.stdout
        assert ("Left out" in result.stdout) == (failing == "nothing")
