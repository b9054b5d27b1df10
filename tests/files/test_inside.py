"""Paths that lead into a folder or out of it, by links and dots."""

from __future__ import annotations

from pathlib import Path

import pytest

from factbook.files.inside import is_inside, leads_out, real_path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with links of each kind, beside another."""
    folder = tmp_path / "folder"
    (folder / "deep").mkdir(parents=True)
    (tmp_path / "folder-of-others").mkdir()
    for name, to in {"in": "deep", "out": "../folder-of-others", "circle": "circle",
                     "gone": "../gone"}.items():  # fmt: skip
        (folder / name).symlink_to(to)
    return folder


@pytest.mark.parametrize(
    ("path", "is_in"),
    [("", True), ("deep", True), ("none/yet", True), ("in/x", True), ("../folder/deep", True),
     ("..", False), ("out", False), ("out/x", False), ("in/../../x", False), ("circle", False),
     ("gone", False), ("../folder-of-others", False), ("a\0b", False)],
)  # fmt: skip
def test_links_and_dots_are_followed(folder: Path, path: str, is_in: bool) -> None:
    """A folder whose name begins alike is another; what leads nowhere is in none."""
    assert is_inside(folder / path, folder) is is_in
    assert is_inside(folder / path, folder.parent / "y", folder) is is_in
    assert not is_inside(folder / path)


def test_folder_may_be_reached_by_a_link(folder: Path) -> None:
    """As a home folder may be."""
    link = folder.parent / "link"
    link.symlink_to(folder)
    assert is_inside(folder / "deep", link)
    assert is_inside(link / "deep", folder)


@pytest.mark.parametrize(
    ("name", "leads"), [("deep", False), ("in", False), ("out", True), ("gone", True),
                        ("circle", True)],
)  # fmt: skip
def test_entry_that_is_a_link_leads_out(folder: Path, name: str, leads: bool) -> None:
    """An entry that is none is where it is."""
    assert leads_out(folder / name) is leads


def test_what_leads_nowhere_has_no_place(folder: Path) -> None:
    """Instead of three kinds of errors."""
    assert real_path(folder / "a\0b") is None
    assert real_path(folder / "in") == folder.resolve() / "deep"
