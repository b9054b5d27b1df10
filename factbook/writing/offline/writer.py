"""The offline writer: a section's text from its findings, without a model, key or network."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from factbook.evidence.facts import Evidence
from factbook.evidence.references import REFERENCE, render, without_citations
from factbook.writing.job import Draft, SectionJob
from factbook.writing.offline import frames, words
from factbook.writing.offline.compose import Composer
from factbook.writing.offline.excerpt import as_read
from factbook.writing.offline.extent import Extent, extent_of
from factbook.writing.offline.status_words import with_status_words
from factbook.writing.record import Message
from factbook.writing.shape import count_words

WRITING_VERSION = "4"
"""Raised whenever texts change: it enters the content key of every offline section."""

LEAST_OF_HEADLINE = 30.0
"""Score from which on a finding makes a headline: the default of `findings.headline`."""

MOST_MESSAGES = 3
"""Findings of a section that may open its chapter or the report."""

SUMMARY_WORDS = 60

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[“\"'(]?[A-Z{])")


class OfflineWriter:
    """Writes sections from their findings. Deterministic, and safe to call from many threads.

    Args:
        add_summary: Whether to make a summary of each section as well.
        least_of_headline: Score from which on a finding makes a headline.
    """

    def __init__(
        self, *, add_summary: bool = False, least_of_headline: float = LEAST_OF_HEADLINE
    ) -> None:
        self._add_summary = add_summary
        self._least_of_headline = least_of_headline

    def identity(self, job: SectionJob) -> Mapping[str, str]:
        """What determines its texts: the provider's name, the version of the phrasings, passes."""
        passes = "draft, summary" if self._add_summary else "draft"
        identity = {"provider": "offline", "version": WRITING_VERSION, "passes": passes}
        if self._least_of_headline != LEAST_OF_HEADLINE:
            identity["headline"] = f"{self._least_of_headline:g}"
        return identity

    def write(self, job: SectionJob) -> Draft:
        """A section's text, figures by reference only.

        Args:
            job: The section.
        """
        job = as_read(job)
        source_text, headline = self._texts(job)
        summary = summarise(source_text, job) if self._add_summary else ""
        return Draft(source_text=source_text, headline=headline, summary=summary)

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

    def _texts(self, job: SectionJob) -> tuple[str, str]:
        """The text and the headline."""
        if not job.evidence.facts:
            return frames.nothing(job).text, ""
        extent = extent_of(job)
        told = self._composed(job, extent)
        text = with_status_words(told[0], job.evidence)
        more = _length(text, job.evidence) - extent.most
        if text != told[0] and more > 0:
            # Room for the words on status, which a text of full length has not.
            most = max(extent.most - more, 1)
            shorter = replace(extent, least=min(extent.least, most), most=most)
            told = self._composed(job, shorter)
            text = with_status_words(told[0], job.evidence)
        return text, told[1]

    def _composed(self, job: SectionJob, extent: Extent) -> tuple[str, str]:
        composer = Composer(job, extent, self._least_of_headline)
        opening = list(frames.opening(job))
        closing = list(frames.closing(job, composer.teller, composer.told))
        text = composer.text(opening, closing)
        if not text:
            text = frames.unsaid(job).text
        is_generated = job.kind in ("introduction", "summary")
        return text, "" if is_generated else composer.headline()


def messages_of(job: SectionJob) -> tuple[Message, ...]:
    """What of a section a reader of the whole report should know, the strongest first.

    Args:
        job: The section; whoever writes it.
    """
    if job.kind != "sub_task" or not job.evidence.findings:
        return ()
    job = as_read(job)
    composer = Composer(job, extent_of(job), LEAST_OF_HEADLINE)
    return tuple(
        Message(
            source_text=text,
            headline=composer.teller.headline(one),
            kind=one.kind,
            about=composer.about(one),
            score=composer.worth(one),
        )
        for one, text in composer.messages(MOST_MESSAGES)
    )


def _length(source_text: str, evidence: Evidence) -> int:
    """Words of a text as readers see it."""
    return count_words(render(source_text, evidence.by_id))


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
