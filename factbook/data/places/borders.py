"""Borders: which countries are neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from factbook.data.cleaning import Notes
from factbook.data.grids.columns import match_columns
from factbook.data.grids.grid_files import Wanted, read_grid
from factbook.data.labels import categorical
from factbook.data.places.places import Meaning, PlaceNames, note_unknown

_COLUMNS = {"Country": "Country", "Neighbour": "Neighbour"}
_OTHER_SPELLING = {"Country": "Country", "Neighbour": "Neighbor"}


def read_borders(
    file: str, path: Path, names: PlaceNames, notes: Notes
) -> Mapping[str, frozenset[str]]:
    """Read ``[data] borders`` (Country, Neighbour): code → codes of its neighbours, both ways."""
    headings = frozenset(name.casefold() for name in (*_COLUMNS.values(), "Neighbor"))
    grid = read_grid(path, file, Wanted(headings, lambda _: False), notes)
    if grid is None:
        return {}
    american = "neighbor" in {heading.casefold() for heading in grid.headings}
    columns = _OTHER_SPELLING if american else _COLUMNS
    found = match_columns(grid.headings, columns, tuple(columns), file, notes)
    if found is None:
        return {}
    ones = map(str, categorical(grid.columns[found["Country"]]))
    others = map(str, categorical(grid.columns[found["Neighbour"]]))
    neighbours: dict[str, set[str]] = {}
    unknown: dict[str, int] = {}
    for row, one, other in zip(grid.rows.tolist(), ones, others, strict=True):
        if not one.strip() and not other.strip():
            continue
        meanings = (names.meaning(one), names.meaning(other))
        for name, meaning in zip((one, other), meanings, strict=True):
            if meaning.kind == "unknown":
                unknown.setdefault(name.strip() or "(blank)", row)
        _join(neighbours, *meanings, names)
    note_unknown(unknown, names, file, notes, "Country or Neighbour")
    return {code: frozenset(near) for code, near in neighbours.items()}


def _join(neighbours: dict[str, set[str]], one: Meaning, other: Meaning, names: PlaceNames) -> None:
    """Add a border in both directions, unless a side is not a country or both are the same."""
    if one.kind == other.kind == "country" and one.code != other.code:
        names.saw(one)
        names.saw(other)
        neighbours.setdefault(one.code, set()).add(other.code)
        neighbours.setdefault(other.code, set()).add(one.code)
