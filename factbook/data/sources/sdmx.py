"""Roles of the columns of SDMX tables: SDMX-CSV 1.0 and 2.0, SDMX-ML, Eurostat's TSV."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

import numpy as np
import pandas as pd

from factbook.data.cleaning import Notes, listing, plural
from factbook.data.grids.grid import Grid
from factbook.data.labels import categorical, relabel
from factbook.data.sources import names
from factbook.data.sources.names import first_of, id_of
from factbook.data.sources.roles import Roles

_LARGEST_POWER = 30
_SHOWN_CONSTANTS = 12
_IS_PLAIN = re.compile(r"[+-]?[\d.,]*\d\.?").fullmatch
_IS_POWER = re.compile(r"[+-]?\d{1,2}").fullmatch

Labels = dict[str, pd.Categorical]


@dataclass(frozen=True, slots=True)
class _Coded:
    """The columns of labels with codes alone in their cells, and the labels of the codes."""

    columns: Labels
    labels: dict[str, dict[str, str]]
    names: frozenset[str]  # columns that hold the labels of others


def with_sdmx_roles(
    grid: Grid, notes: Notes, key: Collection[str] | None = None, given: Roles | None = None
) -> Grid:
    """A table of SDMX with the roles of its columns.

    Codes and labels in one cell (``AT: Austria``) or in neighbouring columns (``geo`` and
    ``Geopolitical entity``) are told apart: the codes stay in the grid, the labels in its roles.
    Values are multiplied by ten to the power of UNIT_MULT, which is what it says of them
    (SDMX cross-domain code lists, CL_UNIT_MULT).

    Which dimension is the category is proposed only where it cannot be another one.

    Args:
        grid: The table; its columns of labels are categories.
        notes: Collects findings and how the file was read.
        key: Headings of the dimensions, if the format says them; else those left of the value that
            are no known attributes.
        given: Roles that the format itself states.
    """
    coded = _coded(grid)
    if not _has_rows_to_keep(coded.columns, grid, notes):
        return grid
    base = given or Roles()
    by_id = {id_of(text).casefold(): text for text in grid.headings if text not in coded.names}
    several = {
        text: cells
        for text, cells in coded.columns.items()
        if text not in coded.names and _members(cells) > 1
    }
    known = replace(
        base,
        format=grid.format,
        place=base.place or first_of(names.PLACES, by_id),
        period=base.period or ("" if _periods(grid) else first_of(names.PERIODS, by_id)),
        value=base.value or by_id.get("obs_value", ""),
        unit=base.unit or first_of(names.UNITS, by_id),
        status=base.status or first_of(names.STATUSES, by_id),
        confidentiality=base.confidentiality or by_id.get(names.CONFIDENTIALITY, ""),
        periods_in_columns=_periods(grid),
        labels={**coded.labels, **base.labels},
    )
    dimensions = tuple(_dimensions(grid, several, known, key))
    roles = _with_breakdown(replace(known, dimensions=dimensions), several)
    roles = replace(roles, constants=_constants(coded, roles, key, notes, grid.file))
    return _filled(_multiplied(grid, coded, by_id, roles, notes), coded, roles)


def _periods(grid: Grid) -> bool:
    return grid.format == "eurostat-tsv"


def _coded(grid: Grid) -> _Coded:
    """Codes apart from labels."""
    cells = {**grid.others, **grid.columns}
    columns = {
        text: categorical(column)
        for text, column in cells.items()
        if isinstance(column.dtype, pd.CategoricalDtype)
    }
    labels: dict[str, dict[str, str]] = {}
    for text, column in columns.items():
        if ":" in text and grid.format == "sdmx-csv":
            pairs = (member.partition(": ") for member in column.categories)
            labels[text] = {code: label for code, colon, label in pairs if colon}
            columns[text] = relabel(column, lambda member: member.partition(": ")[0])
    named = dict(_pairs(grid.headings)) or dict(_named_pairs(grid.headings, columns))
    for code, name in named.items():
        if code in columns and name in columns:
            labels[code] = _labels(columns[code], columns[name])
    return _Coded(columns, {text: found for text, found in labels.items() if found},
                  frozenset(named.values()))  # fmt: skip


def _pairs(headings: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Column of codes and column of their labels: each pair to the right of STRUCTURE_NAME."""
    ids = [text.casefold() for text in headings]
    if "structure_name" not in ids:
        return
    yield headings[ids.index("structure_name") - 1], headings[ids.index("structure_name")]
    rest = [h for h in headings[ids.index("structure_name") + 1 :] if h.casefold() != "action"]
    yield from zip(rest[::2], rest[1::2], strict=False)


