"""What differs in the data of two runs: each cell once, with its row, whatever holds it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from factbook.checking.claims import named_rows
from factbook.data.series import SourceRows
from factbook.diff.changes import (
    Cause,
    DataChange,
    FactDelta,
)
from factbook.diff.fact_changes import (
    FactKey,
    Pair,
    Row,
    Sides,
    by_rows_of_sums,
    change_of,
    is_same,
)

_TOLERANCE = 1e-6
"""Of a sum, within which it is explained by the cells that changed: sums are rounded."""

_SETTLED: dict[FactDelta, FactDelta] = {"in view": "new", "out of view": "gone"}


class DataChanges:
    """Collects what differs in the evidence of a report's sections."""

    def __init__(self) -> None:
        self._pairs: dict[FactKey, Pair] = {}
        self._holders: dict[FactKey, list[str]] = {}
        self._known: set[FactKey] = set()

    def add(self, section_id: str, sides: Sides) -> None:
        """Take in what differs in a section's evidence."""
        self._known |= sides.known
        for pair in sides.pairs:
            if pair.is_value:
                seen = self._pairs.get(pair.key, pair)
                self._pairs[pair.key] = Pair(pair.key, seen.old or pair.old, seen.new or pair.new)
                self._holders.setdefault(pair.key, []).append(section_id)

    def settled(self, causes: Iterable[Cause]) -> tuple[Cause, ...]:
        """Causes of a section, with what all sections together say of values new and gone."""
        known = self._all_known()
        return tuple(
            cause.model_copy(
                update={
                    "facts": tuple(
                        fact.model_copy(update={"delta": _SETTLED[fact.delta]})
                        if fact.delta in _SETTLED and fact.subject_key in known
                        else fact
                        for fact in cause.facts
                    )
                }
            )
            if any(fact.delta in _SETTLED for fact in cause.facts)
            else cause
            for cause in causes
        )

    def changes(self) -> tuple[DataChange, ...]:
        """Cells that differ, those that most sections hold first; then sums beyond them.

        A sum is listed when the cells do not explain it: what differs then feeds sums alone, and
        its row is named where the sum has lost or gained it, else all rows of the sum.
        """
        known = self._all_known()
        values = [
            pair
            for pair in self._pairs.values()
            if pair.key in known
            or (pair.old is not None and pair.new is not None and not is_same(pair.old, pair.new))
        ]
        cells = [pair for pair in values if pair.is_cell]
        cells.sort(key=lambda pair: -len(self._holders[pair.key]))
        sums = _unexplained([pair for pair in values if not pair.is_cell], cells)
        found = [(pair, "") for pair in cells] + [(pair, _rows_in_words(pair)) for pair in sums]
        return tuple(
            DataChange(fact=change_of(pair, known, source), sections=tuple(self._holders[pair.key]))
            for pair, source in found
        )

    def _all_known(self) -> set[FactKey]:
        return self._known | by_rows_of_sums(self._pairs.values())


def _unexplained(sums: list[Pair], cells: Iterable[Pair]) -> Iterator[Pair]:
    """Sums that differ by more than the cells and smaller sums that are listed."""
    known = [(pair, _difference(pair)) for pair in cells]
    for pair in sorted(sums, key=lambda pair: max(map(len, pair.rows()))):
        of_parts = sum(difference for part, difference in known if _is_part(part, pair))
        largest = max(abs(fact.value) for fact in (pair.old, pair.new) if fact is not None)
        left = _difference(pair) - of_parts
        if not math.isclose(left, 0, abs_tol=_TOLERANCE * largest):
            known.append((pair, left))
            yield pair


def _difference(pair: Pair) -> float:
    return (pair.new.value if pair.new else 0.0) - (pair.old.value if pair.old else 0.0)


def _is_part(part: Pair, whole: Pair) -> bool:
    """Whether all rows of one value are rows of another, in a run that has the value."""
    if part.fact.unit != whole.fact.unit:
        return False
    sides = zip(part.rows(), whole.rows(), strict=True)
    return any(rows and rows <= of_whole for rows, of_whole in sides)


def _rows_in_words(pair: Pair) -> str:
    """What is known of the rows that make a sum differ."""
    lost, gained = pair.other_rows()
    if lost or gained:
        return f"{'without' if lost else 'now with'} {_named(lost or gained)}"
    rows = named_rows(pair.fact.sources)
    return f"from {rows}" if rows else ""


def _named(rows: Iterable[Row]) -> str:
    by_file: dict[str, list[int]] = {}
    for file, row in sorted(rows):
        by_file.setdefault(file, []).append(row)
    return named_rows(SourceRows(file, tuple(numbers)) for file, numbers in by_file.items())
