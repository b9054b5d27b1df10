"""The place's own figures of one metric: total, categories, groups, zeros."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from factbook.writing.offline import movement as move
from factbook.writing.offline import words
from factbook.writing.offline.categories import FEW_CATEGORIES, categories_together
from factbook.writing.offline.single import YEARS_OF_A_CATEGORY, one_topic, shares, years
from factbook.writing.offline.statements import (
    Statement,
    Teller,
    same_figure,
)
from factbook.writing.offline.topics import Family, Topic

MOST_ZEROS_NAMED = 4


def own_statements(teller: Teller) -> Iterator[Statement]:
    """Everything that can be said of the place's own figures in one family."""
    family = teller.family
    total = family.total if family.total and not family.total.is_zero else None
    categories = [topic for topic in family.categories if not topic.is_zero]
    comparable = not family.ratio and not family.signed
    if total is not None:
        yield from one_topic(teller, total, 56.0 if family.selective else 100.0)
        yield from years(teller, total, 18.0 if family.selective else 46.0)
    alone = teller.setting.lean or teller.setting.partial
    if comparable and len(categories) > FEW_CATEGORIES and not alone:
        yield from categories_together(teller, categories, total)
    else:
        for place, topic in enumerate(categories):
            yield from one_topic(teller, topic, 95.0 - 5.0 * place)
            yield from shares(teller, topic, 64.0 - 4.0 * place)
            yield from years(teller, topic, 44.0 - 3.0 * place, most=YEARS_OF_A_CATEGORY)
    for place, topic in enumerate(_distinct_sums(family)):
        if not topic.is_zero:
            weight = 99.0 if family.selective and family.standing(topic) == 0 else 82.0
            weight -= 24.0 if family.selective and family.standing(topic) == 2 else 0.0
            yield from one_topic(teller, topic, weight - 5.0 * place)
            yield from shares(teller, topic, min(weight, 66.0) - 5.0 * place)
            yield from years(teller, topic, 30.0 - 3.0 * place, most=YEARS_OF_A_CATEGORY)
    for place, topic in enumerate(t for t in family.topics if t.target is None):
        changed = move.change_both(teller, topic, 62.0 - 4.0 * place)
        if changed is not None:
            yield changed
        yield from shares(teller, topic, 60.0 - 4.0 * place)
    yield from _zeros(teller, [t for t in (*family.categories, *family.sums) if t.is_zero])
    if family.total is not None and total is None and not family.categories:
        yield from _zeros(teller, [family.total])


def _distinct_sums(family: Family) -> list[Topic]:
    """Groups and selections whose figures are not already those of another sum."""
    told = [family.total] if family.total else []
    distinct: list[Topic] = []
    # Named groups before selections: of two with the same figures the group says more.
    ordered = sorted(family.sums, key=lambda t: t.subject.startswith(words.TOTAL_OF))
    for topic in ordered:
        if not any(_same_values(topic, other) for other in told):
            told.append(topic)
            distinct.append(topic)
    return sorted(distinct, key=family.standing)


def _same_values(one: Topic, other: Topic) -> bool:
    pairs = ((one.target, other.target), (one.base, other.base))
    return one.span == other.span and all(
        (a is None) == (b is None) and (a is None or b is None or same_figure(a, b))
        for a, b in pairs
    )


def _zeros(teller: Teller, topics: Sequence[Topic]) -> Iterator[Statement]:
    """What is zero in base and target period, in one sentence."""
    if not topics:
        return
    first = topics[0]
    same = [t for t in topics if t.span == first.span][:MOST_ZEROS_NAMED]
    metric = teller.family.metric
    if first.is_total:
        none = f"no {metric.full}"
    else:
        names = [words.subject_phrase(t.subject) for t in same]
        joined = words.listed(names).replace(" and ", " or ") if len(names) > 1 else names[0]
        noun = words.noun_phrase(metric, same[0].subject)
        none = "no " + noun.replace(names[0], joined, 1)
    facts = [f for t in same for f in (t.target, t.base) if f is not None]
    told = words.listed([words.when(p) for p in (first.base_period, first.target_period) if p])
    yield teller.tell("zeros", None, facts, 42.0, none=none, years=told)
