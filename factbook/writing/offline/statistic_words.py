"""Measures made of hourly ones, inside a sentence: ``maximum load`` for ``Load, maximum``."""

from __future__ import annotations


def spoken(metric: str) -> str:
    """The name of a measure as prose says it; of other measures as it is.

    Args:
        metric: As `factbook.config.hourly.Statistic.name` makes it, or any other.
    """
    base, comma, what = metric.rpartition(", ")
    if not comma:
        return metric
    if what in ("mean", "maximum", "minimum"):
        return f"{what} {base}"
    if what.startswith("hours above "):
        return f"hours of {base} {what.removeprefix('hours ')}"
    if what.startswith("quantile "):
        return f"{what.removeprefix('quantile ')} quantile of {base}"
    return metric
