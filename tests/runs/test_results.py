"""Prefect's results that no report is made of."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

import pytest

from factbook.errors import ConfigError, StoppedError
from factbook.folder.run_folder import RunFolder
from factbook.runs.results import (
    RESULTS,
    SECONDS_KEPT,
    make_results_folder,
    remove_results,
    results_folder,
)
from tests.manifests import save_manifest


def test_old_results_of_no_report_go(tmp_path: Path) -> None:
    """Those of any report of the output folder stay, those of today, and files of others."""
    results = tmp_path / RESULTS
    assert remove_results(tmp_path) == 0
    results.mkdir()
    old, young, others = ("a" * 64, "b" * 64, "c" * 64), ("d" * 64,), ("note.txt",)
    for name in (*old, *young, *others):
        (results / name).write_text("{}")
    past = time.time() - SECONDS_KEPT - 60
    for name in (*old, *others):
        os.utime(results / name, (past, past))
    for slug, key in (("one", old[0]), ("two", old[1])):
        folder = RunFolder.of(tmp_path, slug)
        folder.create()
        save_manifest(folder.path, sections={"1.1.1@AT": {"key": key}})
    assert remove_results(tmp_path) == 1
    assert sorted(path.name for path in results.iterdir()) == sorted((*old[:2], *young, *others))


def test_damaged_manifest_and_strange_entries_fail_nothing(tmp_path: Path) -> None:
    """The report is finished then."""
    entry = tmp_path / RESULTS / ("a" * 64)
    entry.mkdir(parents=True)
    os.utime(entry, (0, 0))
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "run.json").write_text("[")
    assert remove_results(tmp_path) == 0
    assert entry.is_dir()


@pytest.mark.parametrize(
    ("content", "removed"), [("[", 0), ('{"schema_version": 99}', 0), ('{"name": "site"}', 1)]
)
def test_results_stay_while_a_manifest_beside_them_cannot_be_read(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, content: str, removed: int
) -> None:
    """Its report may be made of any of them; another program's is made of none."""
    result = tmp_path / RESULTS / ("a" * 64)
    result.parent.mkdir()
    result.write_text("{}")
    os.utime(result, (0, 0))
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "run.json").write_text(content)
    assert remove_results(tmp_path) == removed
    assert result.exists() is not bool(removed)
    assert ("are kept" in caplog.text) is not bool(removed)


def test_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    """It is there the next time, and may be one that others can read."""
    make_results_folder(tmp_path / "out")
    folder = results_folder(tmp_path / "out")
    assert folder == tmp_path / "out" / RESULTS
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    folder.chmod(0o755)
    make_results_folder(tmp_path / "out")


@pytest.mark.parametrize("mode", [0o770, 0o702, 0o1777])
def test_folder_that_others_can_write_to_is_refused(tmp_path: Path, mode: int) -> None:
    """What they have put there would run as code of ours."""
    results_folder(tmp_path).mkdir()
    results_folder(tmp_path).chmod(mode)
    with pytest.raises(ConfigError, match="others than its owner can write there") as told:
        make_results_folder(tmp_path)
    assert f"rm -r '{results_folder(tmp_path)}'" in str(told.value)


@pytest.mark.skipif(os.geteuid() != 0, reason="root alone can give a folder to another user")
def test_folder_of_another_user_is_refused(tmp_path: Path) -> None:
    """Whoever it is can write there."""
    make_results_folder(tmp_path)
    os.chown(results_folder(tmp_path), os.geteuid() + 1, -1)
    with pytest.raises(ConfigError, match="it belongs to another user"):
        make_results_folder(tmp_path)


def test_place_that_keeps_no_owners_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On some shares all that a user makes is another one's: there is nothing to tell by."""
    me = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: me + 1)
    make_results_folder(tmp_path)
    make_results_folder(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [RESULTS]


def test_link_is_refused(tmp_path: Path) -> None:
    """It may lead anywhere, and elsewhere the next moment."""
    (tmp_path / "elsewhere").mkdir()
    results_folder(tmp_path).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ConfigError, match="it is a link"):
        make_results_folder(tmp_path)


def test_file_in_its_place_is_told(tmp_path: Path) -> None:
    """Its name, and what to do."""
    results_folder(tmp_path).write_bytes(b"")
    with pytest.raises(StoppedError, match="cannot be made: File exists. Remove what stands there"):
        make_results_folder(tmp_path)
