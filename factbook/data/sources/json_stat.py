"""JSON-stat 2.0 and 1.x data sets, and bundles of one: cubes of values with their code lists.

The members are those of the `JSON-stat format <https://json-stat.org/full/>`_. A row of the grid is
a value, numbered from 1 in the order of ``value``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pandas as pd
from numpy.typing import NDArray

from factbook.data.cleaning import Notes, plural
from factbook.data.grids.bounded import content_of, may_parse
from factbook.data.grids.grid import Grid, Wanted, heading
from factbook.data.sources import names
from factbook.data.sources.compression import unpacked
from factbook.data.sources.roles import Roles
from factbook.data.sources.sdmx import with_sdmx_roles

_MOST_CONTAINERS = 1_000_000
_LONGEST_TITLE = 200
_MOST_DIMENSIONS = 100
_MOST_STATUS = 80  # letters of a status
_VALUE, _STATUS, _UNIT = "OBS_VALUE", "OBS_STATUS", "UNIT_MEASURE"
_POWERS = ("multiplier", "multi")  # of ten; an open member of a unit


class _WrongError(Exception):
    """The file is no JSON-stat data set; the message says why."""


@dataclass(frozen=True, slots=True)
class _Dimension:
    """A dimension's id, its codes in order, and what is said of them."""

    name: str
    codes: tuple[str, ...]
    labels: Mapping[str, str]
    parents: Mapping[str, str]
    units: Mapping[str, Mapping[str, Any]]


def json_stat_grid(
    path: Path, shown: str, wanted: Wanted, _sheet: str | None, notes: Notes
) -> Grid | None:
    """The grid of a JSON-stat data set; None when an error was noted.

    Codes stand in its cells, and their labels in its roles. The unit is the label of the metric's
    unit, else its base, whose multiplier is applied.
    """
    content = unpacked(content_of(path, shown, notes), shown, notes)
    if content is None or not may_parse(content.count(b",") + 1, 1, shown, notes):
        return None
    try:
        dataset = _dataset(content)
        dimensions = _dimensions(dataset)
        at, values = _values(dataset, math.prod(len(each.codes) for each in dimensions))
        has_room = may_parse(len(values), len(dimensions) + 2, shown, notes)
        return _grid(dataset, dimensions, at, values, shown, wanted, notes) if has_room else None
    except _WrongError as error:
        notes.add(
            "error",
            "damaged-file",
            f"the file can't be read as JSON-stat: {error}",
            file=shown,
            allowed="a JSON-stat data set: id, size, dimension and value",
            remedy="Download it again as JSON-stat 2.0, or as CSV",
        )
        return None


def _dataset(content: bytes) -> Mapping[str, Any]:
    """The data set of a file; of a bundle of one (JSON-stat 1.x) that one."""
    if content.count(b"{") + content.count(b"[") > _MOST_CONTAINERS:
        raise _WrongError(f"it has more than {_MOST_CONTAINERS:,} lists and objects")
    try:
        root = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise _WrongError(str(error)) from None
    if not isinstance(root, dict):
        raise _WrongError("it is no object")
    if "dimension" not in root:
        sets = [each for each in root.values() if isinstance(each, dict) and "dimension" in each]
        if len(sets) != 1:
            raise _WrongError(f"it has {plural(len(sets), 'data set')} instead of one")
        root = sets[0]
    return root


def _dimensions(dataset: Mapping[str, Any]) -> tuple[_Dimension, ...]:
    known = dataset["dimension"]
    if not isinstance(known, dict):
        raise _WrongError("`dimension` is no object")
    ids = dataset.get("id", known.get("id"))
    sizes = dataset.get("size", known.get("size"))
    if not (_is_texts(ids) and isinstance(sizes, list) and len(ids) == len(sizes)):
        raise _WrongError("`id` and `size` are not two lists of the same length")
    if len(ids) > _MOST_DIMENSIONS or len(set(ids)) < len(ids):
        raise _WrongError(f"`id` names a dimension twice, or more than {_MOST_DIMENSIONS}")
    found = tuple(_dimension(name, known.get(name)) for name in ids)
    for each, size in zip(found, sizes, strict=True):
        if str(len(each.codes)) != str(size):  # some write the size as a text
            raise _WrongError(
                f"dimension '{each.name[:80]}' has {plural(len(each.codes), 'code')}, but its "
                f"size is {str(size)[:40]}"
            )
    return found


def _dimension(name: str, given: object) -> _Dimension:
    category = given.get("category") if isinstance(given, dict) else None
    if not isinstance(category, dict):
        raise _WrongError(f"dimension '{name[:80]}' has no `category`")
    labels = _texts(category.get("label"))
    index = category.get("index", list(labels))
    if isinstance(index, dict):
        if sorted(map(str, index.values())) != sorted(map(str, range(len(index)))):
            raise _WrongError(f"the indices of dimension '{name[:80]}' do not count from 0")
        index = sorted(index, key=index.__getitem__)
    if not _is_texts(index) or len(set(index)) < len(index):
        raise _WrongError(f"the codes of dimension '{name[:80]}' are no texts, or not each once")
    child = category.get("child")
    parents = {
        below: above
        for above, under in (child.items() if isinstance(child, dict) else ())
        for below in (under if _is_texts(under) else ())
    }
    unit = category.get("unit")
    units = {code: each for code, each in unit.items() if isinstance(each, dict)} \
        if isinstance(unit, dict) else {}  # fmt: skip
    return _Dimension(name, tuple(index), labels, parents, units)


def _is_texts(given: object) -> bool:
    return isinstance(given, list) and all(isinstance(each, str) for each in given)


