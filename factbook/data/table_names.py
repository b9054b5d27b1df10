"""What a table has figures of: names of collections, metrics, subjects, units and scenarios."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from factbook.data.categories.aggregate_names import TOTAL
from factbook.data.categories.composition import Composition, Kind
from factbook.measures.measure import Measure
from factbook.measures.measures import Measures


class Cell(NamedTuple):
    """What figures of a table have in common, whatever their place and period."""

    collection: str
    metric: str
    subject: str
    unit: str
    scenario: str = ""


@dataclass(frozen=True, slots=True)
class _Names:
    """What a metric has in a collection and unit, by name; see `Table`."""

    subjects: tuple[str, ...]
    units: tuple[str, ...]
    categories: tuple[str, ...]


class TableNames:
    """The names of a table, found once. Safe to use from many threads.

    Args:
        cells: What there are figures of, by name.
        measures: What may be done to figures.
        reference: The scenario that others are compared with.
        compositions: Kind → how its categories hold each other; none of the others overlap.
    """

    def __init__(
        self,
        cells: Sequence[Cell],
        measures: Measures | None = None,
        reference: str = "",
        compositions: Mapping[Kind, Composition] | None = None,
    ) -> None:
        self.reference = reference
        self._cells = cells
        self._measures = measures or Measures()
        self._compositions = compositions or {}
        self._kept_names: dict[tuple[str, str, str], _Names] = {}
        self._lock = threading.Lock()

    @cached_property
    def all_collections(self) -> tuple[str, ...]:
        """All collections by name; one empty text for a long table."""
        return tuple(dict.fromkeys(cell.collection for cell in self._cells))

    def collections(self, metric: str) -> tuple[str, ...]:
        """Collections with a metric, by name; one empty text for a long table."""
        return self._collections_of.get(metric, ())

    def metrics(self, collection: str = "") -> tuple[str, ...]:
        """Metrics of a collection by name; of the whole table when none is named."""
        return self._metrics.get(collection, ())

    def subjects(self, metric: str, collection: str = "", unit: str = "") -> tuple[str, ...]:
        """Subjects of a metric by name, without totals (``-``); in any unit when none is named."""
        return self._names(metric, collection, unit).subjects

    def units(self, metric: str, collection: str = "") -> tuple[str, ...]:
        """Units of a metric by name."""
        return self._names(metric, collection).units

    def scenarios(self, metric: str, unit: str) -> tuple[str, ...]:
        """Scenarios of a metric, the reference first; one empty text where there are none."""
        found = dict.fromkeys(cell.scenario for cell in self._of_unit.get((metric, unit), ()))
        return tuple(sorted(found, key=lambda name: name != self.reference))

    def measure(self, metric: str, unit: str) -> Measure:
        """What may be done to the figures of a metric in a unit."""
        return self._measures.of(metric, unit)

    def composition(self, metric: str, unit: str, collection: str = "") -> Composition:
        """How the categories of a metric in a unit hold each other.

        Args:
            metric: As the table spells it.
            unit: As the table spells it.
            collection: Required if several collections have the metric.
        """
        held = collection or next(iter(self.collections(metric)), "")
        found = self._compositions.get((held, metric, unit))
        return found or Composition(summands=self.categories(metric, unit, collection))

    def adds_up(self, metric: str, unit: str, collection: str = "") -> bool:
        """Whether categories have a total: figures that may be added, and that do not overlap."""
        found = self.composition(metric, unit, collection)
        return self.measure(metric, unit).adds_over_categories and not found.is_doubtful

    def own_total(self, metric: str, unit: str, collection: str = "") -> str:
        """The data's own total where nobody knows what else to add; empty if there is none."""
        found = self.composition(metric, unit, collection)
        is_own = found.is_doubtful and not found.conflicts and not self._has_collections
        has_it = TOTAL in self.categories(metric, unit, collection)
        return TOTAL if is_own and has_it else ""

    def summands(self, metric: str, unit: str, collection: str = "") -> tuple[str, ...]:
        """Categories that do not overlap and are together everything; ``-`` for totals alone."""
        return self.composition(metric, unit, collection).summands

    def categories(self, metric: str, unit: str, collection: str = "") -> tuple[str, ...]:
        """All that a total may be made of: categories, also those that hold others, and totals."""
        return self._names(metric, collection, unit).categories

    @cached_property
    def _collections_of(self) -> dict[str, tuple[str, ...]]:
        """Metric → its collections by name."""
        return {
            metric: tuple(dict.fromkeys(cell.collection for cell in cells))
            for metric, cells in self._of_metric.items()
        }

    @cached_property
    def _has_collections(self) -> bool:
        return any(self.all_collections)

    @cached_property
    def _metrics(self) -> dict[str, tuple[str, ...]]:
        """Collection → its metrics by name; under an empty text those of the whole table."""
        found: dict[str, dict[str, None]] = {"": {}}
        for cell in self._cells:
            for collection in {cell.collection, ""}:
                found.setdefault(collection, {})[cell.metric] = None
        return {collection: tuple(metrics) for collection, metrics in found.items()}

    def _names(self, metric: str, collection: str, unit: str = "") -> _Names:
        """Subjects and units of a metric: found once, as every block and quantity asks for them."""
        key = (metric, collection, unit)
        if key not in self._kept_names:
            found = self._find_names(metric, collection, unit)
            with self._lock:
                self._kept_names.setdefault(key, found)
        return self._kept_names[key]

    def _find_names(self, metric: str, collection: str, unit: str) -> _Names:
        every = self._of_unit.get((metric, unit), ()) if unit else self._of_metric.get(metric, ())
        cells = [cell for cell in every if collection in ("", cell.collection)]
        subjects = tuple(dict.fromkeys(cell.subject for cell in cells if cell.subject != TOTAL))
        has_total = not self._has_collections and any(cell.subject == TOTAL for cell in every)
        return _Names(
            subjects=subjects,
            units=tuple(dict.fromkeys(cell.unit for cell in cells)),
            categories=(*subjects, TOTAL) if has_total or not subjects else subjects,
        )

    @cached_property
    def _of_metric(self) -> dict[str, list[Cell]]:
        """Metric → its cells by name."""
        found: dict[str, list[Cell]] = {}
        for cell in self._cells:
            found.setdefault(cell.metric, []).append(cell)
        return found

    @cached_property
    def _of_unit(self) -> dict[tuple[str, str], list[Cell]]:
        """Metric and unit → their cells by name."""
        found: dict[tuple[str, str], list[Cell]] = {}
        for cell in self._cells:
            found.setdefault((cell.metric, cell.unit), []).append(cell)
        return found

    @cached_property
    def _collections_with_parts(self) -> frozenset[str]:
        return frozenset(
            cell.collection for cell in self._cells if cell.collection and cell.subject != TOTAL
        )
