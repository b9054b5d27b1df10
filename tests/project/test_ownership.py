"""Whose a run folder is: others' are refused, and nothing in them is touched."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from factbook.errors import ConfigError
from factbook.folder.claim import CLAIM, claim
from factbook.folder.run_folder import RunFolder
from factbook.project.ownership import check_owner, tell_missing
from factbook.project.project import Project, open_project
from tests.manifests import save_manifest
from tests.sections import make_record

MakeProject = Callable[..., Path]


@pytest.fixture
def project(make_project: MakeProject) -> Project:
    """The example."""
    return open_project(make_project())


@pytest.fixture
def folder(tmp_path: Path, project: Project) -> RunFolder:
    """Its run folder, with a manifest and a section."""
    made = RunFolder.of(tmp_path / "out", project.slug)
    made.create()
    made.save_record(make_record("1.1.1@AT"))
    (made.evidence_folder / "1.1.1@AT.json").write_text("{}")
    write(made, project)
    return made


def write(folder: RunFolder, of: Project, **others: Any) -> None:
    """A manifest of the project, but for some things."""
    told: dict[str, Any] = {"project": of.name, "slug": of.slug, "sections": {"1.1.1@AT": {}}}
    save_manifest(folder.path, **told | others)


def overwrite(folder: RunFolder, **others: Any) -> None:
    """Other values in the manifest, whatever they are."""
    body = json.loads(folder.manifest_path.read_bytes())
    folder.manifest_path.write_text(json.dumps(body | others))


def told(folder: RunFolder, project: Project) -> str:
    """The finding about a folder, which is not changed by looking."""
    before = {path: path.stat().st_mtime_ns for path in folder.path.rglob("*")}
    with pytest.raises(ConfigError) as error:
        check_owner(folder, project)
    assert {path: path.stat().st_mtime_ns for path in folder.path.rglob("*")} == before
    [finding] = error.value.findings
    return f"{finding.code} {finding}"


def test_new_own_and_unfinished_folders_are_taken(
    tmp_path: Path, folder: RunFolder, project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    """No folder, an empty one, the project's own; places may change."""
    check_owner(RunFolder.of(tmp_path / "new", "x"), project)
    assert not (tmp_path / "new").exists()
    (tmp_path / "new" / "x").mkdir(parents=True)
    check_owner(RunFolder.of(tmp_path / "new", "x"), project)
    check_owner(folder, project)
    write(folder, project, sections={"1.1.1@PT": {"status": "written"}})
    check_owner(folder, project)
    tell_missing(folder)
    assert not caplog.records


def test_folder_of_another_project_is_refused(folder: RunFolder, project: Project) -> None:
    """Its name makes the same slug, or its sections are all others."""
    write(folder, project, project="Electricity, in Europe")
    text = told(folder, project)
    assert text.startswith("folder.other-project")
    assert "'Electricity, in Europe'" in text
    assert "--out" in text
    write(folder, project, sections={"9.9.9@AT": {}, "conclusion@AT": {}})
    assert "none of its sections (9.9.9)" in told(folder, project)


def test_folder_that_another_project_of_the_name_fills_is_refused(
    tmp_path: Path, folder: RunFolder, project: Project
) -> None:
    """Its sections may have the same ids; the sentence says where it is and what to do."""
    other = tmp_path / "other"
    other.mkdir()
    (other / "project.toml").touch()
    claim(folder.path, other)
    text = told(folder, project)
    assert text.startswith("folder.other-project")
    assert f"another project of the name {project.name!r}, in {other}" in text
    assert "another project_name, or another folder with --out" in text
    assert f"delete {folder.path / CLAIM}" in text
    claim(folder.path, project.folder)
    check_owner(folder, project)


def test_folder_of_a_newer_version_is_refused(folder: RunFolder, project: Project) -> None:
    """With the version found, the highest that can be read, and what to do."""
    overwrite(folder, schema_version=99)
    text = told(folder, project)
    assert text.startswith("folder.newer-folder")
    assert "schema_version 99. Allowed: 2 at most. Upgrade Factbook" in text


@pytest.mark.parametrize(
    "content", [None, b"", b'{"schema_v', b"{}", b'{"schema_version": 2, "sections": {}}']
)
def test_half_deleted_folder_of_another_project_is_refused(
    folder: RunFolder, project: Project, content: bytes | None
) -> None:
    """Without a manifest that tells, the names of its records do."""
    folder.manifest_path.unlink() if content is None else folder.manifest_path.write_bytes(content)
    check_owner(folder, project)
    (folder.records_folder / "1.1.1@AT.json").rename(folder.records_folder / "9.9 %25.1@AT.json")
    text = told(folder, project)
    assert text.startswith("folder.other-project")
    assert "none of its sections (9.9 %.1)" in text


def test_folder_of_a_version_that_is_not_read_any_more_is_refused(
    folder: RunFolder, project: Project
) -> None:
    """With the version found, the lowest that can be read, and what to do."""
    overwrite(folder, schema_version=0)
    text = told(folder, project)
    assert text.startswith("folder.older-folder")
    assert "schema_version 0. Allowed: 1 at least. Write to another folder with --out" in text


@pytest.mark.parametrize("others", [{"schema_version": "x"}, {"sections": []}])
def test_manifest_of_something_else_is_refused(
    folder: RunFolder, project: Project, others: dict[str, Any]
) -> None:
    """Other programs write a run.json too."""
    overwrite(folder, **others)
    assert told(folder, project).startswith("folder.foreign-folder")


def test_files_of_a_person_are_not_overwritten(tmp_path: Path, project: Project) -> None:
    """A folder that no run has filled, with names that one would write."""
    folder = RunFolder.of(tmp_path / "out", project.slug)
    folder.path.mkdir(parents=True)
    (folder.path / "notes.txt").write_text("mine")
    check_owner(folder, project)
    (folder.path / "checks.csv").write_text("mine")
    (folder.path / f"{project.slug}.md").write_text("mine")
    text = told(folder, project)
    assert text.startswith("folder.foreign-folder")
    assert f"checks.csv, {project.slug}.md" in text


def test_run_json_of_a_person_is_not_overwritten(tmp_path: Path, project: Project) -> None:
    """Also when it is none that can be read."""
    folder = RunFolder.of(tmp_path / "out", project.slug)
    folder.path.mkdir(parents=True)
    folder.manifest_path.write_text(json.dumps(["mine"]))
    assert "holds files that it would overwrite: run.json" in told(folder, project)


@pytest.mark.parametrize(
    ("gone", "said"),
    [
        ("records", "lacks the records of 1 sections that run.json names: they are restored"),
        ("evidence", "lacks its evidence, which is computed again"),
        ("run.json", "holds sections and no run.json: it is written"),
    ],
)
def test_half_deleted_folder_is_made_whole_and_told(
    folder: RunFolder,
    project: Project,
    caplog: pytest.LogCaptureFixture,
    gone: str,
    said: str,
) -> None:
    """Records, evidence or manifest are gone: a sentence, and no error."""
    path = folder.path / gone
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    check_owner(folder, project)
    with caplog.at_level(logging.INFO, "factbook"):
        tell_missing(folder)
    assert said in caplog.text


def test_damaged_manifest_is_made_anew(
    folder: RunFolder, project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    """The records beside it are kept."""
    folder.manifest_path.write_bytes(b"\x00" * 100)
    check_owner(folder, project)
    tell_missing(folder)
    [warning] = caplog.records
    assert warning.levelname == "WARNING"
    assert f"In {folder.path} its run.json cannot be read: it is not JSON" in warning.message
    assert "replaced at the end" in warning.message
