"""Where a report is published: a folder, or an address that fsspec knows."""

from __future__ import annotations

import glob
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import orjson

from factbook.config.project import (
    PROJECT_FILE,
    Publish,
)
from factbook.config.redaction import has_password
from factbook.errors import Finding, Severity
from factbook.files.atomic import (
    holds,
    write_atomically,
)
from factbook.files.durable import write_whole

_OF_FOLDERS = ("file", "local")
_OF_LINKS = ("http", "https")


class Target(Protocol):
    """A place that takes files."""

    def put(self, file: Path) -> bool:
        """Copy a file there under its own name, unless it stands there; tell whether it did not.

        Raises:
            OSError: It cannot be copied.
        """


class FolderTarget:
    """A folder of this machine, or a share: a reader sees a file as it was or as it will be.

    Args:
        folder: The folder; it is made where it is missing.
        with_parents: Whether the folders above it are made as well.

    Raises:
        OSError: It cannot be made.
    """

    def __init__(self, folder: Path, *, with_parents: bool) -> None:
        self._folder = folder
        folder.mkdir(parents=with_parents, exist_ok=True)

    def put(self, file: Path) -> bool:
        """Write the file under another name and rename it; what a killed run has left goes."""
        there = self._folder / file.name
        for left in self._folder.glob(f".{glob.escape(file.name)}.*.tmp"):
            left.unlink(missing_ok=True)
        content = file.read_bytes()
        if holds(there, content):
            return False
        write_whole(there, content)
        return True


class RemoteTarget:
    """A folder at an address. Whether readers can see half of a file is up to what serves it.

    Args:
        address: The folder; it is made where it is missing.
        notes: File in which it is kept what was copied.

    Raises:
        OSError: It cannot be reached, or not be written to.
    """

    def __init__(self, address: str, notes: Path) -> None:
        from fsspec.core import url_to_fs

        self._address = address
        self._notes = notes
        with _as_os_error():
            # An instance of its own remembers nothing of what stood there before.
            self._files, self._folder = url_to_fs(address, skip_instance_cache=True)
            self._files.makedirs(self._folder, exist_ok=True)

    def put(self, file: Path) -> bool:
        """Copy the file, unless the same was copied before and stands there in its size."""
        there = f"{self._folder}/{file.name}"
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        known = _read(self._notes)
        with _as_os_error():
            if known.get(self._address, {}).get(file.name) == digest and self._holds(there, file):
                return False
            self._files.put_file(str(file), there)
        known.setdefault(self._address, {})[file.name] = digest
        write_atomically(self._notes, orjson.dumps(known, option=orjson.OPT_INDENT_2))
        return True

    def _holds(self, there: str, file: Path) -> bool:
        try:
            return bool(self._files.info(there)["size"] == file.stat().st_size)
        except FileNotFoundError:
            return False


@contextmanager
def _as_os_error() -> Iterator[None]:
    """Translate what the package of a file system raises: each has errors of its own."""
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
    """What is wrong with ``[publish]`` by itself."""
    if publish.to is not None:
        yield from _of_to(publish.to)
    elif publish.url is not None:
        yield _finding(
            "publish.url is set without publish.to: nothing is published, and no link is shown",
            remedy="Set publish.to to the folder that is served there, or remove publish.url",
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
        yield _finding(f"publish.to is '{to}', which names no folder", "a folder, or an address")
    elif scheme.casefold() in _OF_LINKS and separator:
        yield _finding(
            f"publish.to is '{to}', an address of web pages, to which files cannot be copied",
            remedy="Write it as publish.url, and in publish.to the folder that is served there",
        )
    elif "::" in to or (separator and ("?" in rest or "#" in rest)):
        yield _finding(f"publish.to is '{to}'", "an address without '::', '?' and '#'")
    elif local_folder(to, Path()) is None:
        yield from _of_protocol(to, scheme)


def _of_protocol(to: str, protocol: str) -> Iterator[Finding]:
    """Whether this installation can write to such an address."""
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
            remedy=f"{install}, where reports are written: here and on each worker",
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
        message=f"the address in publish.{key} has a password in it",
        file=PROJECT_FILE,
        remedy="Take it out; the environment of the process that writes is the place for it, under "
        "the name that the file system's package reads",
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
    """What was copied; nothing when that is not known: all is copied again then."""
    with suppress(OSError, ValueError):
        body = orjson.loads(notes.read_bytes())
        if isinstance(body, dict) and all(isinstance(files, dict) for files in body.values()):
            return body
    return {}
