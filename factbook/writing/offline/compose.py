"""Composition: which findings a section tells, in which order, in how many words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field

from factbook.evidence.figures import main_figures
from factbook.evidence.finding import DataFinding
from factbook.writing.job import SectionJob
from factbook.writing.offline import words
from factbook.writing.offline.extent import Extent, cut
from factbook.writing.offline.flow import Flow, Told, beginning
from factbook.writing.offline.frames import Frame
from factbook.writing.offline.telling import Teller

MOST_SENTENCES = 6
"""Sentences after the first two, where the guidelines do not ask for more words."""

MOST_OF_A_GENERATED = 5
"""Findings that a summary or a conclusion tells."""

TWO_PARAGRAPHS = 80
"""Words from which a text has more than one paragraph without being asked."""

LEAST_OF_A_BODY = 15
"""Words that findings are left beside a sentence that is needed."""

_RESERVE = ("course",)
_SAME_KIND, _SAME_SUBJECT = 0.8, 0.8
_MOST_ZEROS = 4
_SORTS = (
    frozenset({"rank", "members", "outlier"}),
    frozenset({"level", "multiple", "contribution", "streak"}),
)
"""Kinds that say how a place stands among others, or how far something moved: one of a sort is
enough for a subject."""


_STANDING = frozenset({"makeup", "members", "distance"})
"""Kinds that say how things stand, where their figures are of one period."""

_STANDS = 0.85
"""What is left of their score where findings are set against each other: what moved is news, and
that most waste is household waste was so all along."""

_TELL_THE_LEVEL = ("multiple", "streak")
"""Kinds that give the values of base and target as the level does."""


@dataclass
class _Body:
    """The sentences so far.

    Attributes:
        sentences: Findings with their sentences.
        flow: What they mean for the next one.
        words: How many words they have.
        table: Ids of the facts that the table under the text shows.
        of_table: Sentences whose figures all stand there.
        of_none: Sentences without a figure.
        behind: Key of the finding that stands behind the level in its sentence; empty for none.
    """

    flow: Flow
    table: frozenset[str]
    words: int = 0
    of_table: int = 0
    of_none: int = 0
    behind: str = ""
    sentences: list[tuple[DataFinding, Told]] = field(default_factory=list)

    def repeats_table(self, told: Told) -> bool:
        """Whether a sentence says no figure that the table does not."""
        return bool(told.facts) and told.facts <= self.table

    def add(self, finding: DataFinding, told: Told, flow: Flow) -> None:
        """Take up a sentence."""
        flow.after(told)
        self.flow = flow
        self.words += told.words
        self.of_table += self.repeats_table(told)
        self.of_none += not told.facts
        self.sentences.append((finding, told))


class Composer:
    """Composes the text of one section.

    Args:
        job: The section.
        extent: How long its text must be.
        least_of_headline: Score from which on a finding makes the headline.
    """

    def __init__(self, job: SectionJob, extent: Extent, least_of_headline: float) -> None:
        self._job = job
        self._extent = extent
        self._least_of_headline = least_of_headline
        self.teller = Teller(job.section_id, job.place, job.place_kind, job.evidence)
        own = [one for one in job.evidence.findings if not one.told_in]
        if job.kind != "sub_task":
            own = list(_each_story(own, self.teller))
        self._zeros = [one for one in own if one.kind == "zero"]
        self._own = [one for one in own if one.kind != "zero"]

    @property
    def told(self) -> tuple[DataFinding, ...]:
        """The findings that the section may tell, the strongest first."""
        return tuple(sorted(self._own, key=lambda one: -self.worth(one)))

    @staticmethod
    def worth(finding: DataFinding) -> float:
        """The score by which a finding comes before others; what only stands so counts less."""
        stands = finding.kind in _STANDING and len(finding.periods) < 2
        return finding.score * (_STANDS if stands else 1.0)

    def about(self, finding: DataFinding) -> str:
        """What a finding is about, so that no two messages of a report tell of the same."""
        fact = self._job.evidence.by_id[next(iter(finding.facts.values()))]
        return "|".join((fact.place, fact.subject, fact.plain_metric, finding.direction))

    @property
    def lead(self) -> DataFinding | None:
        """The level of the quantity that the section is about; None where others tell it."""
        return next((one for one in self._own if one.is_lead), None)

    @property
    def best(self) -> DataFinding | None:
        """The finding of the headline: the strongest, or the level if none is strong enough."""
        strong = [
            one
            for one in self._own
            if one.score >= self._least_of_headline and self.teller.headline(one)
        ]
        if strong:
            return max(strong, key=self.worth)
        lead = self.lead
        if lead is not None and self.teller.headline(lead):
            return lead
        return next((one for one in self._own if self.teller.headline(one)), None)

    def headline(self) -> str:
        """The headline; empty where there is nothing to tell."""
        best = self.best
        if best is None and self._zeros:
            best = self._shown_zeros(short=True)
        return self.teller.headline(best) if best is not None else ""

    def messages(self, most: int) -> Iterator[tuple[DataFinding, str]]:
        """The strongest findings, each in a sentence that needs no other.

        Args:
            most: How many.
        """
        count = 0
        for finding in self.told:
            told = self.teller.sentence(finding, Flow())
            if told is not None and finding.form not in _RESERVE:
                yield finding, told.text
                count += 1
            if count == most:
                return

    def text(self, opening: Sequence[Frame], closing: Sequence[Frame]) -> str:
        """The source text, paragraphs separated by a blank line.

        Args:
            opening: Sentences before the findings.
            closing: Sentences after them, the most important first.
        """
        framed = sum(frame.words for frame in opening)
        needed = next((frame.words for frame in closing if frame.is_needed), 0)
        room = self._extent.most - framed
        body = self._body(room - needed if room - needed >= LEAST_OF_A_BODY else room)
        room = self._extent.most - framed - body.words
        kept: list[Frame] = []
        for frame in closing:
            if frame.words <= room or (frame.is_needed and not kept):
                kept.append(frame)
                room -= frame.words
        kept.sort(key=lambda frame: frame.order)
        sentences = [told.text for _, told in body.sentences]
        if not sentences and not kept and not opening:
            return ""
        return "\n\n".join(
            " ".join(paragraph)
            for paragraph in self._paragraphs(
                [frame.text for frame in opening], sentences, kept, framed + body.words
            )
            if paragraph
        )

    def _body(self, most: int) -> _Body:
        """The findings that are told, in order."""
        figures = main_figures(self._job.evidence.facts) if self._job.kind == "sub_task" else ()
        body = _Body(Flow(), frozenset(fact.id for fact in figures))
        lead = self._opening() if self._job.kind == "sub_task" else None
        if lead is not None:
            self._tell_lead(body, lead, most)
        reserve: list[DataFinding] = []
        for finding in self._ranked(lead):
            if self._is_enough(body, lead):
                break
            if not self._tell(body, finding, most):
                reserve.append(finding)
        self._tell_zeros(body, most)
        for finding in (*reserve, *(one for one in self._own if one.form in _RESERVE)):
            if body.words >= self._extent.least:
                break
            self._tell(body, finding, most, may_repeat_table=True)
        if not body.sentences and self._own:
            self._tell_shortest(body, lead or self._own[0], most)
        return body

    def _opening(self) -> DataFinding | None:
        """The finding of the first sentence: the level, or what tells more of the same change."""
        lead, best = self.lead, self.best
        if lead is None or best is None or best.kind not in _TELL_THE_LEVEL:
            return lead
        same = self._subject(best) == self._subject(lead) and self._metric(best) == self._metric(
            lead
        )
        return best if same else lead

    def _is_enough(self, body: _Body, lead: DataFinding | None) -> bool:
        """Whether the text is as long as it should be."""
        if self._job.kind in ("summary", "conclusion"):
            return len(body.sentences) >= MOST_OF_A_GENERATED and body.words >= self._extent.least
        told = len(body.sentences) - (lead is not None)
        return told > MOST_SENTENCES and body.words >= self._extent.least

    def _ranked(self, lead: DataFinding | None) -> Iterator[DataFinding]:
        """Findings by score, different in kind and subject; that of the headline first."""
        pool = [one for one in self._own if one is not lead and one.form not in _RESERVE]
        if self._job.kind != "sub_task":
            pool = [*self._own]
        kinds: dict[str, int] = {}
        subjects: dict[str, int] = {}
        best = self.best
        while pool:
            chosen = max(
                pool,
                key=lambda one: (
                    one is best,
                    self.worth(one)
                    * _SAME_KIND ** kinds.get(one.kind, 0)
                    * _SAME_SUBJECT ** subjects.get(self._subject(one), 0),
                ),
            )
            pool.remove(chosen)
            kinds[chosen.kind] = kinds.get(chosen.kind, 0) + 1
            subject = self._subject(chosen)
            subjects[subject] = subjects.get(subject, 0) + 1
            yield chosen

    def _subject(self, finding: DataFinding) -> str:
        fact = self._job.evidence.by_id[next(iter(finding.facts.values()))]
        return fact.subject

    def _tell_lead(self, body: _Body, lead: DataFinding, most: int) -> None:
        """The level, with what else is to be said of the same series behind it."""
        flow = deepcopy(body.flow)
        best = self.best
        tails = [
            one
            for one in self._own
            if one is not lead
            and one is not best
            and self._subject(one) == self._subject(lead)
            and self._metric(one) == self._metric(lead)
            and one.periods[-1:] == lead.periods[-1:]  # a tail says no period of its own
        ]
        found = [(one, told) for one in tails if (told := self.teller.tail(one, flow)) is not None]
        behind, tail = max(found, key=lambda pair: bool(pair[1].facts), default=(None, None))
        told = self.teller.sentence(lead, flow, tail=tail.text if tail is not None else "")
        if told is not None and told.words <= most and self._allows(body, told):
            body.add(lead, told, flow)
            if behind is not None and tail is not None and tail.text in told.text:
                body.behind = behind.key

    def _metric(self, finding: DataFinding) -> str:
        fact = self._job.evidence.by_id[next(iter(finding.facts.values()))]
        return fact.plain_metric

    def _tell(
        self, body: _Body, finding: DataFinding, most: int, *, may_repeat_table: bool = False
    ) -> bool:
        """Tell a finding if it says something new and there is room; False for what may wait."""
        flow = deepcopy(body.flow)
        told = self.teller.sentence(finding, flow)
        if told is None or finding.key == body.behind or self._is_told(body, finding):
            return True
        if told.facts <= body.flow.shown and (told.facts or body.of_none):
            return True
        if body.words + told.words > most or not self._allows(body, told):
            return False
        if beginning(told.text) == body.flow.beginning:
            return False
        # The level and the headline may repeat the table; else a sentence says more than it.
        repeats = body.repeats_table(told) and finding is not self.best
        is_weak = finding.score < self._least_of_headline
        if repeats and (body.of_table or is_weak) and not may_repeat_table:
            return False
        body.add(finding, told, flow)
        return True

    def _is_told(self, body: _Body, finding: DataFinding) -> bool:
        """Whether the text has one of the same sort about the same subject and periods."""
        if finding.form in _RESERVE:
            return False
        for one, _ in body.sentences:
            if self._are_of_a_sort(one, finding) and self._figure(one) == self._figure(finding):
                return True  # of two groups that are alike, or the same share again
            if self._subject(one) != self._subject(finding):
                continue
            if any({one.kind, finding.kind} <= sort for sort in _SORTS):
                return True
        return False

    def _are_of_a_sort(self, one: DataFinding, other: DataFinding) -> bool:
        """Whether two findings say the same of their leading figure: of one kind, or a share."""
        if one.kind == other.kind:
            return True
        leading = [
            self._job.evidence.by_id[next(iter(each.facts.values()))] for each in (one, other)
        ]
        return all(fact.kind == "share of category" for fact in leading)

    def _figure(self, finding: DataFinding) -> tuple[float | str, ...]:
        """The value that a finding is about, of whatever subject; its key where it is of none."""
        fact = self._job.evidence.by_id[next(iter(finding.facts.values()))]
        if not fact.is_value and fact.kind != "share of category":
            return (finding.key,)
        return self.teller.leading_figure(finding), fact.unit, fact.period, fact.place

    def _allows(self, body: _Body, told: Told) -> bool:
        most = self._extent.most_figures
        return most is None or len(body.flow.shown | told.facts) <= most

    def _tell_shortest(self, body: _Body, finding: DataFinding, most: int) -> None:
        """A headline as the only sentence, where there is room for no more."""
        text = self.teller.headline(finding)
        if text:
            flow = Flow()
            facts = frozenset(finding.facts.values())
            told = Told(f"{text}.", facts, len(text.split()) + 1, False, "")
            body.add(finding, told, flow)

    def _tell_zeros(self, body: _Body, most: int) -> None:
        """What is zero all along, in one sentence."""
        if not self._zeros:
            return
        first = self._zeros[0]
        shown = self._shown_zeros(short=bool(body.sentences))
        flow = deepcopy(body.flow)
        told = self.teller.sentence(shown, flow)
        if told is not None and body.words + told.words <= most:
            body.add(first, told, flow)

    def _shown_zeros(self, *, short: bool) -> DataFinding:
        """What is zero all along as one finding, which names the first of them.

        Args:
            short: Whether the metric has been named before.
        """
        first = self._zeros[0]
        lead = self._job.evidence.by_id[next(iter(first.facts.values()))]
        names = [
            self.teller.names.subject(fact)
            for one in self._zeros[:_MOST_ZEROS]
            for fact in [self._job.evidence.by_id[next(iter(one.facts.values()))]]
            if fact.plain_metric == lead.plain_metric
        ]
        noun = self.teller.names.noun(lead, short=short)
        if len(names) > 1 and names[0]:
            joined = words.listed(names).replace(" and ", " or ")
            noun = noun.replace(names[0], joined, 1)
        return first.model_copy(update={"words": {**first.words, "none": noun}})

    def _paragraphs(
        self,
        opening: Sequence[str],
        sentences: Sequence[str],
        closing: Sequence[Frame],
        total_words: int,
    ) -> Iterator[list[str]]:
        """The sentences in paragraphs: the first two apart, a conclusion's next steps too."""
        count = self._extent.paragraphs
        if self._extent.free and total_words < TWO_PARAGRAPHS:
            count = 1
        ends = [frame.text for frame in closing]
        if self._job.kind == "conclusion" and count > 1 and ends:
            yield from cut([*opening, *sentences], count - 1)
            yield ends
            return
        every = [*opening, *sentences, *ends]
        if count < 2 or len(every) <= 2:
            yield every
            return
        first = max(2, len(opening) + 1) if len(every) > count else 1
        yield every[:first]
        yield from cut(every[first:], count - 1)


def _each_story(findings: Iterable[DataFinding], teller: Teller) -> Iterator[DataFinding]:
    """Findings of several sections without those that tell the same."""
    seen: set[tuple[object, ...]] = set()
    for finding in findings:
        told = (finding.kind, finding.form, finding.direction, finding.words.get("since", ""))
        key = (*told, teller.leading_figure(finding))
        if key not in seen:
            seen.add(key)
            yield finding
