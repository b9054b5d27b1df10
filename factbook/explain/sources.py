"""Source rows of a run, with their cells where the project still has the file that was read."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from factbook.config.project_config import ProjectConfig
from factbook.config.settings import Settings
from factbook.data.grids.input_file import InputFile
from factbook.data.series import SourceRows
from factbook.data.source_cells import SourceCells, read_cells
from factbook.evidence.sums import merge_sources
from factbook.files.inputs import open_input
from factbook.files.inside import is_inside

MOST_FILES = 4
"""Files whose cells are read for a figure; of others the rows are named."""

MOST_ROWS = 6
"""Rows of a file whose cells are shown."""

State = Literal[
    "unchanged", "changed", "missing", "outside", "no checksum", "no project", "unreadable",
    "not read",
]  # fmt: skip
"""What is known of a file: as the run has read it; another by now; gone; not in the project; the
run has noted no checksum; it is not known where the project is; it cannot be read; or it is one
more than are read for a figure."""


@dataclass(frozen=True)
class Source:
    """Rows of a file that a figure comes from.

    Attributes:
        file: Path of the file inside the project folder.
        rows: Row numbers, as a person counts them.
        state: What is known of the file.
        told: The same in words; empty for a file as the run has read it.
        cells: Cells of the first of these rows; None where they cannot be shown.
    """

    file: str
    rows: tuple[int, ...]
    state: State
    told: str = ""
    cells: SourceCells | None = None


@dataclass(frozen=True)
class Inputs:
    """The files of a run.

    Attributes:
        folder: The project folder; None where it is not known.
        by_file: Path inside the project folder → what the run noted of the file.
        config: The configuration of the run; None where it cannot be read any more.
    """

    folder: Path | None
    by_file: Mapping[str, InputFile]
    config: ProjectConfig | None

    def sources(
        self, rows: Sequence[SourceRows], table: str, periods: Collection[str]
    ) -> tuple[Source, ...]:
        """The rows of a fact, file by file.

        Args:
            rows: The rows.
            table: Name of the table that they are of.
            periods: Periods of the fact and of what it was derived from.
        """
        merged = merge_sources([tuple(rows)])
        return tuple(
            self._source(one, table, periods)
            if at < MOST_FILES
            else Source(one.file, one.rows, "not read", "its rows are not shown")
            for at, one in enumerate(merged)
        )

    def _source(self, rows: SourceRows, table: str, periods: Collection[str]) -> Source:
        state, told = self._state(rows.file)
        if state != "unchanged" or self.folder is None:
            return Source(rows.file, rows.rows, state, told)
        path = self.folder / rows.file
        first = rows.rows[:MOST_ROWS]
        cells = read_cells(path, rows.file, table, self.config, first, periods)
        if isinstance(cells, str):
            told = f"it cannot be read any more: {cells}"
            return Source(rows.file, rows.rows, "unreadable", told)
        return Source(rows.file, rows.rows, state, told, cells)

    def _state(self, file: str) -> tuple[State, str]:
        """What is known of a file, and that in words."""
        noted = self.by_file.get(file)
        if self.folder is None:
            told = "the project is not known: name it with --project to see these rows"
            return "no project", told
        path = self.folder / file
        if not is_inside(path, self.folder, *Settings().factbook_input_folders):
            return "outside", "it is outside of the project, and is not opened"
        if noted is None:
            return "no checksum", "the run has noted no checksum, so that it may be another by now"
        try:
            is_same = _is_file(path, noted)
        except (FileNotFoundError, NotADirectoryError):
            return "missing", f"it is not there any more, in {self.folder}"
        except OSError as error:
            return "unreadable", f"it cannot be read: {error.strerror or error}"
        if not is_same:
            return "changed", "it has changed since the run: its rows may be others by now"
        return "unchanged", ""


def _is_file(path: Path, noted: InputFile) -> bool:
    """Whether a file is the one that was read.

    Raises:
        OSError: It cannot be read.
    """
    with open_input(path) as file:
        if os.fstat(file.fileno()).st_size != noted.size_bytes:
            return False
        # A file is a reader of bytes, and `file_digest` asks for no more.
        digest = hashlib.file_digest(cast("io.BufferedReader", file), "sha256")
    return digest.hexdigest() == noted.sha256
