"""Exceptions: what nearly all members do, and who does not."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from factbook.data.series import Place
from factbook.evidence.facts import Kind
from factbook.findings import chance
from factbook.findings.candidate import Candidates
from factbook.findings.field import FEWEST_OF_A_RANK, View
from factbook.findings.scale import relative, soft

MOST_PART_OF_EXCEPTIONS = 0.2
"""Part of the places that may go another way, so that they are exceptions."""

MOST_EXCEPTIONS = 3
"""Exceptions that are named."""


def _exceptions(view: View) -> tuple[int, list[Place], int] | None:
    """Which way most members went (1 or -1), who did not, and how many there are."""
    moves = view.field.moves
    if len(moves) < FEWEST_OF_A_RANK or not view.field.is_firm or any(_not_compared(view)):
        return None
    rose = sum(change > 0 for change in moves.values())
    fell = sum(change < 0 for change in moves.values())
    way = 1 if rose >= fell else -1
    against = [
        m for m in view.field.dataset.members if m.code in moves and moves[m.code] * way <= 0
    ]
    if not len(against) <= MOST_PART_OF_EXCEPTIONS * len(moves):
        return None
    return way, against, len(moves)


def _not_compared(view: View) -> Iterator[bool]:
    """For each member with figures of both periods but no change: whether it had anything.

    Those that had cannot be compared, as across a break; the others had none, before and after.
    """
    panel, base, target = view.field.panel, view.field.base, view.field.target
    for member in view.field.dataset.members:
        values = panel.of(member)
        if member.code not in view.field.moves and base in values and target in values:
            yield bool(values[base].value or values[target].value)


def exception(view: View) -> Candidates:
    """The place goes another way than nearly all members."""
    found = _exceptions(view)
    if found is None:
        return
    way, against, count = found
    own = view.field.moves.get(view.place.code, 0.0)
    if view.place not in against or own * way >= 0:
        return
    base = view.series.at(view.field.base)
    if base is None or not view.series.values:
        return
    size = 0.9 * soft(relative(base, view.series.last), 0.08) * (1.0 - len(against) / count)
    size *= view.of_many(view.series.drift(view.field.base)) * chance.sure(view.field.together)
    region = view.field.dataset.region
    kind: Kind = "relative change" if view.field.panel.measure.has_true_zero else "change"
    yield view.candidate(
        "exception",
        size,
        (
            (
                "count",
                view.ask(
                    view.field.target, "count", base=view.field.base, place=region, position=way
                ),
            ),
            ("own", view.ask(view.field.target, kind, base=view.field.base)),
        ),
        form="own",
        direction="down" if way > 0 else "up",
        rarity=1.0 - len(against) / count,
        words={"since": view.field.base},
    )


def common(view: View) -> Candidates:
    """What nearly all members do, and who does not."""
    found = _exceptions(view)
    if found is None:
        return
    way, against, count = found
    if len(against) > MOST_EXCEPTIONS:
        return
    moved = [
        relative(base, s.last)
        for m in view.field.dataset.members
        if (base := (s := view.field.series(m)).at(view.field.base)) is not None
    ]
    size = 0.75 * soft(median(moved) if moved else 0.0, 0.12) * (1.0 - len(against) / count)
    size *= view.of_many(view.field.together)
    region = view.field.dataset.region
    words = {f"place{at}": place.name for at, place in enumerate(against, start=1)}
    yield view.candidate(
        "exception",
        size,
        (
            (
                "count",
                view.ask(
                    view.field.target, "count", base=view.field.base, place=region, position=way
                ),
            ),
        ),
        form="but" if against else "all" if not list(_not_compared(view)) else "any",
        direction="up" if way > 0 else "down",
        rarity=0.8,
        words=words | {"since": view.field.base},
    )
