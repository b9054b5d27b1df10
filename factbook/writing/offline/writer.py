"""The offline writer: a section's text from facts alone, without a model, key or network."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from factbook.evidence.derivation import Derivation
from factbook.evidence.facts import Evidence, Fact
from factbook.evidence.references import REFERENCE, render, without_citations
from factbook.writing.job import Draft, SectionJob, Shape
from factbook.writing.offline import frames, words
from factbook.writing.offline.compose import Extent, compose
from factbook.writing.offline.excerpt import as_read
from factbook.writing.offline.families import families
from factbook.writing.offline.insights import insight_statements
from factbook.writing.offline.others import other_statements
from factbook.writing.offline.own import own_statements
from factbook.writing.offline.statements import Setting, Statement, Teller
from factbook.writing.offline.status_words import with_status_words
from factbook.writing.offline.topics import Family
from factbook.writing.shape import count_words

WRITING_VERSION = "3"
"""Raised whenever texts change: it enters the content key of every offline section."""

ENOUGH_FACTS = 6
"""Facts of the place from which a range of words is kept."""

UNSAID = -500.0
"""Importance of pointing to the table: only where no figure can be stated in a sentence."""

WORDS_PER_TOPIC = 45
"""Words for which others' figures on one topic are enough."""

WORDS_PER_LEAN_FACT = 9
"""Words that a fact fills when several stand in one sentence."""

MOST_FAMILIES = 12
"""Metrics that one section speaks of; the facts of further ones stand in its table."""

SHORT_WORDS, LONG_WORDS = 80, 220
"""A text of at most so many words is one paragraph; one of more than so many has three."""

FIGURES_OF_AN_INTRODUCTION = 3
SUMMARY_WORDS = 60

# Words and paragraphs where the guidelines ask for nothing.
_DEFAULTS = {
    "sub_task": (90, 170, 2),
    "introduction": (1, 110, 1),
    "summary": (60, 140, 1),
    "conclusion": (100, 190, 2),
}
_FILE = re.compile(r"\.[a-z]{2,8}(?:\.gz)?$")
"""How an origin ends that nobody has given: the name of the table's file, which tells no reader."""

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[“\"'(]?[A-Z{])")


class OfflineWriter:
    """Writes sections from their facts. Deterministic, and safe to call from many threads.

    Args:
        add_summary: Whether to make a summary of each section as well.
    """

    def __init__(self, *, add_summary: bool = False) -> None:
        self._add_summary = add_summary

    def identity(self, job: SectionJob) -> Mapping[str, str]:
        """What determines its texts: the provider's name, the version of the phrasings, passes."""
        passes = "draft, summary" if self._add_summary else "draft"
        return {"provider": "offline", "version": WRITING_VERSION, "passes": passes}

    def write(self, job: SectionJob) -> Draft:
        """A section's text, figures by reference only.

        Args:
            job: The section.
        """
        job = as_read(job)
        source_text = _source_text(job)
        summary = summarise(source_text, job) if self._add_summary else ""
        return Draft(source_text=source_text, summary=summary)

    def with_remarks(self, job: SectionJob, text: Draft) -> Draft:
        """A person's text with its summary, where there are summaries.

        Args:
            job: The section.
            text: The person's text.
        """
        if not self._add_summary:
            return text
        summary = summarise(without_citations(text.source_text), job)
        return text.model_copy(update={"summary": summary})


def _source_text(job: SectionJob) -> str:
    if not job.evidence.facts:
        setting = _setting(job, lean=False)
        return compose(job.section_id, [frames.nothing(job, setting)], Extent(1, 10**6, 1), {})
    extent = extent_of(job)
    statements = list(_statements(job, extent))
    text = compose(job.section_id, statements, extent, job.evidence.by_id)
    told = with_status_words(text, job.evidence)
    words_more = _length(told, job.evidence) - extent.most
    if told == text or words_more <= 0:
        return told
    # Room for the words on status, which a text of full length has not.
    most = max(extent.most - words_more, 1)
    shorter = replace(extent, least=min(extent.least, most), most=most)
    text = compose(job.section_id, statements, shorter, job.evidence.by_id)
    return with_status_words(text, job.evidence)


def _length(source_text: str, evidence: Evidence) -> int:
    """Words of a text as readers see it."""
    return count_words(render(source_text, evidence.by_id))


def extent_of(job: SectionJob) -> Extent:
    """Words and paragraphs of a section: as asked for, else what is usual for its kind."""
    least, most, paragraphs = _DEFAULTS[job.kind]
    asked = job.shape
    if asked.paragraphs:
        paragraphs = asked.paragraphs
        least, most = max(least, 30 * paragraphs), max(most, 50 * paragraphs)
    least, most = _range(asked, least, most)
    if not asked.paragraphs and most > LONG_WORDS:
        paragraphs = max(paragraphs, 3)
    if not asked.paragraphs and most <= SHORT_WORDS:
        paragraphs = 1
    # An introduction gives one to three figures, unless it has to be longer.
    brief = job.kind == "introduction" and asked.min_words is None
    return Extent(
        least,
        most,
        paragraphs,
        last_apart=job.kind == "conclusion",
        most_figures=FIGURES_OF_AN_INTRODUCTION if brief else None,
        free=asked.paragraphs is None,
    )


