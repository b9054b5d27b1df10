"""Columns of figures whose headings are months or places: one measure, told apart by the column."""

from __future__ import annotations

from collections.abc import Sequence

from factbook.data.periods.month_names import month_numbers
from factbook.init.guess import NO_UNIT, NamedValues
from factbook.init.place_columns import FREE, kind_of

_OF_YEARS = frozenset(("annual", "year", "annual average", "annual mean", "annual total"))
_LEAST = 3
"""Headings that make a pattern; two countries may be two measures that are called so."""


def crossed(headings: Sequence[str], measure: str, unit: str) -> dict[str, NamedValues]:
    """What the columns of figures are, if most of their headings are months or places; else empty.

    Args:
        headings: The headings of the columns of figures.
        measure: Name of what they measure.
        unit: Its unit; empty if it is not known.
    """
    months = {text: number for text in headings if (number := _month(text))}
    if len(months) >= _LEAST:
        of_years = [text for text in headings if text.casefold() in _OF_YEARS]
        return {
            text: NamedValues(measure, unit or NO_UNIT, bool(unit), month=months.get(text, 0))
            for text in headings
            if text in months or text in of_years
        }
    if len(headings) >= _LEAST and kind_of(headings) != FREE:
        return {
            text: NamedValues(measure, unit or NO_UNIT, bool(unit), place=text) for text in headings
        }
    return {}


def _month(heading: str) -> int:
    return month_numbers("en").get(heading.rstrip(".").casefold(), 0)
