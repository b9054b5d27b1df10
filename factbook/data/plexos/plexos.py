"""PLEXOS-like results: from CSV files under a folder to rows that count once."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from factbook.config.bounded_limits import remedy_for
from factbook.config.project_config import ProjectConfig
from factbook.data.categories.code_lists import CodeLists
from factbook.data.categories.totals import composed
from factbook.data.cleaning import Notes, listing
from factbook.data.grids.bounded import may_index
from factbook.data.grids.columns import match_columns, numbers_of
from factbook.data.grids.grid_files import Grid, Wanted, read_grid
from factbook.data.labels import categorical, constant, one_spelling, relabel, stack
from factbook.data.metadata import Metadata
from factbook.data.periods.incomplete_years import note_incomplete_years, note_years_beside_parts
from factbook.data.places.nodes import NodeSplit
from factbook.data.plexos.plexos_columns import (
    LABELS,
    REQUIRED,
    VARIANTS,
    column_of,
    headings_of,
    is_flat_file,
)
from factbook.data.plexos.plexos_hours import without_hours_of_nodes
from factbook.data.plexos.plexos_periods import FileNames, periods_of, read_names
from factbook.data.plexos.plexos_places import placed
from factbook.data.plexos.plexos_totals import counted_once
from factbook.data.table import TOTAL, Table
from factbook.data.units import note_split_units, one_unit_spelling
from factbook.data.units_shown import in_units_shown
from factbook.errors import nearest
from factbook.files.inputs import files_below
from factbook.names import tidy

NAME = "PLEXOS"
MOST_ENTRIES = 200_000
"""Most files and folders, of whatever kind, that are looked at under the folder of results."""


@dataclass(frozen=True, slots=True)
class _File:
    """One file of results, as read.

    Attributes:
        name: Its name in the project.
        names: What its path contains.
        model: Model named by its folder, for files without ``model_name``.
        grid: Its cells.
        columns: Column name → heading.
    """

    name: str
    names: FileNames
    model: str
    grid: Grid
    columns: dict[str, str]

    def labels(self, column: str) -> pd.Categorical | None:
        """The labels of a column, or None if the file has no such column."""
        heading = self.columns.get(column)
        return None if heading is None else relabel(categorical(self.grid.columns[heading]), tidy)


def read_plexos(
    file: str,
    path: Path,
    config: ProjectConfig,
    split: NodeSplit,
    others: Collection[Path],
    metadata: Metadata,
    notes: Notes,
) -> tuple[Table | None, tuple[Path, ...]]:
    """Read all results under a folder into one table.

    Args:
        file: The folder as the project names it.
        path: Its path.
        config: The project: model, year, region.
        split: The locations of nodes.
        others: Files that are configured as something else, and left out here.
        metadata: What the results are read with.
        notes: Collects findings and cleanings.

    Returns:
        The table, or None when an error was noted and there is nothing to index; and the files.
    """
    measures, rules = metadata.measures, metadata.rules
    paths = _csv_files(file, path, others, notes)
    found = [
        read for each in paths if (read := _read_file(_shown(file, path, each), each, path, notes))
    ]
    if not found:
        _note_no_results(file, paths, notes)
        return None, paths
    files = tuple(each.name for each in found)
    errors_before = notes.errors
    model = _model(found, config.data.plexos_model, file, notes)
    is_of_one_model = notes.errors == errors_before
    frames = [_rows_of(each, index, model, config, notes) for index, each in enumerate(found)]
    if not is_of_one_model:
        return None, paths
    rows = _spelled(stack(frames).reset_index(drop=True), metadata.code_lists)
    rows = rows[rows["value"].notna() & (rows["period"] > 0)].reset_index(drop=True)
    if not may_index(rows, file, notes):
        return None, paths
    rows = in_units_shown(rows, NAME, files, measures, notes)
    rows = counted_once(rows, NAME, files, measures, notes)
    has_figures = not rows.empty
    rows = placed(rows, split, config, files, measures, notes)
    if rows.empty and not any(finding.severity == "error" for finding in notes.findings):
        _note_no_figures(file, notes, had_figures=has_figures)
    rows = without_hours_of_nodes(rows, files, measures, notes)
    note_split_units(rows, files, notes)
    note_incomplete_years(rows, NAME, files, measures, notes)
    note_years_beside_parts(rows, NAME, files, measures, notes)
    rows = rules.without_dropped(rows, NAME, files, notes)
    whole = composed(rows, NAME, files, measures, rules, notes)
    of_table = (NAME, file, whole.rows, files, config.region.name, measures)
    return Table(*of_table, compositions=whole.compositions), paths


def _note_no_results(file: str, paths: Collection[Path], notes: Notes) -> None:
    """An error for a folder of other files; that it is empty, or unreadable, is noted already."""
    if paths and not notes.errors:
        notes.add("error", "no-results", "no file in the folder contains PLEXOS results",
                  file=file, allowed=f"CSV files with {', '.join(REQUIRED)}")  # fmt: skip


def _spelled(rows: pd.DataFrame, code_lists: CodeLists) -> pd.DataFrame:
    """Rows with the labels of code lists, each name in one spelling."""
    rows = rows.assign(
        subject=code_lists.applied("SECTOR", rows["subject"].array),
        metric=code_lists.applied("PROPERTY", rows["metric"].array),
        unit=code_lists.applied("UNIT", rows["unit"].array),
    )
    for label in ("collection", "subject", "metric"):
        rows[label] = one_spelling(rows[label].array)
    return rows.assign(unit=one_unit_spelling(rows["unit"].array))


def _note_no_figures(file: str, notes: Notes, *, had_figures: bool) -> None:
    """An error for results without any figure left: it must not seem a problem of the sheet."""
    why, remedy = "no cell has a value", "Export the results again"
    if had_figures:
        why = "no row has a known node and a place that is kept"
        remedy = "Correct nodes, node_patterns and [places] in project.toml"
    notes.add("error", "no-figures", f"{NAME} has no figures left: {why}", file=file, remedy=remedy)


def _csv_files(file: str, path: Path, others: Collection[Path], notes: Notes) -> tuple[Path, ...]:
    """The CSV files at any depth, in order of their paths."""
    try:
        if path.is_file():
            return (path,)
        found = _found_below(path, others) if path.is_dir() else None
    except OSError as error:
        notes.add("error", "unreadable-folder", f"the folder can't be read: {error.strerror}",
                  file=file, remedy="Give a folder of results alone")  # fmt: skip
        return ()
    if found is None:
        beside = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
        like = nearest(path.name, beside)
        notes.add("error", "missing-folder", "the folder of PLEXOS results does not exist",
                  file=file,
                  remedy=f"Did you mean '{like}'?" if like else "Correct plexos under [data]",
                  )  # fmt: skip
        return ()
    if not found:
        notes.add("error", "empty-folder", "the folder contains no CSV file", file=file,
                  remedy="Export the results as CSV into it")  # fmt: skip
    most = notes.room.limits.max_data_files
    if len(found) > most:
        notes.add("error", "too-many-files", f"the folder contains {len(found):,} CSV files",
                  file=file, allowed=f"at most {most:,} (limits.max_data_files)",
                  remedy=remedy_for("max_data_files", "Keep the results that the report needs"),
                  )  # fmt: skip
        return ()
    return tuple(found)


def _found_below(path: Path, others: Collection[Path]) -> list[Path]:
    """The CSV files at any depth, but for those that are configured as something else.

    Raises:
        OSError: A folder cannot be read, or is too deep or too large.
    """
    below = files_below(path, MOST_ENTRIES)
    return sorted(f for f in below if f.suffix.casefold() == ".csv" and f not in others)


def _shown(file: str, root: Path, path: Path) -> str:
    """A file's name in messages and sources; bytes that are not UTF-8 are escaped."""
    if path == root:
        return file
    name = os.fsencode(path.relative_to(root).as_posix())
    return f"{file.rstrip('/')}/{name.decode('utf-8', errors='backslashreplace')}"


