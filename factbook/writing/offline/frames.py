"""Frames of a section: what it covers and follows on from, what is missing, what comes next."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from factbook.evidence.facts import Fact
from factbook.evidence.finding import DataFinding
from factbook.evidence.gaps import Gap
from factbook.writing.job import SectionJob
from factbook.writing.offline import words
from factbook.writing.offline.excerpt import OTHERS, named_titles
from factbook.writing.offline.phrasings import chosen, filled, of_frame
from factbook.writing.offline.telling import Teller
from factbook.writing.shape import count_words

MOST_GAPS = 2
MOST_WORDS_OF_A_GAP = 34
MOST_NAMES = 8
"""Subjects and members of a gap that are named."""

SELECTION = "the selected categories together"

_FREE_DIGITS = re.compile(r"(?<![\w.,])(?!(?:1[89]|20|21)\d\d\b)\d+(?![\w])")
_SMALL_STARTS = frozenset(
    ("a", "an", "for", "from", "in", "no", "not", "of", "on", "only", "some", "the", "there")
)
_WATCHED = ("level", "multiple", "contribution", "streak", "jump")
"""Kinds of findings whose direction is that of a series."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A sentence that is not about a figure.

    Attributes:
        text: The sentence.
        order: Where it stands among the others.
        is_needed: Whether it stands there however little room there is.
    """

    text: str
    order: int
    is_needed: bool = False

    @property
    def words(self) -> int:
        """How many words it has."""
        return count_words(self.text)


def _frame(name: str, job: SectionJob, order: int, *, needed: bool = False, **slots: str) -> Frame:
    text = filled(chosen(of_frame(name), f"{job.section_id}|{name}"), _slots(job) | slots, ())
    return Frame(words.capitalised(text), order, needed)


def _slots(job: SectionJob) -> dict[str, str]:
    """Slots of the place."""
    is_region = job.place.kind == "region"
    named = words.place_name(job.evidence.place or job.place.name, region=is_region)
    return {"P": named.name, "Ps": named.possessive, "places": words.peers(job.place_kind)}


def opening(job: SectionJob) -> Iterator[Frame]:
    """What an introduction, summary or conclusion is about."""
    titles = named_titles(job.covered)
    name = {"introduction": "intro", "summary": "summary", "conclusion": "conclusion"}.get(job.kind)
    if name is None:
        return
    slots = {"titles": _titles(titles), "heading": words.quoted(job.title)}
    if job.kind == "introduction" and not titles:
        slots["titles"] = words.quoted(job.title)
    elif job.kind == "summary" and not titles:
        name = "summary_plain"
    elif job.kind == "conclusion" and titles and OTHERS not in titles:
        name = "conclusion_of_members" if _is_of_members(job) else "conclusion_titled"
    yield _frame(name, job, 0, needed=True, **slots)


def _is_of_members(job: SectionJob) -> bool:
    """Whether all figures are of a region's members, as of rates without one of its own."""
    facts = job.evidence.facts
    return job.place.kind == "region" and all(fact.place != job.place.name for fact in facts)


def closing(job: SectionJob, teller: Teller, told: Sequence[DataFinding]) -> Iterator[Frame]:
    """Missing sections, links, gaps and, in a conclusion, next steps: the most important first.

    Args:
        job: The section.
        teller: Names its series.
        told: What it tells.
    """
    missing = missing_section(job)
    if missing:
        slots = {"section": missing, "Section": words.capitalised(missing)}
        yield _frame("missing", job, 3, needed=True, **slots)
    if job.kind == "conclusion":
        yield from _next_steps(job, teller, told)
        return
    if job.kind != "introduction":
        yield from _gaps(job, told)
        yield from _elsewhere(job, teller)
    named = {title.strip() for title in job.elsewhere.values()}
    linked = named_titles(
        u.title for u in job.upstream if not u.missing and u.title.strip() not in named
    )
    if job.kind == "sub_task" and linked:
        name = "link" if len(linked) == 1 else "links"
        yield _frame(name, job, 1, topic=_titles(linked))


def nothing(job: SectionJob) -> Frame:
    """The one sentence of a section without facts."""
    missing = missing_section(job)
    titles = named_titles(job.covered)
    slots = {
        "topic": words.quoted(job.title),
        "titles": _titles(titles),
        "section": missing,
        "section_inverted": _inverted(missing),
        "interval": _interval(job.evidence.gaps),
    }
    name = _kind_of_nothing(job)
    if missing:
        name += "_missing"
    elif job.kind == "introduction" and titles and name in ("no_facts", "not_selected"):
        name = f"intro_{name}"
    if job.kind in ("summary", "conclusion") and titles:
        slots["topic"] = _titles(titles)
    return _frame(name, job, 0, needed=True, **slots)


