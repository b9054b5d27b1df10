"""Input files: regular ones alone, within bounds, and folders of them."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from factbook.files.inputs import (
    MOST_FOLDERS_DEEP,
    files_below,
    open_input,
    read_input,
)
from factbook.files.sizes import TooLargeError


def test_file_is_read_whole(tmp_path: Path) -> None:
    """Up to the bound, through a link too."""
    (tmp_path / "a").write_bytes(b"abc")
    (tmp_path / "b").symlink_to("a")
    assert read_input(tmp_path / "b", 3) == b"abc"


def test_large_file_is_refused_by_its_size(tmp_path: Path) -> None:
    """Sixty gigabytes of nothing take no memory."""
    with (tmp_path / "a").open("wb") as file:
        file.truncate(60 * 10**9)
    with pytest.raises(TooLargeError, match="it has 60,000 MB, and at most 1.0 MB") as raised:
        read_input(tmp_path / "a", 10**6)
    assert raised.value.size_bytes == 60 * 10**9


def test_file_that_does_not_tell_its_size_is_bounded() -> None:
    """Files of the kernel have a size of zero, and so has one that grows while it is read."""
    assert read_input(Path("/proc/self/status"), 10**6)
    with pytest.raises(TooLargeError):
        read_input(Path("/proc/self/status"), 100)


@pytest.mark.parametrize("kind", ["pipe", "device", "socket", "folder", "link to a device"])
def test_what_is_no_file_is_refused(tmp_path: Path, kind: str) -> None:
    """It might never end, or do something when it is opened."""
    path = tmp_path / "a"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path = Path("/dev/zero")
    elif kind == "link to a device":
        path.symlink_to("/dev/zero")
    elif kind == "folder":
        path.mkdir()
    else:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(path))
    with pytest.raises(OSError, match=r"it is a (pipe, a socket or a device|folder), not a file"):
        open_input(path)


@pytest.mark.parametrize("name", ["a\x00b", "a\ud800b", "x" * 300, "/".join(["x"] * 5000), "loop"])
def test_name_of_no_file_is_an_error_of_the_system(tmp_path: Path, name: str) -> None:
    """Whatever is odd about it, whoever reads files has one kind of error to tell."""
    (tmp_path / "loop").symlink_to("loop")
    said = "contains what no name|File name too long|Too many levels of symbolic links"
    with pytest.raises(OSError, match=said):
        read_input(tmp_path / name, 10)


def test_files_below_a_folder_are_found_at_any_depth(tmp_path: Path) -> None:
    """Not the hidden ones, and not those behind a link to a folder, which may lead back."""
    for name in ("a.csv", "b/c.csv", ".d/e.csv", "~f.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "b" / "back").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe.csv")
    found = sorted(path.relative_to(tmp_path).as_posix() for path in files_below(tmp_path, 100))
    assert found == ["a.csv", "b/c.csv"]


def test_folder_without_end_is_an_error(tmp_path: Path) -> None:
    """Too many entries, or folders within one another."""
    for number in range(20):
        (tmp_path / str(number)).touch()
    with pytest.raises(OSError, match="more than 10 files and folders"):
        list(files_below(tmp_path, 10))
    deep = tmp_path.joinpath(*["d"] * (MOST_FOLDERS_DEEP + 2))
    deep.mkdir(parents=True)
    with pytest.raises(OSError, match="its folders are more than 32 deep"):
        list(files_below(tmp_path, 1000))
