"""Which files of the report still stand: what each was made from, and what it held then."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import orjson
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from factbook.files.regular_files import read_regular
from factbook.folder.commit import prepare, prepared_path
from factbook.folder.run_folder import EXPORTS, MOST_REPORT_BYTES, RunFolder
from factbook.report.blocks import Document

_MOST_BYTES = 1_000_000
"""A note has a line a format, some hundred bytes in all."""

_MADE_BY = ("markdown-it-py", "python-docx", "typst")
"""Packages that a file's bytes depend on beside Factbook's own exporters."""


class Export(BaseModel):
    """A file of the report as it was made.

    Attributes:
        made_from: SHA-256 of the report's content and of what makes the format.
        sha256: SHA-256 of the file.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    made_from: str
    sha256: str


class Exports:
    """Tells which exports of a report can be left as they are.

    Kept in the run folder as ``.exports.json``: file name → `Export`. A file that was deleted, or
    changed by hand, no longer stands; without the note all files are made again.

    Used by one thread.

    Args:
        folder: The run folder.
        document: The report as it is to be exported.
    """

    def __init__(self, folder: RunFolder, document: Document) -> None:
        self._path = folder.path / EXPORTS
        self._content = hashlib.sha256(document.model_dump_json().encode()).hexdigest()
        self._exporters = exporters_digest()
        self._known = dict(known_exports(folder.path))

    def stands(self, file: Path, suffix: str) -> bool:
        """Whether a file is what exporting would give.

        Args:
            file: The file.
            suffix: Its format.
        """
        known = self._known.get(file.name)
        if known is None or known.made_from != self._made_from(suffix):
            return False
        with suppress(OSError):
            return known.sha256 == _digest(read_regular(file, MOST_REPORT_BYTES))
        return False

    def is_outdated(self, file: Path, suffix: str) -> bool:
        """Whether a file is there and is made from other content.

        Args:
            file: The file.
            suffix: Its format.
        """
        known = self._known.get(file.name)
        return file.exists() and (known is None or known.made_from != self._made_from(suffix))

    def note(self, file: Path, suffix: str) -> None:
        """Note that a file was made; the note is committed with the file.

        Args:
            file: Where the file is to stand; what is prepared for it counts before it.
            suffix: Its format.

        Raises:
            StoppedError: The note cannot be written.
        """
        prepared = prepared_path(file)
        try:
            content = read_regular(prepared if prepared.exists() else file, MOST_REPORT_BYTES)
        except OSError:  # somebody has removed it meanwhile: the next run makes it again
            return
        made = Export(made_from=self._made_from(suffix), sha256=_digest(content))
        self._known[file.name] = made
        body = {name: export.model_dump() for name, export in sorted(self._known.items())}
        prepare(self._path, orjson.dumps(body, option=orjson.OPT_INDENT_2))

    def _made_from(self, suffix: str) -> str:
        return _digest(f"{suffix} {self._content} {self._exporters}".encode())


def exporters_digest() -> str:
    """SHA-256 of what makes files of a document: code and templates here, versions elsewhere."""
    found = hashlib.sha256()
    for name, content in sorted(_sources(files("factbook.report"), "")):
        found.update(f"{name} {_digest(content)}\n".encode())
    for name in _MADE_BY:
        with suppress(PackageNotFoundError):
            found.update(f"{name} {version(name)}\n".encode())
    return found.hexdigest()


def _sources(folder: Traversable, inside: str) -> list[tuple[str, bytes]]:
    """Files of a package by their path in it, without what Python caches."""
    found: list[tuple[str, bytes]] = []
    for entry in folder.iterdir():
        if entry.name == "__pycache__":
            continue
        name = f"{inside}{entry.name}"
        if entry.is_dir():
            found += _sources(entry, f"{name}/")
        else:
            found.append((name, entry.read_bytes()))
    return found


def known_exports(folder: Path) -> Mapping[str, Export]:
    """What a run folder notes of its exports; nothing when that is not there or damaged."""
    with suppress(OSError, ValidationError):
        content = read_regular(folder / EXPORTS, _MOST_BYTES)
        return TypeAdapter(dict[str, Export]).validate_json(content)
    return {}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
