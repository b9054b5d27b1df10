"""Where a series turned: records, peaks and troughs, reversals, jumps."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

from factbook.evidence.facts import Kind
from factbook.evidence.questions import Question
from factbook.findings import chance
from factbook.findings.candidate import Candidates
from factbook.findings.scale import relative, soft
from factbook.findings.series import Series
from factbook.findings.story import Story, steady, way

FEWEST_OF_A_RECORD = 5
"""Periods that a record is above."""

FEWEST_OF_A_RUN = 4
"""Steps one way that a reversal goes against."""

_KINDS = 3
"""Kinds that look for the same in the last values: record, reversal, jump (Bonferroni's bound)."""

_HALF_STEADY, _HALF = 0.07, 0.2
"""Change on a side of a turn, as a part of the larger value, that is half of the most: where each
step went the right way, and else."""


def record(story: Story) -> Candidates:
    """The highest or lowest value since some period, or of all."""
    series = story.series
    values = series.values
    if len(values) <= FEWEST_OF_A_RECORD:
        return
    for sign in (1, -1):
        ahead = [sign * v for v in values]
        earlier = [at for at in range(len(ahead) - 1) if ahead[at] >= ahead[-1]]
        first = earlier[-1] + 1 if earlier else 0
        beaten = len(ahead) - 1 - first
        if beaten < FEWEST_OF_A_RECORD or (sign < 0 and values[-1] <= 0):
            continue
        margin = ahead[-1] - max(ahead[first:-1])
        if margin <= series.floor:
            continue
        # A series that sets a record each year has none that is worth saying.
        records = sum(ahead[at] > max(ahead[:at]) for at in range(1, len(ahead) - 1))
        usual = records / max(1, len(ahead) - 2)
        surely = story.of_many(
            _KINDS * chance.of_one_more(values[first:-1], values[-1], series.floor)
        )
        size = soft(margin, 1.5 * _noise_before(series)) * soft(beaten, 5) * (1.0 - 0.8 * usual)
        asks: tuple[tuple[str, Question], ...] = (("now", story.ask(story.target)),)
        words = {"first": series.periods[0]}
        if earlier:
            words = {"since": series.periods[earlier[-1]]}
            asks += (("then", story.ask(series.periods[earlier[-1]])),)
        yield story.candidate(
            "record",
            size * surely * soft(relative(values[-2], values[-1]), 0.02),
            asks,
            form="since" if earlier else "ever",
            direction="up" if sign > 0 else "down",
            **words,
        )


def _noise_before(series: Series) -> float:
    """Noise of the steps but for the last one."""
    steps = series.steps[:-1]
    return max(chance.deviation(steps), series.floor) if len(steps) > 2 else series.largest


def turn(story: Story) -> Candidates:
    """A peak or a trough inside the series, with a clear rise and fall on its sides."""
    turns = sorted(_turns(story), key=lambda one: one.happened)
    if len(turns) < 2:
        yield from turns
        return
    # What turned again is told by its last turn, with the one before: alone, "risen from a low"
    # would hide that it has been falling since.
    earlier, later = turns
    before = next(question for role, question in earlier.asks if role == "top")
    yield replace(
        later, size=max(earlier.size, later.size), asks=(*later.asks, ("before?", before))
    )


def _turns(story: Story) -> Candidates:
    series = story.series
    values = series.values
    if len(values) < 5:
        return
    for sign, form in ((1, "peak"), (-1, "trough")):
        ahead = [sign * v for v in values]
        at = max(range(len(ahead)), key=lambda i: (ahead[i], i))
        if not 1 < at < len(ahead) - 2 or ahead.count(ahead[at]) > 1:
            continue
        if ahead[at] - max(ahead[0], ahead[-1]) <= 2.0 * series.floor:
            continue
        size = _size_of_turn(story, at, sign)
        yield story.candidate(
            "turn",
            size,
            (("top", story.ask(series.periods[at])), ("now", story.ask(story.target))),
            form=form,
            direction="down" if sign > 0 else "up",
            happened=series.periods[at],
            since=series.periods[at],
            first=series.periods[0],
        )


def _size_of_turn(story: Story, at: int, sign: int) -> float:
    """By how steadily it went on both sides, or by how far: whichever tells more."""
    series, values = story.series, story.series.values
    last = len(values) - 1
    sides = relative(values[0], values[at]), relative(values[at], values[-1])
    agreeing = steady(values[: at + 1], sign, series.floor / 2)
    agreeing += steady(values[at:], -sign, series.floor / 2)
    steadily = story.of_many(chance.of_signs(agreeing, last))
    both = (
        chance.of_drift(values, 0, at, series.floor),
        chance.of_drift(values, at, last, series.floor),
    )
    return max(
        steadily * sqrt(soft(sides[0], _HALF_STEADY) * soft(sides[1], _HALF_STEADY)),
        chance.sure(chance.of_both(*both)) * sqrt(soft(sides[0], _HALF) * soft(sides[1], _HALF)),
    )


def reversal(story: Story) -> Candidates:
    """A last step that goes against a long run, and is no small one."""
    series = story.series
    if len(series.steps) <= FEWEST_OF_A_RUN:
        return
    last = series.steps[-1]
    length = 0
    for step in reversed(series.steps[:-1]):
        if step * last >= 0 or abs(step) <= series.floor / 2:
            break
        length += 1
    if length < FEWEST_OF_A_RUN or abs(last) <= series.floor:
        return
    run = series.values[-2] - series.values[-2 - length]
    size = soft(last, abs(run) / 3) * soft(relative(*series.values[-2:]), 0.05)
    others = series.steps[-1 - length : -1]
    size *= story.of_many(_KINDS * chance.of_one_more(others, last, series.floor))
    before = series.periods[-2]
    kind: Kind = "relative change" if series.panel.measure.has_true_zero else "change"
    yield story.candidate(
        "reversal",
        size * soft(length, 3.0),
        (
            ("change", story.ask(story.target, kind, before)),
            ("now", story.ask(story.target)),
        ),
        direction=way(last),
        since=series.periods[-2 - length],
        last=before,
    )


def jump(story: Story) -> Candidates:
    """The largest step of a series, where it is one of the last and far from all others."""
    series = story.series
    steps = series.steps
    if len(steps) < 6:
        return
    largest = max(range(len(steps)), key=lambda i: abs(steps[i]))
    if largest < len(steps) - 3:
        return
    others = [s for i, s in enumerate(steps) if i != largest]
    probability = chance.of_one_more(others, steps[largest], series.floor) * len(steps)
    surely = story.of_many(_KINDS * probability)
    if not surely:
        return
    before, after = series.periods[largest], series.periods[largest + 1]
    values = series.values[largest], series.values[largest + 1]
    kind: Kind = "change"
    if series.panel.measure.has_true_zero and not story.is_tiny(values[0]):
        kind = "relative change"
    yield story.candidate(
        "jump",
        surely * soft(relative(*values), 0.1) * _lasts(series, largest),
        (("change", story.ask(after, kind, before)), ("now", story.ask(after))),
        direction=way(steps[largest]),
        happened=after,
        first=series.periods[0],
        last=before,
    )


def _lasts(series: Series, at: int) -> float:
    """What is left of a jump in the target period, as a part of it, at least a third."""
    left = (series.last - series.values[at]) / series.steps[at]
    return min(1.0, max(1 / 3, left))
