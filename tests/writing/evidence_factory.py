"""Small factories of evidence, in the shape and order in which the evidence layer gives it."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from factbook.data.series import Place
from factbook.evidence.derivation import VALUE, Among, Derivation, Members, Operand
from factbook.evidence.facts import Evidence, Fact, Kind, Role
from factbook.evidence.gaps import Gap
from factbook.writing.job import SectionJob, Shape, Upstream

AUSTRIA = Place("AT", "Austria")
FUELS = {
    "Hydro": (37.16, 39.69),
    "Gas": (7.66, 10.84),
    "Wind": (4.84, 6.48),
    "Bioenergy": (4.65, 4.03),
    "Other Fossil": (3.65, 3.4),
    "Solar": (0.94, 1.25),
    "Hard Coal": (2.95, 0.24),
    "Lignite": (0.0, 0.0),
    "Nuclear": (0.0, 0.0),
    "Other Renewables": (0.0, 0.0),
}
"""Electricity generation of Austria in 2015 and 2021 in TWh (Ember EER 2022)."""

YEARS = tuple(str(year) for year in range(2015, 2022))


MEMBERS = Derivation("sum", members=Members("EU", 27))
"""A figure of the Union that adds up all members."""


def sum_of(*subjects: str, missing: Sequence[str] = (), **others: Any) -> Derivation:
    """A sum of some categories."""
    operands = {
        subject: Operand("Austria", subject, "Electricity generation", "", "TWh")
        for subject in subjects
    }
    absent = tuple(operands[subject] for subject in missing)
    return Derivation("sum", operands=tuple(operands.values()), missing=absent, **others)


def extreme(position: int) -> Derivation:
    """The value of a member of the Union that is the largest (1) or the smallest (-1)."""
    return Derivation(among=Among(27, "EU"), position=position)


@dataclass
class Facts:
    """Collects facts of one metric and puts them in order of relevance."""

    place: str = "Austria"
    metric: str = "Electricity generation"
    unit: str = "TWh"
    table: str = "ETM"
    base: str = "2015"
    target: str = "2021"
    facts: list[tuple[int, Fact]] = field(default_factory=list)

    def add(
        self,
        relevance: int,
        subject: str,
        period: str,
        value: float,
        *,
        kind: Kind = "value",
        role: Role = "place",
        place: str = "",
        unit: str = "",
        derivation: Derivation = VALUE,
        among: int | None = None,
    ) -> None:
        """Add one fact."""
        fact = Fact(
            id="",
            place=place or self.place,
            subject=subject,
            metric=self.metric if kind == "value" else f"{self.metric} {kind}",
            period=period,
            value=value,
            unit=unit or self.unit,
            kind=kind,
            role=role,
            table=self.table,
            derivation=derivation,
            sources=(),
            among=among,
        )
        self.facts.append((relevance, fact))

    def series(
        self, subject: str, values: Mapping[str, float], derivation: Derivation = VALUE
    ) -> None:
        """Add all values of a series, and its changes."""
        target = self.target if self.target in values else max(values)
        base = self.base if self.base in values else min(values)
        for period in dict.fromkeys((target, base, *values)):
            relevance = {target: 0, base: 1}.get(period, 9)
            self.add(relevance, subject, period, values[period], derivation=derivation)
        if base == target:
            return
        span = f"{base}–{target}"
        difference = round(values[target] - values[base], 10)
        if self.unit == "%":
            self.add(2, subject, span, difference, kind="change", unit="percentage points")
            return
        self.add(2, subject, span, difference, kind="change")
        if values[base] > 0:
            relative = difference / values[base] * 100
            self.add(2, subject, span, relative, kind="relative change", unit="%")

    def shares(
        self, subject: str, values: Mapping[str, float], totals: Mapping[str, float]
    ) -> None:
        """Add shares of category in base and target period."""
        for period in (self.target, self.base):
            if period in values and totals.get(period):
                share = values[period] / totals[period] * 100
                self.add(3, subject, period, share, kind="share of category", unit="%")

    def rank(self, subject: str, rank: int, among: int = 27) -> None:
        """Add a rank among the region's members."""
        how = Derivation("rank", among=Among(among, "EU"))
        self.add(
            4, subject, self.target, rank, kind="rank", unit="rank", derivation=how, among=among
        )

    def region(self, subject: str, before: float, after: float, share: float = 0.0) -> None:
        """Add the region's values and change, and the place's share of them."""
        if share:
            self.add(5, subject, self.target, share, kind="share of region", unit="%")
        common = {"role": "region", "place": "EU", "derivation": MEMBERS}
        self.add(5, subject, self.target, after, **common)  # type: ignore[arg-type]
        if self.base != self.target:
            self.add(5, subject, self.base, before, **common)  # type: ignore[arg-type]
            relative = (after - before) / before * 100
            span = f"{self.base}–{self.target}"
            self.add(5, subject, span, relative, kind="relative change", unit="%", **common)  # type: ignore[arg-type]

    def extremes(
        self, subject: str, largest: tuple[str, float], smallest: tuple[str, float]
    ) -> None:
        """Add the members with the largest and the smallest value."""
        for (place, value), position in ((largest, 1), (smallest, -1)):
            how = extreme(position)
            self.add(6, subject, self.target, value, role="extreme", place=place, derivation=how)

    def others(self, subject: str, role: Role, values: Mapping[str, float]) -> None:
        """Add values of node regions or neighbours in the target period."""
        for place, value in values.items():
            self.add(
                7 if role == "node" else 8, subject, self.target, value, role=role, place=place
            )

    def ordered(self) -> list[tuple[int, Fact]]:
        """The facts, most relevant first."""
        return sorted(self.facts, key=lambda entry: entry[0])