def wanted_of_results(*, has_others: bool = False) -> Wanted:
    """The headings to look for in a file of results."""
    return Wanted(LABELS, lambda text: column_of(text) == "value", has_others)


def _read_file(shown: str, path: Path, root: Path, notes: Notes) -> _File | None:
    grid = read_grid(path, shown, wanted_of_results(), notes)
    if grid is None:
        return None
    named = {column_of(heading) for heading in grid.headings}
    if len(named.intersection(REQUIRED)) <= 1:
        _note_no_columns(shown, grid, notes)
        return None
    columns = match_columns(grid.headings, headings_of(grid.headings), REQUIRED, shown, notes)
    if columns is None:
        return None
    if not len(grid.rows):
        notes.add("warning", "empty-file", "the file has no rows", file=shown)
        return None
    parts = path.relative_to(root).parts if path != root else (path.name,)
    names = read_names(parts, root.name if path != root else root.parent.name)
    model = parts[1] if len(parts) > 2 and names.interval else ""
    return _File(shown, names, model, grid, columns)


def _note_no_columns(shown: str, grid: Grid, notes: Notes) -> None:
    """A warning for a file without the columns of results, which is left out."""
    message, remedy = "the file contains no PLEXOS results and is left out", ""
    if is_flat_file(grid.headings):
        message = "it is a flat file of PLEXOS, which says neither category nor unit; left out"
        remedy = "Export the results as a list from the solution viewer, or with QueryToCSV"
    notes.add("warning", "no-results", message, file=shown, remedy=remedy,
              allowed=f"columns {', '.join(REQUIRED)}")  # fmt: skip


