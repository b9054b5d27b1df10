"""The place's own figures: total, categories, groups, shares, years."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from factbook.evidence.facts import Fact
from factbook.writing.offline import movement as move
from factbook.writing.offline import words
from factbook.writing.offline.statements import (
    Statement,
    Teller,
    reference,
    same_figure,
    with_figures,
)
from factbook.writing.offline.topics import Topic

FEW_CATEGORIES = 3
"""Up to so many categories are told one by one, more are told beside each other."""

NAMES_IN_A_LIST = 3
MOST_ZEROS_NAMED = 4
COMPLETE = 0.995
"""Part of the total from which the categories told are taken for all of them."""


def own_statements(teller: Teller) -> Iterator[Statement]:
    """Everything that can be said of the place's own figures in one family."""
    family = teller.family
    total = family.total if family.total and not family.total.is_zero else None
    categories = [topic for topic in family.categories if not topic.is_zero]
    comparable = not family.ratio and not family.signed
    if total is not None:
        yield from _one(teller, total, 100.0)
        yield from _years(teller, total, 46.0)
    if comparable and len(categories) > FEW_CATEGORIES and not teller.setting.lean:
        yield from _many(teller, categories, total)
    else:
        for place, topic in enumerate(categories):
            yield from _one(teller, topic, 95.0 - 5.0 * place)
            yield from _shares(teller, topic, 64.0 - 4.0 * place)
            yield from _years(teller, topic, 44.0 - 3.0 * place)
    for place, topic in enumerate(family.sums):
        if not topic.is_zero:
            yield from _one(teller, topic, 82.0 - 5.0 * place)
            yield from _shares(teller, topic, 66.0 - 5.0 * place)
            yield from _years(teller, topic, 30.0 - 3.0 * place)
    yield from _zeros(teller, [t for t in (*family.categories, *family.sums) if t.is_zero])
    if family.total is not None and total is None and not family.categories:
        yield from _zeros(teller, [family.total])


def _one(teller: Teller, topic: Topic, importance: float) -> Iterator[Statement]:
    """Level and change of one topic, in one sentence or, when facts are few, in several."""
    target = topic.target
    if target is None:
        return
    whole = None if teller.setting.lean else move.movement(teller, topic, importance)
    if whole is not None:
        yield whole
        extra = move.absolute(teller, topic, importance - 62.0)
        if extra is not None:
            yield extra
        return
    slots = {"t": words.when(topic.target_period), "v": reference(target)}
    share = topic.shares.get(topic.target_period)
    if share is not None and share.value > 0 and not topic.is_total and not teller.setting.lean:
        yield teller.tell(
            "level_share", topic, [target, share], importance, s=reference(share), **slots
        )
    elif target.value != 0:
        yield teller.tell("level", topic, [target], importance, **slots)
    yield from _before(teller, topic, importance)


def _before(teller: Teller, topic: Topic, importance: float) -> Iterator[Statement]:
    """Base value and change, each in its own sentence."""
    target, base = topic.target, topic.base
    if target is None or base is None:
        return
    if target.value == 0 or base.value == 0:
        whole = move.movement(teller, topic, importance)
        if whole is not None:
            yield whole
        return
    if same_figure(target, base):
        return
    slots = {"b": words.when(topic.base_period), "w": reference(base)}
    yield teller.tell("base", topic, [base], importance - 3.0, **slots)
    changed = move.change_both(teller, topic, importance - 4.0)
    if changed is not None:
        yield changed


def _many(teller: Teller, categories: Sequence[Topic], total: Topic | None) -> Iterator[Statement]:
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
        yield from _shares(teller, topic, 54.0 - 5.0 * place)
        yield from _years(teller, topic, 34.0 - 2.0 * place)
    for place, topic in enumerate(t for t in categories if t.target_period != period):
        yield from _one(teller, topic, 50.0 - 3.0 * place)


