"""From rows of PLEXOS results to the countries and regions of their nodes."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pandas as pd

from factbook.config.project_config import ProjectConfig
from factbook.data.cleaning import Notes, listing, plural
from factbook.data.labels import constant, relabel
from factbook.data.places.gazetteer import gazetteer
from factbook.data.places.nodes import NodeSplit
from factbook.data.rows import rows_named
from factbook.measures.measures import Measures

_TABLE = "PLEXOS"
_MOST_TRIES = 1_000_000
"""How often a pattern is tried on a name: some 20 s at worst."""

_CODE = re.compile(r"(?:\d+[ _-]+)?([A-Z]{2})(?![A-Za-z])")
_WORD = re.compile(r"[^\W\d_]+")
_TECHNOLOGIES = frozenset(("CC", "GT", "PS", "PV", "ST"))
"""Kinds of plants whose abbreviation is also the code of a country."""


def placed(
    rows: pd.DataFrame,
    split: NodeSplit,
    config: ProjectConfig,
    files: tuple[str, ...],
    measures: Measures,
    notes: Notes,
) -> pd.DataFrame:
    """Rows with ``place`` and ``node``; rows without a known node are listed and left out.

    Without node split and patterns the results belong to a single system: the region.
    """
    if not split.nodes and not split.patterns:
        if not config.data.nodes and not config.data.node_patterns:
            _note_single_system(rows, config, files, notes)
        return _checked_ratios(
            rows.assign(
                place=constant(config.region.name, len(rows)), node=constant("", len(rows))
            ),
            files,
            measures,
            notes,
        )
    children: list[str] = rows["child"].cat.categories.tolist()
    if len(children) * len(split.patterns) > _MOST_TRIES:
        notes.add(
            "error",
            "node-patterns",
            f"[data] node_patterns has {len(split.patterns):,} patterns, and the results "
            f"{len(children):,} names to try them on",
            file="project.toml",
            allowed=f"at most {_MOST_TRIES:,} tries",
            remedy="List the nodes in the file of [data] nodes instead",
        )
        return rows[:0].assign(place=constant("", 0), node=constant("", 0))
    locations = {child: split.locate(child) for child in children}
    codes = rows["child"].cat.codes.to_numpy()
    known = np.array([locations[child] is not None for child in children] or [False])[codes]
    _note_unmatched(rows, known, files, notes)
    places = {child: found.place for child, found in locations.items() if found}
    nodes = {child: found.node_region for child, found in locations.items() if found}
    rows = rows.assign(
        place=relabel(rows["child"].array, lambda child: places.get(child, "")),
        node=relabel(rows["child"].array, lambda child: nodes.get(child, "")),
    )
    left_out = known & (rows["place"] == "").to_numpy()
    notes.cleaned(
        "dropped-places",
        _TABLE,
        f"{plural(int(left_out.sum()), 'row')} of nodes in places that are left out",
        int(left_out.sum()),
        rows_named(rows[left_out], files),
    )
    return _checked_ratios(rows[known & ~left_out].reset_index(drop=True), files, measures, notes)


def _note_single_system(
    rows: pd.DataFrame, config: ProjectConfig, files: tuple[str, ...], notes: Notes
) -> None:
    """Note that all results are the region's: a warning if rows name countries."""
    what = f"all results are taken as those of {config.region.name}"
    named = _naming_countries([child for child in rows["child"].unique().tolist() if child])
    if named:
        notes.add(
            "warning",
            "no-nodes",
            f"there is no node split: {what}, though rows seem to name countries: "
            + listing(map(repr, named), 5),
            file=str(config.data.plexos),
            remedy="Set [data] nodes to a node split, or add patterns under node_patterns, to get "
            "figures by country",
        )
        return
    notes.cleaned(
        "single-system",
        _TABLE,
        f"No node split, and no row of {_TABLE} names a country: {what}",
        len(rows),
        rows_named(rows, files),
    )


def _naming_countries(children: list[str]) -> list[str]:
    """The children that begin with a country's name, or with its code in the form of nodes.

    ``Austria 1``, ``AT Gas``, ``AT01_Wind`` and ``49_AT Bioenergy`` do. Two capitals count as a
    code only if most children begin with one: ``118_CC_1`` may be a turbine.
    """
    known = (gazetteer().names.keys() | {"UK", "EL"}) - _TECHNOLOGIES
    coded = [child for child in children if (code := _CODE.match(child)) and code[1] in known]
    if coded and 2 * len(coded) >= len(children):
        return coded
    return [child for child in children if _begins_with_name(child)]


def _begins_with_name(child: str) -> bool:
    words = _WORD.findall(child.casefold())
    names = _country_names()
    return any(" ".join(words[:count]) in names for count in range(1, min(len(words), 4) + 1))


@cache
def _country_names() -> frozenset[str]:
    return frozenset(name.casefold() for name in gazetteer().names.values())


def _note_unmatched(
    rows: pd.DataFrame, known: np.ndarray[tuple[int], np.dtype[np.bool_]], files: tuple[str, ...],
    notes: Notes,
) -> None:  # fmt: skip
    """One finding for all rows with unknown nodes: an error if no row has a known one."""
    unmatched = rows[~known]
    if not len(unmatched):
        return
    names = listing(
        (
            f"'{name}'" if name else "(totals without child_name)"
            for name in dict.fromkeys(unmatched["child"].tolist())
        ),
        20,
    )
    what = f"{plural(len(unmatched), 'row')} whose node is not in the node split: {names}"
    notes.add(
        "warning" if known.any() else "error",
        "unknown-nodes",
        what,
        file=listing(dict.fromkeys(files[i] for i in unmatched["file"].unique().tolist()), 3),
        cells=unmatched["row"].tolist(),
        remedy="Add the nodes to the node split, or a pattern to [data] node_patterns",
    )
    notes.cleaned(
        "unmatched-nodes", _TABLE, f"{what}; left out", len(unmatched), rows_named(unmatched, files)
    )


def _checked_ratios(
    rows: pd.DataFrame, files: tuple[str, ...], measures: Measures, notes: Notes
) -> pd.DataFrame:
    """Warn of ratios with several rows for one place and period: they become gaps."""
    kind = ["collection", "metric", "unit"]
    is_repeated = rows.duplicated([*kind, "place", "subject", "period"])
    repeated = rows[is_repeated][kind].drop_duplicates()
    ratios = [
        f"{collection} {metric} ({unit})"
        for collection, metric, unit in repeated.itertuples(index=False)
        if not measures.of(str(metric), str(unit)).adds_over_places
    ]
    if ratios:
        notes.add(
            "warning",
            "ratios",
            "ratios are never added: a place with several rows has no figure for "
            f"{listing(ratios)}",
            file=listing(files, 3),
            remedy="Export them by country, or use the figures by node region",
        )
    return rows
