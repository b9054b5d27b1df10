"""What the parts of a place's total say beside each other: crossings, movers, shares."""

from __future__ import annotations

from factbook.findings.candidate import Candidates
from factbook.findings.crossings import crossings, leader, near_equality
from factbook.findings.makeup import makeup, thresholds
from factbook.findings.movers import movers
from factbook.findings.parts import Parts
from factbook.findings.profile import profile


def among_parts(parts: Parts) -> Candidates:
    """Everything that the parts of a place's total say beside each other."""
    yield from crossings(parts)
    yield from near_equality(parts)
    yield from movers(parts)
    yield from makeup(parts)
    yield from thresholds(parts)
    yield from leader(parts)
    yield from profile(parts)


def beside_the_year_before(parts: Parts) -> Candidates:
    """The same of a month beside that of the year before: what needs no run of seasons."""
    yield from movers(parts)
    yield from makeup(parts)
    yield from profile(parts)