def _leader(teller: Teller, level: Sequence[Topic], total: Topic | None) -> Iterator[Statement]:
    first = level[0]
    target = first.target
    if target is None or target.value <= 0:
        return
    share = first.shares.get(first.target_period)
    told = sum(t.target.value for t in level if t.target)
    complete = bool(
        total and total.target and total.target.value > 0 and told >= COMPLETE * total.target.value
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
        and abs(t.relative.value) >= move.FLAT_PERCENT
        and t.relative.period == categories[0].target_span
    ]
    for place, chunk in enumerate(_chunks(moved)):
        clauses, facts = [], []
        for topic in chunk:
            change = topic.relative
            if change is None:
                continue
            verb = teller.direction(change.value, None, topic.subject)["rose"]
            clauses.append(
                f"{words.subject_phrase(topic.subject)} {verb.split()[0]} by {reference(change)}"
            )
            facts.append(change)
        slots = move.periods(chunk[0]) | {"moves": words.listed(clauses)}
        yield teller.tell("changes", None, facts, (60.0, 44.0, 31.0)[min(place, 2)], **slots)


def _bases(teller: Teller, categories: Sequence[Topic]) -> Iterator[Statement]:
    """Base values of several categories in one sentence."""
    based = [t for t in categories if t.base and t.base.value > 0 and t.span == categories[0].span]
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


def _shares(teller: Teller, topic: Topic, importance: float) -> Iterator[Statement]:
    """Share of category in target and base period, together or one by one."""
    now, then = topic.shares.get(topic.target_period), topic.shares.get(topic.base_period)
    slots = move.periods(topic)
    if now is not None and now.value > 0:
        slots["s"] = reference(now)
        if then is not None and then.value > 0 and not teller.setting.lean:
            went = _went(now, then)
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
        slots |= teller.direction(points.value, None, topic.subject, "share")
        slots["d"] = reference(points)
        yield teller.tell("share_points", topic, [points], importance - 20.0, **slots)


def _went(now: Fact, then: Fact) -> str:
    if same_figure(now, then):
        return "went"
    return "rose" if now.value > then.value else "fell"


def _years(teller: Teller, topic: Topic, importance: float) -> Iterator[Statement]:
    """Values of other years: highest and lowest, then a few spread over the series."""
    others = list(topic.others)
    told: list[Fact] = []
    if len(topic.values) > NAMES_IN_A_LIST and not topic.is_zero:
        ordered = sorted(topic.values.values(), key=lambda f: f.value)
        for kind, fact, weight in (("peak", ordered[-1], 2.0), ("trough", ordered[0], -10.0)):
            beside = ordered[-2] if kind == "peak" else ordered[1]
            if fact in others and fact.value > 0 and not same_figure(fact, beside):
                told.append(fact)
                slots = {"x": reference(fact), "u": words.when(fact.period)}
                yield teller.tell(kind, topic, [fact], importance + weight, **slots)
    rest = [fact for fact in others if fact not in told and fact.value != 0]
    for place, chunk in enumerate(_spread(rest)):
        inside = all(topic.base_period < f.period < topic.target_period for f in chunk)
        kind = "years_between" if inside and place == 0 and topic.base_period else "years"
        pairs = [f"{reference(f)} in {words.when(f.period)}" for f in chunk]
        slots = move.periods(topic) | {"in": words.listed(pairs)}
        yield teller.tell(kind, topic, chunk, importance - 9.0 * place, **slots)


def _spread(facts: Sequence[Fact], most: int = 2) -> list[list[Fact]]:
    """At most `most` groups of up to three facts, each spread over the whole series."""
    if not facts:
        return []
    groups = min(most, -(-len(facts) // NAMES_IN_A_LIST))
    wanted = min(len(facts), groups * NAMES_IN_A_LIST)
    step = len(facts) / wanted
    chosen = [facts[int(step * (i + 0.5))] for i in range(wanted)]
    return [chosen[i::groups] for i in range(groups)]


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
    years = words.listed([words.when(p) for p in (first.base_period, first.target_period) if p])
    yield teller.tell("zeros", None, facts, 42.0, none=none, years=years)
