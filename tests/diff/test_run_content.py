"""Run folders that cannot be compared: a sentence each, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from factbook.diff import compare
from factbook.diff.run_content import read_run
from factbook.errors import ConfigError
from tests.runs.run_folders import Section, save_run

ONE = Section("1.1.1@AT")


def refusal(folder: Path) -> tuple[str, str]:
    """Message and remedy with which a folder is refused."""
    with pytest.raises(ConfigError) as caught:
        read_run(folder)
    (finding,) = caught.value.findings
    assert finding.file == str(folder)
    return finding.message, finding.remedy


def test_folder_that_is_not_there(tmp_path: Path) -> None:
    """The remedy says what to give."""
    message, remedy = refusal(tmp_path / "nowhere")
    assert message == "there is no such folder"
    assert "<out>/<project>" in remedy


def test_folder_that_is_a_file(tmp_path: Path) -> None:
    """Such as the report itself."""
    path = tmp_path / "report.html"
    path.write_text("", encoding="utf-8")
    assert refusal(path)[0] == "it is a file, not a run folder"


def test_project_instead_of_its_run_folder(tmp_path: Path) -> None:
    """The run folder inside it is named."""
    (tmp_path / "project.toml").write_text("", encoding="utf-8")
    save_run(tmp_path / "out" / "a-report", ONE)
    message, remedy = refusal(tmp_path)
    assert message == "it is a project, not a run folder"
    assert remedy == f"Did you mean {tmp_path / 'out' / 'a-report'}?"


def test_folder_of_results_instead_of_one(tmp_path: Path) -> None:
    """The run folder in it is named."""
    save_run(tmp_path / "a-report", ONE)
    message, remedy = refusal(tmp_path)
    assert message == "it is not a run folder: it has no run.json"
    assert str(tmp_path / "a-report") in remedy


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{", "its run.json cannot be read: it is not JSON"),
        ("[]", "its run.json is not one that Factbook writes"),
        ("{}", "its run.json is not one that Factbook writes"),
        ('{"schema_version": 1, "sections": []}', "its run.json is not one that Factbook writes"),
        ('{"schema_version": 1, "sections": {}}', "its run.json is damaged: project: "),
        ('{"schema_version": 99}', "a newer version of Factbook has written it (schema 99; "),
    ],
)
def test_manifest_that_cannot_be_used(tmp_path: Path, body: str, said: str) -> None:
    """Damaged, of something else, or of a newer version."""
    (tmp_path / "run.json").write_text(body, encoding="utf-8")
    assert refusal(tmp_path)[0].startswith(said)


@pytest.mark.parametrize("name", ["records", "evidence"])
def test_half_deleted_folder(tmp_path: Path, name: str) -> None:
    """The sections that lack something are named, the first of them."""
    sections = [Section(f"1.1.{number}@AT") for number in range(1, 6)]
    save_run(tmp_path, *sections)
    for path in (tmp_path / name).iterdir():
        path.unlink()
    message, _ = refusal(tmp_path)
    assert "record or evidence is missing or damaged" in message
    assert message.endswith("1.1.1@AT, 1.1.2@AT, 1.1.3@AT and 2 more")


def test_damaged_record(tmp_path: Path) -> None:
    """Its checksum does not fit."""
    save_run(tmp_path, ONE)
    path = tmp_path / "records" / "1.1.1@AT.json"
    body = json.loads(path.read_text(encoding="utf-8"))
    body["source_text"] = "Changed by hand."
    path.write_text(json.dumps(body), encoding="utf-8")
    assert refusal(tmp_path)[0].endswith("1.1.1@AT")


def test_runs_of_two_projects(tmp_path: Path) -> None:
    """They have nothing in common."""
    old = save_run(tmp_path / "old", ONE)
    new = save_run(tmp_path / "new", ONE, project="Another", slug="another")
    with pytest.raises(ConfigError, match="is a run of 'Another', and .* is one of 'A report'"):
        compare(old, new)