def _kind_of_nothing(job: SectionJob) -> str:
    """Why there are no facts: none selected, none summed, none by month, or none in the data."""
    gaps = job.evidence.gaps
    if not gaps:
        return "not_selected"
    if all(gap.kind == "not summed" for gap in gaps):
        return "not_summed"
    return "no_facts_by_interval" if _interval(gaps) else "no_facts"


def _interval(gaps: Sequence[Gap]) -> str:
    """Which figures all gaps lack: ``monthly``; empty where they lack various, or all."""
    intervals = {gap.interval for gap in gaps}
    return intervals.pop() if len(intervals) == 1 else ""


def missing_section(job: SectionJob) -> str:
    """``the section on “…” was``, or several; empty when none is missing."""
    missing = [u for u in job.upstream if u.missing]
    titles = named_titles(u.title or u.section_id for u in missing)
    if not titles:
        return ""
    if len(titles) == 1:
        return f"the section on {words.quoted(titles[0])} was"
    return f"the sections on {_titles(titles)} were"


def _inverted(missing: str) -> str:
    """``was the section on “…”``."""
    return " ".join([missing.split()[-1], *missing.split()[:-1]]) if missing else ""


def _titles(titles: Sequence[str]) -> str:
    """Titles in a row."""
    return words.listed(
        ["other subjects" if title == OTHERS else words.quoted(title) for title in titles]
    )


def _gaps(job: SectionJob, told: Sequence[DataFinding]) -> Iterator[Frame]:
    """At most two gaps that concern what the section tells; the annex lists all."""
    gaps = _concerning(job, told)
    clauses = [clause for gap in gaps if (clause := gap_clause(gap))]
    for place, clause in enumerate(clauses[:MOST_GAPS]):
        yield (
            _frame("gap", job, 2, gap=clause)
            if not place
            else Frame(words.capitalised(f"{clause}."), 2)
        )
    if any(gap.kind != "no share" for gap in gaps) and not clauses:
        yield _frame("gap_plain", job, 2)


def _elsewhere(job: SectionJob, teller: Teller) -> Iterator[Frame]:
    """Where the strongest finding of the section is told, if that is another."""
    for section_id, title in job.elsewhere.items():
        told = max(
            (one for one in job.evidence.findings if one.told_in == section_id),
            key=lambda one: one.score,
        )
        lead = job.evidence.by_id[next(iter(told.facts.values()))]
        if title.strip():
            topic, series = words.quoted(title), words.definite(teller.names.noun(lead))
            yield _frame("elsewhere", job, 2, topic=topic, TN=series)


def _concerning(job: SectionJob, told: Sequence[DataFinding]) -> list[Gap]:
    """The gaps that a reader of the section should know of."""
    facts = job.evidence.by_id
    figures = [facts[name] for one in told for name in one.facts.values()]
    return [gap for gap in job.evidence.gaps if _concerns(gap, job, figures)]


def _concerns(gap: Gap, job: SectionJob, told: Sequence[Fact]) -> bool:
    """Whether a reader of the section should know of a gap, beside the figures that it tells.

    What a region's figure leaves out concerns the section of the region that tells that figure.
    That rates have no sum is no lack where there are those of the members.
    """
    if gap.kind == "not summed":
        return all(fact.metric != gap.metric for fact in job.evidence.facts)
    if gap.kind != "members":
        return True
    subjects = {fact.subject for fact in told}
    return job.place.kind == "region" and bool(subjects & set(gap.subjects))


def gap_clause(gap: Gap) -> str:
    """A gap as a clause without a full stop; empty when it is too long or holds figures."""
    text = _clause(gap)
    text = text.rstrip(". ")
    first = text.split(" ", 1)[0]
    if first.lower() in _SMALL_STARTS:
        text = first.lower() + text[len(first) :]
    if not text or _FREE_DIGITS.search(text) or len(text.split()) > MOST_WORDS_OF_A_GAP:
        return ""
    return text


def _clause(gap: Gap) -> str:
    """The clause, as long as it comes."""
    is_empty = gap.kind != "sentence" and not gap.subjects
    if is_empty or gap.kind == "no share":  # which stands in the annex
        return ""
    match gap.kind:
        case "absent":
            return _absent(gap)
        case "ended":
            return _ended(gap)
        case "members":
            return _without_members(gap)
        case "unfinished":
            parts = gap.interval.split()[-1]
            return f"not all {parts} of {words.when(gap.target)} are in the data yet"
        case "not summed":
            return _not_summed(gap)
        case "incomplete":
            return _incomplete(gap)
        case "break" | "definition":
            return _not_compared(gap)
        case "sentence":
            return words.clean(gap.text)


def _absent(gap: Gap) -> str:
    place = words.place_name(gap.place).name
    return f"the data hold no {gap.interval} {_several(gap)} for {place}".replace("  ", " ")


