"""Publishing targets of a report: a folder, or an address that fsspec knows."""

from __future__ import annotations

import glob
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import orjson

from factbook.config.project_config import (
    PROJECT_FILE,
    Publish,
)
from factbook.config.redaction import has_password
from factbook.errors import Finding, Severity
from factbook.files.atomic import holds, write_atomically
from factbook.files.durable import write_whole
from factbook.files.regular_files import copied_mode, opened_folder, read_regular, remove

_OF_FOLDERS = ("file", "local")
_OF_LINKS = ("http", "https")
_MOST_NOTES_BYTES = 16_000_000  # a line a chapter and address


class Target(Protocol):
    """A place to which files are copied."""

    def put(self, file: Path, content: bytes, mode: int) -> bool:
        """Copy a file there under its own name unless it is there; return whether it was copied.

        Args:
            file: The file, of which the name counts.
            content: What it holds.
            mode: Its permissions; a copy has no more.

        Raises:
            OSError: It cannot be copied.
        """


class FolderTarget:
    """A folder of this machine, or a share: readers see either the old or the new file.

    Args:
        folder: The folder; it is created if it is missing.
        with_parents: Whether the folders above it are created as well.

    Raises:
        OSError: It cannot be created, or is a link.
    """

    def __init__(self, folder: Path, *, with_parents: bool) -> None:
        self._folder = folder
        with suppress(FileExistsError):
            folder.mkdir(parents=with_parents)
        with opened_folder(folder):
            pass

    def put(self, file: Path, content: bytes, mode: int) -> bool:
        """Write the file under another name and rename it; leftovers of killed runs are removed."""
        there = self._folder / file.name
        for left in self._folder.glob(f".{glob.escape(file.name)}.*.tmp"):
            remove(left)
        if holds(there, content):
            return False
        write_whole(there, content, mode=copied_mode(mode))
        return True


class RemoteTarget:
    """A folder at an address. Whether readers can see a partly written file depends on its server.

    Args:
        address: The folder; it is created if it is missing.
        notes: The file that records what was copied.

    Raises:
        OSError: It cannot be reached or written to.
    """

    def __init__(self, address: str, notes: Path) -> None:
        from fsspec.core import url_to_fs

        self._address = address
        self._notes = notes
        with _as_os_error():
            # A new instance has no cached listing of the folder.
            self._files, self._folder = url_to_fs(address, skip_instance_cache=True)
            self._files.makedirs(self._folder, exist_ok=True)

    def put(self, file: Path, content: bytes, mode: int) -> bool:
        """Copy the file, unless the same was copied before and is still there with its size."""
        there = f"{self._folder}/{file.name}"
        digest = hashlib.sha256(content).hexdigest()
        known = _read(self._notes)
        with _as_os_error():
            is_known = known.get(self._address, {}).get(file.name) == digest
            if is_known and self._holds(there, len(content)):
                return False
            self._files.pipe_file(there, content)
        known.setdefault(self._address, {})[file.name] = digest
        write_atomically(self._notes, orjson.dumps(known, option=orjson.OPT_INDENT_2))
        return True

    def _holds(self, there: str, size_bytes: int) -> bool:
        try:
            return bool(self._files.info(there)["size"] == size_bytes)
        except FileNotFoundError:
            return False


@contextmanager
def _as_os_error() -> Iterator[None]:
    """Translate errors of a file system's package: each package has its own."""
    try:
        yield
    except OSError:
        raise
    except Exception as error:  # noqa: BLE001 - there is no list of them
        raise OSError(f"{type(error).__name__}: {error}") from None


def local_folder(to: str, project_folder: Path) -> Path | None:
    """The folder that ``publish.to`` names; None for an address.

    Args:
        to: ``publish.to``; a path is relative to the project folder.
        project_folder: The project folder.
    """
    scheme, separator, path = to.partition("://")
    if not separator:
        return project_folder / to
    return project_folder / path if scheme.casefold() in _OF_FOLDERS else None


def publish_findings(publish: Publish) -> Iterator[Finding]:
    """Problems in ``[publish]`` alone."""
    if publish.to is not None:
        yield from _of_to(publish.to)
    elif publish.url is not None:
        yield _finding(
            "publish.url is set without publish.to: nothing is published, and no link is shown",
            remedy="Set publish.to to the folder behind that address, or remove publish.url",
            severity="warning",
        )
    if publish.url is not None:
        yield from _of_url(publish.url)


def _of_to(to: str) -> Iterator[Finding]:
    if has_password(to):
        yield _password("to")
        return
    scheme, separator, rest = to.partition("://")
    if not to.strip() or (separator and not rest.strip("/")):
        yield _finding(f"publish.to is '{to}', which is not a folder", "a folder, or an address")
    elif scheme.casefold() in _OF_LINKS and separator:
        yield _finding(
            f"publish.to is '{to}', a web address, to which files cannot be copied",
            remedy="Set publish.url to it, and publish.to to the folder behind that address",
        )
    elif "::" in to or (separator and ("?" in rest or "#" in rest)):
        yield _finding(f"publish.to is '{to}'", "an address without '::', '?' and '#'")
    elif local_folder(to, Path()) is None:
        yield from _of_protocol(to, scheme)


def _of_protocol(to: str, protocol: str) -> Iterator[Finding]:
    """The finding when this installation cannot write to such an address."""
    from fsspec.registry import get_filesystem_class

    try:
        get_filesystem_class(protocol)
    except ValueError:
        yield _finding(
            f"publish.to is '{to}', and files cannot be copied to '{protocol}'",
            "a folder, or an address such as s3://bucket/folder, gs://…, abfs://…, sftp://…",
        )
    except ImportError as error:
        name = (getattr(error.__cause__, "name", None) or protocol).partition(".")[0]
        package = name if name in str(error) else ""
        missing = f"{package} is not installed" if package else str(error)
        install = f"pip install {package}" if package else "Install it"
        yield _finding(
            f"publish.to is '{to}', and {missing}",
            remedy=f"{install} wherever reports are written: here and on each worker",
        )


def _of_url(url: str) -> Iterator[Finding]:
    with suppress(ValueError):
        parts = urlsplit(url)
        if parts.username is not None or has_password(url):
            yield _password("url")
            return
        is_plain = not (parts.query or parts.fragment) and url.isprintable() and " " not in url
        if parts.scheme in _OF_LINKS and parts.hostname and is_plain:
            return
    yield _finding(
        f"publish.url is '{url}'", "https://… or http://… without '?' and '#', such as "
        "https://reports.example.org/weekly",
    )  # fmt: skip


def _password(key: str) -> Finding:
    return Finding(
        severity="error",
        code="config.secret",
        message=f"the address in publish.{key} contains a password",
        file=PROJECT_FILE,
        remedy="Remove it, and set it in the environment of the process that writes, under the "
        "name that the file system's package reads",
    )


def _finding(
    message: str, allowed: str = "", remedy: str = "", severity: Severity = "error"
) -> Finding:
    return Finding(
        severity=severity,
        code="config.publish",
        message=message,
        file=PROJECT_FILE,
        allowed=allowed,
        remedy=remedy or "Change it, or remove it to publish nothing",
    )


def _read(notes: Path) -> dict[str, dict[str, str]]:
    """What was copied; empty when that is not known, so that all is copied again."""
    with suppress(OSError, ValueError):
        body = orjson.loads(read_regular(notes, _MOST_NOTES_BYTES))
        if isinstance(body, dict) and all(isinstance(files, dict) for files in body.values()):
            return body
    return {}
