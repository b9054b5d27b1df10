"""Sameness: whether one finding tells again what another tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from factbook.evidence.drafts import Draft
from factbook.evidence.panels import NAME_OF_TOTAL
from factbook.evidence.questions import Question
from factbook.findings.candidate import Candidate

COURSE = "course"
"""Form of a level that is there for a text with room for it alone."""

OF_ONE_CHANGE: Mapping[str, float] = {
    "contribution": 1.4, "multiple": 0.75, "streak": 0.75, "level": 0.7, "milestone": 0.6,
    "pace": 0.7, "distance": 0.7,
}  # fmt: skip
"""Kinds that tell how one subject changed: the best of them, so weighed, is told alone."""

_OF_NESTED = frozenset(("streak", "turn", "record", "jump", "threshold", "exception", "rank"))
"""Kinds that are told of a group or of a part of it, not of both."""


class Told(Protocol):
    """A finding that has been taken."""

    @property
    def candidate(self) -> Candidate:
        """What it tells."""
        ...

    @property
    def facts(self) -> Sequence[tuple[str, Question, Draft]]:
        """Role, question and fact of each of its figures."""
        ...

    @property
    def is_lead(self) -> bool:
        """Whether the section begins with it."""
        ...


def tells_the_same(
    candidate: Candidate, other: Told, facts: Sequence[tuple[str, Question, Draft]]
) -> bool:
    """Whether another finding tells what this one would tell again.

    One change of one subject, but for the level with which the section begins; the same values of
    the same kind, as of groups that are alike; and what is above a half, beside all else below it.
    """
    told = other.candidate
    change = _change_of(candidate)
    if change is not None and not other.is_lead and change == _change_of(told):
        return True
    if candidate.kind != told.kind:
        return False
    if candidate.kind in _OF_NESTED and _is_nested(candidate, told):
        return True
    if candidate.kind == "threshold" and candidate.words == told.words:
        return True
    if candidate.kind == "near equality" and candidate.form == told.form:
        return True  # of several pairs that are nearly equal, one
    return [d.value for _, _, d in facts] == [d.value for _, _, d in other.facts]


def _is_nested(one: Candidate, other: Candidate) -> bool:
    """Whether two findings tell the same of a group and of a part of it."""
    if (one.form, one.direction, one.place.code) != (other.form, other.direction, other.place.code):
        return False
    if any(q.subject == NAME_OF_TOTAL for q in (one.about[0], other.about[0])):
        return False
    parts = [frozenset(q.components) for q in (one.about[0], other.about[0])]
    return parts[0] <= parts[1] or parts[1] <= parts[0]


def _change_of(candidate: Candidate) -> tuple[object, ...] | None:
    """What changed, and which way, of a finding that tells how one subject changed."""
    if candidate.kind not in OF_ONE_CHANGE or not candidate.direction:
        return None
    if candidate.form in ("member", "level", "against", COURSE):
        return None
    first = candidate.about[0]
    covers = tuple(sorted(subject for _, subject in first.components))
    return (first.table, first.metric, covers, candidate.place.code, candidate.direction)
