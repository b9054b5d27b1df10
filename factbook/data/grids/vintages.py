"""The vintage of each input: its edition, and what tells it from any other file."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from factbook.config.project_config import ProjectConfig
from factbook.data.grids.grid import Grid
from factbook.data.grids.input_file import InputFile
from factbook.files.inputs import open_input

DIGITS_SHOWN = 12
"""Digits of a checksum that readers see: enough to tell the files of a report apart."""

LONGEST_VINTAGE = 80

_COLUMNS = ("last update", "last_update", "updated", "prepared")
"""Headings of columns with the time of the edition, as in SDMX-CSV of Eurostat (LAST UPDATE)."""


def read_input_file(path: Path, shown: str, grid: Grid) -> InputFile:
    """What identifies a file that was read.

    Args:
        path: The file.
        shown: Its path inside the project folder.
        grid: What was read of it.

    Raises:
        OSError: It cannot be read any more.
    """
    with open_input(path) as file:
        state = os.fstat(file.fileno())
        digest = hashlib.file_digest(cast("io.BufferedReader", file), "sha256").hexdigest()
    modified = datetime.fromtimestamp(state.st_mtime, UTC).isoformat(timespec="seconds")
    published = grid.published or _published(grid)
    return InputFile(
        shown, "", digest, state.st_size, modified, short_vintage(published), len(grid.rows)
    )


def with_tables(found: Iterable[InputFile], config: ProjectConfig) -> tuple[InputFile, ...]:
    """The files in order of their names, with their tables and the editions of project.toml.

    Args:
        found: The files, as they were read.
        config: The project.
    """
    data = config.data
    tables = {source.file: name for name, source in data.tables.items()}
    others = (
        (data.etm, "ETM"), (data.nodes, "nodes"), (data.borders, "borders"),
        (config.places.file, "places"), (config.labels.file, "labels"),
    )  # fmt: skip
    tables |= {file: name for file, name in others if file}
    said: dict[str, str] = {name: source.vintage for name, source in data.tables.items()}
    said |= {str(name): vintage for name, vintage in data.vintages.items()}
    named = []
    for one in sorted(found, key=lambda each: each.file):
        table = tables.get(one.file, "PLEXOS")
        named.append(replace(one, table=table, published=said.get(table) or one.published))
    return tuple(named)


def vintage_in_words(files: Sequence[InputFile]) -> str:
    """Edition, file and checksum of a table: ``2026-10 edition; prices.csv, SHA-256 3fd2…``.

    Of several files there is one checksum: that of theirs, in order of their names.

    Args:
        files: The files of one table.
    """
    editions = dict.fromkeys(one.published for one in files if one.published)
    if len(files) == 1:
        what, digest = files[0].file, files[0].sha256
    else:
        folder = os.path.commonpath([one.file for one in files])
        what = f"{len(files)} files{f' in {folder}' if folder else ''}"
        digest = hashlib.sha256("".join(one.sha256 for one in files).encode()).hexdigest()
    checksum = f"{what}, SHA-256 {digest[:DIGITS_SHOWN]}…"
    return "; ".join((*list(editions)[:2], checksum))


def by_table(files: Iterable[InputFile]) -> Mapping[str, tuple[InputFile, ...]]:
    """Table → its files, in the order in which they come."""
    found: dict[str, tuple[InputFile, ...]] = {}
    for one in files:
        found[one.table] = (*found.get(one.table, ()), one)
    return found


def short_vintage(text: str) -> str:
    """A text of a file as an edition: one line, bounded, without what cannot be printed."""
    seen = "".join(sign if sign.isprintable() else " " for sign in text[:LONGEST_VINTAGE])
    return " ".join(seen.split())


def _published(grid: Grid) -> str:
    """What a column for it says in every row; the texts of a file that says several are not one."""
    for heading, cells in (*grid.others.items(), *grid.columns.items()):
        if heading.strip().casefold() in _COLUMNS:
            texts = [str(text) for text in cells.dropna().unique()[:2] if str(text).strip()]
            return texts[0] if len(texts) == 1 else ""
    return ""
