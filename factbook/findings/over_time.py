"""What one series says through time: what doubled, streaks, pace, levels reached, what ended."""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import fmean

from factbook.findings import chance
from factbook.findings.candidate import Candidate, Candidates
from factbook.findings.scale import relative, soft
from factbook.findings.story import Story, way
from factbook.findings.turning import jump, record, reversal, turn

FEWEST_STEPS_OF_A_STREAK = 5
SHORT_OF_A_STREAK = 3
"""Steps that a streak has at least; in series of few periods, all of which it takes, fewer."""

MULTIPLES: tuple[tuple[float, float, str], ...] = (
    (0.0, 0.1, "fell by more than nine tenths"),
    (0.1, 0.31, "fell by more than two thirds"),
    (0.31, 0.36, "fell by two thirds"),
    (0.36, 0.485, "more than halved"),
    (0.485, 0.515, "halved"),
    (0.515, 0.56, "nearly halved"),
    (1.85, 1.95, "nearly doubled"),
    (1.95, 2.05, "doubled"),
    (2.05, 2.85, "more than doubled"),
    (2.85, 2.95, "nearly tripled"),
    (2.95, 3.05, "tripled"),
    (3.05, 3.95, "more than tripled"),
    (3.95, 4.05, "quadrupled"),
    (4.05, 10.0, "more than quadrupled"),
    (10.0, math.inf, "rose more than tenfold"),
)
"""Above what and up to what part of the earlier value the later one is, and what that is called."""


Detector = Callable[[Story], Candidates]


def over_time(story: Story) -> Candidates:
    """Everything that a series says through time, up to its last period."""
    if len(story.series) < 2:
        return
    for detect in _DETECTORS:
        yield from detect(story)


def _since_base(story: Story) -> Candidates:
    """A value that doubled, or fell by half, since the base period."""
    series = story.series
    base = series.at(story.base)
    if base is None or base <= 0 or series.last <= 0 or story.is_tiny(base):
        return
    if not series.panel.measure.has_true_zero:
        return
    times = series.last / base
    name = next((name for low, high, name in MULTIPLES if low < times <= high), "")
    if not name:
        return
    yield story.candidate(
        "multiple",
        soft(relative(base, series.last), 0.2) * story.sure,
        (
            ("now", story.ask(story.target)),
            ("then", story.ask(story.base)),
            ("share?", story.ask(story.target, "share of category")),
            ("share_then?", story.ask(story.base, "share of category")),
        ),
        form=name,
        direction=way(series.last - base),
        since=story.base,
    )


def _streak(story: Story) -> Candidates:
    """A run of steps in one direction that lasts until the target."""
    series = story.series
    length, run = 0, 0
    for step in reversed(series.steps):
        sign = (step > series.floor / 2) - (step < -series.floor / 2)
        if not sign or (run and sign != run):
            break
        run, length = sign, length + 1
    is_all = length == len(series.steps) and series.is_from_the_start
    least = SHORT_OF_A_STREAK if is_all else FEWEST_STEPS_OF_A_STREAK
    if length < least:
        return
    first, start = series.periods[-1 - length], series.values[-1 - length]
    starts = len(series.steps) - length + 1  # it may begin anywhere
    by_length = story.of_many(starts * 0.5 ** (length - 1))
    surely = max(by_length, story.of_many(starts * series.drift(first)))
    yield story.candidate(
        "streak",
        soft(relative(start, series.last), 0.15) * surely,
        (("then", story.ask(first)), ("now", story.ask(story.target))),
        form="all" if is_all else "since",
        direction="up" if run > 0 else "down",
        since=first,
    )


def _pace(story: Story) -> Candidates:
    """A change that became faster, or slower, since the base period."""
    series = story.series
    if story.base not in series.periods:
        return
    at = series.periods.index(story.base)
    early, late = series.steps[:at], series.steps[at:]
    if min(len(early), len(late)) < 3:
        return
    before, after = fmean(early), fmean(late)
    if before * after <= 0 or 0.5 < after / before < 2.0:
        return
    apart = math.hypot(*(chance.deviation(s) / math.sqrt(len(s)) for s in (early, late)))
    freedom = min(len(early), len(late)) - 1
    probability = chance.student((after - before) / max(apart, series.floor), freedom)
    moved = relative(series.values[0], series.last)
    yield story.candidate(
        "pace",
        0.8 * soft(moved, 0.15) * story.of_many(probability),
        (
            ("early", story.ask(story.base, "change", series.periods[0])),
            ("late", story.ask(story.target, "change", story.base)),
        ),
        form="faster" if after / before > 1 else "slower",
        direction=way(after),
        first=series.periods[0],
        since=story.base,
    )


def _milestone(story: Story) -> Candidates:
    """A round level that was reached for the first time in the last periods."""
    series = story.series
    if len(series) < 6 or series.last <= 0:
        return
    magnitude = 10.0 ** math.floor(math.log10(series.last))
    level = max(m * magnitude for m in (1, 2, 5) if m * magnitude <= series.last)
    first = next((i for i, v in enumerate(series.values) if v >= level), None)
    if first is None or first < max(4, len(series) - 2):
        return
    if min(series.values[first:]) < level or level < 1 / 10:
        return
    gained = relative(series.values[0], series.last)
    yield story.candidate(
        "milestone",
        0.5 * soft(gained, 0.3) * chance.sure(series.drift()),
        (("now", story.ask(series.periods[first])),),
        direction="up",
        happened=series.periods[first],
        first=series.periods[0],
    )


def _absence(story: Story) -> Candidates:
    """What ended, and stayed away; what began."""
    values = story.series.values
    if not story.series.panel.measure.has_true_zero or len(values) < 4 or min(values) < 0:
        return
    zeros = [v == 0 for v in values]
    if zeros[-1] and zeros[-2] and not all(zeros) and not story.is_tiny(max(values)):
        yield _ended(story, max(i for i, is_zero in enumerate(zeros) if not is_zero))
    elif zeros[0] and zeros[1] and not zeros[-1]:
        first = zeros.index(False)
        if not any(zeros[first:]):
            yield _began(story, first)


def _ended(story: Story, last: int) -> Candidate:
    series = story.series
    top = max(range(len(series)), key=lambda i: series.values[i])
    return story.candidate(
        "absence",
        0.9 * soft(series.values[top], 0.02 * (story.whole or series.values[top])),
        (("top", story.ask(series.periods[top])), ("now", story.ask(story.target))),
        form="ended",
        direction="down",
        happened=series.periods[last + 1],
        last=series.periods[last],
    )


def _began(story: Story, first: int) -> Candidate:
    series = story.series
    return story.candidate(
        "absence",
        0.8 * soft(series.last, 0.03 * (story.whole or series.last)),
        (("now", story.ask(story.target)),),
        form="began",
        direction="up",
        happened=series.periods[first],
        first=series.periods[first],
    )


_DETECTORS: tuple[Detector, ...] = (
    _since_base, record, turn, _streak, reversal, _pace, jump, _milestone, _absence,
)  # fmt: skip
