"""Traits: what a writer must know of a measure to speak of its figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from factbook.measures.known import known_measure
from factbook.measures.measure import Better, Measure

Key = tuple[str, str]
"""Metric without what a kind adds to it, and unit of its values."""


class Traits(NamedTuple):
    """What may be said of the figures of a measure.

    A tuple, so that a file holds it in short.

    Attributes:
        adds: Whether its categories add up to a total: only then do they "account for" it.
        adds_over_places: The same of the members of a region.
        has_true_zero: Whether a change in per cent means something.
        is_share: Whether it is in hundredths, so that changes are in percentage points.
        better: Which figures nobody would rather have the other way round.
    """

    adds: bool = False
    adds_over_places: bool = False
    has_true_zero: bool = False
    is_share: bool = False
    better: Better = "neutral"

    @classmethod
    def of(cls, measure: Measure) -> Traits:
        """The traits of a measure."""
        return cls(
            measure.adds_over_categories,
            measure.adds_over_places,
            measure.has_true_zero,
            measure.is_share,
            measure.better,
        )

    @property
    def is_amount(self) -> bool:
        """Whether it is an amount of something: large or small, not high or low."""
        return self.adds or self.adds_over_places


StoredTraits = tuple[tuple[str, str, Traits], ...]
"""Metric, unit and traits of each measure of an evidence."""


def stored_traits(measures: Iterable[tuple[Key, Measure]]) -> StoredTraits:
    """The traits of measures, each once."""
    found = {key: Traits.of(measure) for key, measure in measures}
    return tuple((metric, unit, traits) for (metric, unit), traits in found.items())


def traits_by_key(stored: StoredTraits) -> Mapping[Key, Traits]:
    """Traits by metric and unit."""
    return {(metric, unit): traits for metric, unit, traits in stored}


def plain(stored: StoredTraits) -> list[tuple[object, ...]]:
    """The same as values for JSON."""
    return [(metric, unit, tuple(traits)) for metric, unit, traits in stored]


@lru_cache(maxsize=4096)
def known_traits(metric: str, unit: str) -> Traits:
    """What is known from name and unit alone, for evidence that says nothing of the measure."""
    return Traits.of(known_measure(metric, unit))
