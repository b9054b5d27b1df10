"""What a place's figures say beside others': rank, distance from the region, exceptions, spread."""

from __future__ import annotations

from factbook.findings.candidate import Candidates
from factbook.findings.distance import distance
from factbook.findings.exceptions import common, exception
from factbook.findings.field import View
from factbook.findings.members import member_movers, members, part_of_region, spread
from factbook.findings.ranks import ranks


def among_places(view: View) -> Candidates:
    """Everything that a place's figures say beside others'."""
    if view.place.kind == "region":
        yield from members(view)
        yield from common(view)
        yield from spread(view)
        yield from member_movers(view)
        return
    yield from ranks(view)
    yield from exception(view)
    yield from part_of_region(view)
    yield from distance(view)
