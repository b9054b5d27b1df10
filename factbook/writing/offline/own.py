"""The place's own figures of one metric: total, categories beside each other, groups, zeros."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from factbook.evidence.facts import Fact
from factbook.writing.offline import movement as move
from factbook.writing.offline import words
from factbook.writing.offline.one_topic import (
    NAMES_IN_A_LIST,
    YEARS_OF_A_CATEGORY,
    one_topic,
    shares,
    years,
)
from factbook.writing.offline.statements import (
    Statement,
    Teller,
    reference,
    same_figure,
    with_figures,
)
from factbook.writing.offline.topics import Family, Topic

MOST_ZEROS_NAMED = 4

FEW_CATEGORIES = 3
"""Up to so many categories are shown one by one, more are shown beside each other."""

COMPLETE = 0.995
"""Part of the total from which the categories shown are taken for all of them."""


def own_statements(teller: Teller) -> Iterator[Statement]:
    """Everything that can be said of the place's own figures in one family."""
    family = teller.family
    total = family.total if family.total and not family.total.is_zero else None
    categories = [topic for topic in family.categories if not topic.is_zero]
    comparable = not family.ratio and not family.signed
    if total is not None:
        yield from one_topic(teller, total, 56.0 if family.selective else 100.0)
        yield from years(teller, total, 18.0 if family.selective else 46.0)
    yield from move.beside_reference(teller, family.topics)
    alone = teller.setting.lean or teller.setting.partial
    if comparable and len(categories) > FEW_CATEGORIES and not alone:
        yield from _categories_together(teller, categories, total)
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
    shown = [family.total] if family.total else []
    distinct: list[Topic] = []
    # Named groups before selections: of two with the same figures the group says more.
    ordered = sorted(family.sums, key=lambda t: t.subject.startswith(words.TOTAL_OF))
    for topic in ordered:
        if not any(_same_values(topic, other) for other in shown):
            shown.append(topic)
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
    shown = words.listed([words.when(p) for p in (first.base_period, first.target_period) if p])
    yield teller.tell("zeros", None, facts, 42.0, none=none, years=shown)


def _categories_together(
    teller: Teller, categories: Sequence[Topic], total: Topic | None
) -> Iterator[Statement]:
    """Categories beside each other, largest first."""
    period = categories[0].target_period
    level = [t for t in categories if t.target_period == period]
    yield from _leader(teller, level, total)
    yield from _levels(teller, level)
    yield from _extreme_changes(teller, categories)
    yield from _changes(teller, categories)
    yield from _share_lists(teller, level)
    yield from _bases(teller, categories)
    for place, topic in enumerate(categories):
        changed = move.change_from(teller, topic, 41.0 - 2.5 * place)
        if changed is not None:
            yield changed
        yield from shares(teller, topic, 54.0 - 5.0 * place)
        yield from years(teller, topic, 34.0 - 2.0 * place, most=YEARS_OF_A_CATEGORY)
    for place, topic in enumerate(t for t in categories if t.target_period != period):
        yield from one_topic(teller, topic, 50.0 - 3.0 * place)


def _leader(teller: Teller, level: Sequence[Topic], total: Topic | None) -> Iterator[Statement]:
    first = level[0]
    target = first.target
    if target is None or target.value <= 0:
        return
    share = first.shares.get(first.target_period)
    shown = sum(t.target.value for t in level if t.target)
    complete = bool(
        total and total.target and total.target.value > 0 and shown >= COMPLETE * total.target.value
    )
    kind = "leader" if complete or (share and share.value > 50) else "leader_selection"
    facts, figure = [target], reference(target)
    if share is not None and share.value > 0:
        facts.append(share)
        form = teller.setting.choose(("{}, or {} of the total", "{}, {} of the total"), "leader")
        figure = form.format(figure, reference(share))
    slots = {"t": words.when(first.target_period), "vs": figure}
    yield teller.tell(kind, first, facts, 93.0, **slots)


def _levels(teller: Teller, level: Sequence[Topic]) -> Iterator[Statement]:
    """The categories behind the first, three to a sentence."""
    rest = [t for t in level[1:] if t.target and t.target.value > 0]
    first = min(len(rest), NAMES_IN_A_LIST - teller.setting.number("followers") % 2)
    chunks = [rest[:first], *_chunks(rest[first:])]
    for place, chunk in enumerate(filter(None, chunks)):
        pairs = [(words.subject_phrase(t.subject), t.target) for t in chunk if t.target]
        slots = {"t": words.when(level[0].target_period), "with": with_figures(pairs)}
        kind = "smaller" if place else "followers"
        slots["S"] = words.subject_phrase(level[0].subject)
        facts = [fact for _, fact in pairs]
        yield teller.tell(kind, None, facts, (86.0, 52.0, 37.0)[min(place, 2)], **slots)


