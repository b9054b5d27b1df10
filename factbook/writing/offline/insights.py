"""What follows from several figures at once, in words that need no further figure."""

from __future__ import annotations

from collections.abc import Iterator

from factbook.writing.offline import movement as move
from factbook.writing.offline import words
from factbook.writing.offline.statements import Statement, Teller
from factbook.writing.offline.topics import Topic, is_like_for_like

# Smallest sum of two shares, in per cent, and what it is more than. Half a percentage point above
# the fraction, so that the words hold for the rounded shares as well.
_FRACTIONS = (
    (90.5, "nine tenths"),
    (75.5, "three quarters"),
    (67.2, "two thirds"),
    (50.5, "half"),
)
CLEARLY_PERCENTAGE_POINTS = 1.0
"""Two rates of change differ in words only if they are so far apart."""

CLEARLY_LARGER = 1.05
MOST_TOPICS = 5


def insight_statements(teller: Teller, *, enough: bool) -> Iterator[Statement]:
    """Comparisons and limits that follow from the figures of one family.

    Args:
        teller: Makes the statements.
        enough: Whether there are facts enough to say from when to when they go.
    """
    family = teller.family
    categories = [topic for topic in family.categories if not topic.is_zero]
    if family.traits.adds and not family.signed:
        yield from _top_two(teller, categories)
    for place, topic in enumerate([t for t in family.topics if not t.is_zero][:MOST_TOPICS]):
        yield from _beside_region(teller, topic, 43.0 - 9.0 * place)
        if place == 0 and enough and not teller.setting.partial:
            yield from _coverage(teller, topic, 26.0)
    if family.total is not None:
        for place, topic in enumerate(categories[:MOST_TOPICS]):
            yield from _weight_in_region(teller, topic, family.total, 24.0 - 4.0 * place)


def _top_two(teller: Teller, categories: list[Topic]) -> Iterator[Statement]:
    """The part that the two largest categories have together."""
    if len(categories) < 3:
        return
    first, second = categories[:2]
    period = first.target_period
    shares = [topic.shares.get(period) for topic in (first, second)]
    if second.target_period != period or None in shares:
        return
    together = sum(share.value for share in shares if share is not None)
    fraction = next((name for least, name in _FRACTIONS if together >= least), "")
    if not fraction or any(share.value > 50 for share in shares if share is not None):
        return
    names = words.listed([topic.name for topic in (first, second)])
    slots = {"t": words.when(period), "both": names, "fraction": fraction}
    yield teller.tell("top_two", None, [], 58.0, **slots)


def _beside_region(teller: Teller, topic: Topic, importance: float) -> Iterator[Statement]:
    """Whether the place's change was stronger than the region's."""
    own, region = topic.relative, topic.region_relative
    if own is None or region is None or own.period != region.period:
        return
    if is_like_for_like(own) or is_like_for_like(region):
        return
    if not move.consistent(topic) or abs(own.value - region.value) < CLEARLY_PERCENTAGE_POINTS:
        return
    slots = move.periods(topic)
    if own.value * region.value < 0:
        up, down = ("rose", "fell") if own.value > 0 else ("fell", "rose")
        yield teller.tell("against_region", topic, [], importance, up=up, down=down, **slots)
    elif own.value * region.value > 0:
        verb = "rose" if own.value > 0 else "fell"
        how = "more" if abs(own.value) > abs(region.value) else "less"
        yield teller.tell("with_region", topic, [], importance, verb=verb, how=how, **slots)


def _coverage(teller: Teller, topic: Topic, importance: float) -> Iterator[Statement]:
    """From when to when the series goes, where all of it is at hand."""
    if teller.setting.is_cut:
        return
    periods = sorted(topic.values)
    if len(periods) > 1:
        slots = {"first": words.when(periods[0]), "last": words.when(periods[-1])}
        yield teller.tell("coverage", topic, [], importance, **slots)
    elif periods and topic.target is not None:
        slots = {"t": words.when(periods[0])}
        yield teller.tell("coverage_single", topic, [], importance + 8.0, **slots)


def _weight_in_region(
    teller: Teller, topic: Topic, total: Topic, importance: float
) -> Iterator[Statement]:
    """Whether the place weighs more in the region for one category than for all of them."""
    period = topic.target_period
    share, whole = topic.region_shares.get(period), total.region_shares.get(period)
    if share is None or whole is None or min(share.value, whole.value) <= 0:
        return
    ratio = share.value / whole.value
    if 1 / CLEARLY_LARGER < ratio < CLEARLY_LARGER:
        return
    slots = {
        "t": words.when(period),
        "size": "larger" if ratio > 1 else "smaller",
        "heavier": "more heavily" if ratio > 1 else "less heavily",
        "all": words.noun_phrase(teller.family.metric, total.name, short=True),
    }
    yield teller.tell("weight_in_region", topic, [], importance, **slots)
