"""What an attacker can put at a name of a folder that is sent to somebody or lies open."""

from __future__ import annotations

import os
import shutil
import socket
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

CANARY = b"canary-7f3e19: what only its owner may read"
SPARSE_BYTES = 60 * 10**9
ANOTHER_USER = 54321
_NOT_READ = 10**9


@dataclass(frozen=True)
class Canaries:
    """Files of the user that no command has any business with.

    Attributes:
        folder: Holds them, outside the project.
    """

    folder: Path

    @classmethod
    def make(cls, folder: Path) -> Canaries:
        """Make the files: one alone, and some with names as a run gives them."""
        names = ("secret", "run.json", "1.1.1@AT.json", "1.1.1@FR.md", ".half.tmp")
        folder.mkdir()
        for name in names:
            (folder / name).write_bytes(CANARY)
            (folder / name).chmod(0o600)
        canaries = cls(folder)
        canaries.state()
        return canaries

    @property
    def file(self) -> Path:
        """One of them."""
        return self.folder / "secret"

    def state(self) -> dict[str, tuple[int, bool, bytes]]:
        """Permissions, whether it was read since the last look, and content by name.

        Of the folder itself and all that is in it, also what has come to it. That a file was read,
        or a folder listed, is known where the file system keeps the time of it.
        """
        folders = {self.folder: self.folder.stat()}
        files = {path: path.stat() for path in sorted(self.folder.rglob("*"))}
        state = {}
        for path, found in (folders | files).items():
            content = path.read_bytes() if path.is_file() else b""
            # Reading sets the time again where it is before that of the last change.
            os.utime(path, ns=(_NOT_READ, found.st_mtime_ns))
            name = str(path.relative_to(self.folder))
            state[name] = stat.S_IMODE(found.st_mode), found.st_atime_ns != _NOT_READ, content
        return state


Mutation = Callable[[Path, Canaries], None]
"""Puts something at a name, where nothing stands; the folder above it is there."""


def link_to_file(path: Path, canaries: Canaries) -> None:
    """A link to a file that only its owner may read."""
    path.symlink_to(canaries.file)


def link_to_folder(path: Path, canaries: Canaries) -> None:
    """A link to a folder with such files."""
    path.symlink_to(canaries.folder)


def dangling_link(path: Path, canaries: Canaries) -> None:
    """A link to a file that is not there: writing through it makes one."""
    path.symlink_to(canaries.folder / "new")


def hard_link(path: Path, canaries: Canaries) -> None:
    """Another name of a file outside, which looks like any file."""
    path.hardlink_to(canaries.folder.parent / "appended-to")


def pipe(path: Path, _: Canaries) -> None:
    """A pipe that nobody writes to: opening it waits for ever."""
    os.mkfifo(path)


def unix_socket(path: Path, _: Canaries) -> None:
    """A socket; its path may be longer than one may be."""
    here = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)


def device(path: Path, _: Canaries) -> None:
    """``/dev/zero``, which has no end."""
    os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, 5))


def sparse(path: Path, _: Canaries) -> None:
    """A file of 60 GB that takes no room."""
    with path.open("wb") as file:
        file.truncate(SPARSE_BYTES)


def of_another(path: Path, _: Canaries) -> None:
    """A file of another user."""
    path.write_bytes(b"{}")
    os.chown(path, ANOTHER_USER, ANOTHER_USER)


def noise(path: Path, _: Canaries) -> None:
    """Bytes that are no text."""
    path.write_bytes(bytes(range(256)) * 8)


def nested(path: Path, _: Canaries) -> None:
    """JSON that is nested as deeply as a parser goes."""
    path.write_bytes(b"[" * 1000 + b"]" * 1000)


def nested_more(path: Path, _: Canaries) -> None:
    """JSON that is nested far more deeply."""
    path.write_bytes(b'{"a":' * 200_000 + b"1" + b"}" * 200_000)


def empty(path: Path, _: Canaries) -> None:
    """Nothing at all."""
    path.touch()


def other_json(path: Path, _: Canaries) -> None:
    """JSON of another form, with numbers that no float holds."""
    path.write_bytes(
        b'{"schema_version": 2, "version": 1, "sections": {"../x": 1e999}, "files": 7}'
    )


def folder_there(path: Path, _: Canaries) -> None:
    """A folder with a file in it."""
    path.mkdir()
    (path / "file").write_bytes(b"x")


def closed(path: Path, _: Canaries) -> None:
    """A file that nobody may read."""
    path.write_bytes(b"{}")
    path.chmod(0)


OF_ANYBODY: tuple[Mutation, ...] = (
    link_to_file, link_to_folder, dangling_link, hard_link, pipe, unix_socket, sparse, noise,
    nested, nested_more, empty, other_json, folder_there, closed,
)  # fmt: skip
OF_ROOT: tuple[Mutation, ...] = (device, of_another)
QUICK: tuple[Mutation, ...] = (link_to_file, link_to_folder, pipe, sparse, noise)
MUTATIONS = OF_ANYBODY + (OF_ROOT if os.geteuid() == 0 else ())


def put(mutation: Mutation, path: Path, canaries: Canaries) -> None:
    """Put something at a name, instead of what stands there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    mutation(path, canaries)