def _chunks(topics: Sequence[Topic]) -> list[Sequence[Topic]]:
    """Three to a list, four where a single one would be left."""
    chunks = [topics[i : i + NAMES_IN_A_LIST] for i in range(0, len(topics), NAMES_IN_A_LIST)]
    if len(chunks) > 1 and len(chunks[-1]) == 1:
        last = chunks.pop()
        chunks[-1] = [*chunks[-1], *last]
    return chunks


def _extreme_changes(teller: Teller, categories: Sequence[Topic]) -> Iterator[Statement]:
    """The category that gained most, and the one that lost most."""
    changed = [
        t
        for t in categories
        if t.change is not None
        and t.unit != "%"
        and move.directed(t)
        and move.consistent(t)
        and t.change.period == categories[0].target_span
    ]
    if len(changed) < FEW_CATEGORIES:
        return
    by_change = sorted(changed, key=lambda t: t.change.value if t.change else 0.0)
    for topic, kind, importance, sign in (
        (by_change[-1], "gainer", 70.0, 1),
        (by_change[0], "loser", 63.0, -1),
    ):
        if topic.change is not None and topic.change.value * sign > 0:
            slots = move.periods(topic) | {"d": reference(topic.change)}
            yield teller.tell(kind, topic, [topic.change], importance, **slots)


def _changes(teller: Teller, categories: Sequence[Topic]) -> Iterator[Statement]:
    """Relative changes of several categories in one sentence, the largest category first."""
    moved: list[Topic] = [
        t
        for t in categories
        if t.relative is not None
        and move.directed(t)
        and move.consistent(t)
        and move.FLAT_PERCENT <= abs(t.relative.value) <= move.MOST_PERCENT
        and t.relative.period == categories[0].target_span
    ]
    for place, chunk in enumerate(_chunks(moved)):
        changes = [(t, t.relative) for t in chunk if t.relative is not None]
        slots = move.periods(chunk[0])
        slots["moves"] = words.listed(_clauses(teller, changes, str(place)))
        facts = [fact for _, fact in changes]
        yield teller.tell("changes", None, facts, (60.0, 44.0, 31.0)[min(place, 2)], **slots)


def _clauses(teller: Teller, changes: Sequence[tuple[Topic, Fact]], key: str) -> list[str]:
    """``gas rose by {F5}``, ``wind by {F6}``, ``lignite fell by {F7}``.

    A rise after a rise leaves out its verb. A fall keeps it, as only after a verb that says so a
    fall is rendered without its sign.
    """
    clauses = []
    rose = False
    for topic, fact in changes:
        verb = teller.direction(fact.value, None, "changes", key)["rose"].split()[0]
        name = words.subject_phrase(topic.subject)
        said = "" if rose and fact.value > 0 else f" {verb}"
        clauses.append(f"{name}{said} by {reference(fact)}")
        rose = fact.value > 0
    return clauses


def _bases(teller: Teller, categories: Sequence[Topic]) -> Iterator[Statement]:
    """Base values of several categories in one sentence."""
    span = categories[0].span
    based = [t for t in categories if t.base and t.base.value > 0 and t.span == span]
    based = [t for t in based if move.consistent(t)]
    for place, chunk in enumerate(_chunks(based)):
        pairs = [(words.subject_phrase(t.subject), t.base) for t in chunk if t.base]
        parts = [f"{reference(fact)} for {name}" for name, fact in pairs]
        slots = {"b": words.when(chunk[0].base_period), "for": words.listed(parts)}
        yield teller.tell("bases", None, [f for _, f in pairs], 39.0 - 6.0 * place, **slots)


def _share_lists(teller: Teller, level: Sequence[Topic]) -> Iterator[Statement]:
    """Shares of several categories in one sentence, in some sections."""
    if teller.setting.number("share lists") % 2:
        return
    shared = [
        t for t in level[1:] if (s := t.shares.get(t.target_period)) is not None and s.value > 0
    ]
    for place, chunk in enumerate(_chunks(shared)):
        pairs = [(words.subject_phrase(t.subject), t.shares[t.target_period]) for t in chunk]
        verb = teller.setting.choose(("accounted for", "made up", "represented"), "shares")
        first, rest = pairs[0], pairs[1:]
        parts = [f"{first[0]} {verb} {reference(first[1])}"]
        parts += [f"{name} {reference(fact)}" for name, fact in rest]
        if verb == "accounted for":
            parts[1:] = [f"{name} for {reference(fact)}" for name, fact in rest]
        slots = {"t": words.when(chunk[0].target_period), "accounted": words.listed(parts)}
        facts = [fact for _, fact in pairs]
        yield teller.tell("shares", None, facts, (57.0, 33.0, 24.0)[min(place, 2)], **slots)
