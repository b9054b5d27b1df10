"""The folder of all projects, from the operator's file and from the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from factbook.config.load import load_config
from factbook.config.projects_root import operator_file, projects_root
from factbook.errors import ConfigError


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The operator's file of the test, in a folder that exists."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("FACTBOOK_PROJECTS_ROOT", raising=False)
    path = operator_file()
    assert path.is_relative_to(tmp_path)
    path.parent.mkdir(parents=True)
    return path


def test_file_sets_it(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By itself, and with an environment that says the same."""
    assert projects_root() is None
    root = tmp_path / "root"
    root.mkdir()
    file.write_text(f'projects_root = "{root}"\n', encoding="utf-8")
    assert projects_root() == root
    monkeypatch.setenv("FACTBOOK_PROJECTS_ROOT", str(root / "." / ".." / "root"))
    assert projects_root() == root
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "project.toml").write_text("", encoding="utf-8")
    with pytest.raises(ConfigError, match="is outside"):
        load_config(outside)


@pytest.mark.parametrize("content", ["", "# nothing yet\n"])
def test_environment_sets_it_too(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    """Where the file names none."""
    file.write_text(content, encoding="utf-8")
    monkeypatch.setenv("FACTBOOK_PROJECTS_ROOT", str(tmp_path))
    assert projects_root() == tmp_path


def test_environment_does_not_change_it(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another folder, and none, as whoever starts a run might wish."""
    file.write_text(f'projects_root = "{tmp_path}"\n', encoding="utf-8")
    monkeypatch.setenv("FACTBOOK_PROJECTS_ROOT", "/")
    with pytest.raises(ConfigError, match="FACTBOOK_PROJECTS_ROOT is /") as raised:
        projects_root()
    assert raised.value.findings[0].file == str(file)
    monkeypatch.setenv("FACTBOOK_PROJECTS_ROOT", "")
    assert projects_root() == tmp_path


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_file_that_others_can_change_is_refused(file: Path, mode: int) -> None:
    """With the command that closes it."""
    file.write_text("", encoding="utf-8")
    file.chmod(mode)
    with pytest.raises(ConfigError) as raised:
        projects_root()
    assert "chmod 600" in str(raised.value)


@pytest.mark.parametrize(
    "content",
    [
        b"projects_root",
        b"projects_root = 1\n",
        b'projects_root = "relative"\n',
        b'project_root = "/srv"\n',
        b"projects_root = " + b"[" * 10_000,
        b"\xff",
    ],
)
def test_file_that_cannot_be_read_is_refused(file: Path, content: bytes) -> None:
    """It does not open all folders."""
    file.write_bytes(content)
    with pytest.raises(ConfigError) as raised:
        projects_root()
    assert [finding.code for finding in raised.value.findings] == ["config.operator-file"]


def test_folder_in_its_place_is_refused(file: Path) -> None:
    """Likewise."""
    file.mkdir()
    with pytest.raises(ConfigError, match="cannot be read"):
        projects_root()


@pytest.mark.parametrize("mode", [0o770, 0o702, 0o777])
def test_file_in_a_folder_that_others_can_change_is_refused(file: Path, mode: int) -> None:
    """Whoever writes into its folder exchanges it, whatever its own mode is."""
    file.write_text('projects_root = "/srv"\n')
    file.chmod(0o600)
    file.parent.chmod(mode)
    with pytest.raises(ConfigError, match="other users can change it"):
        projects_root()
