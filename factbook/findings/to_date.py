"""Years to date: what the parts of a year add up to so far, beside the year before."""

from __future__ import annotations

from collections.abc import Sequence

from factbook.data.periods.period_coverage import year_to_date
from factbook.data.periods.period_texts import period_of
from factbook.data.series import Place
from factbook.evidence.planned import Planned
from factbook.evidence.questions import Question
from factbook.evidence.spans import WHOLE_YEARS
from factbook.evidence.to_date import draft_to_date
from factbook.findings.candidate import Candidate, Candidates
from factbook.findings.scale import FLAT_PERCENT, soft

MOST_TO_DATE = 3
"""Quantities of a block whose year to date is a candidate: those nearest to the selection."""

FLAT = "flat"
"""Form of a year to date that is practically that of the year before."""

LEAST = 0.2
"""Size of a year to date that is that of the year before."""

HALF = 20.0
"""Change in per cent that is of half the largest size."""


def to_date(block: Sequence[Planned], place: Place) -> Candidates:
    """The years to date of the leading quantities of a block; none of whole years.

    Args:
        block: The quantities of one metric, as the plan has them.
        place: The place.
    """
    if block[0].panel.quantity.frequency in WHOLE_YEARS:
        return
    held = sorted((p for p in block if p.panel.of(place)), key=lambda p: p.standing)
    for planned in held[:MOST_TO_DATE]:
        yield from _to_date(planned, place)


def _to_date(planned: Planned, place: Place) -> Candidates:
    """The year to date of a quantity, and its change if that can be told."""
    quantity = planned.panel.quantity
    _, target = planned.span(place)
    now = Question(quantity, place, target, "year to date")
    change = Question(quantity, place, target, "year to date relative change")
    if draft_to_date(planned.panel, now) is None:
        return
    moved = draft_to_date(planned.panel, change)
    percent = moved.value if moved is not None else 0.0
    is_flat = abs(percent) < FLAT_PERCENT
    first = year_to_date(period_of(target))[0][0].text
    yield Candidate(
        kind="to date",
        place=place,
        about=(quantity,),
        asks=(("now", now), *((("change?", change),) if not is_flat else ())),
        size=LEAST + (1.0 - LEAST) * (0.0 if is_flat else soft(percent, HALF)),
        form=FLAT if is_flat and moved is not None else "",
        direction="" if is_flat else "up" if percent > 0 else "down",
        words=(("first", first), ("last", target)),
        periods=(first, target),
    )
