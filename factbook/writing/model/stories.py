"""Stories: what a section's prompt says of its findings, and the facts that they or the brief need.

A model that is given all evidence retells it. So it is given what code found worth saying, in
sentences by the strength of each, and of the facts those that these sentences refer to, the leading
figures, and what the brief asks for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from factbook.evidence.facts import Evidence, Fact, Kind, Role
from factbook.evidence.figures import length_of, main_figures, row_of
from factbook.evidence.finding import DataFinding, are_told
from factbook.evidence.references import references
from factbook.evidence.spans import WHOLE_YEARS
from factbook.findings.request import read_request
from factbook.writing.job import SectionJob
from factbook.writing.offline import extent_of
from factbook.writing.offline.compose import Composer
from factbook.writing.offline.excerpt import as_read
from factbook.writing.offline.flow import Flow
from factbook.writing.offline.words import TOTAL

MOST_FINDINGS = 7
"""Findings of a prompt: as many as a text of usual length tells."""

WORDS_A_FINDING = 25
"""A text that is to be longer is given a finding more for so many words."""

LEADING_ROWS = 2
"""Rows of the table under the text of which a prompt has the main figures, told or not; one more
for every two findings that there are less than `MOST_FINDINGS`."""

ASKED_ROWS = 3
"""Rows of which it has the figures beside, where the brief asks for these."""

MOST_OF_A_ROW = 8
"""Main figures that a row has."""

MOST_ELSEWHERE = 4
"""Subjects told elsewhere that are named."""

_MAIN: frozenset[Kind] = frozenset(
    {"value", "total", "relative change", "share of category", "year to date relative change"}
)
_AT_TARGET: frozenset[Kind] = frozenset({"share of category", "share of region", "rank"})
_BESIDE: Mapping[str, tuple[frozenset[Role], frozenset[Kind]]] = {
    "comparison": (
        frozenset({"region"}),
        frozenset({"value", "total", "relative change"}),
    ),
    "members": (frozenset({"extreme"}), frozenset({"value", "total"})),
    "neighbours": (frozenset({"neighbour"}), frozenset({"value", "total"})),
    "nodes": (frozenset({"node"}), frozenset({"value", "total"})),
    "rank": (frozenset({"place", "region"}), frozenset({"rank"})),
    "share": (frozenset({"place"}), frozenset({"share of category"})),
    "scenario": (
        frozenset({"place"}),
        frozenset({"difference to reference", "relative difference to reference"}),
    ),
}
"""Aspect of a brief → whose figures it asks for, and of which kinds."""
_MOST_BESIDE = 3  # figures of an aspect
_RESERVE = ("course",)


@dataclass(frozen=True)
class Story:
    """A finding in words.

    Attributes:
        text: Its strength and a sentence, figures by reference.
        fact_ids: Ids of the facts that it refers to.
    """

    text: str
    fact_ids: frozenset[str]


@dataclass(frozen=True)
class Stories:
    """What a prompt is given in place of all evidence.

    Attributes:
        told: The findings that the section is to tell, the strongest first.
        elsewhere: Sections that tell others, each with their subjects.
        facts: The facts that findings and brief need, most relevant first.
        headline: The offline writer's headline; empty for none.
    """

    told: tuple[Story, ...] = ()
    elsewhere: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    headline: str = ""


def stories_of(job: SectionJob, facts: Iterable[Fact], *, least_of_headline: float) -> Stories:
    """The stories of a section; all facts where it tells no finding.

    Args:
        job: The section.
        facts: The facts that a text may use.
        least_of_headline: Score from which on a finding makes a headline.
    """
    usable = tuple(facts)
    if not are_told(job.evidence.findings):
        return Stories(facts=usable)
    composer = Composer(as_read(job), extent_of(job), least_of_headline)
    told = tuple(_told(job, composer))
    by_id = job.evidence.by_id
    needed = [by_id[fact_id] for fact_id in _needed(job, told, usable)]
    return Stories(
        told=told,
        elsewhere=tuple(_elsewhere(job, composer)),
        facts=tuple(needed) if told else usable,
        headline="" if job.kind in ("introduction", "summary") else composer.headline(),
    )


def most_needed(evidence: Evidence) -> int:
    """How many facts the stories of a section have at most, without telling them."""
    own = {name for one in evidence.findings if not one.told_in for name in one.facts.values()}
    leading = (LEADING_ROWS + MOST_FINDINGS // 2) * MOST_OF_A_ROW + len(_BESIDE) * _MOST_BESIDE
    return min(len(own) + leading, len(evidence.facts))


def _told(job: SectionJob, composer: Composer) -> Iterator[Story]:
    """The strongest findings in sentences, the level that the section is about among them."""
    most = max(MOST_FINDINGS, extent_of(job).most // WORDS_A_FINDING)
    zeros = [f for f in job.evidence.findings if f.kind == "zero" and not f.told_in]
    ranked = [one for one in composer.told if one.form not in _RESERVE]
    lead = [one for one in ranked if one.is_lead][:1]
    chosen = [one for one in ranked if one not in lead][: most - len(lead)] + lead
    chosen += zeros[: most - len(chosen)]
    if not chosen:
        chosen = list(composer.told)
    flow = Flow()
    for finding in sorted(chosen, key=lambda one: -one.score):
        shown = _named(job, composer, finding) if finding.kind == "zero" else finding
        sentence = composer.teller.sentence(shown, flow)
        if sentence is not None:
            # The next need not name place and metric again; figures and phrasings may come again.
            flow.after(sentence)
            flow.shown.clear()
            flow.used.clear()
            yield Story(f"{finding.score:.0f}: {sentence.text}", sentence.facts)


def _elsewhere(job: SectionJob, composer: Composer) -> Iterator[str]:
    """``Coal power: hard coal, lignite``: a line for each section that tells what this one has."""
    found: dict[str, dict[str, None]] = {}
    count = 0
    for finding in job.evidence.findings:
        title = job.elsewhere.get(finding.told_in, "") if finding.told_in else ""
        subject = _subject(job, composer, finding) if title else ""
        if subject and subject not in found.get(title, {}) and count < MOST_ELSEWHERE:
            found.setdefault(title, {})[subject] = None
            count += 1
    for title, subjects in found.items():
        yield f"{title}: {', '.join(subjects)}"


def _named(job: SectionJob, composer: Composer, zero: DataFinding) -> DataFinding:
    """What is zero all along, with its name."""
    fact = job.evidence.by_id[next(iter(zero.facts.values()))]
    noun = composer.teller.names.noun(fact, short=False)
    return zero.model_copy(update={"words": {**zero.words, "none": noun}})


def _subject(job: SectionJob, composer: Composer, finding: DataFinding) -> str:
    fact = job.evidence.by_id[next(iter(finding.facts.values()))]
    names = composer.teller.names
    subject = names.subject(fact)
    return names.noun(fact, short=True) if subject in ("", TOTAL) else subject


def _needed(job: SectionJob, told: Sequence[Story], facts: tuple[Fact, ...]) -> dict[str, None]:
    """Ids of facts in their order: of the findings, of the leading rows, of the brief."""
    target = next((fact.period for fact in facts if fact.is_value), "")
    needed: dict[str, None] = {}
    for story in told:
        cited = (name for name in references(story.text) if name in story.fact_ids)
        needed |= dict.fromkeys(cited)
    figures = main_figures(facts)
    rows = list(dict.fromkeys(map(row_of, figures)))
    # Where code found little worth saying, the text is made of more figures.
    few = max(0, MOST_FINDINGS - len(told)) // 2
    leading = rows[: LEADING_ROWS + few]
    needed |= dict.fromkeys(fact.id for fact in _leading(figures, leading, target))
    needed |= dict.fromkeys(fact.id for fact in _asked(job, rows[:ASKED_ROWS], facts, target))
    return needed


def _leading(figures: Iterable[Fact], rows: list[tuple[str, ...]], target: str) -> Iterator[Fact]:
    """Of each leading row target and base, its change and its share.

    Of parts of years there are two changes: on the part before, and on a year earlier.
    """
    count: Counter[tuple[object, ...]] = Counter()
    for fact in figures:
        if row_of(fact) in rows and fact.kind in _MAIN and _is_near(fact, target):
            kind = (row_of(fact), fact.measured_kind)
            is_of_year = length_of(fact.period) in WHOLE_YEARS
            if count[kind] < (2 if fact.is_value or not is_of_year else 1):
                yield fact
            count[kind] += 1


def _asked(
    job: SectionJob, rows: list[tuple[str, ...]], facts: tuple[Fact, ...], target: str
) -> Iterator[Fact]:
    """Facts that the brief asks for by its words."""
    brief = "\n".join((job.title, job.description, job.guidelines, job.editor_note))
    for aspect in sorted(read_request(brief).aspects & _BESIDE.keys()):
        roles, kinds = _BESIDE[aspect]
        found = (
            fact
            for fact in facts
            if fact.role in roles
            and fact.kind in kinds
            and row_of(fact) in rows
            and (fact.period == target if fact.is_value else _is_near(fact, target))
        )
        for _, fact in zip(range(_MOST_BESIDE), found, strict=False):
            yield fact


def _is_near(fact: Fact, target: str) -> bool:
    """Whether a fact is of the target, or of a kind of which earlier ones count as well."""
    return fact.kind not in _AT_TARGET or fact.period == target
