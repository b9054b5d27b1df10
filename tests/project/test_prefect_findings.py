"""Files of a project that Prefect's programs would take settings from."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from factbook.errors import UserError
from factbook.project.prefect_files import MOST_BYTES, prefect_findings
from factbook.project.project import open_project
from tests.growth import assert_in_proportion

MakeProject = Callable[..., Path]
LOGGING = 'config_path = "logging.yml"\n'


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("prefect.toml", ""),
        ("prefect.toml", f"[logging]\n{LOGGING}"),
        ("prefect.toml", "no TOML ["),
        (".env", "A=1\nPREFECT_LOGGING_SETTINGS_PATH=logging.yml\n"),
        (".env", "\texport  prefect_home = /tmp\n"),
        (".env", "'PREFECT_HOME'=/tmp\n"),
        (".env", "A=1\r\f PREFECT_HOME=/tmp\r"),
        (".env", "\ufeffPREFECT_HOME=/tmp\n"),
        ("pyproject.toml", f"[tool.prefect.logging]\n{LOGGING}"),
        ("pyproject.toml", "tool = {prefect = {}}\n"),
        ("pyproject.toml", '["tool" . "prefect"]\n'),
    ],
)
def test_settings_are_refused(make_project: MakeProject, name: str, content: str) -> None:
    """Whatever they set, with the file that they stand in."""
    project = make_project()
    (project / name).write_bytes(content.encode())
    with pytest.raises(UserError) as raised:
        open_project(project)
    (found,) = [one for one in raised.value.findings if one.severity == "error"]
    assert (found.code, found.file) == ("project.prefect-settings", name)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (".env", "OPENAI_API_KEY=key\n# PREFECT_HOME=/tmp\nA=PREFECT_HOME\n"),
        ("pyproject.toml", '[tool.ruff]\nprefect = "x"\n[project]\nname = "prefect"\n'),
        ("pyproject.toml", "tool = 1\n"),
        ("pyproject.toml", "no TOML ["),
        ("pyproject.toml", "\udcff"),
        ("prefect.yaml", "name: project\n"),
    ],
)
def test_other_files_are_not(tmp_path: Path, name: str, content: str) -> None:
    """Of those that may have other things, and of those that are no settings."""
    (tmp_path / name).write_text(content, encoding="utf-8", errors="surrogateescape")
    assert not list(prefect_findings(tmp_path))


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    """A pipe that nobody writes to, a folder, a link to nothing; one to a device leads out."""
    os.mkfifo(tmp_path / "prefect.toml")
    (tmp_path / ".env").symlink_to("/dev/zero")
    (tmp_path / "pyproject.toml").mkdir()
    assert [found.file for found in prefect_findings(tmp_path)] == [".env"]
    (tmp_path / "prefect.toml").unlink()
    (tmp_path / "prefect.toml").symlink_to(tmp_path / "nothing")
    assert [found.file for found in prefect_findings(tmp_path)] == [".env"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (".env", b"\n" * MOST_BYTES + b"PREFECT_HOME=/tmp\n"),
        ("pyproject.toml", b"#" * MOST_BYTES + b"\n[tool.prefect.logging]\n"),
        ("pyproject.toml", b"a = " + b"[" * 100_000),
        ("pyproject.toml", b".".join([b"a"] * 400_000) + b"=1\n"),
        ("pyproject.toml", b"a = " + b"1" * 5000 + b"\n[tool.prefect]\n"),
    ],
    ids=["env", "comment", "brackets", "key", "number"],
)
def test_file_that_cannot_be_looked_at_is_refused(
    tmp_path: Path, name: str, content: bytes
) -> None:
    """Settings may stand behind what is too large, or takes too long to parse."""
    (tmp_path / name).write_bytes(content)
    (found,) = prefect_findings(tmp_path)
    assert (found.code, found.file) == ("project.prefect-file", name)


def test_file_of_just_the_size_is_looked_at(tmp_path: Path) -> None:
    """Nothing is said of a large file that has no settings."""
    (tmp_path / ".env").write_bytes(b"\n" * MOST_BYTES)
    assert not list(prefect_findings(tmp_path))


def test_no_more_of_a_file_is_read_than_the_limit(tmp_path: Path) -> None:
    """One of terabytes that takes no space on the disk is refused as fast as any."""
    with (tmp_path / ".env").open("wb") as file:
        file.truncate(1 << 42)
    (found,) = prefect_findings(tmp_path)
    assert found.file == ".env"
    assert MOST_BYTES < 10_000_000


@pytest.mark.slow
def test_time_is_in_proportion_to_the_file(tmp_path: Path) -> None:
    """What begins like an assignment again and again, and is none."""

    def looking(size: int) -> Callable[[], object]:
        folder = tmp_path / str(size)
        folder.mkdir()
        text = "\n" * size + " " * size + "export " * size + "\n\t'prefect" * size
        (folder / ".env").write_text(text, encoding="utf-8")
        return lambda: list(prefect_findings(folder))

    assert_in_proportion(looking, 10_000)


@pytest.mark.parametrize("name", [".env", "pyproject.toml"])
def test_link_out_of_the_project_is_not_followed(tmp_path: Path, name: str) -> None:
    """What its file holds is not told, whatever that is; inside the project a link is a file."""
    project, outside = tmp_path / "project", tmp_path / "outside"
    project.mkdir()
    outside.write_text("A=1\n", encoding="utf-8")
    (project / name).symlink_to(outside)
    [with_nothing] = prefect_findings(project)
    outside.write_text("PREFECT_HOME=1\n[tool.prefect]\n", encoding="utf-8")
    assert list(prefect_findings(project)) == [with_nothing]
    assert with_nothing.message.startswith("the file is a link out of the project")
    (project / name).unlink()
    (project / "own").write_text("A=1\n", encoding="utf-8")
    (project / name).symlink_to("own")
    assert list(prefect_findings(project)) == []
