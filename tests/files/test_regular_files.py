"""Files of a folder that others may have filled: nothing but a regular file there is opened."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from factbook.files.atomic import holds
from factbook.files.durable import write_durably, write_whole
from factbook.files.regular_files import (
    NotRegularError,
    copy_regular,
    read_regular,
    remove,
    rename,
    renew_time,
)
from factbook.files.sizes import TooLargeError
from tests.hostile.mutations import (
    CANARY,
    Canaries,
    Mutation,
    dangling_link,
    folder_there,
    link_to_file,
    link_to_folder,
    pipe,
    sparse,
    unix_socket,
)

NO_FILES = (link_to_file, link_to_folder, dangling_link, pipe, unix_socket, folder_there)
MOST = 1000


@pytest.fixture
def canaries(tmp_path: Path) -> Canaries:
    """Files outside."""
    return Canaries.make(tmp_path / "canaries")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that is sent."""
    made = tmp_path / "folder"
    made.mkdir()
    return made


@pytest.mark.parametrize("mutation", [*NO_FILES, sparse])
def test_what_is_no_file_is_neither_read_nor_copied_nor_taken_for_one(
    folder: Path, canaries: Canaries, mutation: Mutation
) -> None:
    """At once, with a sentence that says what it is."""
    mutation(folder / "file", canaries)
    for read in (
        lambda: read_regular(folder / "file", MOST),
        lambda: copy_regular(folder / "file", folder / "copy", MOST),
    ):
        with pytest.raises((NotRegularError, TooLargeError)) as raised:
            read()
        assert raised.value.strerror.startswith("it ")
    assert not holds(folder / "file", CANARY)
    assert not (folder / "copy").exists()


@pytest.mark.parametrize(
    "use",
    [
        lambda path: read_regular(path, MOST),
        lambda path: write_whole(path, b"x"),
        lambda path: write_durably(path, b"x"),
        lambda path: remove(path),
        lambda path: rename(path, path.with_name("moved")),
        lambda path: renew_time(path),
    ],
    ids=["read", "write", "write durably", "remove", "rename", "renew"],
)
def test_folder_that_is_a_link_is_not_entered(
    folder: Path, canaries: Canaries, use: Callable[[Path], object]
) -> None:
    """The names in it are those of another folder."""
    (folder / "records").symlink_to(canaries.folder)
    before = canaries.state()
    with pytest.raises(NotRegularError, match="it is a link, not a folder"):
        use(folder / "records" / "secret")
    assert canaries.state() == before


@pytest.mark.parametrize("mutation", [link_to_file, dangling_link, pipe, unix_socket])
def test_what_is_written_or_renamed_takes_the_place_of_what_stands_there(
    folder: Path, canaries: Canaries, mutation: Mutation
) -> None:
    """A link is replaced and not followed."""
    before = canaries.state()
    for number, put in enumerate((write_whole, _renamed)):
        path = folder / str(number)
        mutation(path, canaries)
        put(path, b"new")
        assert path.read_bytes() == b"new"
        assert not path.is_symlink()
    assert canaries.state() == before


def _renamed(path: Path, content: bytes) -> None:
    other = path.with_name("other")
    other.write_bytes(content)
    rename(other, path)


def test_link_is_removed_and_not_what_it_leads_to(folder: Path, canaries: Canaries) -> None:
    """Its time is its own as well."""
    before = canaries.state(), canaries.file.stat().st_mtime_ns
    (folder / "file").symlink_to(canaries.file)
    renew_time(folder / "file")
    remove(folder / "file")
    remove(folder / "file")
    assert (canaries.state(), canaries.file.stat().st_mtime_ns) == before
    with pytest.raises(FileNotFoundError):
        remove(folder / "file", missing_ok=False)


@pytest.mark.parametrize("size", [0, 1, MOST])
def test_file_is_read_up_to_its_bound(folder: Path, size: int) -> None:
    """One byte more is refused, with both sizes."""
    path = folder / "file"
    path.write_bytes(b"x" * size)
    assert read_regular(path, MOST) == b"x" * size
    path.write_bytes(b"x" * (MOST + 1))
    with pytest.raises(TooLargeError, match="1,001 bytes, and at most 1,000 bytes are read"):
        read_regular(path, MOST)


@pytest.mark.parametrize(
    ("umask", "mode", "copied"),
    [(0, 0o600, 0o600), (0, 0o644, 0o644), (0o077, 0o644, 0o600), (0o022, 0o4777, 0o644)],
)
def test_copy_is_no_more_open_than_its_source_and_the_umask_lets_it(
    folder: Path, umask: int, mode: int, copied: int
) -> None:
    """Nor can it be run; its time is kept."""
    source = folder / "source"
    source.write_bytes(b"text")
    source.chmod(mode)
    os.utime(source, (1, 2))
    before = os.umask(umask)
    try:
        copy_regular(source, folder / "copy", MOST)
    finally:
        os.umask(before)
    found = (folder / "copy").stat()
    assert (folder / "copy").read_bytes() == b"text"
    assert stat.S_IMODE(found.st_mode) == copied
    assert found.st_mtime == 2