def _texts(given: object) -> dict[str, str]:
    pairs = given.items() if isinstance(given, dict) else ()
    return {code: text for code, text in pairs if isinstance(text, str)}


def _by_position(given: object, size: int, what: str) -> tuple[NDArray[np.int64], list[Any]]:
    """Positions in the cube, and what is given for them: a list of all, or an object of some."""
    if isinstance(given, list):
        if len(given) != size:
            raise _WrongError(
                f"`{what}` has {plural(len(given), 'item')}, but the sizes make {size:,}"
            )
        return np.arange(size, dtype=np.int64), given
    if not isinstance(given, dict):
        raise _WrongError(f"`{what}` is no list and no object")
    wrong = [key for key in given if not (key.isdecimal() and len(key) < 19 and int(key) < size)]
    if wrong:
        raise _WrongError(f"`{what}` has the position {wrong[0][:40]!r} of {size:,}")
    return np.array([int(key) for key in given], dtype=np.int64), list(given.values())


def _values(dataset: Mapping[str, Any], size: int) -> tuple[NDArray[np.int64], list[Any]]:
    """Positions and values; a position without a value is a gap, which an object leaves out."""
    if size >= 2**62:
        raise _WrongError("the sizes make more positions than can be counted")
    at, values = _by_position(dataset.get("value"), size, "value")
    if any(isinstance(each, dict | list | bool) for each in values):
        raise _WrongError("`value` holds what is no number, no text and no null")
    return at, values


def _statuses(dataset: Mapping[str, Any], at: NDArray[np.int64], size: int) -> list[str] | None:
    """The status of each value, as a text; None if the file has none."""
    given = dataset.get("status")
    if given is None:
        return None
    if isinstance(given, list) and len(given) == 1:
        given = given[0]
    if isinstance(given, str):
        return [given[:_MOST_STATUS]] * len(at)
    where, found = _by_position(given, size, "status")
    by_position = dict(zip(where.tolist(), found, strict=True))
    return [
        "" if (each := by_position.get(p)) is None else str(each)[:_MOST_STATUS]
        for p in at.tolist()
    ]


def _grid(
    dataset: Mapping[str, Any], dimensions: Sequence[_Dimension], at: NDArray[np.int64],
    values: list[Any], shown: str, wanted: Wanted, notes: Notes,
) -> Grid:  # fmt: skip
    sizes = [len(each.codes) for each in dimensions]
    codes = _codes(at, sizes)
    columns: dict[str, pd.Series] = {}
    for each, own in zip(dimensions, codes, strict=True):
        categories = pd.Index(list(each.codes), dtype=object)
        columns[each.name] = pd.Series(pd.Categorical.from_codes(own, categories=categories))
    texts = ["" if v is None else v if isinstance(v, str) else float(v) for v in values]
    columns[_VALUE] = pd.Series(texts, dtype=object)
    statuses = _statuses(dataset, at, math.prod(sizes))
    if statuses is not None:
        columns[_STATUS] = pd.Series(statuses, dtype=object).astype("category")
    for each, own in zip(dimensions, codes, strict=True):
        if each.units:
            columns |= _units(each, own)
    notes.read_as(shown, "its values as rows, numbered from 1")
    keys = {t for t in columns if t.casefold() in wanted.keys or t == _VALUE or wanted.is_value(t)}
    grid = Grid(
        shown,
        tuple(columns),
        {text: cells for text, cells in columns.items() if text in keys},
        1,
        {text: cells for text, cells in columns.items() if text not in keys},
        format="json-stat",
        published=str(dataset.get("updated") or ""),
        title=heading(dataset.get("label") or "")[:_LONGEST_TITLE],
    )
    ids = [each.name for each in dimensions]
    return with_sdmx_roles(grid, notes, key=ids, given=_roles(dataset, dimensions))


def _codes(at: NDArray[np.int64], sizes: Sequence[int]) -> list[NDArray[np.int64]]:
    """Position on each dimension, the last of which varies fastest."""
    found = []
    for size in reversed(sizes):
        found.append(at % size)
        at = at // size
    return found[::-1]


def _units(each: _Dimension, codes: NDArray[np.int64]) -> dict[str, pd.Series]:
    """Columns of units and of powers of ten, by the code of each value."""
    texts, powers = [], []
    for code in each.codes:
        unit = each.units.get(code, {})
        label = next((str(unit[k]) for k in ("label", "base", "symbol") if unit.get(k)), "")
        power = next((unit[name] for name in _POWERS if isinstance(unit.get(name), int)), 0)
        texts.append(label)
        powers.append("0" if unit.get("label") else str(power))
    found = {_UNIT: texts, names.MULTIPLIER.upper(): powers}
    return {name: pd.Series(np.array(of, dtype=object)[codes], dtype=object).astype("category")
            for name, of in found.items() if any(of)}  # fmt: skip


def _roles(dataset: Mapping[str, Any], dimensions: Sequence[_Dimension]) -> Roles:
    """What ``role`` says of the dimensions, and their code lists."""
    inside = dataset["dimension"].get("role")
    given = dataset.get("role", inside if isinstance(inside, dict) else {})
    ids = [each.name for each in dimensions]

    def one(role: str) -> str:
        named = given.get(role) if isinstance(given, dict) else None
        if not isinstance(named, list) or len(named) != 1 or named[0] not in ids:
            return ""
        return str(named[0])

    return replace(
        Roles(),
        place=one("geo"),
        period=one("time"),
        measure=one("metric"),
        value=_VALUE,
        labels={each.name: each.labels for each in dimensions if each.labels},
        parents={each.name: each.parents for each in dimensions if each.parents},
    )
