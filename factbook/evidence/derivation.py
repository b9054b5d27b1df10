"""Derivations: how a fact came about, as values from which code can see what it means.

A sentence for readers is made of a derivation in `wording`, and nowhere else; nothing reads it
back.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, NamedTuple

Operation = Literal[
    "value",
    "sum",
    "mean",
    "sum of nodes",
    "change",
    "relative change",
    "year to date",
    "year to date relative change",
    "share of category",
    "published share",
    "share of region",
    "share of change",
    "rank",
    "count",
    "difference",
    "difference to reference",
    "relative difference to reference",
    "unknown",
]
"""What was done to the operands.

``value``: nothing, the number stands in the data. ``sum``: they were added. ``mean``: the members'
figures were averaged, with weights. ``sum of nodes``: the
same over the nodes of one node region. ``change``: the first minus the second. ``relative change``:
that ÷ the second × 100. ``year to date``: the values of all parts of a year from the first operand
to the second were added; ``year to date relative change``: such a sum minus that of the year
before, ÷ the latter × 100. ``share of category`` and ``share of region``: the first ÷ the second ×
100. ``share of change``: the same of two changes. ``published share``: nothing, the data publish
the share. ``count``: the places among some whose figures went one way, `Derivation.position` says
which. ``rank``: the operand's position,
largest first. ``difference``: the first place's value minus the second's. ``difference to
reference``: the scenario's value minus the reference scenario's; ``relative difference to
reference``: that ÷ the reference's × 100. ``unknown``: not kept with the fact.
"""

Own = Literal["", "row", "rows", "total"]
"""What the data give themselves, where they might have been added up: nothing, the region's row,
several rows of the region, or a total of all categories."""

DIFFERING = "by a definition of its own"
"""In the basis of a value: its definition is not that of other places' figures."""

MOST_LEFT_OUT = 6
"""Summands left out of a comparison that are named; all are counted."""


class Operand(NamedTuple):
    """A figure that a fact was computed from.

    Attributes:
        place, subject, metric, period, unit: As in a fact.
        value: Its number, where the result follows from it; None for the summands of a sum, whose
            points stand in the data.
        scenario: As in a fact.
    """

    place: str
    subject: str
    metric: str
    period: str
    unit: str
    value: float | None = None
    scenario: str = ""


class Members(NamedTuple):
    """The members of the region that a figure of it adds up.

    Attributes:
        region: Name of the region.
        size: How many of them are added up; 0 where the data's own row is all of the figure.
        missing: Names of those that have none.
    """

    region: str
    size: int
    missing: tuple[str, ...] = ()


class Among(NamedTuple):
    """The places that a position is among: those that have a value.

    Attributes:
        size: How many they are.
        region: Name of the region whose members they are; empty for all places of the data.
        equal: How many of them have the position, the place itself among them.
        is_some: Whether the region has members without a value, too.
    """

    size: int
    region: str = ""
    equal: int = 1
    is_some: bool = False

    @property
    def said(self) -> tuple[object, ...]:
        """What it says, without what is usual."""
        if self.is_some:
            return tuple(self)
        return tuple(self)[: 3 if self.equal > 1 else 2]


class StandIn(NamedTuple):
    """A period that stands in for another, in which the series has no value.

    Attributes:
        asked: The period that was asked for.
        which: Whether it is the first or the last period with a value.
    """

    asked: str
    which: Literal["first", "last"]


class LeftOut(NamedTuple):
    """A summand that a comparison leaves out, as it has no value in one of the periods.

    Attributes:
        place: Code of its place.
        subject: SECTOR or category; ``Total`` for a total that the data give.
    """

    place: str
    subject: str


