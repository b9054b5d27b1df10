"""The node split: the country and region of each node of the PLEXOS results."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from factbook.data.cleaning import ROWS_NAMED, Notes, listing, plural, source_rows
from factbook.data.grids.columns import match_columns
from factbook.data.grids.grid_files import Wanted, read_grid
from factbook.data.labels import categorical, relabel
from factbook.data.places.places import PlaceNames, note_unknown
from factbook.names import LONGEST_NAME, tidy

_MOST_PATTERNS = 300
_LONGEST_PATTERN = 100
_MOST_WILDCARDS = 8

_BLANK = re.compile(r"[\s_]")
_COLUMNS = {"Node": "Node", "Country": "Country", "Region": "Region", "City": "City"}


@dataclass(frozen=True, slots=True)
class Location:
    """The location of a node.

    Attributes:
        place: Code of the country, or of the region; empty when the user leaves it out.
        node_region: Name of the region or city in the country; may be empty.
    """

    place: str
    node_region: str = ""


@dataclass(frozen=True)
class NodeSplit:
    """Finds the place of a node by its name.

    Attributes:
        nodes: Casefolded node → location.
        patterns: Casefolded pattern with ``*`` and ``?`` → code of the country, first match wins.
    """

    nodes: Mapping[str, Location]
    patterns: tuple[tuple[str, str], ...] = ()

    def locate(self, child_name: str) -> Location | None:
        """The location of the node that a name equals or begins with, or None.

        The longest node at the beginning of the name counts, if a blank, ``_`` or the end of the
        name follows it. Patterns are tried only on names without such a node, of up to
        `LONGEST_NAME` letters.
        """
        name = child_name.strip().casefold()
        longest = min(len(name), self._longest)
        ends = [found.start() for found in _BLANK.finditer(name, 0, longest + 1)]
        for end in (*([len(name)] if len(name) <= longest else []), *reversed(ends)):
            location = self.nodes.get(name[:end])
            if location:
                return location
        if len(name) > LONGEST_NAME:
            return None
        for pattern, place in self._compiled:
            if pattern.match(name):
                return Location(place)
        return None

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self.nodes), default=0)

    @cached_property
    def _compiled(self) -> list[tuple[re.Pattern[str], str]]:
        return [(re.compile(fnmatch.translate(text)), place) for text, place in self.patterns]


def read_node_split(
    file: str | None,
    path: Path | None,
    patterns: Mapping[str, str],
    names: PlaceNames,
    notes: Notes,
) -> NodeSplit:
    """Read ``[data] nodes`` (Node, Country, Region or City) and ``node_patterns``.

    Args:
        file: The file as the project names it, or None.
        path: Its path.
        patterns: Pattern → country, as configured.
        names: The reader of places' names.
        notes: Collects findings and cleanings.
    """
    nodes = _read_nodes(file, path, names, notes) if file and path else {}
    if too_many := _excess_of_patterns(patterns):
        notes.add(
            "error",
            "node-patterns",
            f"[data] node_patterns has {too_many}",
            file="project.toml",
            allowed=f"at most {_MOST_PATTERNS} patterns of {_LONGEST_PATTERN} letters, with "
            f"{_MOST_WILDCARDS} '*' and '?' in each",
            remedy="List the nodes in the file of [data] nodes instead",
        )
        return NodeSplit(nodes)
    found: list[tuple[str, str]] = []
    for pattern, country in patterns.items():
        meaning = names.meaning(country)
        names.saw(meaning)
        if meaning.kind == "unknown":
            like = names.nearest(country)
            notes.add(
                "error",
                "node-pattern",
                f"[data] node_patterns has '{pattern}' for '{country}', which is not a "
                f"{names.atlas.noun.one}",
                file="project.toml",
                remedy=f"Did you mean {like}?" if like else "Correct the country",
            )
        found.append((pattern.strip().casefold(), meaning.code))
    return NodeSplit(nodes, tuple(found))


def _excess_of_patterns(patterns: Mapping[str, str]) -> str:
    """What is too much of patterns, each of which is tried on each unknown node; else empty."""
    if len(patterns) > _MOST_PATTERNS:
        return f"{len(patterns):,} patterns"
    for pattern in patterns:
        if len(pattern) > _LONGEST_PATTERN:
            return f"one of {len(pattern):,} letters, '{pattern[:20]}…'"
        if pattern.count("*") + pattern.count("?") > _MOST_WILDCARDS:
            return f"'{pattern}', which has more '*' and '?'"
    return ""


def _read_nodes(file: str, path: Path, names: PlaceNames, notes: Notes) -> dict[str, Location]:
    wanted = Wanted(frozenset(name.casefold() for name in _COLUMNS), lambda _: False)
    grid = read_grid(path, file, wanted, notes)
    found = grid and match_columns(grid.headings, _COLUMNS, ("Node", "Country"), file, notes)
    if not grid or not found:
        return {}
    frame = pd.DataFrame({"row": grid.rows})
    for column, heading in found.items():
        frame[column] = relabel(categorical(grid.columns[heading]), tidy).astype(object)
    region = "Region" if "Region" in found else "City"
    if region not in found:
        notes.add("warning", "no-node-regions",
                  "the node split has no column Region or City: there are no figures by region",
                  file=file)  # fmt: skip
        frame[region] = ""
    frame = frame[(frame["Node"] != "") | (frame["Country"] != "")]
    _note_blank_nodes(frame, file, notes)
    frame = frame[(frame["Node"] != "") & (frame["Country"] != "")]
    return _located(frame, region, file, names, notes)


def _located(
    frame: pd.DataFrame, region: str, file: str, names: PlaceNames, notes: Notes
) -> dict[str, Location]:
    """Node → location; unknown countries and nodes in two places are noted."""
    nodes: dict[str, Location] = {}
    first_row: dict[str, int] = {}
    unknown: dict[str, int] = {}
    repeated: list[int] = []
    columns = (frame["row"], frame["Node"], frame["Country"], frame[region])
    for row, node, country, part in zip(*(column.tolist() for column in columns), strict=True):
        meaning = names.meaning(country)
        names.saw(meaning)
        if meaning.kind == "unknown":
            unknown.setdefault(country, row)
            continue
        location = Location(meaning.code, part)
        key = node.casefold()
        if key not in nodes:
            nodes[key] = location
            first_row[key] = row
        elif nodes[key] == location:
            repeated.append(row)
        else:
            notes.add(
                "error",
                "node-twice",
                f"node '{node}' is in two places: {country} {part} (row {row}) and "
                f"{nodes[key].place} {nodes[key].node_region} (row {first_row[key]})",
                file=file,
                cells=(first_row[key], row),
                remedy="Keep one of the two rows",
            )
    note_unknown(unknown, names, file, notes, "Country")
    numbers = np.array(repeated, dtype=np.int32)
    notes.cleaned(
        "duplicates",
        "nodes",
        f"{plural(len(repeated), 'exact repeat')} of other rows in {file}, dropped",
        len(repeated),
        source_rows([file], np.zeros_like(numbers), numbers, ROWS_NAMED),
    )
    return nodes


def _note_blank_nodes(frame: pd.DataFrame, file: str, notes: Notes) -> None:
    blank = frame[(frame["Node"] == "") | (frame["Country"] == "")]
    if len(blank):
        notes.add(
            "error",
            "blank-cells",
            f"{plural(len(blank), 'row')} without Node or Country: "
            f"{listing((f'row {row}' for row in blank['row']), 8)}",
            file=file,
            cells=blank["row"].tolist(),
            remedy="Fill in the cells, or delete the rows",
        )