def _named_pairs(headings: tuple[str, ...], columns: Labels) -> Iterator[tuple[str, str]]:
    """Column of codes and the column of words right of it, one for each code.

    Its heading is the same but for case, or has a blank, which no id of SDMX has: two dimensions
    whose members happen to go together stay two.
    """
    for code, name in pairwise(headings):
        is_named = " " in name.strip() or code.casefold() == name.casefold()
        if ":" in name or not is_named or name.casefold() in names.ATTRIBUTES:
            continue
        if code in columns and name in columns:
            found = _labels(columns[code], columns[name])
            if len(found) == len(set(found.values())) == _members(columns[code]):
                yield code, name


def _labels(codes: pd.Categorical, words: pd.Categorical) -> dict[str, str]:
    """Code → label, of the codes that have exactly one."""
    both = pd.DataFrame({"code": codes.codes, "word": words.codes}).drop_duplicates()
    once = both[~both["code"].duplicated(keep=False)]
    code, word = codes.categories.tolist(), words.categories.tolist()
    pairs = zip(once["code"].tolist(), once["word"].tolist(), strict=True)
    return {code[at]: word[to] for at, to in pairs if at >= 0 and to >= 0 and word[to].strip()}


def _members(cells: pd.Categorical) -> int:
    return len(np.unique(np.asarray(cells.codes)))


def _has_rows_to_keep(columns: Labels, grid: Grid, notes: Notes) -> bool:
    """Whether no row orders that figures be deleted (ACTION ``D`` of SDMX-CSV 2.0)."""
    for text, cells in columns.items():
        if id_of(text).casefold() != "action" or grid.format != "sdmx-csv":
            continue
        deletes = np.array([c.casefold().startswith("d") for c in cells.categories] or [False])
        at = np.flatnonzero(deletes[cells.codes]) if len(cells) else np.array([], dtype=int)
        if len(at):
            notes.add(
                "error",
                "deleted-rows",
                f"{plural(len(at), 'row')} with ACTION 'D', which delete figures of another file",
                file=grid.file,
                cells=grid.rows[at].tolist(),
                allowed="rows with figures: ACTION I, A, M or R",
                remedy="Download the whole table instead of its changes",
            )
            return False
    return True


def _dimensions(
    grid: Grid, several: Labels, known: Roles, key: Collection[str] | None
) -> Iterator[str]:
    """Columns with several members that tell figures apart, without the periods'."""
    value_at = grid.headings.index(known.value) if known.value in grid.headings else None
    left = grid.headings if value_at is None else grid.headings[:value_at]
    for text in several:
        identity = id_of(text).casefold()
        if text in (known.period, known.value, known.status, known.confidentiality):
            continue
        if text in (known.place, known.unit) or identity in ("structure_id", "dataflow"):
            yield text
        elif key is not None:
            if text in key:
                yield text
        elif text in left and identity not in (*names.ATTRIBUTES, names.MULTIPLIER):
            yield text