def _several(gap: Gap) -> str:
    """The metric of a gap with its subjects: ``generation from coal or gas``; its total alone."""
    subjects = _names(gap.subjects)
    metric = words.metric_name(words.clean(gap.metric), "")
    if words.TOTAL in gap.subjects:
        return metric.full
    phrases = [words.subject_phrase(name) for name in subjects]
    noun = words.noun_phrase(metric, phrases[0])
    return noun.replace(phrases[0], words.listed(phrases).replace(" and ", " or "), 1)


def _ended(gap: Gap) -> str:
    names = _several(gap) if gap.metric else _nouns(gap.subjects)
    place = words.place_name(gap.place).name
    target, last = words.when(gap.target), words.when(gap.last)
    return f"for {place} there is no value of {names} in {target}, and the last is of {last}"


def _incomplete(gap: Gap) -> str:
    names = words.listed([words.subject_phrase(words.clean(name)) for name in _shown(gap.members)])
    have = "has" if len(gap.members) == 1 else "have"
    place = words.place_name(gap.place).name
    metric = words.definite(words.metric_name(words.clean(gap.metric), "").full)
    return (
        f"there is no sum of {metric} for {place} in {words.when(gap.target)}, as "
        f"{names} {have} no value there"
    )


def _not_compared(gap: Gap) -> str:
    names = _several(gap)
    place, when = words.place_name(gap.place).name, words.when(gap.target)
    if gap.members:
        members = words.listed([words.place_name(name).name for name in _shown(gap.members)])
        return f"ranks and shares of {names} leave out {members}, as the definition differs there"
    why = "the series has a break there" if gap.kind == "break" else "the definition differs"
    across = "across" if gap.kind == "break" else "to"
    return f"for {place} no change of {names} {across} {when} is given, as {why}"


def _without_members(gap: Gap) -> str:
    members = [words.place_name(name).name for name in _shown(gap.members)]
    names = _several(gap) if gap.metric else _nouns(gap.subjects)
    region = words.place_name(gap.place, region=True).name
    have = "has" if len(gap.members) == 1 else "have"
    return (
        f"the figure for {region} leaves out {words.listed(members)}, which {have} no value of "
        f"{names}"
    )


def _not_summed(gap: Gap) -> str:
    metric = words.definite(words.metric_name(gap.metric, "").full)
    names = [words.subject_phrase(name) for name in _names(gap.subjects) if name != words.TOTAL]
    region = words.place_name(gap.place, region=True).name
    of = f" of {words.listed(names)}" if names else ""
    return f"{metric}{of} does not add up over the members of {region}"


def _nouns(subjects: Sequence[str]) -> str:
    """Subjects in a row."""
    names = [words.subject_phrase(name) for name in _names(subjects)]
    return words.listed(names).replace(" and ", " or ")


def _names(subjects: Sequence[str]) -> list[str]:
    """Subjects as prose names them: all selections (``Total of A, B``) are one."""
    names = [
        SELECTION if name.startswith(words.TOTAL_OF) else words.clean(name)
        for name in _shown(subjects)
    ]
    return list(dict.fromkeys(names))


def _shown(names: Sequence[str]) -> list[str]:
    """The first names; ``others`` stands for the rest."""
    return [*names[:MOST_NAMES], *(["others"] if len(names) > MOST_NAMES else [])]


def _next_steps(job: SectionJob, teller: Teller, told: Sequence[DataFinding]) -> Iterator[Frame]:
    """Which series to watch, and which gap to close."""
    facts = job.evidence.by_id
    watched = next((one for one in told if one.kind in _WATCHED and one.direction), None)
    latest = max((p for one in told for p in one.periods), default="")
    if watched is not None:
        lead = facts[next(iter(watched.facts.values()))]
        base = watched.words.get("since") or watched.periods[0]
        yield _frame(
            "watch",
            job,
            4,
            needed=True,
            TN=words.definite(teller.names.noun(lead)),
            rose="rose" if watched.direction == "up" else "fell",
            b=words.when(base),
            t=words.when(watched.periods[-1]),
        )
    elif told and not _is_of_members(job):
        lead = facts[next(iter(told[0].facts.values()))]
        noun = words.definite(teller.names.noun(lead))
        yield _frame("watch_level", job, 4, needed=True, TN=noun, t=words.when(latest))
    clauses = [c for gap in _concerning(job, told) if (c := gap_clause(gap))]
    if clauses:
        yield _frame("next_gap", job, 5, gap=clauses[0])
    elif latest and any(len(one.periods) > 1 for one in told):
        yield _frame("next_span", job, 6, t=words.when(latest))


def unsaid(job: SectionJob) -> Frame:
    """The one sentence of a section whose figures no sentence can tell."""
    name = "unsaid_of_members" if _is_of_members(job) else "unsaid"
    return _frame(name, job, 0, needed=True, topic=words.quoted(job.title))
