"""What stands beside a place's figure: neighbours, its node regions, a reference scenario."""

from __future__ import annotations

from collections.abc import Sequence

from factbook.data.series import Place
from factbook.evidence.comparable import is_alike
from factbook.evidence.derive import Deriver
from factbook.evidence.planned import Planned
from factbook.evidence.questions import Question
from factbook.findings.candidate import Candidate, Candidates
from factbook.findings.scale import relative, soft
from factbook.findings.series import is_firm

MOST_NAMED = 3
"""Neighbours and node regions that are named."""


NODES_APART = 0.2
"""Size of the order of node regions whose figures do not add up."""


def beside(block: Sequence[Planned], place: Place, deriver: Deriver) -> Candidates:
    """What stands beside the figures of a block's leading quantities.

    Args:
        block: The quantities of one metric.
        place: The section's place.
        deriver: Knows the data.
    """
    leading = [p for p in block if p.standing <= 2 and p.panel.of(place)]
    leading.sort(key=lambda p: p.standing)
    for planned in leading[:1]:
        yield from _nodes(planned, place)
        yield from _neighbours(planned, place, deriver)
        yield from _scenario(planned, place, deriver)


def _neighbours(planned: Planned, place: Place, deriver: Deriver) -> Candidates:
    """The neighbours with more, or with less, in the target period."""
    if place.kind != "country":
        return
    panel, target = planned.panel, planned.target
    own = panel.of(place).get(target)
    if own is None or own.value <= 0 or not is_firm(panel, own):
        return
    every = [
        (value, one)
        for one in deriver.dataset.neighbours(place.code)
        if (value := panel.of(one).get(target)) is not None
    ]
    near = [
        (value.value, one)
        for value, one in every
        if value.value > 0 and is_firm(panel, value) and is_alike(panel, own, value)
    ]
    if len(near) < 2:
        return
    near.sort(key=lambda one: (-one[0], one[1].name))
    above = [one for one in near if one[0] > own.value][:MOST_NAMED]
    below = [one for one in near if one[0] < own.value][:MOST_NAMED]
    told, form = (above, "above") if above and len(above) <= len(below) else (below, "below")
    if not told:
        told, form = above, "above"
    if not told:  # all of them have just as much
        return
    sign = 1 if form == "above" else -1
    is_all = len(told) == sum((value.value - own.value) * sign > 0 for value, _ in every)
    only = {"above": not below, "below": not above}[form] and len(near) == len(every)
    yield Candidate(
        kind="neighbours",
        place=place,
        about=(panel.quantity,),
        asks=(
            ("now", Question(panel.quantity, place, target)),
            *(
                (f"n{at}", Question(panel.quantity, one, target, role="neighbour"))
                for at, (_, one) in enumerate(told, start=1)
            ),
        ),
        size=0.35 * (0.7 + 0.6 * soft(relative(own.value, told[0][0]), 0.5)),
        form="all " + form if is_all and only else form if is_all else "some " + form,
        periods=(target,),
    )


def _nodes(planned: Planned, place: Place) -> Candidates:
    """The node regions with most of it."""
    panel, target = planned.panel, planned.target
    if place.kind != "country":
        return
    nodes = panel.of_nodes(place, target)
    sums = {name: sum(point.value for point in points) for name, points in nodes.items()}
    ranked = sorted((n for n in sums if sums[n] > 0), key=lambda name: (-sums[name], name))
    if len(ranked) < 2:
        return
    adds = panel.measure.adds_over_places and min(sums.values()) >= 0
    if not adds and any(len(points) > 1 for points in nodes.values()):
        return
    # Of prices nothing is a part of another.
    part = sums[ranked[0]] / sum(sums.values()) if adds else 0.0
    yield Candidate(
        kind="nodes",
        place=place,
        about=(panel.quantity,),
        asks=tuple(
            (f"n{at}", Question(panel.quantity, place, target, node=name, role="node"))
            for at, name in enumerate(ranked[:MOST_NAMED], start=1)
        ),
        size=0.6 * soft(part, 0.3) if adds else NODES_APART,
        form=_form_of_nodes(part, len(nodes)) if adds else "largest",
        periods=(target,),
    )


def _form_of_nodes(part: float, count: int) -> str:
    """How node regions that add up are told: one has most, all are named, or the largest."""
    return "most" if part > 0.5 else "all" if count <= MOST_NAMED else "largest"


def _scenario(planned: Planned, place: Place, deriver: Deriver) -> Candidates:
    """How far the figure is from that of the reference scenario."""
    quantity = planned.panel.quantity
    base, target = planned.span(place)
    if not quantity.scenario or not target:
        return
    question = Question(quantity, place, target, "difference to reference")
    draft = deriver.answer(question)
    if draft is None or not draft.value:
        return
    asks = [("difference", question)]
    percent = Question(quantity, place, target, "relative difference to reference")
    answer = deriver.answer(percent)
    if answer is not None:
        asks.append(("percent", percent))
    size = soft(answer.value / 100, 0.1) if answer is not None else 0.5
    yield Candidate(
        kind="scenario",
        place=place,
        about=(quantity,),
        asks=tuple(asks),
        size=0.8 * size,
        direction="up" if draft.value > 0 else "down",
        words=(("reference", draft.derivation.operands[1].scenario),),
        periods=(target,),
    )