def _with_breakdown(roles: Roles, several: Labels) -> Roles:
    """The roles with the measure, and the category if one dimension alone can be it."""
    taken = {roles.place, roles.unit}
    free = [text for text in roles.dimensions if text not in taken]
    identities = {id_of(text).casefold(): text for text in free}
    measure = roles.measure or first_of(names.MEASURES, identities)
    measure = measure or next((t for i, t in identities.items() if i.startswith("indic")), "")
    parts = [text for i, text in identities.items() if text != measure]
    can_be = [text for text in parts if id_of(text).casefold() not in names.NO_BREAKDOWNS]
    category = roles.category or (can_be[0] if len(can_be) == 1 else "")
    scenarios = tuple(text for i, text in identities.items() if i in ("model", "scenario"))
    return replace(roles, measure=measure, category=category, scenarios=scenarios)


def _constants(
    coded: _Coded, roles: Roles, key: Collection[str] | None, notes: Notes, file: str
) -> Mapping[str, str]:
    """The dimensions' columns with one member in all rows, which the annex names."""
    found: dict[str, str] = {}
    for text, cells in coded.columns.items():
        is_about_file = id_of(text).casefold() in names.ATTRIBUTES
        is_dimension = text in key if key is not None else text not in (
            roles.value, roles.period, roles.status, roles.confidentiality
        )  # fmt: skip
        if text in coded.names or is_about_file or not is_dimension:
            continue
        members = np.unique(np.asarray(cells.codes))
        if len(members) == 1 and members[0] >= 0 and cells.categories[members[0]].strip():
            found[text] = cells.categories[members[0]]
    alone = [f"{text} = {code}" for text, code in found.items() if text != roles.place]
    if alone:
        notes.read_as(file, f"one member in all rows: {listing(alone, _SHOWN_CONSTANTS)}")
    return found


def _multiplied(
    grid: Grid, coded: _Coded, by_id: Mapping[str, str], roles: Roles, notes: Notes
) -> Grid:
    """The grid with its values in units, if UNIT_MULT says that they are in tens of them."""
    heading = by_id.get(names.MULTIPLIER, "")
    cells = coded.columns.get(heading)
    if cells is None or roles.value not in grid.columns:
        return grid
    members = [str(member).strip() for member in cells.categories]
    wrong = [m for m in members if m and not (_IS_POWER(m) and abs(int(m)) <= _LARGEST_POWER)]
    if wrong:
        bad = np.array([member in wrong for member in members])[cells.codes]
        notes.add(
            "error",
            "unit-multiplier",
            f"{heading} holds {listing(map(repr, wrong), 8)}",
            file=grid.file,
            cells=grid.rows[np.flatnonzero(bad)].tolist(),
            allowed=f"powers of ten from -{_LARGEST_POWER} to {_LARGEST_POWER}, such as 6 for "
            "millions",
            remedy="Correct the cells, or delete the column if the values are in units",
        )
        return grid
    powers = np.array([int(member or 0) for member in members] or [0])[cells.codes]
    if not powers.any():
        return grid
    notes.read_as(grid.file, f"values multiplied by ten to the power of {heading}")
    values = grid.columns[roles.value]
    scaled = [
        _scaled(value, power) for value, power in zip(values.tolist(), powers.tolist(), strict=True)
    ]
    return replace(grid, columns={**grid.columns, roles.value: pd.Series(scaled, dtype=object)})


def _scaled(value: object, power: int) -> object:
    """A cell times ten to a power: exactly, as a text is given an exponent."""
    if not power or value is None:
        return value
    if isinstance(value, int | float):
        return value if not math.isfinite(value) else float(f"{Decimal(repr(value)):f}e{power}")
    text = str(value).strip()
    return f"{text}e{power}" if _IS_PLAIN(text) else value


def _filled(grid: Grid, coded: _Coded, roles: Roles) -> Grid:
    """The grid with the columns of all roles among its columns, and codes in their cells."""
    wanted = {*roles.columns.values(), *roles.dimensions}
    columns = dict(grid.columns)
    others = dict(grid.others)
    for text, cells in coded.columns.items():
        if text in columns or text in wanted:
            others.pop(text, None)
            columns[text] = pd.Series(cells)
        elif text in others:
            others[text] = pd.Series(cells)
    return replace(grid, columns=columns, others=others, roles=roles)
