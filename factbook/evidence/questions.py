"""Questions: what one fact is asked for by."""

from __future__ import annotations

from dataclasses import dataclass

from factbook.data.series import Place
from factbook.evidence.derivation import StandIn
from factbook.evidence.facts import Kind, Role
from factbook.evidence.panels import Quantity


@dataclass(frozen=True, slots=True)
class Question:
    """What a fact is asked for by: ``derive(dataset, question)`` has it, if there is one.

    Attributes:
        quantity: What is measured: table, subject, metric, unit, and what is added up.
        place: The place. With `position`, the region whose members are looked at; with `node`, the
            country that the node region lies in.
        period: The period; of a change the later one.
        kind: What is asked: ``value`` asks for the number itself, a sum or not.
        base: Of a change, the earlier period.
        other: Of a difference, the place whose value is subtracted; of a share of change, the
            region whose change it is a share of, where that is not the place's total.
        position: Asks for the member in this position by value: 1 for the largest, 2 for the
            second largest, -1 for the smallest. 0 asks for `place` itself. Of a count, 1 counts
            rises and -1 falls.
        node: Asks for this node region of `place`; empty for the place itself.
        stand_in: What the period stands in for; None where it is asked for by itself.
        role: Whose number it is to be, seen from a section.
    """

    quantity: Quantity
    place: Place
    period: str
    kind: Kind = "value"
    base: str = ""
    other: Place | None = None
    position: int = 0
    node: str = ""
    stand_in: StandIn | None = None
    role: Role = "place"
