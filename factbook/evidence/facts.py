"""Facts and evidence: what a section is written from, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from pydantic import BaseModel, ConfigDict

from factbook.data.series import SourceRows

Role = Literal["place", "region", "extreme", "node", "neighbour"]
Kind = Literal["value", "change", "relative change", "share of category", "share of region", "rank"]


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
            `` change``, `` relative change`` or `` rank``.
        period: ``2021``, ``2021-03`` or ``2015–2021``.
        value: The number, unrounded, in `unit`. A gap is never a fact.
        unit: Unit as in the data; ``%``, ``percentage points``, ``rank``.
        kind: What `metric` ends with; ``value`` for the data's own number or a sum of it.
        role: Whose number it is: the section's place, the region, the place with the largest
            or smallest value, a node region of the place, or a neighbour.
        table: Name of the table: ``ETM``, ``PLEXOS`` or the user's.
        among: For a rank, how many places it is among; else None.
        derivation: How it was computed, in words.
        sources: Files and rows it was computed from.
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
    derivation: str
    sources: tuple[SourceRows, ...]
    among: int | None = None


class Evidence(BaseModel):
    """All facts of one section, most relevant first, and what is missing.

    Attributes:
        section_id: The section it was computed for.
        place: Name of the section's place.
        facts: All facts, uncapped; their ids are F1 … Fn in this order.
        gaps: Sentences on what the selected data do not hold (missing members, years, places).
        origins: Table name → origin of its figures, for notes under tables.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    section_id: str
    place: str
    facts: tuple[Fact, ...] = ()
    gaps: tuple[str, ...] = ()
    origins: Mapping[str, str] = {}

    @cached_property
    def by_id(self) -> dict[str, Fact]:
        """Facts by id."""
        return {fact.id: fact for fact in self.facts}

    def leading(self, count: int) -> Evidence:
        """The same evidence with its first facts only."""
        return self.model_copy(update={"facts": self.facts[:count]})


def to_csv_rows(facts: Iterable[Fact]) -> list[tuple[str, ...]]:
    """Facts as the rows that stand in a prompt: fact, place, subject, metric, period, value, unit.

    Values are written in full, shortest form (`repr`), so that a reader can compute with them.
    """
    return [(f.id, f.place, f.subject, f.metric, f.period, repr(f.value), f.unit) for f in facts]
