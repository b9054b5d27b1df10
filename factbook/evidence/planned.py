"""What a section asks about each of its quantities, grouped by how much it matters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from factbook.data.periods.period_texts import period_of
from factbook.data.series import Place
from factbook.evidence.derivation import StandIn
from factbook.evidence.derive import Deriver
from factbook.evidence.drafts import Draft
from factbook.evidence.facts import Kind, Role
from factbook.evidence.figures import MOST_PARTS
from factbook.evidence.panels import Panel
from factbook.evidence.questions import Question
from factbook.evidence.spans import WHOLE_YEARS
from factbook.evidence.sums import tidy

LEADERS_IN_REGION = 3
"""How many of the largest members a region's section names."""


class Relevance(IntEnum):
    """Order of facts in an evidence table, most relevant first."""

    TARGET = 0
    BASE = 1
    CHANGE = 2
    PART_BEFORE = 3
    YEAR_BEFORE = 4
    TO_DATE = 5
    SCENARIO = 6
    SHARE = 7
    RANK = 8
    REGION = 9
    EXTREME = 10
    NODE = 11
    NEIGHBOUR = 12
    RECENT_PART = 13
    OTHER_PERIOD = 14
    OLDER_PART = 15


BESIDE = frozenset({Relevance.REGION, Relevance.EXTREME, Relevance.NODE, Relevance.NEIGHBOUR})
"""What is about others, beside the place's own figures."""


@dataclass(frozen=True)
class Planned:
    """A quantity that a section states.

    Attributes:
        panel: The quantity in all places.
        base: First period of the comparison.
        target: Last period of the comparison.
        at_region: Whether the region's figure is asked for whatever the section's place is.
        standing: How near it is to what the sheet selects; 0 is nearest.
    """

    panel: Panel
    base: str
    target: str
    at_region: bool
    standing: int

    def span(self, place: Place) -> tuple[str, str]:
        """Base and target of a place: where it has no value, its first and last with one."""
        values = self.panel.of(place)
        first, last = next(iter(values), self.base), next(reversed([*values]), self.target)
        base = self.base if self.base in values else first
        return base, self.target if self.target in values else last

    @property
    def key(self) -> tuple[object, ...]:
        """What its facts depend on, apart from the place."""
        return (self.panel.quantity, self.base, self.target)


class Answered(NamedTuple):
    """A question that a section asks, and its answer.

    Attributes:
        question: The question.
        draft: The fact, not yet numbered.
    """

    question: Question
    draft: Draft


Answers = Mapping[Relevance, Sequence[Answered]]
"""What the data answer about a quantity in a place."""


class Interviewer:
    """Asks all that there is to ask about quantities in places, and keeps the answers.

    Args:
        deriver: Answers.
    """

    def __init__(self, deriver: Deriver) -> None:
        self._deriver = deriver
        self._kept: dict[tuple[object, ...], Answers] = {}
        self._beside: dict[tuple[object, ...], Answers] = {}

    def about(self, planned: Planned, place: Place) -> Answers:
        """All that the data answer about a quantity in a place, by relevance."""
        key = (*planned.key, place.code)
        kept = self._kept.get(key)
        if kept is None:
            found: dict[Relevance, list[Answered]] = {}
            for relevance, question in _Questions(self._deriver, planned, place).all():
                draft = self._deriver.answer(question)
                if draft is not None:
                    found.setdefault(relevance, []).append(Answered(question, draft))
            kept = self._kept[key] = found
        return kept

    def beside_country(self, planned: Planned, region: Place) -> Answers:
        """The same of the region, as a country's section sees it that asks for it."""
        kept = self._beside.get(planned.key)
        if kept is None:
            kept = self._beside[planned.key] = {
                relevance: [_of_region(answer) for answer in answers]
                for relevance, answers in self.about(planned, region).items()
            }
        return kept


def _of_region(one: Answered) -> Answered:
    """What the region's own section calls its place's is the region's in a country's section."""
    is_own = one.draft.role == "place"
    return Answered(one.question, one.draft._replace(role="region")) if is_own else one


