"""Movers: the parts that moved most, and what fell as another rose."""

from __future__ import annotations

from typing import NamedTuple

from factbook.findings import chance
from factbook.findings.candidate import Candidate, Candidates
from factbook.findings.parts import Parts
from factbook.findings.scale import soft
from factbook.findings.series import Series

FEWEST_PARTS = 3
"""Parts with both values from which on one of them can be the largest mover."""


LARGEST, EXPLAINS = 1.8, 1.2
"""How much more telling the largest move of all is than any, and one that explains the total's."""


class Move(NamedTuple):
    """How a part moved since the base period.

    Attributes:
        change: By how much.
        series: The part.
    """

    change: float
    series: Series

    def sure(self, base: str) -> float:
        """How sure it is that this is not chance."""
        return chance.sure(2.0 * self.series.drift(base))  # the largest fall, or the largest rise


class Moves(NamedTuple):
    """How all parts moved.

    Attributes:
        fall: The lowest change.
        rise: The highest.
        magnitudes: Magnitudes of all changes, the largest first.
        all: Sum of their magnitudes.
        size: How large that is beside the total, from 0 to 1.
        shift: The change of the total.
    """

    fall: Move
    rise: Move
    magnitudes: tuple[float, ...]
    all: float
    size: float
    shift: float


def movers(parts: Parts) -> Candidates:
    """The parts that moved most, and what fell as another rose."""
    moves = _moves(parts)
    if moves is None:
        return
    for move, way in ((moves.fall, -1), (moves.rise, 1)):
        if move.change * way > move.series.floor:  # where all fell, none rose most
            yield _contribution(parts, moves, move)
    yield from _substitution(parts, moves)


def _moves(parts: Parts) -> Moves | None:
    held = [
        Move(series.last - base, series)
        for series in parts.categories
        if len(series) > 1 and (base := series.at(parts.base)) is not None
    ]
    if len(held) < FEWEST_PARTS or not parts.whole or parts.base == parts.target:
        return None
    magnitudes = sorted((abs(m.change) for m in held), reverse=True)
    if not magnitudes[0]:
        return None
    held.sort(key=lambda m: m.change)
    total = parts.total
    before = total.at(parts.base) if total is not None and total.values else None
    shift = total.last - before if total is not None and before is not None else 0.0
    every = sum(magnitudes)
    return Moves(held[0], held[-1], tuple(magnitudes), every, soft(every / parts.whole, 0.1), shift)


def _contribution(parts: Parts, moves: Moves, move: Move) -> Candidate:
    change, series = move
    is_largest = parts.is_all and abs(change) == moves.magnitudes[0] > moves.magnitudes[1]
    is_largest = is_largest and abs(change) > parts.left_out_move
    explains = moves.shift * change > 0 and 0.3 < abs(change) / abs(moves.shift) <= 1.0
    asks = [
        ("change", parts.ask(series, parts.target, "change", parts.base)),
        ("share?", parts.ask(series, parts.target, "share of category")),
        ("share_then?", parts.ask(series, parts.base, "share of category")),
    ]
    if explains:
        asks.insert(1, ("part", parts.ask(series, parts.target, "share of change", parts.base)))
    size = soft(abs(change) / moves.all, 0.12) * moves.size * move.sure(parts.base)
    return Candidate(
        kind="contribution",
        place=parts.place,
        about=(series.panel.quantity,),
        asks=tuple(asks),
        size=min(1.0, size * (LARGEST if is_largest else EXPLAINS if explains else 1.0)),
        form="explains" if explains else "largest" if is_largest else "mover",
        direction="up" if change > 0 else "down",
        words=(("since", parts.base),),
        periods=(parts.base, parts.target),
    )


def _substitution(parts: Parts, moves: Moves) -> Candidates:
    """The largest fall beside the largest rise, where the total moved much less than either."""
    down, up = -moves.fall.change, moves.rise.change
    if (
        not parts.is_all
        or parts.left_out_move >= min(down, up)
        or min(down, up) <= 0
        or min(down, up) < 0.5 * max(down, up)
    ):
        return
    if abs(moves.shift) > 0.75 * max(down, up) or min(down, up) < 0.2 * moves.all:
        return
    base = parts.base
    both = chance.of_both(moves.fall.series.drift(base), moves.rise.series.drift(base))
    yield Candidate(
        kind="substitution",
        place=parts.place,
        about=(moves.fall.series.panel.quantity, moves.rise.series.panel.quantity),
        asks=(
            ("fall", parts.ask(moves.fall.series, parts.target, "change", base)),
            ("rise", parts.ask(moves.rise.series, parts.target, "change", base)),
        ),
        size=min(1.0, 1.3 * soft((down + up) / moves.all, 0.4) * moves.size * chance.sure(both)),
        words=(("since", base),),
        periods=(base, parts.target),
    )
