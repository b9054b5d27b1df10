"""What one series says through time: records, turns, streaks, jumps, what ended or doubled."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Literal

from factbook.evidence.facts import Kind
from factbook.evidence.finding import Direction, FindingKind
from factbook.evidence.questions import Question
from factbook.findings.candidate import Candidate, Candidates
from factbook.findings.scale import TINY_SHARE, relative, soft, trust
from factbook.findings.series import Series

FEWEST_OF_A_RECORD = 5
"""Periods that a record is above."""

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


@dataclass(frozen=True)
class Story:
    """A series with what its findings are told with.

    Attributes:
        series: The series up to the target.
        base: The period that the section compares with; empty where the series has no value there.
        weight: How telling its category is beside others of its total, from 0 to 1.
        whole: Largest of the totals that it is a part of; 0 where there is none.
    """

    series: Series
    base: str
    weight: float = 1.0
    whole: float = 0.0

    @property
    def target(self) -> str:
        """The last period."""
        return self.series.periods[-1]

    def ask(self, period: str, kind: Kind = "value", base: str = "") -> Question:
        """A question about the series."""
        quantity, place = self.series.panel.quantity, self.series.place
        return Question(quantity, place, period, kind, base)

    def is_tiny(self, value: float) -> bool:
        """Whether a value makes no percentage: it is almost nothing beside others."""
        return abs(value) < TINY_SHARE * max(self.series.largest, self.whole)

    def candidate(
        self,
        kind: FindingKind,
        size: float,
        asks: tuple[tuple[str, Question], ...],
        *,
        form: str = "",
        direction: Direction = "",
        happened: str = "",
        **words: str,
    ) -> Candidate:
        """A candidate about the series; its size is weighed by how telling its category is."""
        told = {p for _, q in asks for p in (q.period, q.base) if p}
        return Candidate(
            kind=kind,
            place=self.series.place,
            about=(self.series.panel.quantity,),
            asks=asks,
            size=size * self.weight,
            form=form,
            direction=direction,
            words=tuple(words.items()),
            periods=tuple(sorted(told | {w for n, w in words.items() if n in _PERIODS})),
            happened=happened,
        )


_PERIODS = ("since", "until", "first", "last")
"""Words of a candidate that are periods."""

Detector = Callable[[Story], Candidates]


def over_time(story: Story) -> Candidates:
    """Everything that a series says through time, up to its last period."""
    if len(story.series) < 2:
        return
    for detect in _DETECTORS:
        yield from detect(story)


def _way(change: float) -> Direction:
    return "up" if change > 0 else "down" if change < 0 else ""


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
    since = series.values[series.periods.index(story.base) :]
    sure = trust(series.values) if len(series) >= 4 else 0.7
    size = soft(relative(base, series.last), 0.2) * max(sure, _steady(since))
    yield story.candidate(
        "multiple",
        size,
        (
            ("now", story.ask(story.target)),
            ("then", story.ask(story.base)),
            ("share?", story.ask(story.target, "share of category")),
            ("share_then?", story.ask(story.base, "share of category")),
        ),
        form=name,
        direction=_way(series.last - base),
        since=story.base,
    )


def _steady(values: tuple[float, ...]) -> float:
    """Part of the steps that go the way of the whole, from 0 (half of them) to 1."""
    steps = [b - a for a, b in zip(values, values[1:], strict=False)]
    way = values[-1] - values[0]
    if len(steps) < 3:
        return 0.0
    return max(0.0, 2.0 * sum(step * way > 0 for step in steps) / len(steps) - 1.0)


def _record(story: Story) -> Candidates:
    """The highest or lowest value since some period, or of all."""
    series = story.series
    values = series.values
    if len(values) <= FEWEST_OF_A_RECORD:
        return
    for sign, direction in ((1, "up"), (-1, "down")):
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
        noise = _noise_before(series)
        size = soft(margin, 1.5 * noise) * soft(beaten, 5) * (1.0 - 0.8 * usual)
        asks: tuple[tuple[str, Question], ...] = (("now", story.ask(story.target)),)
        words = {"first": series.periods[0]}
        if earlier:
            words = {"since": series.periods[earlier[-1]]}
            asks += (("then", story.ask(series.periods[earlier[-1]])),)
        yield story.candidate(
            "record",
            size,
            asks,
            form="since" if earlier else "ever",
            direction="up" if direction == "up" else "down",
            **words,
        )


def _noise_before(series: Series) -> float:
    """Noise of the steps but for the last one."""
    steps = series.steps[:-1]
    if len(steps) < 3:
        return series.largest
    return max(stdev(steps), series.floor)


def _turn(story: Story) -> Candidates:
    """A peak or a trough inside the series, with a clear rise and fall on its sides."""
    series = story.series
    values = series.values
    if len(values) < 5:
        return
    for sign, form in ((1, "peak"), (-1, "trough")):
        ahead = [sign * v for v in values]
        at = max(range(len(ahead)), key=lambda i: (ahead[i], i))
        if not 1 < at < len(ahead) - 2:
            continue
        before, after = ahead[at] - min(ahead[:at]), ahead[at] - ahead[-1]
        if min(before, after) <= 2.0 * series.floor:
            continue
        sides = relative(ahead[at] - before, ahead[at]), relative(ahead[-1], ahead[at])
        steady = min(_steady(values[: at + 1]), _steady(values[at:]))
        sure = max(trust(values), steady)
        size = soft(min(sides), 0.15) * soft(min(before, after), series.noise) * sure
        yield story.candidate(
            "turn",
            size * 1.4 if size < 0.7 else size,
            (("top", story.ask(series.periods[at])), ("now", story.ask(story.target))),
            form=form,
            direction="down" if sign > 0 else "up",
            happened=series.periods[at],
            since=series.periods[at],
        )


def _streak(story: Story) -> Candidates:
    """A run of steps in one direction that lasts until the target."""
    series = story.series
    length, way = 0, 0
    for step in reversed(series.steps):
        sign = (step > series.floor / 2) - (step < -series.floor / 2)
        if not sign or (way and sign != way):
            break
        way, length = sign, length + 1
    is_all = length == len(series.steps)
    least = SHORT_OF_A_STREAK if is_all else FEWEST_STEPS_OF_A_STREAK
    if length < least:
        return
    first = series.periods[-1 - length]
    start = series.values[-1 - length]
    size = soft(length, 4.0) * soft(relative(start, series.last), 0.1)
    yield story.candidate(
        "streak",
        size,
        (("then", story.ask(first)), ("now", story.ask(story.target))),
        form="all" if is_all else "since",
        direction="up" if way > 0 else "down",
        since=first,
    )


def _reversal(story: Story) -> Candidates:
    """A last step that goes against a long run, and is no small one."""
    series = story.series
    if len(series.steps) < FEWEST_STEPS_OF_A_STREAK:
        return
    last = series.steps[-1]
    length = 0
    for step in reversed(series.steps[:-1]):
        if step * last >= 0 or abs(step) <= series.floor / 2:
            break
        length += 1
    if length < 4 or abs(last) <= series.floor:
        return
    run = series.values[-2] - series.values[-2 - length]
    size = (
        soft(length - 2, 3.0) * soft(last, abs(run) / 3) * soft(relative(*series.values[-2:]), 0.05)
    )
    first, before = series.periods[-2 - length], series.periods[-2]
    yield story.candidate(
        "reversal",
        size,
        (
            ("change", story.ask(story.target, "relative change", before)),
            ("now", story.ask(story.target)),
        ),
        direction=_way(last),
        since=first,
        last=before,
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
    if before * after <= 0:
        return
    ratio = after / before
    if 0.5 < ratio < 2.0:
        return
    spread = math.sqrt(stdev(early) ** 2 / len(early) + stdev(late) ** 2 / len(late))
    deviations = abs(after - before) / max(spread, series.floor)
    moved = relative(series.values[0], series.last)
    size = soft(max(0.0, deviations - 1.0), 2.5) * soft(moved, 0.15)
    yield story.candidate(
        "pace",
        size,
        (
            ("early", story.ask(story.base, "change", series.periods[0])),
            ("late", story.ask(story.target, "change", story.base)),
        ),
        form="faster" if abs(ratio) > 1 else "slower",
        direction=_way(after),
        first=series.periods[0],
        since=story.base,
    )


def _jump(story: Story) -> Candidates:
    """The largest step of a series, where it is one of the last and far from all others."""
    series = story.series
    if len(series.steps) < 6:
        return
    largest = max(range(len(series.steps)), key=lambda i: abs(series.steps[i]))
    if largest < len(series.steps) - 3:
        return
    others = [s for i, s in enumerate(series.steps) if i != largest]
    noise = max(stdev(others), series.floor)
    deviations = abs(series.steps[largest] - fmean(others)) / noise
    if deviations < 3.0:
        return
    before, after = series.periods[largest], series.periods[largest + 1]
    moved = relative(series.values[largest], series.values[largest + 1])
    kind: Kind = "change"
    if series.panel.measure.has_true_zero and not story.is_tiny(series.values[largest]):
        kind = "relative change"
    size = soft(deviations - 2.0, 1.5) * soft(moved, 0.08)
    yield story.candidate(
        "jump",
        size,
        (("change", story.ask(after, kind, before)), ("now", story.ask(after))),
        direction=_way(series.steps[largest]),
        happened=after,
        first=series.periods[0],
        last=before,
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
        0.5 * soft(gained, 0.3) * trust(series.values),
        (("now", story.ask(series.periods[first])),),
        direction="up",
        happened=series.periods[first],
        first=series.periods[0],
    )


def _absence(story: Story) -> Candidates:
    """What ended, and stayed away; what began."""
    series = story.series
    values = series.values
    if not series.panel.measure.has_true_zero or len(values) < 4:
        return
    zeros = [v == 0 for v in values]
    if zeros[-1] and zeros[-2] and not all(zeros):
        last = max(i for i, is_zero in enumerate(zeros) if not is_zero)
        if story.is_tiny(values[last]) and story.is_tiny(max(values)):
            return
        form: Literal["ended", "began"] = "ended"
        top = max(range(len(values)), key=lambda i: values[i])
        size = 0.9 * soft(values[top], 0.02 * (story.whole or values[top]))
        yield story.candidate(
            "absence",
            size,
            (("top", story.ask(series.periods[top])), ("now", story.ask(story.target))),
            form=form,
            direction="down",
            happened=series.periods[last + 1],
            last=series.periods[last],
        )
    elif not zeros[-1] and zeros[0] and zeros[1] and values[-1] > 0:
        first = next(i for i, is_zero in enumerate(zeros) if not is_zero)
        if any(zeros[first:]):
            return
        size = 0.8 * soft(values[-1], 0.03 * (story.whole or values[-1]))
        yield story.candidate(
            "absence",
            size,
            (("now", story.ask(story.target)),),
            form="began",
            direction="up",
            happened=series.periods[first],
            first=series.periods[first],
        )


_DETECTORS: tuple[Detector, ...] = (
    _since_base, _record, _turn, _streak, _reversal, _pace, _jump, _milestone, _absence,
)  # fmt: skip


def describes(candidates: Iterator[Candidate]) -> frozenset[tuple[str, str]]:
    """Kind and direction of some candidates, to count in how many places the same is found."""
    return frozenset((one.kind, one.direction) for one in candidates)
