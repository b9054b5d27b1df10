"""Headings that are periods: a table with a column for each year, quarter or month."""

from __future__ import annotations

from collections.abc import Sequence

from factbook.data.grids.values import header_year
from factbook.data.periods.period_columns import parse_periods
from factbook.data.periods.period_texts import Doubt, read_text
from factbook.data.statuses.flag_texts import split_mark


def is_period(text: str) -> bool:
    """Whether a heading may be a period: ``2015``, ``Y2015``, ``2015 p``, ``2015-Q1``."""
    if header_year(text) is not None:
        return True
    reading = read_text(split_mark(text)[0])
    return isinstance(reading, Doubt) or reading is not None


def period_headings(headings: Sequence[str]) -> dict[str, int]:
    """Heading → code of its period, of the headings that are periods; all of them decide together.

    Publishers' marks beside a year (``2015*``, ``2015 (e)``) are no part of it.
    """
    years = {text: year for text in headings if (year := header_year(text)) is not None}
    others = [text for text in headings if text not in years]
    column = parse_periods([split_mark(text)[0] for text in others])
    codes = dict(zip(others, column.codes.tolist(), strict=True))
    found = {**codes, **years}
    return {text: found[text] for text in headings if found[text]}
