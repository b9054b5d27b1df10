"""The columns of a text file, parsed some rows at a time."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from factbook.data.grids.bounded import MOST_LABELS_OF_UNREAD
from factbook.data.labels import LabelsInParts


class TextColumns:
    """The columns that are kept, parsed some rows at a time.

    Args:
        kept: Index of a column → whether it holds figures.
        unread: Columns that are kept only in case that they tell rows apart. One with another text
            in almost every row (a number of the row, a remark) does not, and is given up.

    Attributes:
        given_up: Columns that were given up.
    """

    def __init__(self, kept: Mapping[int, bool], unread: Collection[int]) -> None:
        self._kept = dict(kept)
        self._unread = unread
        self._labels = {index: LabelsInParts() for index, is_value in kept.items() if not is_value}
        self._values: dict[int, list[NDArray[np.object_]]] = {
            index: [] for index, is_value in kept.items() if is_value
        }
        self.given_up: list[int] = []

    def holds_figures(self, index: int) -> bool:
        """Whether a column is kept as figures."""
        return self._kept.get(index, False)

    @property
    def different(self) -> int:
        """Number of different labels so far."""
        return sum(found.count for found in self._labels.values())

    @property
    def figures(self) -> int:
        """Number of cells of figures so far."""
        return sum(len(array) for arrays in self._values.values() for array in arrays)

    def add(self, part: pd.DataFrame) -> None:
        """Add the next rows."""
        for index, found in list(self._labels.items()):
            found.add(part[index].array)
            if index in self._unread and found.count > MOST_LABELS_OF_UNREAD:
                self.given_up.append(index)
                del self._labels[index], self._kept[index]
        for index, before in self._values.items():
            before.append(part[index].to_numpy())

    def empty(self) -> dict[int, pd.Series]:
        """The columns of a table without rows."""
        return {index: pd.Series([], dtype=object) for index in self._kept}

    def joined(self) -> dict[int, pd.Series]:
        """The columns by index."""
        return {
            index: pd.Series(np.concatenate(self._values[index]), dtype=object)
            if is_value
            else pd.Series(self._labels[index].joined())
            for index, is_value in self._kept.items()
        }
