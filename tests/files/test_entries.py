"""What stands in a folder that others may have filled: whose it is, and what."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from factbook.errors import Finding
from factbook.files.entries import Owners, strange
from tests.hostile.mutations import (
    Canaries,
    Mutation,
    dangling_link,
    link_to_file,
    link_to_folder,
    pipe,
    unix_socket,
)

NOBODY = Owners(frozenset(), frozenset())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A run folder."""
    made = tmp_path / "run"
    (made / "records").mkdir(parents=True)
    (made / "other").mkdir()
    (made / "records" / "1.json").write_text("{}")
    (made / "run.json").write_text("{}")
    return made


def found(folder: Path, owners: Owners | None = None) -> Finding | None:
    """What is said of it."""
    own = owners or Owners.of(folder)
    return strange(folder, own, "folder.unsafe", "the run folder", inside=("records",))


@pytest.mark.parametrize(
    ("mutation", "what"),
    [
        (link_to_file, "a link"),
        (link_to_folder, "a link"),
        (dangling_link, "a link"),
        (pipe, "a pipe"),
        (unix_socket, "a socket"),
    ],
)
def test_links_and_what_waits_are_named(
    tmp_path: Path, folder: Path, mutation: Mutation, what: str
) -> None:
    """In the folder, in its own folders, and instead of it; not in a person's."""
    canaries = Canaries.make(tmp_path / "canaries")
    assert found(folder) is None
    mutation(folder / "other" / "x", canaries)
    assert found(folder) is None
    mutation(folder / "records" / "x", canaries)
    mutation(folder / "journal.jsonl", canaries)
    finding = found(folder)
    assert finding is not None
    assert finding.message.endswith(f"journal.jsonl ({what}), records/x ({what})")
    mutation(tmp_path / "another", canaries)
    finding = found(tmp_path / "another")
    assert finding is not None
    assert f"another ({what})" in finding.message


def test_many_are_counted(folder: Path) -> None:
    """The first are named."""
    for number in range(9):
        (folder / f"link-{number}").symlink_to("x")
    finding = found(folder)
    assert finding is not None
    assert "link-4 (a link) and 4 more" in finding.message


def test_link_that_an_editor_makes_is_passed_over(folder: Path) -> None:
    """Emacs makes one beside a file that is being changed; no command uses such a name."""
    (folder / ".#report.md").symlink_to("me@here.1234")
    assert found(folder) is None


def test_files_of_others_are_named(folder: Path) -> None:
    """With the number of their owner."""
    finding = found(folder, NOBODY)
    assert finding is not None
    assert f"run (of user {os.geteuid()})" in finding.message


def test_files_of_a_team_are_its_own_where_the_team_may_write(folder: Path) -> None:
    """Those that belong to a group of the user's, as the folder does that the group writes to."""
    team = Owners(frozenset(), frozenset({folder.stat().st_gid}))
    for one in (folder.parent, folder, folder / "records"):
        one.chmod(0o775)
    assert found(folder, team) is None
    assert found(folder, NOBODY) is not None
    (folder / "records").chmod(0o755)
    finding = found(folder, team)
    assert finding is not None
    assert "records/1.json (of user" in finding.message
    assert "run.json" not in finding.message


def test_folder_that_is_not_there_is_none_of_others(tmp_path: Path) -> None:
    """The first run makes it."""
    assert found(tmp_path / "gone" / "run") is None
