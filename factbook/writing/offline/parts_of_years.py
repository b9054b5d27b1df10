"""Months, quarters and other parts of years: level, changes on two bases, the year to date."""

from __future__ import annotations

from collections.abc import Iterator

from factbook.data.periods.period_texts import period_of
from factbook.data.periods.period_words import to_date_words
from factbook.data.periods.periods import Period
from factbook.evidence.facts import Fact
from factbook.writing.offline import words
from factbook.writing.offline.statements import Statement, Teller, looks_like, reference
from factbook.writing.offline.topics import EN_DASH, Topic, is_like_for_like

MOST_PERCENT = 1000.0
"""Changes beyond it say little: the values are stated instead."""

A_YEAR_EARLIER = "a year earlier"
THE_DAY_BEFORE = "the day before"

LEAST_PERCENT = 0.1
"""Changes below it are none that anybody would tell."""

_FORMS = (
    ("up {} on {}", "down {} on {}"),
    ("{} higher than {}", "{} lower than {}"),
)
"""A change and what it is measured from: of a rise and of a fall. All say the direction each time,
so that no sign is lost."""


def part_of_year(teller: Teller, topic: Topic, importance: float) -> tuple[Statement, ...]:
    """Level with its changes on the part before and on a year earlier, and the values before.

    Empty where the target is no part of a year or has no change that words can tell: negative
    values, and changes that leave something out.
    """
    target = topic.target
    part = _part(topic.target_period)
    if target is None or part is None or target.value < 0:
        return ()
    found = [(fact, called) for fact, called in _changes(topic, part) if _is_telling(topic, fact)]
    if not found:
        return ()
    slots = {"t": words.when(topic.target_period), "v": reference(target)}
    form = _form(teller, topic.subject, "changes")
    slots["ups"] = words.listed([_moved(fact, called, form) for fact, called in found])
    facts = [target, *(fact for fact, _ in found)]
    told = [teller.tell("part_now", topic, facts, importance, **slots)]
    before = topic.values.get(part.previous().text)
    base = topic.base
    if base is not None and before is not None and before is not base:
        slots = {"b": words.when(base.period), "u": words.when(before.period)}
        slots |= {"w": reference(base), "x": reference(before)}
        told.append(teller.tell("part_before", topic, [base, before], importance - 50.0, **slots))
    return tuple(told)


def year_to_date(teller: Teller, topic: Topic, importance: float) -> Iterator[Statement]:
    """The sum of the parts of the target's year, with its change on that of the year before."""
    part = _part(topic.target_period)
    if part is None or topic.is_zero:
        return
    period = f"{part.parts_of_year()[0].text}{EN_DASH}{part.text}"
    total = topic.to_date.get(("year to date", period))
    if total is None:
        return
    slots = {"so_far": to_date_words(part), "y": reference(total)}
    change = topic.to_date.get(("year to date relative change", period))
    if change is None or not _is_moderate(change):
        yield teller.tell("part_to_date_plain", topic, [total], importance, **slots)
        return
    form = _form(teller, topic.subject, "to date")
    slots["ups"] = _moved(change, "the same period of the year before", form)
    yield teller.tell("part_to_date", topic, [total, change], importance, **slots)


def _part(period: str) -> Period | None:
    """The target, where it is a part of a year."""
    try:
        part = period_of(period)
    except ValueError:
        return None
    return None if part.frequency in ("year", "season") else part


def _changes(topic: Topic, part: Period) -> Iterator[tuple[Fact, str]]:
    """The best change on the part before and on a year earlier, each with what it is measured from.

    A configured base of an earlier year comes last.
    """
    year_before = part.year_before()
    bases = {part.previous().text: f"the {part.frequency} before"}
    if year_before is not None:
        bases[year_before.text] = A_YEAR_EARLIER
    if topic.base_period:
        bases.setdefault(topic.base_period, words.when(topic.base_period))
    for base, called in bases.items():
        span = f"{base}{EN_DASH}{part.text}"
        relative = topic.changes.get(("relative change", span))
        change = topic.changes.get(("change", span))
        fact = change if topic.unit == "%" else relative or change
        if fact is not None:
            yield fact, called


def _is_telling(topic: Topic, change: Fact) -> bool:
    base = topic.values.get(change.period.split(EN_DASH)[0])
    return (base is not None and base.value >= 0 and _is_moderate(change)) and not is_like_for_like(
        change
    )


def _is_moderate(change: Fact) -> bool:
    """Whether a change in per cent is one that words can tell: no multiple, no fall to nothing."""
    if change.unit != "%":
        return True
    return change.value <= MOST_PERCENT and not looks_like(change.value, -100)


def _form(teller: Teller, *key: str) -> tuple[str, str]:
    return _FORMS[teller.setting.number(*key) % len(_FORMS)]


def _moved(change: Fact, base: str, form: tuple[str, str]) -> str:
    """``up {F5} on the month before``."""
    if change.value == 0:
        return f"unchanged from {base}"
    if change.unit == "%" and abs(change.value) < LEAST_PERCENT:
        return f"practically unchanged from {base}"
    words_of_change = form[change.value < 0]
    if words_of_change.endswith("than {}") and base != A_YEAR_EARLIER:
        base = f"{'on' if base == THE_DAY_BEFORE else 'in'} {base}"
    return words_of_change.format(reference(change), base)
