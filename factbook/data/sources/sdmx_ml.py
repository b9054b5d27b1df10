"""SDMX-ML: generic and structure-specific data messages, read from their XML as it streams.

The elements are those of `SDMX 2.1 <https://github.com/sdmx-twg/sdmx-ml-v2_1>`_, 2.0 and
`3.0 <https://github.com/sdmx-twg/sdmx-ml>`_, told by their local names. A row of the grid is an
observation, numbered from 1 in the order of the file, as an XML file has no rows and often one
line.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from xml.parsers import expat

import pandas as pd

from factbook.data.cleaning import Notes
from factbook.data.grids.bounded import content_of, may_parse
from factbook.data.grids.grid import Grid, Wanted, heading
from factbook.data.sources.compression import unpacked
from factbook.data.sources.names import ATTRIBUTES
from factbook.data.sources.observations import Observations, TooManyCellsError
from factbook.data.sources.sdmx import with_sdmx_roles

_CHUNK_BYTES = 1 << 18
_MOST_TAG_BYTES = 4_000_000
_MOST_DEEP = 64
_MOST_NAMES = 50_000
_MOST_TEXT = 2_000  # letters of a text between tags
_TIME = "TIME_PERIOD"
_VALUE = "OBS_VALUE"
_ROOTS = ("GenericData", "GenericTimeSeriesData", "StructureSpecificData",
          "StructureSpecificTimeSeriesData", "CompactData")  # fmt: skip
_ELSEWHERE = frozenset((_TIME, _VALUE, "OBS_STATUS", "OBS_FLAG", "CONF_STATUS", "UNIT_MULT",
                        "UNIT_MEASURE"))  # fmt: skip


class _RefusedError(Exception):
    """What must not be read further: a stable name and what was found."""

    def __init__(self, code: str, found: str, allowed: str = "") -> None:
        super().__init__(found)
        self.code = code
        self.allowed = allowed


def sdmx_ml_grid(
    path: Path, shown: str, wanted: Wanted, _sheet: str | None, notes: Notes
) -> Grid | None:
    """The grid of an SDMX-ML data message; None when an error was noted.

    Document type declarations are refused, and with them all entities.
    """
    content = unpacked(content_of(path, shown, notes), shown, notes)
    if content is None:
        return None
    message = _Message(notes.room.cells_left)
    try:
        _parse(content, message)
        columns = message.columns()
    except (_RefusedError, TooManyCellsError, expat.ExpatError, ValueError, LookupError) as error:
        _note(error, shown, notes)
        return None
    if not may_parse(message.rows.count, len(columns), shown, notes):
        return None
    notes.read_as(shown, "its observations as rows, numbered from 1")
    return _grid(shown, columns, message, wanted, notes)


def _grid(
    shown: str, columns: Mapping[str, pd.Categorical], message: _Message, wanted: Wanted,
    notes: Notes,
) -> Grid:  # fmt: skip
    headings = tuple(columns)
    wanted, _ = wanted.for_headings(headings)
    kept: dict[str, pd.Series] = {}
    others: dict[str, pd.Series] = {}
    for name, cells in columns.items():
        if name == _VALUE or wanted.is_value(name):
            kept[name] = pd.Series(cells.astype(object), dtype=object)
        elif name.casefold() in wanted.keys:
            kept[name] = pd.Series(cells)
        else:
            others[name] = pd.Series(cells)
    key = [name for name in headings if name in message.key]
    grid = Grid(
        *(shown, headings, kept, 1, others),
        format="sdmx-ml",
        published=message.prepared,
        title=message.name,
    )
    return with_sdmx_roles(grid, notes, key=key)


def _parse(content: bytes, message: _Message) -> None:
    """Read a message; what an element may cost is bounded before it is complete."""
    names: dict[str, str] = {}
    parser = expat.ParserCreate(namespace_separator=" ", intern=names)
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = message.start
    parser.EndElementHandler = message.end
    parser.CharacterDataHandler = message.text
    for first in range(0, len(content), _CHUNK_BYTES):
        chunk = content[first : first + _CHUNK_BYTES]
        parser.Parse(chunk, False)
        if first + len(chunk) - max(parser.CurrentByteIndex, 0) > _MOST_TAG_BYTES:
            allowed = f"at most {_MOST_TAG_BYTES:,} bytes between < and >"
            raise _RefusedError("long-tag", "an element has too many attributes", allowed)
        if len(names) > _MOST_NAMES:
            raise _RefusedError(
                "too-many-names",
                f"it has more than {_MOST_NAMES:,} names of elements and attributes",
            )
    parser.Parse(b"", True)


def _refuse_doctype(*_: object) -> None:
    raise _RefusedError(
        "doctype",
        "it contains a DOCTYPE declaration, whose entities could read other files",
        "XML without such a declaration",
    )


def _note(error: Exception, shown: str, notes: Notes) -> None:
    """The finding for what ended the reading."""
    code, allowed, what = "damaged-file", "", f"the file can't be read as SDMX-ML: {error}"
    remedy = "Download it again, or as SDMX-CSV"
    if isinstance(error, _RefusedError):
        code, allowed, what = error.code, error.allowed, f"the file is refused: {error}"
    elif isinstance(error, TooManyCellsError):
        code, what = "too-many-cells", f"the file has {error}"
        allowed = (
            f"at most {notes.room.limits.max_data_cells:,} cells of data in all "
            "(limits.max_data_cells)"
        )
        remedy = "Download only the series and periods that the report needs"
    notes.add("error", code, what, file=shown, allowed=allowed, remedy=remedy)


class _Message:
    """What has been read of a message. Its methods are called by the parser.

    Attributes:
        rows: The observations.
        key: Names that identify series and observations.
        prepared: When the message was made, as its header says.
        name: What its header calls it.
    """

    def __init__(self, most_cells: int) -> None:
        self.rows = Observations(most_cells)
        self.key: dict[str, None] = {}
        self.prepared = ""
        self.name = ""
        self._path: list[str] = []
        self._in_data = False
        self._is_generic = False
        self._time = _TIME
        self._groups: list[tuple[dict[str, str], dict[str, str]]] = []
        self._all: dict[str, str] = {}
        self._series: dict[str, str] | None = None
        self._own: dict[str, str] = {}
        self._group: tuple[dict[str, str], dict[str, str]] = ({}, {})
        self._is_begun = False
        self._texts: list[str] = []
        self._said: list[str] = []

    def start(self, full_name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        name = full_name.rpartition(" ")[2]
        path = self._path
        path.append(name)
        if len(path) > _MOST_DEEP:
            raise _RefusedError("deep-xml", f"its elements are more than {_MOST_DEEP} deep")
        if len(path) == 1:
            self._begin_message(name)
        elif name == "Structure" and path[-2] == "Header":
            self._time = attributes.get("dimensionAtObservation", _TIME)
        elif name == "DataSet" and len(path) == 2:
            self._begin_data(attributes)
        elif self._in_data:
            self._texts = []
            if self._is_generic:
                self._start_generic(name, attributes)
            else:
                self._start_specific(name, attributes)

    def end(self, full_name: str) -> None:
        """An element ends."""
        name = full_name.rpartition(" ")[2]
        if self._in_data:
            if name == "Obs":
                self._add()
            elif name == "Series":
                self._series = None
            elif name == "Group" and self._is_generic:
                self._groups.append(self._group)
            elif name == "Time" and self._is_generic:  # of SDMX 2.0
                self._own[_TIME] = "".join(self._texts).strip()
            elif name == "DataSet" and len(self._path) == 2:
                self._end_data()
        elif name == "Prepared" and self._path[1:2] == ["Header"]:
            self.prepared = "".join(self._texts).strip()
        elif name == "Name" and self._path[1:-1] == ["Header"] and not self.name:
            self.name = heading("".join(self._texts))
        elif name == "Text" and "Footer" in self._path:
            self._said.append("".join(self._texts).strip())
        self._path.pop()
        self._texts = []

    def text(self, text: str) -> None:
        """A part of a text between tags."""
        if len(self._texts) < _MOST_TEXT:
            self._texts.append(text[:_MOST_TEXT])

    def columns(self) -> dict[str, pd.Categorical]:
        """Name → labels of all observations.

        Raises:
            ValueError: There are none.
            TooManyCellsError: There are too many.
        """
        if not self.rows.count:
            said = f"; its footer says: {' '.join(self._said)[:200]}" if self._said else ""
            raise ValueError(f"it has no observations{said}")
        found = self.rows.columns()
        order = [*self.key, _TIME, _VALUE]
        return {name: found[name] for name in dict.fromkeys((*order, *found)) if name in found}

    def _begin_message(self, name: str) -> None:
        if name not in _ROOTS and not name.endswith("Data"):
            raise ValueError(
                f"its outermost element is {name[:80]}, not one of {', '.join(_ROOTS)}"
            )
        self._is_generic = name.startswith("Generic")

    def _begin_data(self, attributes: Mapping[str, str]) -> None:
        self._in_data = True
        self._groups = []
        self._all = {} if self._is_generic else _plain(attributes)
        if not self._is_generic and self._time not in (_TIME, "AllDimensions"):
            self.key.setdefault(self._time)

    def _end_data(self) -> None:
        """Give the series what their groups and the whole set say."""
        if not self._is_generic:  # only now is it known which names are of the key
            self._groups = [
                ({n: t for n, t in said.items() if n in self.key},
                 {n: t for n, t in said.items() if n not in self.key})
                for _, said in self._groups
            ]  # fmt: skip
        self.rows.describe(self._groups)
        if self._all:
            self.rows.describe([({}, self._all)])
        self._in_data = False

    def _start_specific(self, name: str, attributes: Mapping[str, str]) -> None:
        """Structure-specific data: all in attributes of Series, Obs and Group."""
        if name == "Series":
            self._begin_series(_plain(attributes))
        elif name == "Obs":
            self._own = _plain(attributes)
        elif name == "Group" or (name.endswith("Group") and self._path[-2] == "DataSet"):
            self._groups.append(({}, _plain(attributes)))

    def _start_generic(self, name: str, attributes: Mapping[str, str]) -> None:
        """Generic data: names and values in elements Value."""
        above = self._path[-2]
        if name == "Series":
            self._series, self._is_begun = {}, False
        elif name == "Obs":
            self._own = {}
        elif name == "Group":
            self._group = ({}, {})
        elif name == "ObsDimension":
            identity = attributes.get("id", self._time)
            self._own[identity] = attributes.get("value", "")
            if identity != _TIME:
                self.key.setdefault(identity)
        elif name == "ObsValue":
            self._own[_VALUE] = attributes.get("value", "")
        elif name == "Value":
            into = self._into(above)
            identity = attributes.get("id") or attributes.get("concept") or ""
            if into is not None and identity:
                into[identity] = attributes.get("value", "")
                if above in ("SeriesKey", "ObsKey") and identity != _TIME:
                    self.key.setdefault(identity)

    def _into(self, above: str) -> dict[str, str] | None:
        """Where an element Value belongs."""
        if above == "ObsKey" or (above == "Attributes" and "Obs" in self._path):
            return self._own
        if above == "SeriesKey" or (above == "Attributes" and "Series" in self._path):
            return self._series
        if above == "GroupKey":
            return self._group[0]
        if above == "Attributes":
            return self._group[1] if "Group" in self._path else self._all
        return None

    def _begin_series(self, texts: dict[str, str]) -> None:
        self._series = texts
        self._is_begun = False
        for name in texts:
            if not _is_attribute(name):
                self.key.setdefault(name)

    def _add(self) -> None:
        """An observation is complete."""
        if self._series is None and not self._is_generic:  # flat: it has all dimensions itself
            self.key |= {name: None for name in self._own if not _is_attribute(name)}
        own_key: dict[str, str] = {}
        if not self.key.keys().isdisjoint(self._own):
            own_key = {name: text for name, text in self._own.items() if name in self.key}
        if own_key or not self._is_begun:  # groups may speak of any dimension
            self.rows.begin((self._series or {}) | own_key)
            self._is_begun = not own_key
            self._own = {name: text for name, text in self._own.items() if name not in own_key}
        self.rows.add(self._own)


def _is_attribute(name: str) -> bool:
    """Whether a name is known to tell no figures apart."""
    return name in _ELSEWHERE or name.casefold() in ATTRIBUTES


def _plain(attributes: Mapping[str, str]) -> dict[str, str]:
    """An element's attributes without those of a namespace (``xsi:type``, ``ss:structureRef``)."""
    return {name: text for name, text in attributes.items() if " " not in name}
