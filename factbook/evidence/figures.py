"""The main figures of a section: the facts that the table under its text shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from factbook.data.periods.period_calendar import Frequency
from factbook.data.periods.period_texts import period_of
from factbook.data.periods.periods import Period
from factbook.evidence.facts import Fact, Kind
from factbook.evidence.spans import WHOLE_YEARS

EN_DASH = "\N{EN DASH}"
MOST_ROWS = 10
SHOWN_KINDS: frozenset[Kind] = frozenset(
    {"value", "total", "change", "relative change", "share of category"}
)
TO_DATE: frozenset[Kind] = frozenset({"year to date", "year to date relative change"})

MOST_PARTS: Mapping[Frequency, int] = {
    "half-year": 6, "quarter": 8, "month": 13, "week": 13, "day": 14,
}  # fmt: skip
"""How many parts of years a table shows, up to the target. Thirteen months begin with the month
that the last one is compared with."""


def main_figures(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Facts of the section's own place, of a few subjects at most.

    Of years the base and the target and what is derived from them; of parts of years the last
    ones, their changes and the year to date.

    Facts come most relevant first, so that the first subjects are those to show.
    """
    own = [f for f in facts if f.role == "place" and f.kind in SHOWN_KINDS | TO_DATE]
    rows: dict[tuple[Frequency, tuple[str, ...]], list[Fact]] = {}
    for fact in own:
        key = length_of(fact.period), row_of(fact)
        if key in rows or len(rows) < MOST_ROWS:
            rows.setdefault(key, []).append(fact)
    shown = (
        _of_years(row) if length in WHOLE_YEARS else _of_parts(row, MOST_PARTS.get(length, 1))
        for (length, _), row in rows.items()
    )
    return tuple(fact for row in shown for fact in row)


def _of_years(facts: Iterable[Fact]) -> list[Fact]:
    """The values of target and base, which come first, their changes, and the target's share.

    Others are of years between, or of what findings compare.
    """
    listed = list(facts)
    periods = list(dict.fromkeys(fact.period for fact in listed if fact.is_value))[:2]
    told = {*periods, EN_DASH.join(sorted(periods))}
    return [
        fact
        for fact in listed
        if fact.period in told and (fact.kind != "share of category" or fact.period == periods[0])
    ]


def _of_parts(facts: list[Fact], most: int) -> list[Fact]:
    """The values of the last parts up to the target, which comes first; changes; years to date.

    A change in per cent stands for the absolute one.
    """
    target = next((period_of(fact.period) for fact in facts if fact.is_value), None)
    kept = () if target is None else last_parts(target, most)
    in_percent = {fact.period for fact in facts if fact.kind == "relative change"}
    return [
        fact
        for fact in facts
        if (fact.period in kept if fact.is_value else True)
        and not (fact.kind == "change" and fact.period in in_percent)
    ]


def last_parts(target: Period, count: int) -> frozenset[str]:
    """The periods that a table shows: so many up to the target."""
    first = target.ordinal - count + 1
    return frozenset(
        Period(target.frequency, ordinal).text for ordinal in range(first, target.ordinal + 1)
    )


def row_of(fact: Fact) -> tuple[str, ...]:
    """What a fact's row in the table is about: table, property, subject."""
    return (fact.table, fact.base_metric, fact.subject)


@cache
def length_of(period: str) -> Frequency:
    """Length of a fact's period, of the two of a change; of what is no period, a year.

    Args:
        period: As in `Fact.period`.
    """
    try:
        return period_of(period.split(EN_DASH)[-1]).frequency
    except ValueError:
        return "year"
