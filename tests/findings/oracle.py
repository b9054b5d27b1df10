"""The oracle: recomputes a finding's figures and tests its claim, from raw rows alone."""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pytest

from factbook.evidence.facts import Evidence, Fact
from factbook.evidence.finding import DataFinding
from tests.findings.raw import Raw

CLOSE = 1e-6
DASH = "\N{EN DASH}"
MULTIPLES: Mapping[str, tuple[float, float]] = {
    "fell by more than nine tenths": (0, 0.1), "fell by more than two thirds": (0.1, 1 / 3),
    "fell by two thirds": (0.31, 0.36), "more than halved": (1 / 3, 0.5), "halved": (0.48, 0.52),
    "nearly halved": (0.5, 0.57), "nearly doubled": (1.8, 2), "doubled": (1.94, 2.06),
    "more than doubled": (2, 3), "nearly tripled": (2.8, 3), "tripled": (2.94, 3.06),
    "more than tripled": (3, 4), "quadrupled": (3.9, 4.1), "more than quadrupled": (4, 10.001),
    "rose more than tenfold": (10, float("inf")),
}  # fmt: skip
PARTS: Mapping[str, float] = {
    "nine tenths": 90, "four fifths": 80, "three quarters": 75, "two thirds": 200 / 3, "half": 50,
    "nearly half": 47, "a third": 100 / 3, "a quarter": 25, "a tenth": 10,
}  # fmt: skip


