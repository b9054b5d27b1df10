"""Which figures may be added: over places, and over the months of a year."""

from __future__ import annotations

import re
from functools import cache

_PER_TIME = re.compile(r"\s*(/|\bper\b)\s*(yr|year|a|annum|month|day|d|h|hr|hour)s?\.?$")

# A ratio, whatever it is a ratio of: a slash or "per", a percentage, an index base, a scale.
_RATIO_UNIT = re.compile(
    r"/|%|\bper\b|percent|per cent|\bp\.?p\.?\b|\bpts?\b|\bratio\b|\bshare\b|\bindex\b|\bfactor\b"
    r"|\bp\.?u\.?\b|\d{4}\s*=\s*1|°|\bdegrees?\b|\bcelsius\b|\bppm\b|\bppb\b|\bscore\b|\brank\b"
    r"|\bpoints?\b|\bfraction\b|^(k|m)?v$|^hz$|^(h|hr|hour|day|month|year|yr)s?$|^k$"
)

# Units that measure an amount; a metric called "Load factor" in MWh is still an amount.
_AMOUNT_UNIT = re.compile(
    r"^(thousand |million |billion |1000 |1,000 |10\^?\d )?"
    r"([kmgtpe]?(wh|w|j|va|var|toe|tce|t|g|btu|mtco2e?|vah|varh)|mmbtu|quads?|therms?"
    r"|(k|m|g|kilo|mega|giga)?(t|ton|tonne)s?|bcm|mcm|m3|bbl|barrels?|litres?|liters?|ha|km2)"
    r"( ?(of )?(co2|ghg|ch4|n2o|oil|coal)([- ]?eq(uivalents?|\.)?|e)?)?$"
)

_RATIO_METRIC = re.compile(
    r"\b((?<!market )(?<!current )(?<!constant )(?<!basic )prices?"
    r"|ind(ex|ices)|shares?|ratios?|rates?|factors?|intensit(y|ies)|efficienc(y|ies)"
    r"|percent(age)?|average|mean|median|marginal|srmc|lrmc|lcoe|temperatures?|densit(y|ies)"
    r"|probabilit(y|ies)|elasticit(y|ies)|growth|utili[sz]ation|per|expectancy|score|rank)\b"
)

_RATIO_AMOUNT_METRIC = re.compile(r"\b(per|intensit(y|ies)|specific|shares?|percent(age)?)\b")

# Levels: right at an instant, so that twelve of them do not make a year.
_LEVEL_UNIT = re.compile(
    r"^([kmgt]?(w|va|var)(e|p|el|th)?|persons?|people|inhabitants|households|units?|vehicles|-|)$"
)
_LEVEL_METRIC = re.compile(
    r"\b(capacit(y|ies)|population|stocks?|inventor(y|ies)|storage level|end volume|peak|maximum"
    r"|minimum|max|min|units|installed|ramp (up|down))\b"
)


@cache
def is_additive(unit: str, metric: str) -> bool:
    """Whether figures of several places or categories may be added.

    Amounts may (TWh, tonnes, MW, EUR); ratios may not (%, per head, index, price, factor,
    $/MWh). An amount per unit of time (TWh/year) may.
    """
    unit = " ".join(unit.casefold().split())
    metric = " ".join(metric.casefold().replace("_", " ").split())
    amount = _PER_TIME.sub("", unit)
    if _RATIO_UNIT.search(amount):
        return False
    if _AMOUNT_UNIT.match(amount):
        return not _RATIO_AMOUNT_METRIC.search(metric)
    return not _RATIO_METRIC.search(metric)


@cache
def adds_over_months(unit: str, metric: str) -> bool:
    """Whether twelve monthly figures add up to the year's.

    Flows do (GWh, tonnes, EUR); levels (MW, capacity, population) and ratios do not.
    """
    level = _LEVEL_UNIT.search(" ".join(unit.casefold().split()))
    named = _LEVEL_METRIC.search(metric.casefold().replace("_", " "))
    per_time = _PER_TIME.search(unit.casefold())
    return is_additive(unit, metric) and not (level or named or per_time)
