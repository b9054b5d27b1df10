"""Facts and evidence: what a section is written from, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer

from factbook.data.series import SourceRows
from factbook.evidence.derivation import UNKNOWN, VALUE, Derivation, Operand
from factbook.evidence.finding import DataFinding
from factbook.evidence.gaps import StoredGap
from factbook.evidence.old_sentences import (
    from_sentence,
    kind_from_sentence,
)
from factbook.evidence.stored import PLAIN, derivation_of, stored_derivation
from factbook.evidence.traits import Key, StoredTraits, Traits, known_traits, traits_by_key
from factbook.evidence.wording import gap_sentence

Role = Literal["place", "region", "extreme", "node", "neighbour"]
Kind = Literal[
    "value",
    "total",
    "change",
    "relative change",
    "year to date",
    "year to date relative change",
    "share of category",
    "share of region",
    "share of change",
    "rank",
    "count",
    "difference",
    "difference to reference",
    "relative difference to reference",
]
"""What a fact's number is: a figure of the data, a sum of figures, or what is derived from them.

That a value is an extreme is stated by its role and by the `position` of its derivation.
"""

VALUES: frozenset[Kind] = frozenset({"value", "total"})
"""Kinds whose number is the measured quantity itself."""


SAME_CATEGORIES = " (same categories)"
SAME_MEMBERS = " (same members and categories)"
"""What the metric of a change is called that leaves out what one of its periods has not."""


@dataclass
class Fact:
    """One number with all that it needs to be true. Never changed once it is made.

    A plain dataclass, neither a Pydantic model nor frozen nor with slots: a large report makes a
    million of them, and a frozen one takes five times as long to make, one with slots twice as
    long to write as JSON.

    Attributes:
        id: ``F1``, ``F2`` …, local to one evidence table, most relevant first.
        place: Name of the place that the number belongs to (a country, the region, a node
            region such as ``Linz, Austria``).
        subject: SECTOR or category; ``Total`` for the sum of all categories; the name of a
            group; ``Total of A, B`` for the sum of a selection.
        metric: PROPERTY, extended by `` share of category``, `` share of region``,
            `` change``, `` relative change``, `` rank`` or `` difference``.
        period: ``2021``, ``2021-03`` or ``2015–2021``; ``2024-01–2024-09`` of a year to date and of
            its change.
        value: The number, unrounded, in `unit`. A gap is never a fact.
        unit: Unit as in the data; ``%``, ``percentage points``, ``rank``.
        kind: What `metric` ends with; ``value`` for the data's own number, ``total`` for a sum.
        role: Whose number it is: the section's place, the region, the place with the largest
            or smallest value, a node region of the place, or a neighbour.
        table: Name of the table: ``ETM``, ``PLEXOS`` or the user's.
        derivation: How it was computed.
        sources: Files and rows it was computed from, of one operand after the other: what is
            derived from two values has the rows of both.
        among: For a rank, how many places it is among; else None.
        scenario: Scenario of the figure; empty where the table has none. `metric` tells it too.
        status: Flags of the figures that it was computed from (``b p``), the worst first; what
            they mean is in `Evidence.flags`.
        is_aside: Whether findings alone ask for it: where it comes or goes, nothing in the data
            need have changed.
    """

    id: str
    place: str
    subject: str
    metric: str
    period: str
    value: float
    unit: str
    kind: Kind
    role: Role
    table: str
    derivation: Derivation
    sources: tuple[SourceRows, ...]
    among: int | None = None
    scenario: str = ""
    status: str = ""
    is_aside: bool = False

    @property
    def is_value(self) -> bool:
        """Whether the number is the measured quantity itself, and not derived from others."""
        return self.kind in VALUES

    @property
    def measured_kind(self) -> Kind:
        """The kind without regard to whether a value is a sum: ``value`` for a total."""
        return "value" if self.is_value else self.kind

    @property
    def plain_metric(self) -> str:
        """PROPERTY alone: `base_metric` without the scenario."""
        return without_scenario(self.base_metric, self.scenario)

    @property
    def base_metric(self) -> str:
        """PROPERTY alone: `metric` without what its kind adds."""
        return base_metric(self.metric, self.kind)


def without_scenario(metric: str, scenario: str) -> str:
    """A metric without the scenario that its name holds."""
    if not scenario:
        return metric
    return metric.removesuffix(f" ({scenario})").replace(f", {scenario})", ")")


def base_metric(metric: str, kind: Kind) -> str:
    """A metric without what the kind of its fact adds, and what a like-for-like change does."""
    if kind in VALUES:
        return metric
    plain = metric.removesuffix(f" {kind}")
    return plain.removesuffix(SAME_CATEGORIES).removesuffix(SAME_MEMBERS)


def stored_fact(fact: Fact) -> dict[str, Any]:
    """A fact as files hold it: without what is empty."""
    body: dict[str, Any] = {
        "id": fact.id,
        "place": fact.place,
        "subject": fact.subject,
        "metric": fact.metric,
        "period": fact.period,
        "value": fact.value,
        "unit": fact.unit,
        "kind": fact.kind,
        "role": fact.role,
        "table": fact.table,
    }
    if fact.among is not None:
        body["among"] = fact.among
    if fact.scenario:
        body["scenario"] = fact.scenario
    if fact.status:
        body["status"] = fact.status
    if fact.is_aside:
        body["is_aside"] = True
    if fact.derivation is not UNKNOWN:
        body["derived"] = stored_derivation(fact.derivation, _context(fact))
    if fact.sources:
        body["sources"] = fact.sources
    return body


def fact_of(body: object) -> object:
    """A fact from what a file holds of it; what is none is left for others to refuse.

    Files of earlier versions hold the derivation as a sentence.
    """
    if not isinstance(body, Mapping):
        return body
    values = dict(body)
    derived, said = values.pop("derived", None), values.pop("derivation", "")
    values.setdefault("sources", ())
    if isinstance(said, str) and derived is None:
        values["derivation"] = from_sentence(said)
        values["kind"] = kind_from_sentence(said, values.get("kind"))
    elif derived == PLAIN:
        values["derivation"] = VALUE
    else:
        values["derivation"] = derivation_of(derived, _context_of(values))
    return values


def _context_of(body: Mapping[str, Any]) -> Operand:
    """The same of what a file holds of a fact."""
    place, subject, period = body.get("place", ""), body.get("subject", ""), body.get("period", "")
    metric = base_metric(str(body.get("metric", "")), body.get("kind", "value"))
    unit, scenario = str(body.get("unit", "")), str(body.get("scenario", ""))
    return Operand(str(place), str(subject), metric, str(period), unit, None, scenario)


def _context(fact: Fact) -> Operand:
    """What a fact is about, by which its operands are named in short."""
    return Operand(
        *(fact.place, fact.subject, fact.base_metric, fact.period, fact.unit, None, fact.scenario)
    )


StoredFact = Annotated[Fact, BeforeValidator(fact_of), PlainSerializer(stored_fact)]
"""A fact in a model that is kept in a file."""

Extent = Literal["all", "selected", "part"]
"""How much evidence holds of what can be derived: all of it; all of the section's own place and
the leading of the rest; or of the place as well only what comes first."""


class Evidence(BaseModel):
    """The facts that a section is written from, most relevant first, and what is missing.

    It holds the `limits.max_facts` most relevant facts, which are those that a prompt is given;
    all further facts about the place itself that the sheet selects: its values in all periods,
    their changes, shares and ranks; and beside these the region, the largest and smallest, node
    regions and neighbours for the leading quantities of each table, property and unit (see
    `held`). Of a section with very many facts it holds the first `limits.evidence_facts` of
    these. Everything else is derived when it is asked for (`derive`).

    Attributes:
        section_id: The section it was computed for.
        place: Name of the section's place.
        facts: The facts. Their ids are places in the order of all that can be derived, so that
            they do not depend on how much is held: F1, F2 …, some numbers left out.
        gaps: What the selected data do not hold (missing members, years, places).
        origins: Table name → origin of its figures, for notes under tables.
        measures: What may be said of the figures of each metric and unit. Files of earlier
            versions say nothing of it; see `traits`.
        flags: Flag of the facts → its meaning, for legends; empty for one that nobody explains.
        extent: How much it holds of what can be derived.
        findings: What is worth saying, the strongest first.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    section_id: str
    place: str
    facts: tuple[StoredFact, ...] = ()
    gaps: tuple[StoredGap, ...] = ()
    origins: Mapping[str, str] = {}
    measures: StoredTraits = ()
    flags: Mapping[str, str] = {}
    extent: Extent = "all"
    findings: tuple[DataFinding, ...] = ()

    def traits(self, metric: str, unit: str) -> Traits:
        """What may be said of a measure's figures; as known from its name where nothing is said.

        Args:
            metric: PROPERTY, as facts name it (`Fact.plain_metric`).
            unit: Unit of its values.
        """
        return self._traits.get((metric, unit)) or known_traits(metric, unit)

    @cached_property
    def _traits(self) -> Mapping[Key, Traits]:
        return traits_by_key(self.measures)

    @cached_property
    def by_id(self) -> dict[str, Fact]:
        """Facts by id."""
        return {fact.id: fact for fact in self.facts}

    @cached_property
    def gap_sentences(self) -> tuple[str, ...]:
        """The gaps in sentences."""
        return tuple(map(gap_sentence, self.gaps))

    def leading(self, count: int, findings: int = 0) -> Evidence:
        """The same evidence with its first facts and its strongest findings only.

        Args:
            count: How many facts, besides those of the findings.
            findings: How many findings, of those that the section itself tells.
        """
        told = tuple(one for one in self.findings if not one.told_in)[:findings]
        needed = {fact_id for one in told for fact_id in one.facts.values()}
        facts = tuple(fact for at, fact in enumerate(self.facts) if at < count or fact.id in needed)
        return self.model_copy(update={"facts": facts, "findings": told})


def to_csv_rows(facts: Iterable[Fact]) -> list[tuple[str, ...]]:
    """Facts as the rows that stand in a prompt: fact, place, subject, metric, period, value, unit.

    Where some fact has flags, those are a last column. Values are written in full, shortest form
    (`repr`), so that a reader can compute with them.
    """
    listed = list(facts)
    rows = [(f.id, f.place, f.subject, f.metric, f.period, repr(f.value), f.unit) for f in listed]
    if not any(f.status for f in listed):
        return list(rows)
    return [(*row, fact.status) for row, fact in zip(rows, listed, strict=True)]