@dataclass
class Oracle:
    """Judges the findings of a section.

    Attributes:
        raw: The rows.
        evidence: The section's evidence.
        codes: Name of a place → its code.
        home: Code of the section's place.
        region: Code of the region.
    """

    raw: Raw
    evidence: Evidence
    codes: Mapping[str, str]
    home: str
    region: str

    def faults(self, finding: DataFinding) -> list[str]:
        """What is false about a finding; empty where nothing is."""
        facts = {role: self.evidence.by_id[one] for role, one in finding.facts.items()}
        found = [f"{role}: {why}" for role, fact in facts.items() if (why := self._wrong(fact))]
        claim = _CLAIMS.get(finding.kind)
        if claim is None:
            return [*found, f"no claim is known for {finding.kind}"]
        try:
            found += [why for is_true, why in claim(self, finding, facts) if not is_true]
        except KeyError as error:
            found.append(f"the rows have no {error}")
        return found

    def series(self, fact: Fact, place: str = "") -> dict[str, float]:
        """Period → value of what a fact is about, in its place or another."""
        metric, unit = self._measure(fact)
        where = place or self.codes.get(fact.place, fact.place)
        return self.raw.of(where, fact.subject, metric, unit)

    def _measure(self, fact: Fact) -> tuple[str, str]:
        """Metric and unit in the rows: of a derived fact those that fit."""
        base = fact.plain_metric
        fits = [k for k in self.raw.categories if base in (k[0], f"{k[0]} ({k[1]})")]
        exact = [k for k in fits if k[1] == fact.unit or base.endswith(f"({k[1]})")]
        holding = [k for k in fits if self.raw.parts(fact.subject, *k)]
        return (exact or holding or fits)[0]

    def between(self, fact: Fact, first: str, last: str) -> dict[str, float]:
        """The values of two periods and those between them, in order of time."""
        return {p: v for p, v in sorted(self.series(fact).items()) if first <= p <= last}

    def members(self, fact: Fact, period: str) -> dict[str, float]:
        """Member → value, of those that have one."""
        found = {m: self.series(fact, m).get(period) for m in self.raw.members}
        return {m: v for m, v in found.items() if v is not None}

    def shares(self, fact: Fact, place: str = "") -> dict[str, float]:
        """Period → share of category."""
        metric, unit = self._measure(fact)
        where = place or self.codes.get(fact.place, fact.place)
        whole = self.raw.of(where, "Total", metric, unit)
        own = self.raw.of(where, fact.subject, metric, unit)
        return {p: v / whole[p] * 100 for p, v in own.items() if whole.get(p)}

    def leaves(self, fact: Fact) -> dict[str, dict[str, float]]:
        """Category → values, of those that make up the total."""
        metric, unit = self._measure(fact)
        where = self.codes.get(fact.place, fact.place)
        return {one: self.raw.of(where, one, metric, unit) for one in self.raw.leaves(metric, unit)}

    def _wrong(self, fact: Fact) -> str:
        """Why a fact's number is not what the rows give; empty where it is."""
        numbers = list(self._numbers(fact))
        near = 0.06 / max(abs(fact.value), 1e-9) if fact.kind == "share of category" else CLOSE
        near = max(near, 3e-4) if self.raw.aggregates else near  # rounded before they were added
        if any(abs(n - fact.value) <= max(near, CLOSE) * max(abs(n), 1e-3) for n in numbers):
            return ""
        return f"{fact.kind} {fact.subject} {fact.place} {fact.period}: {fact.value} not {numbers}"

    def _numbers(self, fact: Fact) -> Iterator[float]:
        """What the rows give for a fact; nothing where they give nothing."""
        base, _, last = fact.period.rpartition(DASH)
        try:
            yield from _NUMBERS[fact.measured_kind](self, fact, base, last)
        except (KeyError, ZeroDivisionError):
            return

    def part(self, fact: Fact, base: str, last: str) -> Iterator[float]:
        """A change as a part of the total's, or of the region's."""
        own = self.series(fact)
        for subject, place in (("Total", self.codes[fact.place]), (fact.subject, self.region)):
            whole = self.raw.of(place, subject, *self._measure(fact))
            yield (own[last] - own[base]) / (whole[last] - whole[base]) * 100

    def rank(self, fact: Fact, last: str) -> Iterator[float]:
        """How many members have more, and one."""
        now = self.series(fact)[last]
        yield 1.0 + sum(v > now * (1 + 1e-12) for v in self.members(fact, last).values())

    def moves(self, fact: Fact, base: str, last: str) -> dict[str, float]:
        """Member → its change, without those that have nothing all along."""
        found = {}
        for member in self.raw.members:
            series = self.series(fact, member)
            if base in series and last in series and (series[base] or series[last]):
                if self.breaks_between(fact, member, base, last):
                    continue
                found[member] = series[last] - series[base]
        return found

    def breaks_between(self, fact: Fact, place: str, base: str, last: str) -> bool:
        """Whether a flag says that two values of a place cannot be compared."""
        parts = self.raw.parts(fact.subject, *self._measure(fact))
        return any(
            (place, part, period) in self.raw.breaks
            for part in parts
            for period in self.series(fact, place)
            if base < period <= last
        )

    def counts(self, fact: Fact, base: str, last: str) -> Iterator[float]:
        """How many members rose, and how many fell."""
        moves = self.moves(fact, base, last)
        if fact.among == len(moves):
            yield float(sum(m > 1e-9 for m in moves.values()))
            yield float(sum(m < -1e-9 for m in moves.values()))


_Numbers = Callable[[Oracle, Fact, str, str], Iterator[float]]
_NUMBERS: Mapping[str, _Numbers] = {
    "value": lambda o, f, base, last: iter([o.series(f)[last]]),
    "change": lambda o, f, base, last: iter([o.series(f)[last] - o.series(f)[base]]),
    "relative change": lambda o, f, base, last: iter(
        [(o.series(f)[last] / o.series(f)[base] - 1) * 100]
    ),
    "share of category": lambda o, f, base, last: iter([o.shares(f)[last]]),
    "share of region": lambda o, f, base, last: iter(
        [o.series(f)[last] / o.series(f, o.region)[last] * 100]
    ),
    "rank": lambda o, f, base, last: o.rank(f, last),
    "difference": lambda o, f, base, last: iter([o.series(f)[last] - o.series(f, o.region)[last]]),
    "share of change": lambda o, f, base, last: o.part(f, base, last),
    "count": lambda o, f, base, last: o.counts(f, base, last),
}