class _Questions:
    """The questions about one quantity in one place."""

    def __init__(self, deriver: Deriver, planned: Planned, place: Place) -> None:
        self.dataset = deriver.dataset
        self.planned = planned
        self.panel = planned.panel
        self.place = place
        self.values = self.panel.of(place)
        self.base, self.target = planned.span(place)
        self.is_of_years = self.panel.quantity.frequency in WHOLE_YEARS
        self.earlier = {} if self.is_of_years or not self.values else self._earlier()

    def all(self) -> Iterator[tuple[Relevance, Question]]:
        """Every question with its relevance; some have no answer."""
        if self.values:
            yield from self._about_the_place()
        is_of_members = self.place.kind == "region" and not self.panel.measure.adds_over_places
        if is_of_members and self.planned.target not in self.values:
            yield from self._extremes(self.planned.target)

    def _about_the_place(self) -> Iterator[tuple[Relevance, Question]]:
        """What there is to ask where the place has values."""
        yield Relevance.TARGET, self._ask(self.target, stand_in=self._last())
        if self.base != self.target:
            yield Relevance.BASE, self._ask(self.base, stand_in=self._first())
            yield from self._changes(Relevance.CHANGE, self.place, "place")
        yield from self._parts_of_years()
        periods = list(dict.fromkeys((self.target, self.base)))
        if self.panel.quantity.scenario:
            yield from self._kinds(Relevance.SCENARIO, [self.target], "difference to reference")
            yield from self._kinds(
                Relevance.SCENARIO, [self.target], "relative difference to reference"
            )
        yield from self._kinds(Relevance.SHARE, periods, "share of category")
        if self.place.kind == "country":
            if len(self.dataset.members) > 1:  # a region of one place is that place
                yield from self._beside_region(periods)
            yield from self._nodes()
            for place in self.dataset.neighbours(self.place.code):
                yield Relevance.NEIGHBOUR, self._ask(self.target, place, role="neighbour")
        yield from self._extremes(self.target)
        told = {self.target, self.base, *self.earlier.values()}
        for relevance, others in self._other_periods().items():
            for period in others:
                if period not in told:
                    yield relevance, self._ask(period)

    def _other_periods(self) -> Mapping[Relevance, Sequence[str]]:
        """All periods in order of time; of parts of years the last ones come first."""
        if self.is_of_years:
            return {Relevance.OTHER_PERIOD: list(self.values)}
        latest = list(self.values)[::-1]
        at = latest.index(self.target)
        end = at + MOST_PARTS.get(self.panel.quantity.frequency, 1)
        return {
            Relevance.RECENT_PART: latest[at:end],
            Relevance.OLDER_PART: [*latest[:at], *latest[end:]],
        }

    def _parts_of_years(self) -> Iterator[tuple[Relevance, Question]]:
        """Of parts of years the part before, the same one a year before, and the year to date."""
        for relevance, period in self.earlier.items():
            yield relevance, self._ask(period)
            yield from self._changes(relevance, self.place, "place", base=period)
        if self.is_of_years:
            return
        year_before = period_of(self.target).year_before()
        yield from self._kinds(Relevance.TO_DATE, [self.target], "year to date")
        yield from self._kinds(Relevance.TO_DATE, [self.target], "year to date relative change")
        if year_before is not None:
            yield from self._kinds(Relevance.TO_DATE, [year_before.text], "year to date")

    def _ask(
        self,
        period: str,
        place: Place | None = None,
        *,
        kind: Kind = "value",
        base: str = "",
        position: int = 0,
        node: str = "",
        stand_in: StandIn | None = None,
        role: Role = "place",
    ) -> Question:
        return Question(
            quantity=self.panel.quantity,
            place=place or self.place,
            period=period,
            kind=kind,
            base=base,
            position=position,
            node=node,
            stand_in=stand_in,
            role=role,
        )

    def _earlier(self) -> Mapping[Relevance, str]:
        """The part before the target and the same part a year before, where they have values.

        Without what is the base of the comparison already.
        """
        target = period_of(self.target)
        asked = {Relevance.PART_BEFORE: target.previous()}
        if (year_before := target.year_before()) is not None:
            asked[Relevance.YEAR_BEFORE] = year_before
        return {
            relevance: period.text
            for relevance, period in asked.items()
            if period.text in self.values and period.text != self.base
        }

    def _last(self) -> StandIn | None:
        asked = self.planned.target
        return StandIn(asked, "last") if self.target != asked else None

    def _first(self) -> StandIn | None:
        asked = self.planned.base
        return StandIn(asked, "first") if self.base != asked else None

    def _changes(
        self, relevance: Relevance, place: Place, role: Role, *, base: str = ""
    ) -> Iterator[tuple[Relevance, Question]]:
        kinds: tuple[Kind, ...] = ("change", "relative change")
        base = base or self.base
        for kind in kinds:
            yield relevance, self._ask(self.target, place, kind=kind, base=base, role=role)

    def _kinds(
        self, relevance: Relevance, periods: Sequence[str], kind: Kind
    ) -> Iterator[tuple[Relevance, Question]]:
        for period in periods:
            yield relevance, self._ask(period, kind=kind)

    def _beside_region(self, periods: Sequence[str]) -> Iterator[tuple[Relevance, Question]]:
        """Its shares of the region and its ranks there, and the region's own figures."""
        region = self.dataset.region
        yield from self._kinds(Relevance.SHARE, periods, "share of region")
        yield from self._kinds(Relevance.RANK, periods, "rank")
        for period in periods:
            yield Relevance.REGION, self._ask(period, region, role="region")
        yield from self._changes(Relevance.REGION, region, "region")

    def _extremes(self, period: str) -> Iterator[tuple[Relevance, Question]]:
        """The members with the largest and the smallest value, but for the place itself.

        Of a region the largest few, each with its share.
        """
        places = self.panel.ranking(period, members=True).places
        if len(places) < 2:
            return
        in_region = self.place.kind == "region"
        region = self.dataset.region
        for index, place in enumerate(places[: LEADERS_IN_REGION if in_region else 1]):
            at = index + 1
            if place != self.place:
                yield Relevance.EXTREME, self._ask(period, region, position=at, role="extreme")
                if in_region:
                    yield (
                        Relevance.EXTREME,
                        self._ask(
                            period, region, kind="share of region", position=at, role="extreme"
                        ),
                    )
        if places[-1] != self.place:
            yield Relevance.EXTREME, self._ask(period, region, position=-1, role="extreme")

    def _nodes(self) -> Iterator[tuple[Relevance, Question]]:
        """Each node region in the target period, largest first; one alone is the place itself."""
        nodes = self.panel.of_nodes(self.place, self.target)
        if len(nodes) > 1:
            sums = {name: tidy(sum(p.value for p in points)) for name, points in nodes.items()}
            for name in sorted(sums, key=lambda name: (-sums[name], name)):
                yield Relevance.NODE, self._ask(self.target, node=name, role="node")
