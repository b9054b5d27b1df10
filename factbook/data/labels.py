"""Columns of labels as codes: cleaned once per distinct text, never once per row."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import union_categoricals

from factbook.names import name_key, without_format


def relabel(labels: pd.Categorical, function: Callable[[str], str]) -> pd.Categorical:
    """Labels passed through `function`; labels that become equal are merged.

    Categories are in the order of their first occurrence.
    """
    codes = np.asarray(labels.codes)
    present = pd.unique(codes)  # in the order in which they come
    present = present[present >= 0]
    old = labels.categories.tolist()
    new = [function(old[code]) for code in present.tolist()]
    index = {label: position for position, label in enumerate(dict.fromkeys(new))}
    lookup = np.zeros(len(old) + 1, dtype=np.int32)
    lookup[present] = [index[label] for label in new]
    return pd.Categorical.from_codes(lookup[codes], categories=pd.Index(list(index), dtype=object))


def one_spelling(labels: pd.Categorical) -> pd.Categorical:
    """Labels that are one name (see `name_key`) get the spelling of most rows."""
    codes = np.asarray(labels.codes)
    count = np.bincount(codes[codes >= 0], minlength=len(labels.categories)).tolist()
    of_rows = dict(zip(labels.categories.tolist(), count, strict=True))

    def least_odd(label: str) -> tuple[bool, int, bool, str]:
        # Never one with characters that are not seen, if there is another. In a tie not the one
        # in capitals, then the first by name: rows may move in their file.
        return without_format(label) != label, -of_rows[label], label.isupper(), label

    spelling: dict[str, str] = {}
    for label in sorted(of_rows, key=least_odd):
        spelling.setdefault(name_key(label), label)
    return relabel(labels, lambda label: spelling[name_key(label)])


class LabelsInParts:
    """The labels of a column that is read in parts."""

    def __init__(self) -> None:
        self._codes: list[NDArray[np.int32]] = []
        self._index: dict[str, int] = {}

    @property
    def count(self) -> int:
        """How many different labels there are so far."""
        return len(self._index)

    def add(self, part: pd.Categorical) -> None:
        """Add the labels of the next rows."""
        index = self._index
        lookup = [index.setdefault(label, len(index)) for label in part.categories.tolist()]
        self._codes.append(np.array(lookup, dtype=np.int32)[part.codes])

    def joined(self) -> pd.Categorical:
        """The labels of all rows, categories in the order in which they were added."""
        categories = pd.Index(list(self._index), dtype=object)
        return pd.Categorical.from_codes(np.concatenate(self._codes), categories=categories)


def constant(label: str, count: int) -> pd.Categorical:
    """The same label in every row."""
    categories = pd.Index([label], dtype=object)
    return pd.Categorical.from_codes(np.zeros(count, dtype=np.int32), categories=categories)


def from_texts(texts: Sequence[str]) -> pd.Categorical:
    """Labels of a list of texts."""
    index = {text: position for position, text in enumerate(dict.fromkeys(texts))}
    codes = np.fromiter((index[text] for text in texts), dtype=np.int32, count=len(texts))
    return pd.Categorical.from_codes(codes, categories=pd.Index(list(index), dtype=object))


def categorical(column: pd.Series) -> pd.Categorical:
    """The categorical that a column holds, with object labels."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        labels = column.array
        categories = pd.Index(labels.categories.tolist(), dtype=object)
        return pd.Categorical.from_codes(labels.codes, categories=categories)
    return from_texts(column.tolist())


def stack(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Frames with the same columns, one below the other; categories are merged in order."""
    if len(frames) == 1:
        return frames[0]
    columns: dict[str, object] = {}
    for name, column in frames[0].items():
        parts = [frame[name] for frame in frames]
        if isinstance(column.dtype, pd.CategoricalDtype):
            columns[str(name)] = union_categoricals([part.array for part in parts])
        else:
            columns[str(name)] = np.concatenate([part.to_numpy() for part in parts])
    return pd.DataFrame(columns)


def group_ids(frame: pd.DataFrame, columns: Sequence[str]) -> NDArray[np.int64]:
    """A number for each row; it is equal for rows with equal `columns` (labels or integers)."""
    ids = np.zeros(len(frame), dtype=np.int64)
    size = 1
    for name in columns:
        codes, count = _codes(frame[name])
        if size * count > 2**62:
            unique, ids = np.unique(ids, return_inverse=True)
            size = len(unique)
        ids = ids * count + codes
        size *= count
    return ids


def _codes(column: pd.Series) -> tuple[NDArray[np.int64], int]:
    if isinstance(column.dtype, pd.CategoricalDtype):
        codes: NDArray[np.int64] = np.asarray(column.cat.codes, dtype=np.int64)
        return codes, max(len(column.cat.categories), 1)
    numbers: NDArray[np.int64] = np.asarray(column, dtype=np.int64)
    low = int(np.min(numbers)) if len(numbers) else 0
    high = int(np.max(numbers)) if len(numbers) else 0
    offsets: NDArray[np.int64] = numbers - low
    return offsets, high - low + 1


def inside(name: str) -> str:
    """A name inside a sentence: ``The world`` is ``the world``."""
    return f"the {name[4:]}" if name.startswith("The ") else name