Claim = Callable[[Oracle, DataFinding, Mapping[str, Fact]], Iterator[tuple[bool, str]]]
_CLAIMS: dict[str, Claim] = {}


def claims(*kinds: str) -> Callable[[Claim], Claim]:
    """Marks what tests the claim of some kinds."""

    def mark(claim: Claim) -> Claim:
        _CLAIMS.update(dict.fromkeys(kinds, claim))
        return claim

    return mark


def way(finding: DataFinding) -> int:
    """1 for up, -1 for down, 0 for neither."""
    return {"up": 1, "down": -1}.get(finding.direction, 0)


def steps(values: Mapping[str, float]) -> list[float]:
    """Changes from value to value."""
    listed = list(values.values())
    return [b - a for a, b in zip(listed, listed[1:], strict=False)]


@claims("level", "zero")
def _level(oracle: Oracle, f: DataFinding, facts: Mapping[str, Fact]) -> Iterator[tuple[bool, str]]:
    if f.form == "course":
        yield len({fact.period for fact in facts.values()}) == len(facts), "a period twice"
        return
    now = facts["now"].value
    if f.kind == "zero":
        yield all(oracle.series(facts["now"])[p] == 0 for p in f.periods), "not zero"
    if "then" in facts:
        then = facts["then"].value
        moved = now - then
        if f.form == "flat":
            yield abs(moved) <= 0.0101 * max(abs(now), abs(then)) or abs(moved) < 1.01, "not flat"
        else:
            yield moved * way(f) > 0, "other direction"


@claims("multiple")
def _multiple(
    oracle: Oracle, f: DataFinding, facts: Mapping[str, Fact]
) -> Iterator[tuple[bool, str]]:
    low, high = MULTIPLES[f.form]
    times = facts["now"].value / facts["then"].value
    yield low <= times <= high, f"{f.form}: {times}"
    yield facts["then"].period == f.words["since"], "since"


@claims("record", "milestone")
def _record(
    oracle: Oracle, f: DataFinding, facts: Mapping[str, Fact]
) -> Iterator[tuple[bool, str]]:
    now = facts["now"]
    since = f.words.get("since", "")
    sign = way(f)
    values = oracle.between(now, since or f.words["first"], now.period)
    last = values.pop(now.period)
    if since:
        yield (values.pop(since) - last) * sign >= -CLOSE, "that of since is not as far"
    yield bool(values) and all((last - v) * sign > 0 for v in values.values()), "no record"


@claims("turn")
def _turn(oracle: Oracle, f: DataFinding, facts: Mapping[str, Fact]) -> Iterator[tuple[bool, str]]:
    top, now = facts["top"], facts["now"]
    sign = 1 if f.form == "peak" else -1
    values = oracle.between(now, f.words["first"], now.period)
    yield top.period == f.words["since"], "since"
    yield all((top.value - v) * sign > 0 for p, v in values.items() if p != top.period), "no turn"
    yield f.direction == ("down" if sign > 0 else "up"), "direction"


@claims("streak")
def _streak(
    oracle: Oracle, f: DataFinding, facts: Mapping[str, Fact]
) -> Iterator[tuple[bool, str]]:
    moved = steps(oracle.between(facts["now"], f.words["since"], facts["now"].period))
    yield len(moved) >= 3 and all(m * way(f) > 0 for m in moved), f"no streak {moved}"


@claims("reversal")
def _reversal(
    oracle: Oracle, f: DataFinding, facts: Mapping[str, Fact]
) -> Iterator[tuple[bool, str]]:
    run = steps(oracle.between(facts["now"], f.words["since"], f.words["last"]))
    yield len(run) >= 4 and all(m * way(f) < 0 for m in run), "no run before"
    yield facts["change"].value * way(f) > 0, "direction"


@claims("pace")
def _pace(oracle: Oracle, f: DataFinding, facts: Mapping[str, Fact]) -> Iterator[tuple[bool, str]]:
    rates = []
    for fact in (facts["early"], facts["late"]):
        first, _, last = fact.period.partition(DASH)
        rates.append(fact.value / (int(last) - int(first)))
    yield rates[0] * rates[1] > 0, "not the same way"
    yield (abs(rates[1]) > abs(rates[0])) == (f.form == "faster"), f"pace {rates}"


