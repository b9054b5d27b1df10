"""Grids of files in a format, as the reader of long tables asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import pytest

from factbook.config.project_config import Limits
from factbook.data.cleaning import Notes
from factbook.data.grids.grid import Grid, Wanted
from factbook.data.grids.grid_files import read_grid
from factbook.data.grids.room import Room

INPUTS = Path(__file__).parents[2] / "inputs" / "sources"
KEYS = frozenset(("country", "sector", "property", "unit", "year"))


class Read(Protocol):
    """Reads a file with proposed roles."""

    def __call__(
        self, name: str, content: str | bytes | None = None, **options: Any
    ) -> tuple[Grid | None, Notes]:
        """The grid, and what was noted."""


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read a file of the given content, or one of tests/inputs/sources."""

    def write_and_read(
        name: str, content: str | bytes | None = None, **options: Any
    ) -> tuple[Grid | None, Notes]:
        path = INPUTS / name
        if content is not None:
            path = tmp_path / name
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        limits: Mapping[str, int] = options.pop("limits", {})
        notes = Notes(room=Room(Limits(**limits)))
        wanted = Wanted(
            KEYS,
            lambda text: text.casefold() == "value",
            has_others=True,
            format=options.pop("format", ""),
            header_rows=options.pop("header_rows", None),
        )
        return read_grid(path, name, wanted, notes, **options), notes

    return write_and_read


def cells(grid: Grid, heading: str) -> list[object]:
    """The cells of a column."""
    return {**grid.others, **grid.columns}[heading].tolist()
