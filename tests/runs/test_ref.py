"""Where a project is: looked for on the machine of a worker."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from factbook.errors import ConfigError
from factbook.runs.ref import find_project


def test_relative_project_is_looked_for_in_the_root_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then in the folder that the worker works in; an absolute one is where it says."""
    root, here = tmp_path / "root", tmp_path / "root" / "here"
    for folder in (root / "both", here / "both", here / "mine"):
        folder.mkdir(parents=True)
    monkeypatch.chdir(here)
    assert find_project("both", root) == root / "both"
    assert find_project("mine", root) == Path("mine")
    assert find_project("both", None) == Path("both")
    assert find_project(str(here / "both"), root) == here / "both"


@pytest.mark.parametrize("named", ["../other", "../nothing", "linked", "{tmp}/other", "{tmp}/x"])
def test_project_outside_the_root_is_refused_where_it_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    """However it is named, whether or not it is there: nobody learns of one by asking for it."""
    root, other = tmp_path / "root", tmp_path / "other"
    for folder in (root, other):
        folder.mkdir()
    (root / "linked").symlink_to(other)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError) as raised:
        find_project(named.format(tmp=tmp_path), root)
    [finding] = raised.value.findings
    assert finding.code == "config.outside-root"


@pytest.mark.parametrize("is_there", [True, False])
def test_folder_of_the_worker_outside_the_root_is_not_looked_into(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_there: bool
) -> None:
    """The same is said whether a folder of the name is there or not."""
    (tmp_path / "root").mkdir()
    if is_there:
        (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError) as raised:
        find_project("other", tmp_path / "root")
    assert [finding.code for finding in raised.value.findings] == ["config.no-project"]


def test_missing_project_names_machine_and_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who started the run somewhere else sees where it was looked for."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError) as raised:
        find_project("weekly", tmp_path / "root")
    [finding] = raised.value.findings
    assert finding.code == "config.no-project"
    told = f"the project 'weekly' is not a folder on {socket.gethostname()}"
    assert finding.message.startswith(told)
    for place in (tmp_path / "root" / "weekly", tmp_path / "weekly"):
        assert str(place) in finding.message
    assert "FACTBOOK_PROJECTS_ROOT" in finding.remedy