@claims("jump")
def _jump(oracle: Oracle, f: DataFinding, facts: Mapping[str, Fact]) -> Iterator[tuple[bool, str]]:
    values = oracle.between(facts["now"], f.words["first"], f.periods[-1])
    moved = steps(values)
    here = values[facts["now"].period] - values[f.words["last"]]
    yield abs(here) >= max(map(abs, moved)) * (1 - CLOSE), "not the largest step"
    yield here * way(f) > 0, "direction"


@claims("absence")
def _absence(
    oracle: Oracle, f: DataFinding, facts: Mapping[str, Fact]
) -> Iterator[tuple[bool, str]]:
    now = facts["now"]
    values = oracle.between(now, "", now.period)
    if f.form == "ended":
        after = [v for p, v in values.items() if p > f.words["last"]]
        yield len(after) >= 2 and not any(after), "not ended"
        yield values[f.words["last"]] > 0, "last"
    else:
        before = [v for p, v in values.items() if p < f.words["first"]]
        after = [v for p, v in values.items() if p >= f.words["first"]]
        yield len(before) >= 2 and not any(before) and all(after), "not begun then"


@claims("crossing")
def _crossing(
    oracle: Oracle, f: DataFinding, facts: Mapping[str, Fact]
) -> Iterator[tuple[bool, str]]:
    above, below = (oracle.series(facts[role]) for role in ("above", "below"))
    target = facts["above"].period
    gap = {p: above[p] - below[p] for p in sorted(above) if p in below and p <= target}
    since = f.words["since"]
    yield all(g > 0 for p, g in gap.items() if p >= since), "not above since"
    before = [g for p, g in gap.items() if p < since]
    yield before[-1] <= CLOSE, "above already before"
    if f.form == "fell back":
        first = f.words["first"]
        yield all(g <= CLOSE for p, g in gap.items() if first <= p < since), "not below between"
        yield [g for p, g in gap.items() if p < first][-1] > -CLOSE, "not above at first"


@claims("contribution")
def _contribution(
    oracle: Oracle, f: DataFinding, facts: Mapping[str, Fact]
) -> Iterator[tuple[bool, str]]:
    change = facts["change"]
    yield change.value * way(f) > 0, "direction"
    base, _, last = change.period.partition(DASH)
    if f.form == "largest":
        moves = _moves(oracle, change, base, last)
        yield abs(change.value) >= max(map(abs, moves.values())) * (1 - CLOSE), "not the largest"
    if f.form == "member":
        own = oracle.moves(change, base, last)
        yield (
            change.value * way(f) >= max(m * way(f) for m in own.values()) * (1 - CLOSE),
            "not the member that moved most",
        )


def _moves(oracle: Oracle, fact: Fact, base: str, last: str) -> dict[str, float]:
    return {
        name: values[last] - values[base]
        for name, values in oracle.leaves(fact).items()
        if base in values and last in values
    }


@claims("substitution")
def _substitution(
    oracle: Oracle, f: DataFinding, facts: Mapping[str, Fact]
) -> Iterator[tuple[bool, str]]:
    fall, rise = facts["fall"], facts["rise"]
    base, _, last = fall.period.partition(DASH)
    moves = _moves(oracle, fall, base, last).values()
    yield fall.value <= min(moves) + CLOSE and fall.value < 0, "not the largest fall"
    yield rise.value >= max(moves) - CLOSE and rise.value > 0, "not the largest rise"


