"""One topic by itself: level, change, shares, other years."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from factbook.evidence.facts import Fact
from factbook.evidence.spans import WHOLE_YEARS
from factbook.writing.offline import movement as move
from factbook.writing.offline import words
from factbook.writing.offline.parts_of_years import part_of_year, year_to_date
from factbook.writing.offline.statements import Statement, Teller, reference, same_figure
from factbook.writing.offline.topics import Topic, same_parts

NAMES_IN_A_LIST = 3
YEARS_OF_A_CATEGORY = 2
"""Sentences on further years of a category, three to a sentence."""

PARTS_LOOKED_BACK = 6
"""How many of the months (quarters …) before may be told."""

LEVEL_ALONE = 150.0
"""By how much less a level matters than the movement that holds it."""

WHOLE_PERCENT = 99.5
"""A share from which a category is all there is, so that its share says nothing more."""


def one_topic(teller: Teller, topic: Topic, importance: float) -> Iterator[Statement]:
    """Level and change of one topic, in one sentence or, when facts are few, in several."""
    target = topic.target
    if target is None:
        return
    if parts := part_of_year(teller, topic, importance):
        yield from parts
        yield from year_to_date(teller, topic, importance - 20.0)
        return
    whole = move.movement(teller, topic, importance)
    if whole is not None and (not teller.setting.lean or whole.kind in move.WHOLE_KINDS):
        yield whole
        # For texts so short that there is no room for more than a level.
        slots = {"t": words.when(topic.target_period), "v": reference(target)}
        yield teller.tell("level", topic, [target], importance - LEVEL_ALONE, **slots)
        special = whole.kind in move.WHOLE_KINDS
        extra = None if special else move.absolute(teller, topic, importance - 62.0)
        if extra is not None:
            yield extra
        return
    slots = {"t": words.when(topic.target_period), "v": reference(target)}
    share = topic.shares.get(topic.target_period)
    if share is not None and share.value > 0 and not topic.is_total and not teller.setting.lean:
        yield teller.tell(
            "level_share", topic, [target, share], importance, s=reference(share), **slots
        )
    elif target.value != 0 or not topic.traits.is_amount:
        yield teller.tell("level", topic, [target], importance, **slots)
    yield from _before(teller, topic, importance)


def _before(teller: Teller, topic: Topic, importance: float) -> Iterator[Statement]:
    """Base value and change, each in its own sentence."""
    target, base = topic.target, topic.base
    if target is None or base is None or base.value == 0:
        return
    slots = move.periods(topic) | {"w": reference(base)}
    kind = "base" if move.consistent(topic) else "base_apart"
    if target.derivation.basis != base.derivation.basis:
        kind = "base_other_basis"
    yield teller.tell(kind, topic, [base], importance - 3.0, **slots)
    changed = move.change_both(teller, topic, importance - 4.0)
    if changed is not None:
        yield changed


def shares(teller: Teller, topic: Topic, importance: float) -> Iterator[Statement]:
    """Share of category in target and base period, together or one by one."""
    now, then = topic.shares.get(topic.target_period), topic.shares.get(topic.base_period)
    slots = move.periods(topic)
    if any(share is not None and share.value >= WHOLE_PERCENT for share in (now, then)):
        return
    if now is not None and now.value > 0:
        slots["s"] = reference(now)
        lean = teller.setting.lean
        if then is not None and then.value > 0 and not lean and not same_figure(now, then):
            went = "rose" if now.value > then.value else "fell"
            yield teller.tell(
                "share_moved",
                topic,
                [now, then],
                importance,
                s0=reference(then),
                went=went,
                **slots,
            )
        yield teller.tell("share", topic, [now], importance - 4.0, **slots)
    if then is not None and then.value > 0:
        slots["s0"] = reference(then)
        yield teller.tell("share_before", topic, [then], importance - 22.0, **slots)
    points = topic.share_change
    if points is not None and points.value != 0:
        slots |= teller.direction(points.value, "", topic.subject, "share")
        slots["d"] = reference(points)
        yield teller.tell("share_points", topic, [points], importance - 20.0, **slots)


def years(teller: Teller, topic: Topic, importance: float, *, most: int = 4) -> Iterator[Statement]:
    """Values of other years: highest and lowest, then a few spread over the series.

    Only years that add up what the target year adds up.
    """
    anchor = topic.target or next(iter(topic.values.values()), None)
    others = [fact for fact in topic.others if anchor is not None and same_parts(fact, anchor)]
    shown: list[Fact] = []
    first = min(topic.values.values(), key=lambda f: f.period, default=None)
    if len(topic.values) > NAMES_IN_A_LIST and not topic.is_zero and _has_record(teller, topic):
        ordered = sorted(topic.values.values(), key=lambda f: f.value)
        for kind, fact, weight in (("peak", ordered[-1], 2.0), ("trough", ordered[0], -10.0)):
            beside = ordered[-2] if kind == "peak" else ordered[1]
            is_turn = fact is not first  # where a series begins it has not turned
            if is_turn and fact in others and fact.value > 0 and not same_figure(fact, beside):
                shown.append(fact)
                slots = {"x": reference(fact), "u": words.when(fact.period)}
                yield teller.tell(kind, topic, [fact], importance + weight, **slots)
    rest = [fact for fact in others if fact not in shown and fact.value != 0]
    if teller.family.frequency not in WHOLE_YEARS:  # of hundreds of months the last few
        rest = rest[-PARTS_LOOKED_BACK:]
    for place, chunk in enumerate(_spread(rest, most)):
        inside = all(topic.base_period < f.period < topic.target_period for f in chunk)
        kind = "years_between" if inside and place == 0 and topic.base_period else "years"
        pairs = [f"{reference(f)} in {words.when(f.period)}" for f in chunk]
        slots = move.periods(topic) | {"in": words.listed(pairs)}
        yield teller.tell(kind, topic, chunk, importance - 9.0 * place, **slots)


def _has_record(teller: Teller, topic: Topic) -> bool:
    """Whether the highest and lowest value at hand are those of the whole series."""
    values = list(topic.values.values())
    if (
        teller.setting.partial
        or teller.setting.is_cut
        or not all(same_parts(fact, values[0]) for fact in values)
    ):
        return False
    return teller.setting.place.kind != "region" or not values[0].derivation.is_incomplete


def _spread(facts: Sequence[Fact], most: int) -> list[list[Fact]]:
    """At most `most` groups of up to three facts, each spread over the whole series."""
    if not facts:
        return []
    groups = min(most, -(-len(facts) // NAMES_IN_A_LIST))
    wanted = min(len(facts), groups * NAMES_IN_A_LIST)
    step = len(facts) / wanted
    chosen = [facts[int(step * (i + 0.5))] for i in range(wanted)]
    return [chosen[i::groups] for i in range(groups)]
