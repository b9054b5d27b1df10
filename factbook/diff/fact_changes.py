"""Facts and figures of two runs compared."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from factbook.checking.claims import named_rows
from factbook.diff.changes import (
    FactChange,
    FactDelta,
    FigureChange,
)
from factbook.diff.number_format import as_distinct, with_unit
from factbook.evidence.derivation import Derivation
from factbook.evidence.facts import Evidence, Extent, Fact
from factbook.evidence.references import format_fact, most_digits, references
from factbook.writing.record import SectionRecord

FactKey = tuple[str, str, str, str, str, str]
Row = tuple[str, int]
"""File, and row as a person counts it."""

_WIDTH: Mapping[Extent, int] = {"part": 0, "selected": 1, "all": 2}
_NO_ROWS: frozenset[Row] = frozenset()


@dataclass(frozen=True)
class Pair:
    """What two runs say about one thing, where they differ.

    Attributes:
        key: What it is about.
        old, new: The fact in each run; None where it does not have it.
    """

    key: FactKey
    old: Fact | None
    new: Fact | None

    @property
    def fact(self) -> Fact:
        """The later fact, or the earlier where there is no later one."""
        return next(fact for fact in (self.new, self.old) if fact is not None)

    @property
    def is_value(self) -> bool:
        """Whether it is a number of the data or a sum of such, not derived."""
        return self.fact.is_value

    @property
    def is_one_sided(self) -> bool:
        """Whether one run only has it."""
        return self.old is None or self.new is None

    @property
    def is_cell(self) -> bool:
        """Whether it is a number as it stands in one row, on every side whose rows are known."""
        known = [fact for fact in (self.old, self.new) if fact is not None and fact.sources]
        return bool(known) and all(_is_cell(fact) for fact in known)

    def rows(self) -> tuple[frozenset[Row], frozenset[Row]]:
        """The rows that it comes from, as each run counts them."""
        return _rows(self.old), _rows(self.new)

    def other_rows(self) -> tuple[frozenset[Row], frozenset[Row]]:
        """The rows that a sum has lost, and those that it has gained.

        Where it has done both, rows have moved in their file, and nothing is known.
        """
        before, after = self.rows()
        if not (before and after and self.is_value):
            return _NO_ROWS, _NO_ROWS
        lost, gained = before - after, after - before
        return (_NO_ROWS, _NO_ROWS) if lost and gained else (lost, gained)


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

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """Facts that one side has and the other has not, or has with another value."""
        before, after = _by_key(self.old.facts), _by_key(self.new.facts)
        found = [
            Pair(key, before.get(key), fact)
            for key, fact in after.items()
            if key not in before or not is_same(before[key], fact)
        ]
        found += [Pair(key, fact, None) for key, fact in before.items() if key not in after]
        return tuple(found)

    @cached_property
    def known(self) -> frozenset[FactKey]:
        """Of the values that one side only has, those that the data have come to hold, or lost.

        Others are looked at by one run only, for all that is known: the largest place is another,
        or the sheet asks for another figure. A value is known to be new or gone when it is of the
        section's own place and both runs have its series in other periods, unless another period
        has only taken its place, evidence is cut, or findings alone ask for it; or when a sum has
        come to hold its row, or has lost it.
        """
        is_cut = "part" in (self.old.extent, self.new.extent)
        both = [
            {_series(fact) for fact in one.facts if fact.is_value} for one in (self.old, self.new)
        ]
        own = [
            pair
            for pair in self.pairs
            if pair.is_value
            and pair.is_one_sided
            and pair.fact.role == "place"
            and not is_cut
            and not pair.fact.is_aside
            and not _is_next_best(pair.fact)
            and all(_series(pair.fact) in series for series in both)
        ]
        came = {_series(pair.fact) for pair in own if pair.old is None}
        gone = {_series(pair.fact) for pair in own if pair.new is None}
        known = {pair.key for pair in own if _series(pair.fact) not in came & gone}
        return frozenset(known | by_rows_of_sums(self.pairs))


def by_rows_of_sums(pairs: Iterable[Pair]) -> frozenset[FactKey]:
    """Cells that one run only has, whose row a sum has come to hold, or has lost."""
    values = [pair for pair in pairs if pair.is_value]
    rows = [pair.other_rows() for pair in values]
    lost = frozenset(row for before, _ in rows for row in before)
    gained = frozenset(row for _, after in rows for row in after)
    return frozenset(
        pair.key
        for pair in values
        if pair.is_one_sided
        and pair.is_cell
        and pair.rows()[0] <= lost
        and pair.rows()[1] <= gained
    )


def fact_changes(sides: Sides) -> tuple[FactChange, ...]:
    """Facts that one evidence has and the other has not, or has with another value.

    First come cells of the data, changed, new and gone; then sums that have lost or gained rows;
    then what is about the section's own place, sums before derived facts; then the rest. Facts that
    the section only looks at now, or does so no more, come last.
    """
    changes = [(pair, change_of(pair, sides.known)) for pair in sides.pairs]

    def importance(one: tuple[Pair, FactChange]) -> tuple[bool, ...]:
        pair, change = one
        return (
            change.delta in ("in view", "out of view"),
            not change.is_cell,
            not any(pair.other_rows()),
            pair.fact.role != "place",
            not pair.is_value,
        )

    return tuple(change for _, change in sorted(changes, key=importance))


def comparable(
    records: tuple[SectionRecord, SectionRecord], evidence: tuple[Evidence | None, Evidence | None]
) -> Sides:
    """The evidence of both sides, where it is not known the facts that the record keeps.

    These are some of all, so that of the other side only facts which are about the same are left.
    """
    (old, new), (before, after) = records, evidence
    ours, theirs = before or _kept(old), after or _kept(new)
    return Sides(
        old=_as_narrow_as(theirs, ours) if after else _about_the_same(ours, theirs),
        new=_as_narrow_as(ours, theirs) if before else _about_the_same(theirs, ours),
        is_whole=before is not None and after is not None,
    )


def _as_narrow_as(other: Evidence, evidence: Evidence) -> Evidence:
    """Evidence without facts that another would not hold, whatever the data say.

    What the section's own place has is held by both, unless one of them is cut.
    """
    if _WIDTH[evidence.extent] <= _WIDTH[other.extent]:
        return evidence
    about = _by_key(other.facts)
    is_cut = other.extent == "part"
    kept = tuple(
        fact
        for fact in evidence.facts
        if (fact.role == "place" and not is_cut) or _key(fact) in about
    )
    return evidence.model_copy(update={"facts": kept})


def _about_the_same(evidence: Evidence, other: Evidence) -> Evidence:
    """Evidence without the facts that another does not have."""
    about = _by_key(other.facts)
    kept = tuple(fact for fact in evidence.facts if _key(fact) in about)
    return evidence.model_copy(update={"facts": kept})


def how_each_is_derived(evidence: Evidence) -> Mapping[FactKey, Derivation]:
    """What each fact is about → how it was derived."""
    return {key: fact.derivation for key, fact in _by_key(evidence.facts).items()}


def _kept(record: SectionRecord) -> Evidence:
    return Evidence(
        section_id=record.section_id,
        place="",
        facts=record.facts,
        gaps=record.gaps,
        origins=record.origins,
        flags=record.flags,
    )


def figure_changes(
    old: SectionRecord | None, new: SectionRecord | None
) -> tuple[FigureChange, ...]:
    """Figures that the texts of a section refer to and that readers see otherwise, or no more.

    Values come before what is derived from them.
    """
    before, after = _figures(old), _figures(new)
    shown_before, shown_after = _digits(old), _digits(new)
    found: list[FigureChange] = []
    for key, fact in {**after, **before, **after}.items():
        was, now = before.get(key), after.get(key)
        digits = max(shown_before.get(key, 0), shown_after.get(key, 0))
        shown = [format_fact(side, digits=digits) if side else "" for side in (was, now)]
        if shown[0] != shown[1]:
            if was and now and now.kind != "rank":
                values = zip((was, now), as_distinct(was.value, now.value), strict=True)
                shown = [with_unit(number, side.unit) for side, number in values]
            found.append(_figure_change(fact, shown[0], shown[1]))
    return tuple(sorted(found, key=lambda figure: figure.kind != "value"))


def _figure_change(fact: Fact, old: str, new: str) -> FigureChange:
    parts = (fact.subject, fact.place, fact.period, fact.metric)
    return FigureChange(
        about=", ".join(part for part in parts if part),
        subject=fact.subject,
        place=fact.place,
        period=fact.period,
        metric=fact.metric,
        kind=fact.measured_kind,
        unit=fact.unit,
        old=old,
        new=new,
    )


def _figures(record: SectionRecord | None) -> Mapping[FactKey, Fact]:
    if record is None:
        return {}
    texts = (*record.told, record.summary)
    named = dict.fromkeys(fact_id for text in texts for fact_id in references(text))
    facts = (record.by_id[fact_id] for fact_id in named)
    return {_key(fact): fact for fact in facts}


def _digits(record: SectionRecord | None) -> Mapping[FactKey, int]:
    """The most digits that a section's texts show of each figure."""
    if record is None:
        return {}
    found: dict[FactKey, int] = {}
    for text in (*record.told, record.summary):
        for fact_id, digits in most_digits(text, record.by_id).items():
            key = _key(record.by_id[fact_id])
            found[key] = max(found.get(key, 0), digits)
    return found


