"""Why a section is not as it was, from the parts of its content key, in an editor's words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from factbook.diff.changes import Cause
from factbook.diff.fact_changes import Sides, fact_changes, how_each_is_derived
from factbook.diff.word_diff import from_to
from factbook.evidence.facts import Evidence
from factbook.writing.record import SectionRecord

WORDS: Mapping[str, str] = {
    "edit": "a person's edit",
    "evidence": "evidence",
    "note": "an editor's note to the writer",
    "plan": "which findings other sections tell",
    "settings.context": "the report's main context",
    "settings.places": "the kind of places",
    "settings.tone": "tone and audience",
    "sheet.description": "the sheet's description",
    "sheet.guidelines": "the sheet's text guidelines",
    "sheet.notes": "the sheet's notes for the model",
    "sheet.outline": "titles of the sections around it",
    "sheet.research": "the sheet's research notes and searches",
    "sheet.section": "its id, its kind or its place",
    "sheet.style": "the sheet's style examples",
    "sheet.titles": "titles in the sheet",
    "writer": "the writer",
}
"""Part of a content key → what an editor calls it; other parts are named as they are."""

TITLES = "sheet.titles"
"""Part of a content key: titles that the section's writer reads."""

_UPSTREAM = "upstream."
_OF_THE_WRITER: Mapping[str, str] = {
    "base_model": "model for summaries",
    "context_tokens": "context_tokens",
    "provider": "provider",
    "search_model": "model for searches",
    "sota_model": "model for the sense check",
    "version": "Factbook's writing version",
    "writer_model": "model",
}
_READ_BY_ALL = frozenset({"evidence", "writer", "note", "edit"})
"""Parts that mean the same whoever writes."""
_WITHOUT_VALUES = frozenset({"prompts"})
"""Of a writer's identity: what is a digest, and tells a reader nothing."""

EvidenceOf = Callable[[SectionRecord, SectionRecord], Sides]


def changed_parts(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[str, ...]:
    """Names of the parts of two content keys that differ, in the order in which they are reported.

    What stands in an earlier version of the key as one part, ``sheet``, is named as that part when
    the other key has it in pieces.
    """
    old, new = _as_coarse_as(old, new), _as_coarse_as(new, old)
    names = [name for name in {**new, **old} if old.get(name) != new.get(name)]
    rank = ("evidence", "upstream", "sheet", "settings", "writer")

    def position(name: str) -> int:
        group = name.split(".")[0]
        return rank.index(group) if group in rank else len(rank)

    return tuple(sorted(names, key=position))


def part_in_words(part: str) -> str:
    """What an editor calls a part of a content key."""
    if part.startswith(_UPSTREAM):
        return f"upstream {part.removeprefix(_UPSTREAM)}"
    return WORDS.get(part, part)


def causes_of(
    old: SectionRecord | None, new: SectionRecord | None, evidence: EvidenceOf
) -> tuple[Cause, ...]:
    """Why a section that both runs have differs.

    Args:
        old: Its record in the old run; None when it was missing.
        new: The same of the new run.
        evidence: Gives the evidence of both runs; called when it differs.
    """
    if old is None or new is None:
        sides = [record.status if record else "missing" for record in (old, new)]
        words = f"status: {sides[0]} → {sides[1]}"
        return (Cause(part="status", words=words),)
    parts = changed_parts(old.key_parts, new.key_parts)
    if "writer" in parts and _is_offline(old) != _is_offline(new):
        # They read different parts of the sheet: what differs there alone is no cause.
        parts = tuple(part for part in parts if part in _READ_BY_ALL)
    causes = [cause for part in parts for cause in _of_part(part, old, new, evidence)]
    if old.status != new.status:
        causes.append(Cause(part="status", words=f"status: {old.status} → {new.status}"))
    if not causes and old.shown != new.shown:
        words = "rewritten from the same inputs"
        causes.append(Cause(part="text", words=words))
    return tuple(causes)


def _is_offline(record: SectionRecord) -> bool:
    return record.writer.get("provider") == "offline"


def _of_part(
    part: str, old: SectionRecord, new: SectionRecord, evidence: EvidenceOf
) -> Iterator[Cause]:
    if part == "evidence":
        sides = evidence(old, new)
        facts = fact_changes(sides)
        words = "evidence" if facts else _other_evidence(sides)
        yield Cause(part=part, words=words, facts=facts)
    elif part == "writer":
        said = list(_of_writer(old.writer, new.writer))
        yield Cause(part=part, words="; ".join(said) or WORDS[part])
    else:
        yield Cause(part=part, words=f"{part_in_words(part)}{_change_of_input(part, old, new)}")


def _change_of_input(part: str, old: SectionRecord, new: SectionRecord) -> str:
    """What stood there and what stands there, where both records still know it."""
    before, after = old.inputs.get(part, ""), new.inputs.get(part, "")
    is_known = before != after and (_keeps_it(old, part) and _keeps_it(new, part))
    return f": {from_to(before, after)}" if is_known else ""


def _keeps_it(record: SectionRecord, part: str) -> bool:
    """Whether a record has the words of a part, or had no such part."""
    return part in record.inputs or part not in record.key_parts


def _other_evidence(sides: Sides) -> str:
    """What of the evidence differs where no fact that is known of both sides does."""
    old, new = sides.old, sides.new
    # By their sentences: records and files of earlier versions have no values.
    if old.gap_sentences != new.gap_sentences:
        return "what the evidence does not hold"
    if dict(old.origins) != dict(new.origins):
        return "where the figures come from"
    if not sides.is_whole:
        return "evidence: figures that its text does not state"
    if _tells_derivations(old) != _tells_derivations(new):
        return "evidence: an earlier version of Factbook kept it in another form"
    if how_each_is_derived(old) != how_each_is_derived(new):
        return "how the figures are derived"
    if _worth_saying(old) != _worth_saying(new):
        return "what is worth saying of the figures"
    return "order of the facts"


def _worth_saying(evidence: Evidence) -> list[tuple[str, float]]:
    """Its findings with their scores."""
    return [(one.key, one.score) for one in evidence.findings]


def _tells_derivations(evidence: Evidence) -> bool:
    """Whether it says how its facts came about, as code reads it; earlier versions did not."""
    return all(fact.derivation.operation != "unknown" for fact in evidence.facts)


def _of_writer(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    for name in dict.fromkeys((*new, *old)):
        before, after = old.get(name, ""), new.get(name, "")
        if before == after:
            continue
        called = _OF_THE_WRITER.get(name, name)
        if name in _WITHOUT_VALUES:
            yield called
        else:
            yield f"{called} {before or 'none'} → {after or 'none'}"


def _as_coarse_as(parts: Mapping[str, str], other: Mapping[str, str]) -> Mapping[str, str]:
    """Parts without the pieces of one that the other key has as a whole."""
    wholes = {name for name in other if "." not in name and name not in parts}
    return {name: value for name, value in parts.items() if name.split(".")[0] not in wholes}
