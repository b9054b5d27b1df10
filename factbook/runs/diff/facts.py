"""Facts and figures of two runs compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from factbook.checking.claims import named_rows
from factbook.evidence.facts import Evidence, Fact
from factbook.evidence.references import format_fact, references
from factbook.runs.diff.models import FactChange, FactDelta, FigureChange
from factbook.writing.record import SectionRecord

FactKey = tuple[str, str, str, str, str, str]


def fact_changes(old: Evidence, new: Evidence) -> tuple[FactChange, ...]:
    """Facts that one evidence has and the other has not, or has with another value.

    First come cells of the data, then what is summed, then what is derived; among these, changed
    facts before new and gone ones, and each in the order of the evidence.
    """
    before, after = _by_key(old.facts), _by_key(new.facts)
    found = [
        _change("changed" if key in before else "new", before.get(key), fact)
        for key, fact in after.items()
        if key not in before or not _is_same(before[key], fact)
    ]
    found += [_change("gone", fact, None) for key, fact in before.items() if key not in after]
    kinds = {**{k: f.kind for k, f in before.items()}, **{k: f.kind for k, f in after.items()}}

    def importance(change: FactChange) -> tuple[bool, bool, bool]:
        is_value = kinds[change.subject_key] == "value"
        return not change.is_cell, not is_value, change.delta != "changed"

    return tuple(sorted(found, key=importance))


@dataclass(frozen=True)
class Sides:
    """The evidence of a section in two runs, as far as it is known.

    Attributes:
        old, new: What can be compared.
        is_whole: Whether that is all of the evidence.
    """

    old: Evidence
    new: Evidence
    is_whole: bool = True


def comparable(
    records: tuple[SectionRecord, SectionRecord], evidence: tuple[Evidence | None, Evidence | None]
) -> Sides:
    """The evidence of both sides, where it is not known the facts that the record keeps.

    These are some of all, so that of the other side only facts which are about the same are left.
    """
    (old, new), (before, after) = records, evidence
    ours, theirs = before or _kept(old), after or _kept(new)
    return Sides(
        old=ours if after else _about_the_same(ours, theirs),
        new=theirs if before else _about_the_same(theirs, ours),
        is_whole=before is not None and after is not None,
    )


def _about_the_same(evidence: Evidence, other: Evidence) -> Evidence:
    """Evidence without the facts that another does not tell of."""
    about = _by_key(other.facts)
    kept = tuple(fact for fact in evidence.facts if _key(fact) in about)
    return evidence.model_copy(update={"facts": kept})


def how_each_is_derived(evidence: Evidence) -> Mapping[FactKey, str]:
    """What each fact is about → how it was derived, in words."""
    return {key: fact.derivation for key, fact in _by_key(evidence.facts).items()}


def _kept(record: SectionRecord) -> Evidence:
    return Evidence(
        section_id=record.section_id,
        place="",
        facts=record.facts,
        gaps=record.gaps,
        origins=record.origins,
    )


def figure_changes(
    old: SectionRecord | None, new: SectionRecord | None
) -> tuple[FigureChange, ...]:
    """Figures that the texts of a section refer to and that readers see otherwise, or no more."""
    before, after = _figures(old), _figures(new)
    return tuple(
        FigureChange(about=_about(key), old=before.get(key, ""), new=after.get(key, ""))
        for key in dict.fromkeys((*after, *before))
        if before.get(key) != after.get(key)
    )


def _figures(record: SectionRecord | None) -> Mapping[FactKey, str]:
    if record is None:
        return {}
    named = dict.fromkeys((*references(record.source_text), *references(record.summary)))
    facts = (record.by_id[fact_id] for fact_id in named)
    return {_key(fact): format_fact(fact) for fact in facts}


def _about(key: FactKey) -> str:
    _, place, subject, metric, period, _ = key
    return ", ".join(part for part in (subject, place, period, metric) if part)


def _key(fact: Fact) -> FactKey:
    return (fact.table, fact.place, fact.subject, fact.metric, fact.period, fact.unit)


def _by_key(facts: Iterable[Fact]) -> dict[FactKey, Fact]:
    """Facts by what they are about; of several the first, which is the most relevant."""
    found: dict[FactKey, Fact] = {}
    for fact in facts:
        found.setdefault(_key(fact), fact)
    return found


def _is_same(old: Fact, new: Fact) -> bool:
    return (old.value, old.among) == (new.value, new.among)


def _change(delta: FactDelta, old: Fact | None, new: Fact | None) -> FactChange:
    fact = new or old
    assert fact is not None  # noqa: S101  one of them is given
    is_cell = fact.kind == "value" and len(fact.sources) == 1 and len(fact.sources[0].rows) == 1
    return FactChange(
        delta=delta,
        table=fact.table,
        place=fact.place,
        subject=fact.subject,
        metric=fact.metric,
        period=fact.period,
        unit=fact.unit,
        old=old.value if old else None,
        new=new.value if new else None,
        old_among=old.among if old else None,
        new_among=new.among if new else None,
        is_cell=is_cell,
        source=named_rows(fact.sources) if is_cell else "",
    )
