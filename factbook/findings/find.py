"""The finder: what is worth saying of a section's quantities, scored and compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from factbook.config.findings import Findings
from factbook.data.periods.period_texts import period_of
from factbook.data.series import Place
from factbook.evidence.derive import Deriver
from factbook.evidence.drafts import Draft
from factbook.evidence.finding import DataFinding, Strength
from factbook.evidence.panels import NAME_OF_TOTAL, Panel
from factbook.evidence.planned import Planned
from factbook.evidence.questions import Question
from factbook.evidence.spans import WHOLE_YEARS
from factbook.findings.among_parts import among_parts, beside_the_year_before
from factbook.findings.among_places import among_places
from factbook.findings.beside import beside
from factbook.findings.blocks import (
    apart,
    blocks,
    extent,
    is_sum,
    largest,
    span,
    without_own,
)
from factbook.findings.candidate import Candidate
from factbook.findings.families import families_of
from factbook.findings.field import Field, View
from factbook.findings.levels import levels
from factbook.findings.members import RANGE
from factbook.findings.over_time import over_time
from factbook.findings.parts import Parts, distinct
from factbook.findings.request import read_request
from factbook.findings.sameness import COURSE, OF_ONE_CHANGE, tells_the_same
from factbook.findings.score import score, strength_of
from factbook.findings.series import Series, series_of
from factbook.findings.story import Story
from factbook.findings.to_date import to_date
from factbook.sheet.models import SubTask

MOST_FINDINGS = 16
"""Findings that the evidence of a section holds."""

_OF_A_FRAME: Mapping[int, float] = {3: 0.9, 4: 0.6}
"""What is left of the size of a group, and of a total, that only frames what the sheet selects."""

_SAME_KIND, _SAME_SUBJECT = 0.75, 0.8
"""What is left of a score for each finding before it of the same kind, or about the same."""


@dataclass(frozen=True)
class Scored:
    """A candidate with its score in a section.

    Attributes:
        candidate: The candidate.
        strength: Parts of its score.
        score: Its score.
    """

    candidate: Candidate
    strength: Strength
    score: float


@dataclass(frozen=True)
class Found:
    """A finding whose figures are facts, not yet numbered.

    Attributes:
        scored: The candidate with its score.
        facts: Role → question and fact.
        is_lead: Whether the section begins with it: its level, or the range of its members.
    """

    scored: Scored
    facts: tuple[tuple[str, Question, Draft], ...]
    is_lead: bool = False

    @property
    def candidate(self) -> Candidate:
        """What it tells."""
        return self.scored.candidate

    @property
    def score(self) -> float:
        """From 0 to 100."""
        return self.scored.score

    @property
    def breadth(self) -> int:
        """How many quantities it is about."""
        return len(self.scored.candidate.about)

    def finding(self, ids: Mapping[str, str]) -> DataFinding:
        """The finding, by the ids of its facts by role."""
        candidate = self.scored.candidate
        return DataFinding(
            kind=candidate.kind,
            form=candidate.form,
            direction=candidate.direction,
            facts=dict(ids),
            words=dict(candidate.words),
            periods=candidate.periods,
            score=self.scored.score,
            strength=self.scored.strength,
            key=candidate.key,
            is_lead=self.is_lead,
        )


@dataclass
class _Chosen:
    """The findings that have been taken, and how often each kind and subject is among them."""

    found: list[Found] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    subjects: Counter[str] = field(default_factory=Counter)

    def worth(self, one: Scored) -> float:
        """Its score, less for each of the same kind and about the same that has been taken."""
        seen = max(self.subjects[q.subject] for q in one.candidate.about)
        preferred = OF_ONE_CHANGE.get(one.candidate.kind, 1.0)
        varied = _SAME_KIND ** self.kinds[one.candidate.kind] * _SAME_SUBJECT**seen
        return one.score * preferred * varied

    def add(self, found: Found) -> None:
        """Take one."""
        self.found.append(found)
        if not found.is_lead and found.scored.candidate.form != COURSE:
            self.kinds[found.scored.candidate.kind] += 1
            self.subjects.update(q.subject for q in found.scored.candidate.about)


class Finder:
    """Finds what is worth saying. What sections share is found once.

    Args:
        deriver: Answers the questions of findings.
        weights: ``[findings]``.
        brief_of: What the sheet says of a sub-task: title, description, guidelines.
    """

    def __init__(
        self, deriver: Deriver, weights: Findings, brief_of: Callable[[SubTask], str]
    ) -> None:
        self._brief_of = brief_of
        self._deriver = deriver
        self._weights = weights
        self._fields: dict[tuple[object, ...], Field] = {}
        self._kept: dict[tuple[object, ...], tuple[Candidate, ...]] = {}
        self._counts: dict[tuple[object, ...], dict[tuple[str, str], int]] = {}
        self._answered: dict[int, tuple[tuple[str, Question, Draft], ...] | None] = {}

    def find(self, plan: Sequence[Planned], sub_task: SubTask, place: Place) -> list[Found]:
        """The strongest findings of a section, the strongest first.

        Args:
            plan: Its quantities.
            sub_task: Its sub-task.
            place: Its place.
        """
        request = read_request(self._brief_of(sub_task))
        scored: list[Scored] = []
        for block in blocks(plan, place):
            standing = {p.panel.quantity: p.standing for p in block}
            _, target = span(block)
            for candidate in self._candidates(block, place):
                near = standing.get(candidate.about[0], 3)
                size = candidate.size * _OF_A_FRAME.get(near, 1.0)
                strength = strength_of(candidate, target, request.of(candidate, near), size)
                worth = score(candidate, strength, self._weights)
                if worth > 0:
                    scored.append(Scored(candidate, strength, worth))
        return self._varied(scored)

    def _varied(self, scored: Iterable[Scored]) -> list[Found]:
        """The level that the section is about, and the strongest beside it, different in kind."""
        pool = sorted(scored, key=lambda one: (-one.score, one.candidate.key))
        chosen = _Chosen()
        for one in _leading(pool):
            pool.remove(one)
            self._take(one, chosen, is_lead=not chosen.found and one.candidate.form != COURSE)
        pool = [one for one in pool if one.score >= self._weights.least]
        while pool and len(chosen.found) < MOST_FINDINGS:
            best = max(pool[: 4 * MOST_FINDINGS], key=chosen.worth)
            pool.remove(best)
            self._take(best, chosen)
        return sorted(chosen.found, key=lambda one: -one.score)

    def _take(self, one: Scored, chosen: _Chosen, *, is_lead: bool = False) -> None:
        """Take up a candidate if its facts are there and nothing taken tells the same."""
        facts = self._facts(one.candidate)
        if facts is None or any(tells_the_same(one.candidate, f, facts) for f in chosen.found):
            return
        chosen.add(Found(one, facts, is_lead))

    def _facts(self, candidate: Candidate) -> tuple[tuple[str, Question, Draft], ...] | None:
        """The facts of a candidate; None where the data do not bear it."""
        key = id(candidate)
        if key not in self._answered:
            self._answered[key] = self._answer(candidate)
        return self._answered[key]

    def _answer(self, candidate: Candidate) -> tuple[tuple[str, Question, Draft], ...] | None:
        found = []
        for role, question in candidate.asks:
            draft = self._deriver.answer(question)
            is_plain = candidate.kind == "level" and role == "now"
            holds = draft is not None and not (
                draft.derivation.is_like_for_like
                or (draft.derivation.is_incomplete and not is_plain)
            )
            if draft is not None and holds:
                found.append((role.removesuffix("?"), question, draft))
            elif not role.endswith("?"):
                return None
        return tuple(found)

    def _candidates(self, block: Sequence[Planned], place: Place) -> tuple[Candidate, ...]:
        key = (*((p.key, p.standing) for p in block), place.code)
        kept = self._kept.get(key)
        if kept is None:
            kept = self._kept[key] = tuple(self._detected(block, place))
        return kept

    def _detected(self, block: Sequence[Planned], place: Place) -> Iterator[Candidate]:
        """All candidates of the quantities of one metric in a place."""
        first = block[0]
        base, target = span(block)
        if not target:  # a table that lacks all that is asked for
            return
        of_years = first.panel.quantity.frequency in WHOLE_YEARS
        fields = {p.panel.quantity: self._field(p.panel, base, target) for p in block}
        series = {q: f.series(place) for q, f in fields.items()}
        yield from levels(block, place, series)
        yield from to_date(block, place)
        yield from beside(block, place, self._deriver)
        total = next((p for p in block if p.panel.quantity.subject == NAME_OF_TOTAL), None)
        whole = series[total.panel.quantity] if total is not None else None
        held = largest(block, series, whole)
        sums = [s for p, s in held if is_sum(p.panel) and p is not total]
        categories = apart([s for p, s in held if not is_sum(p.panel) and p is not total])
        families: list[Series] = []
        if of_years and first.panel.measure.adds_over_categories and categories:
            families = self._families(first.panel, categories, place, target)
        told = distinct((*((whole,) if whole else ()), *categories, *sums, *families))
        kept = set(map(id, told))
        parts = Parts(
            *(place, base, target, tuple(s for s in categories if id(s) in kept)),
            tuple(s for s in (*sums, *families) if id(s) in kept),
            *(tuple(s for s in families if id(s) in kept), whole, len(told)),
            *extent(block, total, series, (base, target)),
        )
        if of_years:
            for one in told:
                weight = parts.weight(one) if one is not whole else 1.0
                story = Story(one, base, weight, parts.whole, len(told))
                yield from self._rare(over_time(story), one, base)
        if first.panel.measure.adds_over_categories:
            if of_years:
                yield from among_parts(parts)
            elif period_of(target).year_before() == period_of(base):
                yield from beside_the_year_before(parts)
        whole_field = fields[total.panel.quantity] if total is not None else None
        others = without_own(block, series)
        near = [(p, s) for p, s in held if id(s) in kept or p.standing <= 1]
        looks = len(told) + len(others)
        for planned, one in (*near, *others):
            weight = parts.weight(one) if one is not whole else 1.0
            beside_whole = whole_field if planned is not total else None
            yield from among_places(
                View(fields[planned.panel.quantity], place, weight, beside_whole, looks)
            )

    def _field(self, panel: Panel, base: str, target: str) -> Field:
        key = (panel.quantity, base, target)
        found = self._fields.get(key)
        if found is None:
            found = self._fields[key] = Field(panel, base, target)
        return found

    def _families(
        self, panel: Panel, categories: Sequence[Series], place: Place, target: str
    ) -> list[Series]:
        """Known families of the categories."""
        names = [s.panel.quantity.subject for s in categories]
        found = families_of(panel.quantity, names, panel.whole)
        return [series_of(self._deriver.panels.of(q), place, target) for q in found]

    def _rare(
        self, candidates: Iterable[Candidate], series: Series, base: str
    ) -> Iterator[Candidate]:
        """Candidates about a series, with how few other members the same can be said of."""
        found = list(candidates)
        if not found:
            return
        field = self._field(series.panel, base, series.periods[-1])
        others = self._told_of(field)
        for candidate in found:
            same = others.get((candidate.kind, candidate.direction), 0)
            count = others.get(("", ""), 0)
            rarity = 1.0 - (same - 1) / (count - 1) if count > 3 and same else 0.5
            yield replace(candidate, rarity=max(0.0, min(1.0, rarity)))

    def _told_of(self, field: Field) -> dict[tuple[str, str], int]:
        """Kind and direction → of how many members it can be said; of nothing, how many are."""
        key = (field.panel.quantity, field.base, field.target)
        if key not in self._counts:
            counts: dict[tuple[str, str], int] = {("", ""): 0}
            for member in field.dataset.members:
                series = field.series(member)
                if not series.values:
                    continue
                counts["", ""] += 1
                for told in {(c.kind, c.direction) for c in over_time(Story(series, field.base))}:
                    counts[told] = counts.get(told, 0) + 1
            self._counts[key] = counts
        return self._counts[key]


def _leading(pool: Sequence[Scored]) -> list[Scored]:
    """The level of what the section is about, and its course; what is asked for most.

    Of a region that has none, as of rates, the range of its members.
    """
    levels = [one for one in pool if one.candidate.kind in ("level", "zero")]
    plain = [one for one in levels if one.candidate.form != COURSE]
    plain = plain or [one for one in pool if one.candidate.form == RANGE]
    if not plain:
        return []
    lead = max(plain, key=lambda one: (one.strength.request, one.score))
    courses = [one for one in levels if one.candidate.form == COURSE]
    return [lead, *(one for one in courses if one.candidate.about == lead.candidate.about)]
