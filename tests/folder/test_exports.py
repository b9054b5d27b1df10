"""Which files of the report still stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from factbook.folder.commit import commit, prepare
from factbook.folder.exports import EXPORTS, Exports
from factbook.folder.run_folder import RunFolder
from factbook.report.blocks import Document

DOCUMENT = Document(title="Power")


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    """A run folder with an export that was made and committed."""
    folder = RunFolder.of(tmp_path, "power")
    folder.create()
    prepare(path(folder), b"# Power\n")
    Exports(folder, DOCUMENT).note(path(folder), "md")
    commit(folder.path)
    return folder


def path(folder: RunFolder) -> Path:
    """The export."""
    return folder.report_path("md", is_selection=False)


def test_export_of_the_same_content_stands(folder: RunFolder) -> None:
    """In this process and the next."""
    assert Exports(folder, Document(title="Power")).stands(path(folder), "md")


def test_export_of_other_content_does_not_stand(folder: RunFolder) -> None:
    """A title, a date: whatever a reader sees."""
    assert not Exports(folder, Document(title="Gas")).stands(path(folder), "md")
    dated = Document(title="Power", date="1 May 2026")
    assert not Exports(folder, dated).stands(path(folder), "md")


def test_export_that_was_changed_or_deleted_does_not_stand(folder: RunFolder) -> None:
    """Even when it was changed to as many bytes."""
    path(folder).write_bytes(b"# Tower\n")
    assert not Exports(folder, DOCUMENT).stands(path(folder), "md")
    path(folder).unlink()
    assert not Exports(folder, DOCUMENT).stands(path(folder), "md")


def test_export_stands_for_its_own_format_and_name_only(folder: RunFolder) -> None:
    """A selection's file is another one."""
    exports = Exports(folder, DOCUMENT)
    other = folder.report_path("md", is_selection=True)
    other.write_bytes(b"# Power\n")
    assert not exports.stands(other, "md")
    assert not exports.stands(path(folder), "html")


def test_notes_of_other_files_are_kept(folder: RunFolder) -> None:
    """A selection that is exported leaves the whole report's note alone."""
    selection = folder.report_path("md", is_selection=True)
    prepare(selection, b"# A part\n")
    Exports(folder, Document(title="A part")).note(selection, "md")
    commit(folder.path)
    assert Exports(folder, DOCUMENT).stands(path(folder), "md")
    assert Exports(folder, Document(title="A part")).stands(selection, "md")


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"power.md": {"made_from": 1}}'])
def test_damaged_notes_are_no_notes(folder: RunFolder, damage: bytes) -> None:
    """Everything is made again then."""
    (folder.path / EXPORTS).write_bytes(damage)
    assert not Exports(folder, DOCUMENT).stands(path(folder), "md")
