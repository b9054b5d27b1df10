"""Moves: a change as a part of a larger one, and how many places moved one way."""

from __future__ import annotations

from typing import NamedTuple

from factbook.data.series import Place, SourceRows
from factbook.evidence.comparable import barrier, is_alike
from factbook.evidence.comparison import compared
from factbook.evidence.derivation import Among, Derivation, Operand
from factbook.evidence.drafts import Draft, draft
from factbook.evidence.panels import Panel
from factbook.evidence.questions import Question
from factbook.evidence.sums import is_noise, merge_sources, tidy

EN_DASH = "\N{EN DASH}"


class Move(NamedTuple):
    """A change of a place's value between two periods, of which nothing is left out.

    Attributes:
        change: The later value minus the earlier one.
        sources: Rows of both values.
        statuses: Flags of both.
    """

    change: float
    sources: tuple[SourceRows, ...]
    statuses: tuple[str, ...]


def move(panel: Panel, place: Place, base: str, period: str) -> Move | None:
    """How a place's value moved; None where its two values are not of the same parts.

    Args:
        panel: The quantity.
        place: The place.
        base: The earlier period.
        period: The later one.
    """
    values = panel.of(place)
    first, last = values.get(base), values.get(period)
    if first is None or last is None or base == period:
        return None
    if not is_alike(panel, first, last) or barrier(panel, place, base, period) is not None:
        return None
    found = compared(first, last, panel.whole)
    if found is None or found.left_out_count:
        return None
    change = tidy(found.after - found.before)
    if is_noise(change, max(abs(found.after), abs(found.before))):
        change = 0.0
    sources = merge_sources((panel.sources(place, base), panel.sources(place, period)))
    return Move(change, sources, (panel.status(place, base), panel.status(place, period)))


def moves_of(panel: Panel, base: str, period: str) -> dict[str, Move]:
    """Code of each member of the region → its move; without those that have nothing all along."""
    found = {}
    for member in panel.dataset.members:
        moved = move(panel, member, base, period)
        if moved is not None and (moved.change or panel.of(member)[period].value):
            found[member.code] = moved
    return found


def draft_of_share(panel: Panel, whole: Panel, question: Question) -> Draft | None:
    """What part of the change of a whole a change is; None where it is against it, or above it.

    Args:
        panel: The part's quantity.
        whole: The total's; for a share of the region's change the same as `panel`.
        question: The question, its place that of the part.
    """
    place, base, period = question.place, question.base, question.period
    where = question.other or place
    part, of = move(panel, place, base, period), move(whole, where, base, period)
    if part is None or of is None or not part.change or not of.change:
        return None
    share = part.change / of.change * 100
    if not 0 < share <= 100:
        return None
    span = f"{base}{EN_DASH}{period}"
    return draft(
        *(panel.quantity, place.name, span, tidy(share)),
        derivation=Derivation(
            "share of change",
            operands=(
                _operand(panel, place, span, part.change),
                _operand(whole, where, span, of.change),
            ),
        ),
        sources=merge_sources((part.sources, of.sources)),
        kind="share of change",
        role=question.role,
        unit="%",
        status=panel.dataset.flags.merged((*part.statuses, *of.statuses)),
    )


def draft_of_count(panel: Panel, question: Question) -> Draft | None:
    """How many members' values rose, or fell; None with fewer than two members to count among.

    Args:
        panel: The quantity.
        question: The question; its place is the region.
    """
    base, period, position = question.base, question.period, question.position
    moves = moves_of(panel, base, period)
    if len(moves) < 2:
        return None
    counted = sum(one.change * position > 0 for one in moves.values())
    region = panel.dataset.region
    is_some = len(moves) < len(panel.dataset.members)
    return draft(
        *(panel.quantity, question.place.name, f"{base}{EN_DASH}{period}", float(counted)),
        derivation=Derivation(
            "count", among=Among(len(moves), region.name, 1, is_some), position=position
        ),
        sources=merge_sources(one.sources for one in moves.values()),
        kind="count",
        role=question.role,
        unit="count",
        among=len(moves),
        status=panel.dataset.flags.merged(text for m in moves.values() for text in m.statuses),
    )


def _operand(panel: Panel, place: Place, span: str, change: float) -> Operand:
    q = panel.quantity
    return Operand(place.name, q.subject, f"{q.metric} change", span, q.unit, change, q.scenario)