def _key(fact: Fact) -> FactKey:
    return (fact.table, fact.place, fact.subject, fact.metric, fact.period, fact.unit)


def _by_key(facts: Iterable[Fact]) -> dict[FactKey, Fact]:
    """Facts by what they are about; of several the first, which is the most relevant."""
    found: dict[FactKey, Fact] = {}
    for fact in facts:
        found.setdefault(_key(fact), fact)
    return found


def is_same(old: Fact, new: Fact) -> bool:
    """Whether two facts say the same."""
    return (old.value, old.among) == (new.value, new.among)


def change_of(pair: Pair, known: Container[FactKey], source: str = "") -> FactChange:
    """A difference in words of a report.

    Args:
        pair: The difference.
        known: From `known_in_data`.
        source: What is said of the rows of a sum; of a cell its file and row are named.
    """
    fact, old, new = pair.fact, pair.old, pair.new
    is_known = pair.key in known
    delta: FactDelta = "changed"
    if old is None:
        delta = "new" if is_known else "in view"
    elif new is None:
        delta = "gone" if is_known else "out of view"
    return FactChange(
        delta=delta,
        table=fact.table,
        place=fact.place,
        subject=fact.subject,
        metric=fact.metric,
        period=fact.period,
        unit=fact.unit,
        kind=fact.measured_kind,
        role=fact.role,
        old=old.value if old else None,
        new=new.value if new else None,
        old_among=old.among if old else None,
        new_among=new.among if new else None,
        is_cell=pair.is_cell,
        source=named_rows(fact.sources) if pair.is_cell else source,
    )


def _is_cell(fact: Fact) -> bool:
    """Whether it is the number of one row; a sum is none, even if it has one row left."""
    has_one_row = len(fact.sources) == 1 and len(fact.sources[0].rows) == 1
    return fact.kind == "value" and has_one_row


def _rows(fact: Fact | None) -> frozenset[Row]:
    return frozenset((s.file, row) for s in (fact.sources if fact else ()) for row in s.rows)


def _is_next_best(fact: Fact) -> bool:
    """Whether it stands for a period that has no value: the data held it all the time."""
    return fact.derivation.stand_in is not None


def _series(fact: Fact) -> tuple[str, ...]:
    return (fact.table, fact.place, fact.subject, fact.metric, fact.unit)
