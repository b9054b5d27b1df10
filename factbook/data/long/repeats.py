"""Repeated rows: dropped if they agree, an error if they do not."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from factbook.data.cleaning import Notes, listing, plural
from factbook.data.grids.values import shown
from factbook.data.labels import group_ids
from factbook.data.places.gazetteer import gazetteer
from factbook.data.places.places import PlaceNames
from factbook.data.rows import period_text, rows_named
from factbook.names import name_key

_EXAMPLES = 3
_CLASHES_READ = 5000
"""Most conflicting figures that are examined; beyond them, only their number is reported."""


def without_repeats(
    rows: pd.DataFrame,
    keys: Sequence[str],
    table: str,
    files: Sequence[str],
    notes: Notes,
    hint: Callable[[Sequence[Sequence[int]]], str] = lambda _: "",
) -> pd.DataFrame:
    """Rows, one for each key; exact repeats are dropped and counted.

    Two values for one key are an error; if two names became one place, it names both.

    Args:
        rows: Rows of the long form.
        keys: Columns that identify a figure.
        table: Name of the table.
        files: Names of its files.
        notes: Collects findings and cleanings.
        hint: Numbers of the rows of each figure with two values → what distinguishes them and the
            remedy, or nothing.
    """
    frame = pd.DataFrame({"key": group_ids(rows, keys), "value": rows["value"].to_numpy()})
    again = frame["key"].duplicated(keep=False).to_numpy()
    if not again.any():  # as in most tables
        return rows
    if "variant" in rows:
        frame["variant"] = rows["variant"].cat.codes.to_numpy()
    repeated = np.zeros(len(frame), dtype=bool)
    repeated[again] = frame[again].duplicated(keep="first")
    if repeated.any():
        dropped = rows[repeated]
        notes.cleaned(
            "duplicates",
            table,
            f"{plural(len(dropped), 'exact repeat')} of other rows of {table}, dropped",
            len(dropped),
            rows_named(dropped, files),
        )
        rows = rows[~repeated].reset_index(drop=True)
        frame = frame[~repeated].reset_index(drop=True)
    clash = frame["key"].duplicated(keep=False).to_numpy()
    if clash.any():
        _note_clashes(rows[clash], frame["key"].to_numpy()[clash], files, notes, hint)
    return rows


def note_joined_names(
    rows: pd.DataFrame,
    keys: Sequence[str],
    names: PlaceNames,
    table: str,
    files: Sequence[str],
    notes: Notes,
) -> None:
    """Warn of names that became one place without ever having the same figure.

    Great Britain until 2020 and United Kingdom from 2021 would silently become one series. Names
    that the user renamed to one, and spellings that differ in case, do not count.
    """
    pairs = rows[~pd.Series(group_ids(rows, ["place", "name"])).duplicated().to_numpy()]
    by_place: dict[str, dict[str, list[str]]] = {}
    for place, name in zip(pairs["place"].tolist(), pairs["name"].tolist(), strict=True):
        renamed = name_key(names.meaning(name).name)
        by_place.setdefault(place, {}).setdefault(renamed, []).append(name)
    several = {place: found for place, found in by_place.items() if len(found) > 1}
    for place, found in several.items():
        here = rows[(rows["place"] == place).to_numpy()]
        if _share_a_key(here, keys, list(found.values())):
            continue  # equal values are repeats, others an error
        called = [spellings[0] for spellings in found.values()]
        notes.add(
            "warning",
            "joined-names",
            f"{' and '.join(map(repr, called))} both mean {place}, and are in different rows of "
            f"{table}: their rows are read as one place",
            file=listing(files, 3),
            cells=pairs["row"][(pairs["place"] == place).to_numpy()].tolist(),
            remedy=f'If they are one place, set rename = {{ "{called[0]}" = "{called[1]}" }} under '
            f'[places] in project.toml; if not, drop = ["{_to_drop(place, called)}"]',
        )


def _share_a_key(rows: pd.DataFrame, keys: Sequence[str], groups: list[list[str]]) -> bool:
    """Whether two groups of names each have a row for the same figure."""
    ids = group_ids(rows, keys)
    taken: set[int] = set()
    for spellings in groups:
        own = set(ids[rows["name"].isin(spellings).to_numpy()].tolist())
        if own & taken:
            return True
        taken |= own
    return False


def _to_drop(place: str, found: Sequence[str]) -> str:
    """The name that differs from the place's usual one."""
    usual = name_key(gazetteer().names.get(place, place))
    return min(found, key=lambda name: (name_key(name) == usual, name))