@claims("makeup")
def _makeup(
    oracle: Oracle, f: DataFinding, facts: Mapping[str, Fact]
) -> Iterator[tuple[bool, str]]:
    share = facts["share"]
    every = sorted((v.get(share.period, 0.0) for v in oracle.leaves(share).values()), reverse=True)
    own = oracle.series(share)[share.period]
    yield own >= every[0] - CLOSE, "not the largest"
    if f.form == "leading":
        yield "next" not in facts or share.value >= facts["next"].value, "not the largest"
    elif f.form == "one":
        yield share.value >= PARTS[f.words["part"]] - 0.05, "less than said"
        if "next" in facts:
            other = oracle.series(facts["next"])[share.period]
            yield other >= every[1] - CLOSE, "not the next"
    else:
        yield share.value + facts["next"].value >= 59.9, "not most"
        other = oracle.series(facts["next"])[share.period]
        yield other >= every[1] - CLOSE, "not the second"


@claims("threshold")
def _threshold(
    oracle: Oracle, f: DataFinding, facts: Mapping[str, Fact]
) -> Iterator[tuple[bool, str]]:
    now = facts["now"]
    shares = dict(sorted(oracle.shares(now).items()))
    level, since, first = PARTS[f.words["part"]], f.words["since"], f.words["first"]
    after = [s for p, s in shares.items() if since <= p <= now.period]
    before = [s for p, s in shares.items() if first <= p < since]
    yield all((s - level) * way(f) > -0.06 for s in after), "not beyond since"
    yield all((s - level) * way(f) <= 0.06 for s in before), "beyond before"


@claims("leader")
def _leader(
    oracle: Oracle, f: DataFinding, facts: Mapping[str, Fact]
) -> Iterator[tuple[bool, str]]:
    now, then = facts["now"], facts["then"]
    for fact, period in ((now, now.period), (then, f.words["since"])):
        parts = {*oracle.raw.parts(fact.subject, *oracle._measure(fact))}
        others = [v.get(period, 0.0) for n, v in oracle.leaves(fact).items() if n not in parts]
        yield oracle.series(fact)[period] >= max(others), f"not the largest in {period}"


@claims("near equality")
def _near(oracle: Oracle, f: DataFinding, facts: Mapping[str, Fact]) -> Iterator[tuple[bool, str]]:
    first, second = facts["first"].value, facts["second"].value
    limit = 0.065 if f.form == "ahead" else 0.035
    yield first - second + 0.06 >= 0 and first - second <= limit * first, "not nearly equal"


@claims("rank")
def _rank(oracle: Oracle, f: DataFinding, facts: Mapping[str, Fact]) -> Iterator[tuple[bool, str]]:
    values = sorted(oracle.members(facts["now"], facts["now"].period).values(), reverse=True)
    at = values.index(min(values, key=lambda v: abs(v - facts["now"].value)))
    if f.form == "between":
        around = (values[at - 1], values[at + 1])
        yield facts["above"].value == pytest.approx(around[0]), "not just above"
        yield facts["below"].value == pytest.approx(around[1]), "not just below"
        return
    from_end = at if f.direction == "up" else len(values) - 1 - at
    yield len(values) >= 6 and facts["rank"].among == len(values), f"among {len(values)}"
    yield from_end == 0 if f.form == "first" else 1 <= from_end <= 2, f"position {at}"


@claims("rank change")
def _ranks(oracle: Oracle, f: DataFinding, facts: Mapping[str, Fact]) -> Iterator[tuple[bool, str]]:
    yield (facts["then"].value - facts["now"].value) * way(f) > 0, "direction"
    yield facts["then"].among == facts["now"].among, "not among the same"


@claims("distance", "gap change")
def _distance(
    oracle: Oracle, f: DataFinding, facts: Mapping[str, Fact]
) -> Iterator[tuple[bool, str]]:
    if f.kind == "gap change":
        now, then = facts["now"].value, facts["then"].value
        yield (abs(now) > abs(then)) == (f.form == "wider") and now * way(f) > 0, "gap"
    elif f.form == "share":
        yield (facts["share"].value - facts["region"].value) * way(f) > 5, "above or below"
    elif f.form == "level":
        yield (facts["now"].value - facts["region"].value) * way(f) >= 0, "above or below"
    else:
        own, region = facts["own"].value, facts["region"].value
        yield own * way(f) > 0 and (own * region < 0) == (f.form == "against"), "directions"


