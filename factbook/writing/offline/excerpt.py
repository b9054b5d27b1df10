"""What the offline writer reads of a job: its texts depend on nothing else."""

from __future__ import annotations

from collections.abc import Iterable

from factbook.sheet.outline import SectionKind
from factbook.writing.job import SectionJob, Upstream

MOST_TITLES = 4
"""Titles that a sentence names; of more it names one less, and says that there are others."""

OTHERS = "\N{HORIZONTAL ELLIPSIS}"
"""Stands in a row of titles for those that are not named."""

_MISSING = "missing"


def as_read(job: SectionJob) -> SectionJob:
    """A job with what the offline writer reads of it, and nothing else.

    The writer itself writes from this alone, so that a content key which is made of it is exactly
    as wide as the text.

    Args:
        job: The section.
    """
    covered = _covered(job)
    shows_title = job.kind == "introduction" or not (job.evidence.facts or covered)
    return SectionJob(
        section_id=job.section_id,
        kind=job.kind,
        place=job.place,
        place_kind=job.place_kind,
        title=(job.title or job.task_title or job.chapter_title) if shows_title else "",
        covered=covered,
        elsewhere=_elsewhere(job),
        shape=job.shape,
        evidence=job.evidence,
        upstream=upstream_as_read(job.kind, job.upstream),
    )


def upstream_as_read(kind: SectionKind, upstream: Iterable[Upstream]) -> tuple[Upstream, ...]:
    """Of the sections that one follows on from what the offline writer reads: which they are.

    What a generated section is about it knows from the titles that it covers: it is given only
    those that are missing.

    Args:
        kind: The section's kind.
        upstream: The sections that it follows on from.
    """
    return tuple(
        Upstream(section_id=u.section_id, title=u.title, missing=_MISSING if u.missing else "")
        for u in upstream
        if kind == "sub_task" or u.missing
    )


def named_titles(titles: Iterable[str]) -> tuple[str, ...]:
    """Titles that a sentence names, each once; of too many the first, and `OTHERS`."""
    named = tuple(title for title in dict.fromkeys(titles) if title.strip())
    return (*named[: MOST_TITLES - 1], OTHERS) if len(named) > MOST_TITLES else named


def _elsewhere(job: SectionJob) -> dict[str, str]:
    """The section that the text refers to: the one that tells the strongest finding of this one."""
    strongest = max(job.evidence.findings, key=lambda one: one.score, default=None)
    told_in = strongest.told_in if strongest is not None else ""
    return {told_in: job.elsewhere[told_in]} if told_in in job.elsewhere else {}


def _covered(job: SectionJob) -> tuple[str, ...]:
    """The titles that the text names; a conclusion with figures names a few or none."""
    titles = named_titles(job.covered)
    if job.kind == "conclusion" and job.evidence.facts and OTHERS in titles:
        return (OTHERS,)
    return titles