def _note_clashes(
    rows: pd.DataFrame,
    ids: NDArray[np.int64],
    files: Sequence[str],
    notes: Notes,
    hint: Callable[[Sequence[Sequence[int]]], str],
) -> None:
    """Errors for figures that have two values: by pair of source names, then the others."""
    every = np.unique(ids)
    read = np.isin(ids, every[:_CLASHES_READ])
    more = " or more" if len(every) > _CLASHES_READ else ""
    clashing = rows[read].assign(key=ids[read]).sort_values(["key", "file", "row"], kind="stable")
    by_names: dict[tuple[str, ...], list[pd.DataFrame]] = {}
    for _, group in clashing.groupby("key", sort=True, observed=True, dropna=False):
        found = sorted(set(group["name"].tolist())) if "name" in group else [""]
        by_names.setdefault(tuple(found), []).append(group)
    same = [group for names, groups in by_names.items() if len(names) == 1 for group in groups]
    for names, groups in by_names.items():
        if len(names) > 1:
            _note_two_names(names, groups, more, files, notes)
    if same:
        notes.add(
            "error",
            "two-values",
            f"{plural(len(same), 'figure')}{more} with two values: {_clashes(same, files)}",
            file=_files_of(same, files),
            cells=[row for group in same for row in group["row"].tolist()],
            remedy=hint([group["row"].tolist() for group in same])
            or "Keep one row of each" + _variants(same),
        )


def _note_two_names(
    names: tuple[str, ...],
    groups: Sequence[pd.DataFrame],
    more: str,
    files: Sequence[str],
    notes: Notes,
) -> None:
    code = str(groups[0]["place"].iloc[0])
    drop = _to_drop(code, names)
    notes.add(
        "error",
        "two-names",
        f"{' and '.join(map(repr, names))} both mean {code} and differ in "
        f"{plural(len(groups), 'figure')}{more}: {_clashes(groups, files)}",
        file=_files_of(groups, files),
        cells=[row for group in groups for row in group["row"].tolist()],
        remedy=f'Set drop = ["{drop}"] under [places] in project.toml, or rename one of them '
        "under [places] rename",
    )


def _files_of(groups: Sequence[pd.DataFrame], files: Sequence[str]) -> str:
    indices = {index for group in groups for index in group["file"].tolist()}
    return listing((files[index] for index in sorted(indices)), 3)


def _variants(groups: Sequence[pd.DataFrame]) -> str:
    """A hint for results with several bands, time slices, samples or phases."""
    if "variant" not in groups[0]:
        return ""
    variants = dict.fromkeys(v for group in groups for v in group["variant"].tolist())
    return f": they belong to {listing(variants, 6)}" if len(variants) > 1 else ""


def _clashes(groups: Sequence[pd.DataFrame], files: Sequence[str]) -> str:
    text = "; ".join(_clash(group, files) for group in groups[:_EXAMPLES])
    return text + ("; …" if len(groups) > _EXAMPLES else "")


def _clash(group: pd.DataFrame, files: Sequence[str]) -> str:
    """The values of one figure, each with its row: ``Austria Gas 2015: 1 (row 5), 2 (row 9)``."""
    first = group.iloc[0]
    columns = ("collection", "child", "subject", "metric", "unit")
    parts = [
        _place(group),
        *(str(first[c]) for c in columns if c in first and first[c] not in ("", "-")),
    ]
    several = len(set(group["file"].tolist())) > 1
    values = ", ".join(
        f"{shown(value)} (row {row}{f' of {files[index]}' if several else ''})"
        for value, row, index in zip(group["value"], group["row"], group["file"], strict=True)
    )
    return f"{' '.join(parts).strip()} {period_text(int(first['period']))}: {values}"


def _place(group: pd.DataFrame) -> str:
    """The name of a figure's place in the source, or its code if it has two names."""
    if "name" not in group:
        return ""
    names = set(group["name"].tolist())
    return str(names.pop() if len(names) == 1 else group["place"].iloc[0])
