"""The measures of a draft, with what is known of them and of their region's figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from factbook.data.dataset import DataSet
from factbook.data.periods.period_calendar import Frequency
from factbook.data.table import Table
from factbook.init.units import name_and_unit
from factbook.measures.measure import Measure


@dataclass(frozen=True, slots=True)
class DraftMeasure:
    """A measure that the report tells.

    Attributes:
        table: Name of its table.
        name: Its name, as the table has it.
        measures: What may be done to its figures, one for each of its units.
        categories: Its categories, without totals.
        has_region: Whether the region has figures: its own, or sums or means of its members'.
        frequency: Length of the periods to tell.
        figures: Number of its series.
        places: Number of places with a figure.
    """

    table: str
    name: str
    measures: tuple[Measure, ...]
    categories: tuple[str, ...]
    has_region: bool
    frequency: Frequency
    figures: int
    places: int

    @property
    def adds_categories(self) -> bool:
        """Whether its categories make a total, and have shares of it."""
        return all(measure.adds_over_categories for measure in self.measures)


def draft_measures(dataset: DataSet) -> tuple[DraftMeasure, ...]:
    """All measures of a project's tables, those of each table together."""
    return tuple(one for name, table in dataset.tables.items() for one in _of(name, table, dataset))


def _of(name: str, table: Table, dataset: DataSet) -> Iterator[DraftMeasure]:
    for metric in table.metrics():
        units = table.units(metric)
        measures = tuple(table.measure(metric, unit) for unit in units)
        lengths = [length for unit in units for length in table.lengths(metric, unit)]
        if not lengths:
            continue
        own = table.has_data(dataset.region.code) and any(
            table.series(dataset.region.code, metric, subject, unit, frequency=length)
            for unit in units
            for subject in table.summands(metric, unit)
            for length in dict.fromkeys(lengths)
        )
        adds = all(measure.over_places != "none" for measure in measures)
        subjects = table.subjects(metric)
        yield DraftMeasure(
            table=name,
            name=metric,
            measures=measures,
            categories=subjects if len(subjects) > 1 else (),
            has_region=own or (adds and len(dataset.members) > 1),
            frequency=_told(lengths),
            figures=sum(
                len(table.places(metric, subject, unit))
                for unit in units
                for subject in table.summands(metric, unit)
            ),
            places=max(
                (
                    len(table.places(metric, subject, unit))
                    for unit in units
                    for subject in table.summands(metric, unit)
                ),
                default=0,
            ),
        )


def plain_names(dataset: DataSet) -> tuple[dict[str, str], dict[str, str]]:
    """Names of measures without commas and without the units at their ends, and these units.

    Returns:
        Name in the data → name in the report, where they differ; name in the report → unit.
    """
    labels: dict[str, str] = {}
    units: dict[str, str] = {}
    for table in dataset.tables.values():
        for metric in table.metrics():
            has_unit = any(table.units(metric))
            name, unit = (metric, "") if has_unit else name_and_unit(metric)
            name = comma_free(name) if unit else comma_free(metric) if "," in metric else metric
            if units.get(name, unit) != unit or (unit and name in labels.values()):
                name, unit = comma_free(metric), ""  # one name for two units would mix them
            if name != metric:
                labels[metric] = name
            if unit:
                units[name] = unit
    return labels, units


def comma_free(name: str) -> str:
    """A name with what follows its first comma in brackets: ``GDP (current prices)``."""
    head, _, rest = name.partition(",")
    more = rest.replace(",", ";").replace("(", "").replace(")", "").strip()
    return f"{head.strip()} ({more})" if more else head.strip()


def _told(lengths: Sequence[Frequency]) -> Frequency:
    """The length of periods that a report tells: years, if there are any."""
    return "year" if "year" in lengths else lengths[0]