def _model(found: list[_File], wanted: str | None, file: str, notes: Notes) -> str | None:
    """The model whose rows count, casefolded; None if the files name no model."""
    models: dict[str, str] = {}
    for each in found:
        labels = each.labels("model_name")
        here = [each.model] if labels is None else labels.categories.tolist()
        for name in here:
            if name:
                models.setdefault(name.casefold(), name)
    if wanted is None:
        if len(models) > 1:
            notes.add(
                "error",
                "several-models",
                f"the results are of {len(models)} models: {listing(map(repr, models.values()))}",
                file=file,
                remedy=f'Set one under [data]: plexos_model = "{next(iter(models.values()))}"',
            )
        return None
    if models and tidy(wanted).casefold() not in models:
        like = nearest(wanted, models.values())
        notes.add(
            "error",
            "unknown-model",
            f"[data] plexos_model is '{wanted}', which is not a model of the results",
            file=file,
            allowed=listing(map(repr, models.values())),
            remedy=f"Did you mean '{like}'?" if like else "Correct the name",
        )
    return tidy(wanted).casefold() if models else None


def _rows_of(
    each: _File, index: int, model: str | None, config: ProjectConfig, notes: Notes
) -> pd.DataFrame:
    """The rows of one file that belong to the selected model."""
    count = len(each.grid.rows)
    rows = pd.DataFrame({"row": each.grid.rows, "file": np.full(count, index, dtype=np.int16)})
    for column, label in (
        ("collection_name", "collection"),
        ("category_name", "subject"),
        ("child_name", "child"),
        ("property_name", "metric"),
        ("unit_name", "unit"),
    ):
        labels = each.labels(column)
        rows[label] = constant("", count) if labels is None else labels
    rows["subject"] = relabel(rows["subject"].array, lambda text: text or TOTAL)
    keep = _is_of_model(each, model, count) & (rows["metric"] != "").to_numpy()
    rows["variant"] = _variants(each, count)
    dates, numbers = each.labels("_date"), each.labels("interval_id")
    rows["period"] = periods_of(
        dates, numbers, count, each.names, config.data.plexos_year, each.name, notes
    )
    cells = each.grid.columns[each.columns["value"]][keep]
    rows = rows[keep].reset_index(drop=True)
    rows["value"] = numbers_of(
        cells.rename("value"),
        rows["row"].to_numpy(),
        NAME,
        each.name,
        notes,
        bad_as_gaps=config.data.bad_cells == "gap",
        points_prove_nothing=each.grid.has_semicolons,
    )
    return rows


def _is_of_model(each: _File, model: str | None, count: int) -> NDArray[np.bool_]:
    if model is None:
        return np.ones(count, dtype=bool)
    labels = each.labels("model_name")
    if labels is None:
        return np.full(count, not each.model or each.model.casefold() == model)
    fits = np.array([text.casefold() == model for text in labels.categories] or [False])
    return np.take(fits, labels.codes)


def _variants(each: _File, count: int) -> pd.Categorical:
    """Band, time slice, sample and phase as one label, from the columns in which rows differ."""
    texts: NDArray[np.object_] = np.full(count, "", dtype=object)
    for column in VARIANTS:
        labels = each.labels(column)
        if labels is not None and len(labels.categories) > 1:
            texts = texts + np.array([f" {column} {t}" for t in labels.categories])[labels.codes]
    return relabel(pd.Categorical(texts), tidy)
