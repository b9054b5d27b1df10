"""The status of a table's figures: flags in their cells, beside them, in headings of periods.

A frame of rows has a column ``status``: the flags of each row's figure, the worst first, with
blanks between them (``b p``); empty for none, and for what says that all is normal.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from factbook.data.cleaning import Notes, listing, plural
from factbook.data.grids.grid import Grid
from factbook.data.labels import categorical, constant, group_ids, relabel
from factbook.data.rows import rows_named
from factbook.data.statuses.flag_texts import split_column, split_mark
from factbook.data.statuses.flags import Flag, Flags, Status
from factbook.names import tidy

_FLAGS_NAMED = 12
_IS_LABELLED = re.compile(r"[^\W_]{1,3}: \S").match  # as SDMX-CSV writes a code with its label


def split_cells(cells: pd.Series) -> tuple[pd.Series, pd.Categorical | None]:
    """Cells without the flags behind their numbers (``12.3 p``, ``: c``), and these.

    Args:
        cells: Texts, possibly with floats among them; or numbers if the file is typed.

    Returns:
        The cells, and the flags of each as they are written; None if there are none.
    """
    if cells.dtype != object:
        return cells, None
    texts = cells.tolist()
    at = [
        index
        for index, text in enumerate(texts)
        if text.__class__ is str and text[-1:] not in "0123456789"  # nor a blank cell
    ]
    distinct = list(dict.fromkeys(texts[index] for index in at))
    heads, flags = split_column(distinct)
    if not flags:
        return cells, None
    numbers = {text: number for number, text in enumerate(distinct)}
    labels = ["", *dict.fromkeys(flags.values())]
    code_of = {label: code for code, label in enumerate(labels)}
    codes = np.zeros(len(texts), dtype=np.int32)
    for index in at:
        number = numbers[texts[index]]
        if number in flags:
            texts[index] = heads[number]
            codes[index] = code_of[flags[number]]
    return pd.Series(texts, dtype=object, name=cells.name), _from_codes(codes, labels)


def beside(
    grid: Grid,
    found: Mapping[str, str],
    keep: NDArray[np.bool_],
    headings: Sequence[str],
    known: Flags,
) -> list[pd.Categorical]:
    """The flags beside the numbers: in columns of their own, headings of periods, and comments.

    Args:
        grid: The table.
        found: Factbook's column name → heading.
        keep: Which of its rows are read.
        headings: Headings of the columns of figures, one below the other in the rows.
        known: The flags that are known.

    Returns:
        Columns of flags for all rows, as they are written.
    """
    of_rows = []
    if "STATUS" in found:
        written = categorical(grid.columns[found["STATUS"]])
        of_rows.append(relabel(written, lambda text: _status(text, known)))
    if "CONFIDENTIALITY" in found:
        of_rows.append(relabel(categorical(grid.columns[found["CONFIDENTIALITY"]]), _secrecy))
    if "YEAR" in found:
        periods = categorical(grid.columns[found["YEAR"]])
        of_rows.append(relabel(periods, lambda text: split_mark(text)[1]))
    parts = [
        _from_codes(np.tile(flags.codes[keep], len(headings)), flags.categories.tolist())
        for flags in of_rows
        if any(flags.categories)
    ]
    are_periods = "YEAR" not in found and "=YEAR" not in found
    of_headings = [split_mark(text)[1] for text in headings] if are_periods else []
    if any(of_headings):
        labels = list(dict.fromkeys(of_headings))
        codes = np.array([labels.index(flags) for flags in of_headings], dtype=np.int32)
        parts.append(_from_codes(np.repeat(codes, int(keep.sum())), labels))
    if grid.comments:
        parts.append(_commented(grid, keep, headings))
    return parts


def _commented(grid: Grid, keep: NDArray[np.bool_], headings: Sequence[str]) -> pd.Categorical:
    """The flags in comments on the cells of columns of figures, one below the other."""
    labels = {"": 0}
    columns = []
    for name in headings:
        codes = np.zeros(len(keep), dtype=np.int32)
        for index, flags in grid.comments.get(name, {}).items():
            codes[index] = labels.setdefault(flags, len(labels))
        columns.append(codes[keep])
    return _from_codes(np.concatenate(columns), list(labels))


def _from_codes(codes: NDArray[np.integer], labels: Sequence[str]) -> pd.Categorical:
    return pd.Categorical.from_codes(codes, categories=pd.Index(list(labels), dtype=object))


def canonical(parts: Sequence[pd.Categorical], count: int, known: Flags) -> pd.Categorical:
    """The flags of rows, of several columns of them: the worst first, each once.

    Args:
        parts: Columns of flags as they are written.
        count: Number of rows.
        known: The flags that are known.
    """
    if not parts:
        return constant("", count)
    if len(parts) == 1:
        return relabel(parts[0], lambda text: known.merged((text,)))
    frame = pd.DataFrame({str(number): part for number, part in enumerate(parts)})
    _, first, inverse = np.unique(
        group_ids(frame, frame.columns.tolist()), return_index=True, return_inverse=True
    )
    texts = [known.merged(row) for row in frame.iloc[first].itertuples(index=False, name=None)]
    index = {text: code for code, text in enumerate(dict.fromkeys(texts))}
    codes = np.array([index[text] for text in texts], dtype=np.int32)[inverse]
    return _from_codes(codes, list(index))


def merged_within(
    status: pd.Series, starts: NDArray[np.intp], known: Flags
) -> pd.Categorical | pd.Series:
    """The flags of groups of rows, one after the other: the worst first, each once.

    Args:
        status: The flags of the rows.
        starts: Where each group begins.
        known: The flags that are known.
    """
    labels = status.cat.categories.tolist()
    if labels == [""]:
        return status.iloc[starts]
    sizes = np.diff(np.append(starts, len(status)))
    groups = np.repeat(np.arange(len(starts)), sizes)
    pairs = np.unique(groups * len(labels) + status.cat.codes.to_numpy())
    group, code = np.divmod(pairs, len(labels))
    sets = [frozenset(part.tolist()) for part in np.split(code, np.flatnonzero(np.diff(group)) + 1)]
    texts = {one: known.merged(labels[code] for code in one) for one in dict.fromkeys(sets)}
    index = {text: at for at, text in enumerate(dict.fromkeys(texts.values()))}
    return _from_codes(np.array([index[texts[one]] for one in sets], dtype=np.int32), list(index))


def without_hidden(
    rows: pd.DataFrame, table: str, files: Sequence[str], known: Flags, notes: Notes
) -> pd.DataFrame:
    """Rows with a gap in place of each number whose flag says that there is none to be shown.

    The flags of all figures are told: a cleaning counts them, and a warning names the unknown.

    Args:
        rows: Rows of the long form, gaps included, with their ``status``.
        table: Name of the table.
        files: Names of its files.
        known: The flags that are known.
        notes: Collects findings and cleanings.
    """
    labels = rows["status"].cat.categories.tolist()
    if labels == [""]:
        return rows
    codes = rows["status"].cat.codes.to_numpy()
    _note_flags(rows, labels, table, files, known, notes)
    hides = np.array(
        [any(not one.has_figure for one in known.status_of(text)) for text in labels], dtype=bool
    )[codes]
    hidden = hides & rows["value"].notna().to_numpy()
    if not hidden.any():
        return rows
    which = sorted(set(rows["status"][hidden].tolist()))
    notes.cleaned(
        "hidden-figures",
        table,
        f"{plural(int(hidden.sum()), 'number')} of {table} that a flag says not to show, read as "
        f"{'a gap' if hidden.sum() == 1 else 'gaps'}: {listing(which, _FLAGS_NAMED)}",
        int(hidden.sum()),
        rows_named(rows[hidden], files),
    )
    return rows.assign(value=rows["value"].where(~hidden))


def confidential(rows: pd.DataFrame, known: Flags) -> pd.DataFrame:
    """The rows of rows with gaps whose figure is confidential."""
    labels = rows["status"].cat.categories.tolist()
    secret = np.array(
        [Status.CONFIDENTIAL in known.status_of(text) for text in labels] or [False], dtype=bool
    )
    return rows[secret[rows["status"].cat.codes.to_numpy()]]


def _secrecy(text: str) -> str:
    """A code of confidentiality with the mark of such codes: ``C: Confidential`` is ``@C``."""
    code = _code(text)
    return f"@{code}" if code and not code.startswith("@") else code


def _status(text: str, known: Flags) -> str:
    """The flags of a cell of a column of them; words (``provisional``) become their flag."""
    return known.code_of_meaning(tidy(text)) or _code(text)


def _code(text: str) -> str:
    """A cell of a column of flags without the label behind its code."""
    bare = tidy(text)
    return bare.split(":", 1)[0] if _IS_LABELLED(bare) else bare


def _note_flags(
    rows: pd.DataFrame,
    labels: Sequence[str],
    table: str,
    files: Sequence[str],
    known: Flags,
    notes: Notes,
) -> None:
    """A cleaning that counts flags with their meanings, and a warning of those without one."""
    codes = rows["status"].cat.codes.to_numpy()
    counts: Counter[str] = Counter()
    for text, number in zip(labels, np.bincount(codes, minlength=len(labels)), strict=True):
        counts.update({code: int(number) for code in known.codes_of(text)})
    counts = Counter({code: number for code, number in counts.items() if number})
    if not counts:
        return
    flagged = rows[(rows["status"] != "").to_numpy()]
    told = [f"{number:,} {_explained(known.flag(code))}" for code, number in counts.most_common()]
    notes.cleaned(
        "flags",
        table,
        f"{plural(len(flagged), 'cell')} of {table} with flags: {listing(told, _FLAGS_NAMED)}",
        len(flagged),
        rows_named(flagged, files),
    )
    unknown = {c: n for c, n in counts.most_common() if known.flag(c).status is Status.UNKNOWN}
    if unknown:
        where = [not unknown.keys().isdisjoint(known.codes_of(text)) for text in labels]
        first = next(iter(unknown))
        notes.add(
            "warning",
            "unknown-flags",
            "flags whose meaning is not known, kept without one: "
            + listing((f"'{code[:20]}' ({plural(n, 'figure')})" for code, n in unknown.items()), 8),
            file=listing(files, 3),
            cells=rows["row"].to_numpy()[np.array(where)[codes]].tolist(),
            remedy=f'Say in project.toml what they mean: [flags], then "{first[:20]}" = "…"; if '
            "the column has no flags, set another one as STATUS in the columns of the table",
        )


def _explained(flag: Flag) -> str:
    return f"{flag.code[:20]} ({flag.meaning or 'not explained'})"