def evidence(*parts: Facts, gaps: Iterable[Gap] = (), section_id: str = "1.1.1@AT") -> Evidence:
    """Evidence of one or several metrics, its facts numbered."""
    ordered = sorted((e for part in parts for e in part.ordered()), key=lambda e: e[0])
    numbered = tuple(replace(fact, id=f"F{i}") for i, (_, fact) in enumerate(ordered, start=1))
    place = parts[0].place if parts else "Austria"
    return Evidence(section_id=section_id, place=place, facts=numbered, gaps=tuple(gaps))


def job(
    given: Evidence,
    *,
    kind: str = "sub_task",
    place: Place = AUSTRIA,
    shape: Shape | None = None,
    section_id: str = "",
    title: str = "Power plants",
    covered: Sequence[str] = (),
    upstream: Sequence[Upstream] = (),
) -> SectionJob:
    """A section's job."""
    return SectionJob(
        section_id=section_id or given.section_id,
        kind=kind,  # type: ignore[arg-type]
        place=place,
        chapter_title="Electricity",
        task_title="Supply",
        title=title,
        covered=tuple(covered),
        shape=shape or Shape(),
        evidence=given,
        upstream=tuple(upstream),
    )


def austria(
    fuels: Mapping[str, tuple[float, float]] = FUELS, years: Sequence[str] = YEARS
) -> Facts:
    """Ten fuels with total, group, shares, ranks, region, extremes, nodes and neighbours."""
    facts = Facts(base=years[0], target=years[-1])
    series = {name: _between(years, *ends) for name, ends in fuels.items()}
    totals = {year: sum(values[year] for values in series.values()) for year in years}
    facts.series("Total", totals, sum_of(*fuels))
    group = [name for name in ("Hydro", "Wind", "Bioenergy", "Solar") if name in fuels]
    renewables = {year: sum(series[name][year] for name in group) for year in years}
    facts.series("Renewables", renewables, sum_of(*group))
    facts.shares("Renewables", renewables, totals)
    for place, (name, values) in enumerate(series.items()):
        facts.series(name, values)
        facts.shares(name, values, totals)
        facts.rank(name, 4 + 3 * place)
        facts.region(name, 300.0 + place, 350.0 + 2 * place, share=8.0 - 0.7 * place)
        facts.extremes(name, ("Germany", 117.0 - place), ("Malta", 0.2 + place / 10))
        facts.others(name, "neighbour", {"Germany": 117.0 - place, "Slovakia": 0.1 + place})
    facts.rank("Total", 14)
    facts.region("Total", 2900.0, 2870.0, share=2.3)
    facts.extremes("Total", ("Germany", 581.0), ("Luxembourg", 1.39))
    facts.others("Total", "node", {"Wien, Austria": 24.1, "Linz, Austria": 21.8})
    facts.others("Total", "neighbour", {"Germany": 581.0, "Slovenia": 15.9, "Hungary": 36.1})
    return facts


def moved(facts: Facts, place: str) -> Facts:
    """The same facts for another place."""
    renamed = [
        (relevance, replace(fact, place=fact.place.replace("Austria", place)))
        for relevance, fact in facts.facts
    ]
    return replace(facts, place=place, facts=renamed)


def _between(years: Sequence[str], first: float, last: float) -> dict[str, float]:
    """A series from one value to another, with a bend so that years differ."""
    steps = max(len(years) - 1, 1)
    return {
        year: round(
            first + (last - first) * i / steps + 0.03 * first * (i % 3) * (0 < i < steps), 3
        )
        for i, year in enumerate(years)
    }


def random_job(number: int) -> SectionJob:
    """A job with evidence of random size and shape; the same for the same number."""
    chance = random.Random(number)  # noqa: S311
    names = ("Austria", "the Netherlands", "Spain", "Cyprus", "United Kingdom", "Norway")
    place = Place("AT", chance.choice(names))
    years = [str(y) for y in range(chance.choice((1990, 2015, 2018)), 2022)]
    years = years if chance.random() < 0.85 else years[-1:]
    fuels = chance.sample(list(FUELS), chance.randint(1, 10))
    sizes = {
        name: (chance.uniform(0, 80), chance.uniform(0, 80)) if chance.random() < 0.8 else (0, 0)
        for name in fuels
    }
    facts = moved(austria(sizes, years), place.name)
    kind = chance.choice(("sub_task",) * 7 + ("introduction", "summary", "conclusion"))
    shape = chance.choice(
        (
            Shape(),
            Shape(min_words=120, max_words=180, paragraphs=2),
            Shape(min_words=90, max_words=140, paragraphs=1),
            Shape(min_words=250, max_words=350, paragraphs=3),
            Shape(max_words=70),
        )
    )
    titles = ("Power plants", "Fuels burnt", "Trade across borders")
    gaps = (Gap("absent", "Austria", "Imports", ("Peat",)),) if chance.random() < 0.3 else ()
    section_id = {"sub_task": f"1.{number}.1"}.get(kind, f"1.{number}#{kind}")
    given = evidence(facts, gaps=gaps, section_id=f"{section_id}@AT")
    upstream = ()
    if kind == "sub_task" and chance.random() < 0.2:
        missing = chance.choice(("", "failed"))
        upstream = (Upstream(section_id="1.1.9@AT", title="Oil demand", text="…", missing=missing),)
    return job(given, kind=kind, place=place, shape=shape, covered=titles, upstream=upstream)