@claims("spread")
def _spread(
    oracle: Oracle, f: DataFinding, facts: Mapping[str, Fact]
) -> Iterator[tuple[bool, str]]:
    now, then = (oracle.members(facts["top"], p) for p in (facts["top"].period, f.words["since"]))
    spreads = [statistics.stdev(one.values()) for one in (then, now)]
    yield now.keys() == then.keys(), "other members"
    yield (spreads[1] < spreads[0]) == (f.form == "closer"), "spread"
    yield abs(facts["top"].value - max(now.values())) < CLOSE, "top"
    yield abs(facts["bottom"].value - min(now.values())) < CLOSE, "bottom"


@claims("outlier")
def _outlier(
    oracle: Oracle, f: DataFinding, facts: Mapping[str, Fact]
) -> Iterator[tuple[bool, str]]:
    values = oracle.members(facts["now"], facts["now"].period).values()
    ahead = sorted((v * way(f) for v in values), reverse=True)
    yield abs(ahead[0] - facts["now"].value * way(f)) < CLOSE, "not at the end"
    yield abs(ahead[1] - facts["next"].value * way(f)) < CLOSE, "not the next"


@claims("members")
def _members(
    oracle: Oracle, f: DataFinding, facts: Mapping[str, Fact]
) -> Iterator[tuple[bool, str]]:
    first = next(iter(facts.values()))
    values = sorted(oracle.members(first, first.period).values(), reverse=True)
    if f.form in ("half", "leaders"):
        shares = [fact.value for fact in facts.values()]
        whole = oracle.series(first, oracle.region)[first.period]
        yield (
            all(abs(v / whole * 100 - s) < 1e-4 for v, s in zip(values, shares, strict=False)),
            "not the largest",
        )
        yield (sum(shares) > 50) == (f.form == "half"), "half"
    elif f.form == "range":
        yield abs(values[0] - first.value) < CLOSE, "first"
        yield abs(values[-1] - facts["last"].value) < CLOSE, "last"
    elif f.form == "own moved":
        yield (facts["share"].value - facts["before"].value) * way(f) > 0, "direction"


@claims("exception")
def _exception(
    oracle: Oracle, f: DataFinding, facts: Mapping[str, Fact]
) -> Iterator[tuple[bool, str]]:
    count = facts["count"]
    base, _, last = count.period.partition(DASH)
    moves = oracle.moves(count, base, last)
    sign = -way(f) if f.form == "own" else way(f)
    with_it = {m for m, change in moves.items() if change * sign > 1e-9}
    yield len(with_it) == count.value and len(moves) == count.among, f"count {len(with_it)}"
    if f.form == "own":
        yield oracle.home not in with_it and facts["own"].value * way(f) > 0, "goes with them"
    else:
        named = {oracle.codes[v] for role, v in f.words.items() if role.startswith("place")}
        yield named == moves.keys() - with_it, f"named {named}"


@claims("neighbours")
def _neighbours(
    oracle: Oracle, f: DataFinding, facts: Mapping[str, Fact]
) -> Iterator[tuple[bool, str]]:
    others = [fact.value for role, fact in facts.items() if role != "now"]
    sign = 1 if f.form.endswith("above") else -1
    yield all((v - facts["now"].value) * sign > 0 for v in others), "above or below"


@claims("nodes")
def _nodes(oracle: Oracle, f: DataFinding, facts: Mapping[str, Fact]) -> Iterator[tuple[bool, str]]:
    shown = [fact.value for fact in facts.values()]
    first = next(iter(facts.values()))
    metric, unit = oracle._measure(first)
    country = re.sub(r"^.*, ", "", first.place)
    names = {k[0] for k in oracle.raw.nodes if k[0].endswith(f", {country}")}
    every = [oracle.raw.of(n, first.subject, metric, unit).get(first.period, 0.0) for n in names]
    yield (
        all(abs(a - b) < 1e-4 for a, b in zip(sorted(every, reverse=True), shown, strict=False)),
        "not the largest",
    )
    yield (shown[0] > sum(every) / 2) == (f.form == "most"), "most"
