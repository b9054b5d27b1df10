"""The panels of a project, each made once, and the wholes of their shares of category."""

from __future__ import annotations

from dataclasses import dataclass, replace

from factbook.data.dataset import DataSet
from factbook.data.table import TOTAL, Table
from factbook.data.weights import Weight, weight_of
from factbook.evidence.panels import NAME_OF_TOTAL, Panel, Quantity
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

    total: Panel
    categories: Panel
    published: Panel | None


_Kind = tuple[str, str, str, str, str, str, str]
"""Table, collection, property and its name for readers, unit, length of periods, scenario."""


class Panels:
    """The panels of a project's data, each made once.

    Args:
        dataset: The data.
    """

    def __init__(self, dataset: DataSet) -> None:
        self._dataset = dataset
        self._panels: dict[Quantity, Panel] = {}
        self._published: dict[tuple[str, str], dict[str, str]] = {}
        self._wholes: dict[Quantity, Wholes | None] = {}
        self._totals: dict[_Kind, tuple[Panel, Panel] | None] = {}

    def of(self, quantity: Quantity) -> Panel:
        """The panel of a quantity.

        Raises:
            KeyError: No table of the data has the quantity's table's name.
        """
        found = self._panels.get(quantity)
        if found is None:
            table = self._dataset.tables[quantity.table]
            weight = self._weight(quantity, table)
            found = self._panels[quantity] = Panel(quantity, table, self._dataset, weight)
        return found

    def _weight(self, quantity: Quantity, table: Table) -> Panel | None:
        """What the quantity is weighted by over the members of a region."""
        measure = table.measure(quantity.components[0][0], quantity.unit)
        found = weight_of(measure, table, self._dataset.tables)
        if found is None:
            return None
        collection = next(iter(found.table.collections(found.metric)), "")
        return self.of(
            Quantity(
                table=found.table.name,
                collection=collection,
                unit=found.unit,
                subject=NAME_OF_TOTAL,
                metric=found.metric,
                components=tuple(
                    (found.metric, subject)
                    for subject in found.table.summands(found.metric, collection) or (TOTAL,)
                ),
                frequency=quantity.frequency,
                scenario=_scenario(quantity, found),
            )
        )

    def wholes(self, quantity: Quantity) -> Wholes | None:
        """What a quantity's share of category is taken of; None where it has none.

        A total has none, nor has a sum over several properties, a ratio, or the only category.
        """
        if quantity not in self._wholes:
            self._wholes[quantity] = self._find_wholes(quantity)
        return self._wholes[quantity]

    def _find_wholes(self, quantity: Quantity) -> Wholes | None:
        panel = self.of(quantity)
        table, collection = panel.table, quantity.collection
        metrics = {metric for metric, _ in quantity.components}
        if len(metrics) > 1 or quantity.subject == NAME_OF_TOTAL:
            return None
        if not panel.measure.adds_over_categories:
            return None
        [metric] = metrics
        kind = (
            *(quantity.table, collection, metric, quantity.metric),
            *(quantity.unit, quantity.frequency, quantity.scenario),
        )
        if kind not in self._totals:  # every category asks for the same
            self._totals[kind] = self._find_totals(quantity, metric, table)
        totals = self._totals[kind]
        return Wholes(*totals, self._published_share(panel, metric)) if totals else None

    def _find_totals(
        self, quantity: Quantity, metric: str, table: Table
    ) -> tuple[Panel, Panel] | None:
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

    def _published_share(self, panel: Panel, metric: str) -> Panel | None:
        """The share of a single category as the data publish it."""
        quantity = panel.quantity
        if quantity.is_sum or quantity.frequency != "year" or quantity.scenario:
            return None
        key = (quantity.table, quantity.collection)
        if key not in self._published:
            self._published[key] = published_shares(panel.table, quantity.collection, self._dataset)
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


def _scenario(quantity: Quantity, weight: Weight) -> str:
    """The scenario of a weight: that of the quantity, where the weight has scenarios."""
    known = weight.table.scenarios(weight.metric, weight.unit)
    return quantity.scenario if quantity.scenario in known else known[0]
