"""The measures of a project, each made once, and the wholes of their shares of category."""

from __future__ import annotations

from dataclasses import dataclass, replace

from factbook.data.dataset import DataSet
from factbook.data.table import Table
from factbook.evidence.measures import NAME_OF_TOTAL, Measure, Quantity
from factbook.evidence.published import published_shares


@dataclass(frozen=True, slots=True)
class Wholes:
    """What a share of category is taken of.

    Attributes:
        total: The total; the data's own where it stands alone in them.
        categories: The sum over all categories; the same as `total` but for totals that the data
            give themselves.
        published: The share as published by the data; None where it is not.
    """

    total: Measure
    categories: Measure
    published: Measure | None


_Kind = tuple[str, str, str, str, str, bool]
"""Table, collection, property and its name for readers, unit, whether periods are months."""


class Measures:
    """The measures of a project's data, each made once.

    Args:
        dataset: The data.
    """

    def __init__(self, dataset: DataSet) -> None:
        self._dataset = dataset
        self._measures: dict[Quantity, Measure] = {}
        self._published: dict[tuple[str, str], dict[str, str]] = {}
        self._wholes: dict[Quantity, Wholes | None] = {}
        self._totals: dict[_Kind, tuple[Measure, Measure] | None] = {}

    def of(self, quantity: Quantity) -> Measure:
        """The measure of a quantity.

        Raises:
            KeyError: No table of the data has the quantity's table's name.
        """
        found = self._measures.get(quantity)
        if found is None:
            table = self._dataset.tables[quantity.table]
            found = self._measures[quantity] = Measure(quantity, table, self._dataset)
        return found

    def wholes(self, quantity: Quantity) -> Wholes | None:
        """What a quantity's share of category is taken of; None where it has none.

        A total has none, nor has a sum over several properties, a ratio, or the only category.
        """
        if quantity not in self._wholes:
            self._wholes[quantity] = self._find_wholes(quantity)
        return self._wholes[quantity]

    def _find_wholes(self, quantity: Quantity) -> Wholes | None:
        measure = self.of(quantity)
        table, collection = measure.table, quantity.collection
        metrics = {metric for metric, _ in quantity.components}
        if len(metrics) > 1 or quantity.subject == NAME_OF_TOTAL or not measure.additive:
            return None
        [metric] = metrics
        kind = (
            *(quantity.table, collection, metric, quantity.metric),
            *(quantity.unit, quantity.monthly),
        )
        if kind not in self._totals:  # every category asks for the same
            self._totals[kind] = self._find_totals(quantity, metric, table)
        totals = self._totals[kind]
        return Wholes(*totals, self._published_share(measure, metric)) if totals else None

    def _find_totals(
        self, quantity: Quantity, metric: str, table: Table
    ) -> tuple[Measure, Measure] | None:
        """The total, and the sum over all categories; None where there are no two categories."""
        subjects = table.subjects(metric, quantity.collection)
        if len(subjects) < 2:
            return None
        summands = table.summands(metric, quantity.collection)
        total, categories = (
            replace(
                quantity,
                subject=NAME_OF_TOTAL,
                components=tuple((metric, subject) for subject in names),
            )
            for names in (summands, subjects)
        )
        return self.of(total), self.of(categories)

    def _published_share(self, measure: Measure, metric: str) -> Measure | None:
        """The share of a single category as the data publish it."""
        quantity = measure.quantity
        if quantity.is_sum or quantity.monthly:
            return None
        key = (quantity.table, quantity.collection)
        if key not in self._published:
            self._published[key] = published_shares(
                measure.table, quantity.collection, self._dataset
            )
        share = self._published[key].get(metric)
        if share is None:
            return None
        [(_, subject)] = quantity.components
        return self.of(
            Quantity(
                *(quantity.table, quantity.collection, "%", subject, share),
                components=((share, subject),),
            )
        )