def _range(asked: Shape, least: int, most: int) -> tuple[int, int]:
    if asked.min_words is not None and asked.max_words is not None:
        return asked.min_words, asked.max_words
    if asked.max_words is not None:
        return min(least, round(asked.max_words * 0.6)), min(most, asked.max_words)
    if asked.min_words is not None:
        return asked.min_words, max(most, round(asked.min_words * 1.3))
    return least, most


def summarise(source_text: str, job: SectionJob) -> str:
    """One or two sentences of a section's source text that say the most, references kept.

    Args:
        source_text: The section's source text, the offline writer's or a model's.
        job: The section.
    """
    sentences = [
        " ".join(sentence.split())
        for paragraph in source_text.split("\n\n")
        for sentence in _SENTENCE_END.split(paragraph.strip())
        if sentence.strip()
    ]
    telling = [s for s in sentences if _resolved(s, job.evidence)] or sentences
    if not telling:
        return ""
    names = (job.place.name, words.nation(job.place, job.place_kind).name)
    second = [s for s in telling[1:] if any(n.casefold() in s.casefold() for n in names)]
    chosen = [telling[0]]
    for sentence in second[:1]:
        both = " ".join((*chosen, sentence))
        if count_words(render(both, job.evidence.by_id)) <= SUMMARY_WORDS:
            chosen.append(sentence)
    return " ".join(chosen)


def _resolved(sentence: str, evidence: Evidence) -> bool:
    """Whether a sentence refers to facts, all of them known."""
    found = REFERENCE.findall(sentence)
    return bool(found) and all(fact_id in evidence.by_id for fact_id in found)


def _setting(job: SectionJob, *, lean: bool, breadth: int = 0) -> Setting:
    is_region = job.place.kind == "region"
    name = words.place_name(job.evidence.place or job.place.name, region=is_region)
    region = name if is_region else _region_name(job.evidence)
    partial = job.kind != "sub_task"
    is_cut = job.evidence.extent == "part"
    return Setting(
        *(job.section_id, job.place, name, region, lean, breadth, partial, job.place_kind, is_cut)
    )


def _region_name(evidence: Evidence) -> words.PlaceName | None:
    for fact in evidence.facts:
        if fact.role == "region" and fact.place != evidence.place:
            return words.place_name(fact.place, region=True)
    for fact in evidence.facts:
        named = _region_of(fact.derivation) if fact.role != "extreme" else ""
        if named:
            return words.place_name(named, region=True)
    return None


def _region_of(derivation: Derivation) -> str:
    """Name of the region whose members or figure a fact was computed from; empty for none."""
    if derivation.operation == "share of region":
        return derivation.operands[1].place
    if derivation.members is not None:
        return derivation.members.region
    return derivation.among.region if derivation.among is not None else ""


def _statements(job: SectionJob, extent: Extent) -> Iterator[Statement]:
    """All that can be said in a section."""
    found = families(job.evidence)[:MOST_FAMILIES]
    own = sum(
        fact.place == job.evidence.place and fact.role in ("place", "region") and fact.value != 0
        for fact in job.evidence.facts
    )
    # With fewer facts than enough a section is as short as they are.
    enough = own >= ENOUGH_FACTS
    lean = enough and own * WORDS_PER_LEAN_FACT < extent.least
    setting = _setting(job, lean=lean, breadth=max(4, extent.most // WORDS_PER_TOPIC))
    yield from frames.opening_statements(job, setting)
    alone = len(found) == 1
    for number, family in enumerate(found):
        teller = Teller(setting, number, family, alone=alone)
        yield from own_statements(teller)
        yield from other_statements(teller)
        yield from insight_statements(teller, enough=enough)
        yield teller.tell("unsaid", family.topics[0], [], UNSAID)
    yield from _notes(setting, found, job.evidence.origins)
    yield from frames.closing_statements(job, setting, found)


def _notes(
    setting: Setting, found: Sequence[Family], origins: Mapping[str, str]
) -> Iterator[Statement]:
    """Where the figures come from and what a share is: only for want of other things to say."""
    if not setting.lean or not found:
        return
    tables = {topic.table for family in found for topic in family.topics}
    origin = words.clean(origins.get(tables.pop(), "")) if len(tables) == 1 else ""
    if origin and not _FILE.search(origin):
        slots = setting.slots | {"origin": origin}
        yield Statement("origin_note", slots, (), 11.0, (frames.MISSING_BLOCK, 0, 0))
    first = found[0]
    if any(_adds_members(f) for t in first.topics for f in t.region.values()):
        yield Statement("region_note", setting.slots, (), 9.0, (0, 1, 10_000), foreign=True)
    if any(topic.ranks for topic in first.topics):
        yield Statement("rank_note", setting.slots, (), 8.0, (0, 1, 10_001))
    if any(topic.shares for topic in first.topics):
        core = first.metric.full
        slots = setting.slots | {"M": core, "TM": words.definite(core)}
        yield Statement("share_note", slots, (), 10.0, (0, 0, 10_000))


def _adds_members(fact: Fact) -> bool:
    """Whether a figure of the region adds up several members."""
    members = fact.derivation.members
    return fact.derivation.operation == "sum" and members is not None and members.size > 1