@dataclass(frozen=True)  # without slots: what is cached stands in __dict__
class Derivation:
    """How a fact came about. Shared by all sections that have the fact.

    Attributes:
        operation: What was done.
        operands: What it was done to. Of a sum all summands in their order, those without a value
            included; none where members alone are added up. Of a value none, for the fact itself
            says what it is.
        missing: Of `operands`, those that have no value.
        members: For a figure of the region, the members that it adds up; None for others.
        own: What the data give themselves.
        totals_of: Members of whom the data's own total is in a sum of categories.
        node: For a sum of nodes, the name of their node region.
        among: For a rank and for an extreme, the places that it is among.
        position: For an extreme: 1 for the largest value, 2 for the second largest and so on; -1
            for the smallest. For a count: 1 for rises, -1 for falls. 0 for others.
        stand_in: The period that the fact's period stands in for; None where that was asked for.
        left_out: For a change: the first summands, at most `MOST_LEFT_OUT`, that it leaves out to
            compare like with like.
        left_out_count: How many it leaves out in all.
        weight: For a mean, the measure that it is weighted by.
        holds: For a category of the data that is the sum of others, these.
        differing: For a rank and for an extreme, the places left out, as the definition of their
            figures is not that of the others'.
        basis: For a value, since when it can be compared with others of its series, and whether
            its definition is one of its own; empty where no flag says so.
    """

    operation: Operation = "value"
    operands: tuple[Operand, ...] = ()
    missing: tuple[Operand, ...] = ()
    members: Members | None = None
    own: Own = ""
    totals_of: tuple[str, ...] = ()
    node: str = ""
    among: Among | None = None
    position: int = 0
    stand_in: StandIn | None = None
    left_out: tuple[LeftOut, ...] = ()
    left_out_count: int = 0
    weight: str = ""
    holds: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()
    basis: str = ""

    @property
    def is_sum(self) -> bool:
        """Whether the value adds up figures of the data."""
        return self.operation in ("sum", "sum of nodes")

    @property
    def is_like_for_like(self) -> bool:
        """Whether a change leaves out what has no value in one of its periods."""
        return self.left_out_count > 0

    @property
    def is_incomplete(self) -> bool:
        """Whether a value leaves out members or summands that have no value."""
        return bool(self.missing or (self.members is not None and self.members.missing))

    @cached_property
    def summands(self) -> tuple[str, ...]:
        """Names of what a sum adds up, each once: properties where there are several of them."""
        if self.operation != "sum":
            return ()
        several = len({one.metric for one in self.operands}) > 1
        names = [one.metric if several else one.subject for one in self.operands]
        return tuple(dict.fromkeys(names))

    @cached_property
    def scope(self) -> tuple[object, ...]:
        """What a value adds up, whatever its period, and its basis; empty for one of neither.

        Two values may be set against each other when these are the same.
        """
        based_on = ("basis", self.basis) if self.basis else ()
        is_computed = self.is_sum or self.operation == "mean"
        if not (is_computed or self.own in ("row", "rows") or self.is_incomplete):
            return based_on
        return (
            *based_on,
            *(self.own, self.members, self.pairs, self.missing_pairs),
            *(self.totals_of, self.node, self.weight),
        )

    @cached_property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Property and category of each summand of a sum."""
        return tuple((one.metric, one.subject) for one in self.operands) if self.is_sum else ()

    @cached_property
    def missing_pairs(self) -> tuple[tuple[str, str], ...]:
        """Property and category of each summand without a value."""
        return tuple((one.metric, one.subject) for one in self.missing)

    @cached_property
    def said(self) -> tuple[object, ...]:
        """All that it says, as values for JSON, by which a content key knows it."""
        operands = self.pairs if self.is_sum else tuple(map(tuple, self.operands))
        return (
            *(self.operation, operands, self.missing_pairs),
            self.members and tuple(self.members),
            *(self.own, self.totals_of, self.node, self.position),
            self.among and self.among.said,
            self.stand_in and tuple(self.stand_in),
            *(tuple(map(tuple, self.left_out)), self.left_out_count),
            *((self.weight,) if self.weight else ()),
            *((("holds", self.holds),) if self.holds else ()),
            *(("differing", *self.differing) if self.differing else ()),
            *(("basis", self.basis) if self.basis else ()),
        )

    @cached_property
    def memo(self) -> dict[str, Any]:
        """Room for what is made of it once: its sentence, its form in a file."""
        return {}


VALUE = Derivation()
"""The number stands in the data."""

UNKNOWN = Derivation("unknown")
"""How the fact came about was not kept."""
