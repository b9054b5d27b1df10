"""Frames of a section: what it covers and follows on from, what is missing, what comes next."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from factbook.evidence.gaps import Gap
from factbook.writing.job import SectionJob
from factbook.writing.offline import movement as move
from factbook.writing.offline import words
from factbook.writing.offline.excerpt import OTHERS, named_titles
from factbook.writing.offline.statements import MANDATORY, Setting, Statement
from factbook.writing.offline.topics import Family, Topic

FIRST_BLOCK = -1
MISSING_BLOCK = 1_000
LAST_BLOCK = 1_001
"""Next steps of a conclusion: a paragraph of their own."""

MOST_GAPS = 2
MOST_WORDS_OF_A_GAP = 34
MOST_NAMES = 8
"""Subjects and members of a gap that are named."""

SELECTION = "the selected categories together"

_FREE_DIGITS = re.compile(r"(?<![\w.,])(?!(?:1[89]|20|21)\d\d\b)\d+(?![\w])")
_SMALL_STARTS = frozenset(
    ("a", "an", "for", "from", "in", "no", "not", "of", "on", "only", "some", "the", "there")
)


def opening_statements(job: SectionJob, setting: Setting) -> Iterator[Statement]:
    """What an introduction, summary or conclusion is about."""
    titles = named_titles(job.covered)
    named = _titles(titles)
    kind = {"introduction": "intro", "summary": "summary", "conclusion": "conclusion"}.get(job.kind)
    if kind is None:
        return
    slots = setting.slots | {"titles": named, "heading": words.quoted(job.title)}
    if job.kind == "introduction" and not titles:
        slots["titles"] = words.quoted(job.title)
    elif job.kind == "summary" and not titles:
        kind = "summary_plain"
    elif job.kind == "conclusion" and titles and OTHERS not in titles:
        kind = "conclusion_titled"
    yield Statement(kind, slots, (), MANDATORY + 2, (FIRST_BLOCK, 0, 0))


def closing_statements(
    job: SectionJob, setting: Setting, families: Sequence[Family]
) -> Iterator[Statement]:
    """Links, missing sections, gaps and, in a conclusion, next steps."""
    missing = missing_section(job)
    if missing:
        slots = setting.slots | {"section": missing, "Section": words.capitalised(missing)}
        yield Statement("missing", slots, (), MANDATORY + 3, (MISSING_BLOCK, 0, 1))
    linked = named_titles(u.title for u in job.upstream if not u.missing)
    if job.kind == "sub_task" and linked:
        slots = setting.slots | {"topic": _titles(linked)}
        kind = "link" if len(linked) == 1 else "links"
        yield Statement(kind, slots, (), MANDATORY, (MISSING_BLOCK, 0, 0))
    if job.kind == "conclusion":
        yield from _next_steps(job, setting, families)
    elif job.kind != "introduction":
        yield from _gaps(job, setting, families)


def nothing(job: SectionJob, setting: Setting) -> Statement:
    """The one sentence of a section without facts."""
    missing = missing_section(job)
    titles = named_titles(job.covered)
    slots = setting.slots | {
        "topic": words.quoted(job.title),
        "titles": _titles(titles),
        "section": missing,
        "section_inverted": _inverted(missing),
        "interval": _interval(job.evidence.gaps),
    }
    kind = _kind_of_nothing(job)
    if missing:
        kind += "_missing"
    elif job.kind == "introduction" and titles and kind in ("no_facts", "not_selected"):
        kind = f"intro_{kind}"
    if job.kind in ("summary", "conclusion") and titles:
        slots["topic"] = _titles(titles)
    return Statement(kind, slots, (), MANDATORY, (0, 0, 0))


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


def _gaps(job: SectionJob, setting: Setting, families: Sequence[Family]) -> Iterator[Statement]:
    """At most two gaps, in words that stay clear of figures."""
    gaps = sorted(job.evidence.gaps, key=lambda gap: _is_of_region(gap, setting))
    clauses = [(gap, clause) for gap in gaps if (clause := gap_clause(gap, families))]
    for place, (gap, clause) in enumerate(clauses[:MOST_GAPS]):
        slots = setting.slots | {"gap": clause}
        importance = 45.0 if _is_of_region(gap, setting) else 76.0
        importance = importance if place == 0 else 29.0
        yield Statement("gap", slots, (), importance, (LAST_BLOCK, 0, place))
    if job.evidence.gaps and not clauses:
        yield Statement("gap_plain", setting.slots, (), 76.0, (LAST_BLOCK, 0, 0))


def _is_of_region(gap: Gap, setting: Setting) -> bool:
    """Whether a country's section can do without a gap, as it is one in the region's figure."""
    return setting.place.kind == "country" and gap.kind == "members"


def gap_clause(gap: Gap, families: Sequence[Family] = ()) -> str:
    """A gap as a clause without a full stop; empty when it is too long or holds figures.

    Args:
        gap: What is missing.
        families: The section's topics, from which a metric is named that the gap leaves out.
    """
    text = _clause(gap, families)
    text = text.rstrip(". ")
    first = text.split(" ", 1)[0]
    if first.lower() in _SMALL_STARTS:
        text = first.lower() + text[len(first) :]
    if not text or _FREE_DIGITS.search(text) or len(text.split()) > MOST_WORDS_OF_A_GAP:
        return ""
    return text


def _clause(gap: Gap, families: Sequence[Family]) -> str:
    """The clause, as long as it comes."""
    is_empty = gap.kind != "sentence" and not gap.subjects
    if is_empty or gap.kind == "no share":  # which stands in the annex
        return ""
    match gap.kind:
        case "absent":
            return _absent(gap)
        case "ended":
            return _ended(gap, families)
        case "members":
            return _without_members(gap, families)
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
    """The metric of a gap with its subjects: ``generation from coal or gas``."""
    subjects = _names(gap.subjects)
    metric = words.metric_name(words.clean(gap.metric), "")
    if gap.subjects == (words.TOTAL,):
        return metric.full
    phrases = [words.subject_phrase(name) for name in subjects]
    noun = words.noun_phrase(metric, phrases[0])
    return noun.replace(phrases[0], words.listed(phrases).replace(" and ", " or "), 1)


def _ended(gap: Gap, families: Sequence[Family]) -> str:
    topics = [
        (family, topic)
        for family in families
        for topic in family.topics
        if topic.values and max(topic.values) == gap.last
    ]
    names = _several(gap) if gap.metric else _nouns(_names(gap.subjects), topics)
    place = words.place_name(gap.place).name
    target, last = words.when(gap.target), words.when(gap.last)
    return f"for {place} there is no value of {names} in {target}, and the last is of {last}"


def _incomplete(gap: Gap) -> str:
    names = words.listed([words.clean(name) for name in _shown(gap.members)])
    have = "has" if len(gap.members) == 1 else "have"
    place = words.place_name(gap.place).name
    return (
        f"there is no sum of {words.clean(gap.metric)} for {place} in {words.when(gap.target)}, as "
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


def _without_members(gap: Gap, families: Sequence[Family]) -> str:
    members = [words.place_name(name).name for name in _shown(gap.members)]
    topics = [(family, topic) for family in families for topic in family.topics]
    names = _nouns(_names(gap.subjects), topics)
    region = words.place_name(gap.place, region=True).name
    have = "has" if len(members) == 1 else "have"
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


def _nouns(subjects: Sequence[str], topics: Sequence[tuple[Family, Topic]]) -> str:
    """Subjects in a row, with their metric where all of them have the same."""
    metrics = {
        family.metric for family, topic in topics if topic.subject in subjects and topic.metric
    }
    if len(metrics) != 1:
        return words.listed([words.subject_phrase(name) for name in subjects])
    metric = metrics.pop()
    totals = [name for name in subjects if name == words.TOTAL]
    others = [name for name in subjects if name != words.TOTAL]
    nouns = [words.noun_phrase(metric, _name_of_total(topics), short=True)] if totals else []
    if others:
        first = words.subject_phrase(others[0])
        noun = words.noun_phrase(metric, first, short=True)
        row = words.listed([words.subject_phrase(name) for name in others]).replace(" and ", " or ")
        nouns.append(noun.replace(first, row, 1))
    return " or ".join(nouns)


def _name_of_total(topics: Sequence[tuple[Family, Topic]]) -> str:
    """How the total of some topics is named: not always as one."""
    names = [topic.name for _, topic in topics if topic.is_total]
    return names[0] if names else words.TOTAL


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


def _next_steps(
    job: SectionJob, setting: Setting, families: Sequence[Family]
) -> Iterator[Statement]:
    """Which series to watch, and which gap to close."""
    topics = [
        (family, topic)
        for family in families
        for topic in family.topics
        if topic.target is not None and topic.target.value != 0
    ]
    # The facts are a selection: that no other series changed more cannot be concluded from them.
    changed = [
        (family, topic, topic.relative.value)
        for family, topic in topics
        if topic.relative is not None and topic.relative.value != 0 and move.consistent(topic)
    ]
    order = (LAST_BLOCK, 0, 0)
    if len(changed) > 1:
        family, topic, change = max(changed, key=lambda entry: abs(entry[2]))
        rose = "rose" if change > 0 else "fell"
        yield _watch("watch", setting, family, topic, order, rose=rose)
    elif topics:
        yield _watch("watch_level", setting, *topics[0], order)
    clauses = [clause for gap in job.evidence.gaps if (clause := gap_clause(gap, families))]
    if clauses:
        slots = setting.slots | {"gap": clauses[0]}
        yield Statement("next_gap", slots, (), MANDATORY, (LAST_BLOCK, 0, 1))
    latest = max((t.target_period for _, t in topics), default="")
    if latest and (not clauses or setting.number("span") % 2):
        slots = setting.slots | {"t": words.when(latest)}
        yield Statement("next_span", slots, (), 150.0, (LAST_BLOCK, 0, 2))


def _watch(
    kind: str,
    setting: Setting,
    family: Family,
    topic: Topic,
    order: tuple[int, int, int],
    **further: str,
) -> Statement:
    noun = words.definite(words.noun_phrase(family.metric, topic.name))
    slots = setting.slots | move.periods(topic) | {"TN": noun} | further
    return Statement(kind, slots, (), MANDATORY + 1, order)
