"""Ranks: who is first or last, who gained or lost, who is far from all others."""

from __future__ import annotations

from math import inf
from statistics import median

from factbook.findings.candidate import Candidates
from factbook.findings.field import FEWEST_OF_A_RANK, View
from factbook.findings.scale import relative, soft

TOP = 3
"""Ranks from either end that are told; among less than twenty places the first and the last."""

MANY = 20
"""Places from which on the second and third are told as well."""

FEWER = 4
"""Of fewer places a quarter at either end is told, of what does not add, as no more than a note."""

LEAST_TOLD = 0.16
"""Size of a position in the middle, which is no news."""

ENOUGH = 12
"""Places from which on the number of them no longer matters: among six, each third is at an end."""

TWICE = 1.8
"""Location quotient from which on the rank of an amount is not just that of a large place."""

OUTLIER = 3.5
"""Modified z-score from which a value is an outlier (Iglewicz and Hoaglin, 1993)."""

FEWEST_OF_AN_OUTLIER = 8


def ranks(view: View) -> Candidates:
    """What a place's position among the members says."""
    if not view.field.is_whole:
        return
    yield from _rank(view)
    yield from _rank_change(view)
    yield from _outlier(view)


def _rank(view: View) -> Candidates:
    """First or last among the members, or nearly.

    Of amounts, only where the place has much more of it than its size makes one expect; the
    smallest amount is no news.
    """
    ranking = view.field.ranking
    count = len(ranking.places)
    if view.place not in ranking.places or count < FEWEST_OF_A_RANK:
        return
    value = ranking.values[ranking.places.index(view.place)]
    if ranking.values.count(value) > 1 or value == 0:
        return
    rank = ranking.rank(value)
    end = count + 1 - rank
    near = min(rank, end)
    is_near = near <= min(TOP, count // FEWER)
    if near > (TOP if count >= MANY else 1) and not (is_near and not view.is_amount):
        yield from _between(view, rank)
        return
    size = (0.66, 0.42, 0.32)[near - 1] * min(1.0, count / ENOUGH)
    if view.is_amount:
        quotient = view.quotient
        if end < rank or quotient is None or quotient < TWICE:
            return
        size *= 1.2 * soft(quotient - 1.0, 1.0)
    beside = ranking.values[1] if rank == 1 else ranking.values[-2] if end == 1 else value
    size *= (0.3 + soft(relative(value, beside), 0.2)) * (0.3 + 0.7 * view.field.steadiness)
    if near > 1 and count < MANY:
        size = LEAST_TOLD
    yield view.candidate(
        "rank",
        size,
        [("now", view.ask(view.field.target)), ("rank", view.ask(view.field.target, "rank"))],
        form="first" if near == 1 else "near",
        direction="up" if rank <= end else "down",
        rarity=1.0 - min(1.0, near / 4),
    )


def _between(view: View, rank: int) -> Candidates:
    """The places just above and below, of what does not add: for a section that has little else."""
    ranking = view.field.ranking
    if view.is_amount:
        return
    above, below = ranking.places[rank - 2], ranking.places[rank]
    yield view.candidate(
        "rank",
        LEAST_TOLD,
        (
            ("now", view.ask(view.field.target)),
            ("above", view.ask(view.field.target, place=above)),
            ("below", view.ask(view.field.target, place=below)),
        ),
        form="between",
    )


def _rank_change(view: View) -> Candidates:
    """Several ranks gained or lost since the base, among the same places."""
    now, then = view.field.ranking, view.field.ranking_before
    if view.field.base == view.field.target or set(now.places) != set(then.places):
        return
    count = len(now.places)
    if view.place not in now.places or count < FEWEST_OF_A_RANK:
        return
    before = then.values[then.places.index(view.place)]
    after = now.values[now.places.index(view.place)]
    gained = then.rank(before) - now.rank(after)
    if abs(gained) < max(2, round(0.1 * count)) or 0 in (before, after):
        return
    if now.values.count(after) > 1 or then.values.count(before) > 1:
        return
    surely = view.of_many(view.series.drift(view.field.base)) if view.series.values else 0.0
    size = 1.2 * soft(gained / count, 0.15) * soft(relative(before, after), 0.15)
    yield view.candidate(
        "rank change",
        size * surely * (0.2 + 0.8 * view.field.steadiness),
        (
            ("now", view.ask(view.field.target, "rank")),
            ("then", view.ask(view.field.base, "rank")),
        ),
        direction="up" if gained > 0 else "down",
        rarity=0.7,
        words={"since": view.field.base},
    )


def _outlier(view: View) -> Candidates:
    """A value far from those of all other members, of what does not add."""
    ranking, spread = view.field.ranking, view.field.spread
    count = len(ranking.places)
    if view.place not in ranking.places or spread in (0.0, inf) or view.is_amount:
        return
    at = ranking.places.index(view.place)
    if count < FEWEST_OF_AN_OUTLIER or at not in (0, count - 1):
        return
    score = abs(ranking.values[at] - median(ranking.values)) / spread
    if score < OUTLIER:
        return
    other = ranking.places[1] if at == 0 else ranking.places[-2]
    yield view.candidate(
        "outlier",
        0.8 * soft(score - 2.5, 2.0) * (0.2 + 0.8 * view.field.steadiness),
        (
            ("now", view.ask(view.field.target)),
            ("next", view.ask(view.field.target, place=other)),
        ),
        direction="up" if at == 0 else "down",
        rarity=0.95,
    )
