"""Movements: how a topic's change between base and target period is stated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from factbook.evidence.facts import Fact
from factbook.writing.offline import words
from factbook.writing.offline.statements import (
    SizeOfChange,
    Statement,
    Teller,
    looks_like,
    reference,
    same_figure,
)
from factbook.writing.offline.topics import Topic, is_like_for_like, same_parts

WHOLE_KINDS = frozenset(("from_zero", "to_zero", "flat", "flat_same"))
"""Movements that are never stated in two sentences."""

MOST_PERCENT = 1000.0
"""Larger relative changes say little: the two values are stated instead."""

FLAT_PERCENT, SLIGHT_PERCENT, SHARP_PERCENT = 1.0, 5.0, 40.0
"""Relative changes below the first are called little, below the second slight; falls from the third
on may be called sharp."""

FLAT_POINTS, SLIGHT_POINTS, SHARP_POINTS = 0.2, 1.0, 10.0
"""The same in percentage points, for measures in hundredths: the change that readers are shown is
in points, and a word for its size must fit it. Chosen by reading: shares of fuels and rates of
unemployment move by about one point a year, and nobody calls 4.9 points slight."""

# Ratio of target to base within which a multiple may be named: never at its edges, so that the
# words still hold for the rounded figures beside them.
_MULTIPLES = (
    (2.03, 2.95, "more than doubled"),
    (3.03, 3.95, "more than tripled"),
    (0.345, 0.485, "more than halved"),
)


def periods(topic: Topic) -> dict[str, str]:
    """Slots of target and base period."""
    return {"t": words.when(topic.target_period), "b": words.when(topic.base_period)}


def percent(topic: Topic) -> float | None:
    """Relative change of a topic in percent; None where it has no meaning."""
    target, base = topic.target, topic.base
    if topic.traits.is_share or not topic.traits.has_true_zero:
        return None
    if topic.relative is not None:
        return topic.relative.value
    if target is None or base is None or base.value <= 0 or target.value < 0:
        return None
    return (target.value - base.value) / base.value * 100


def size_of(topic: Topic) -> SizeOfChange:
    """Whether a topic's change may be called slight or sharp: in per cent, or in points.

    Where nothing says how much there can be, as of degrees and indices, it may not.
    """
    target, base = topic.target, topic.base
    if topic.traits.is_share and target is not None and base is not None:
        size, slight, sharp = abs(target.value - base.value), SLIGHT_POINTS, SHARP_POINTS
    elif (change := percent(topic)) is not None:
        size, slight, sharp = abs(change), SLIGHT_PERCENT, SHARP_PERCENT
    else:
        return ""
    return "slight" if size < slight else "sharp" if size >= sharp else ""


def is_flat(topic: Topic) -> bool:
    """Whether a topic hardly changed."""
    target, base = topic.target, topic.base
    if topic.traits.is_share and target is not None and base is not None:
        return abs(target.value - base.value) < FLAT_POINTS
    change = percent(topic)
    return change is not None and abs(change) < FLAT_PERCENT


def consistent(topic: Topic) -> bool:
    """Whether the changes are the difference of the two values stated.

    They are not where only parts with a value in both periods were compared. Where no change is
    at hand, the two values must be sums of the same parts.
    """
    target, base = topic.target, topic.base
    if target is None or base is None:
        return not (is_like_for_like(topic.change) or is_like_for_like(topic.relative))
    size = max(abs(target.value), abs(base.value))
    difference = target.value - base.value
    if topic.change is not None:
        return abs(difference - topic.change.value) <= 1e-6 * size
    if topic.relative is not None and base.value > 0:
        return abs(difference / base.value * 100 - topic.relative.value) <= 0.05
    return same_parts(target, base)


def nearly_all(change: Fact | None) -> bool:
    """Whether a fall to nearly nothing looks like one to nothing once it is rounded."""
    if change is None or change.kind != "relative change":
        return False
    return change.value != -100 and looks_like(change.value, -100)


def best_change(topic: Topic) -> Fact | None:
    """The change that reads best: relative, for percentages in percentage points."""
    return topic.change if topic.traits.is_share else topic.relative or topic.change


def movement(teller: Teller, topic: Topic, importance: float) -> Statement | None:
    """Target and base value in one sentence; None where there are not both, or both are zero."""
    target, base = topic.target, topic.base
    if target is None or base is None or topic.is_zero or not consistent(topic):
        return None
    slots = periods(topic) | {"v": reference(target), "w": reference(base)}
    facts = [target, base]
    kind = _special_kind(topic, target, base)
    if kind:
        return teller.tell(kind, topic, facts, importance, **slots)
    size = percent(topic)
    multiple = target.value / base.value if size is not None else 1.0
    named = [word for low, high, word in _MULTIPLES if low < multiple < high]
    if named and teller.setting.number(topic.subject, "multiple") % 2:
        return teller.tell("multiple", topic, facts, importance, multiplied=named[0], **slots)
    slots |= teller.direction(target.value - base.value, size_of(topic), topic.subject)
    change = best_change(topic)
    is_said = base.value == 0 or nearly_all(change)  # from 0 to 10 is a rise by 10
    if change is None or change.value == 0 or (size or 0) > MOST_PERCENT or is_said:
        return teller.tell("from_to_plain", topic, facts, importance, **slots)
    facts.append(change)
    return teller.tell("from_to", topic, facts, importance, r=reference(change), **slots)


def _special_kind(topic: Topic, target: Fact, base: Fact) -> str:
    """Kind of a movement that needs no change fact; empty for a plain rise or fall."""
    if target.value < 0 or base.value < 0:
        return "moved"
    if topic.traits.is_amount and base.value == 0:
        return "from_zero"
    if topic.traits.is_amount and target.value == 0:
        return "to_zero"
    if same_figure(target, base):
        return "flat_same"
    return "flat" if is_flat(topic) else ""


def directed(topic: Topic) -> bool:
    """Whether its change may be called a rise or a fall by some per cent."""
    target, base, change = topic.target, topic.base, best_change(topic)
    if change is None or change.value == 0 or topic.base_period == "" or nearly_all(change):
        return False
    return not any(fact is not None and fact.value < 0 for fact in (target, base))


def change_alone(teller: Teller, topic: Topic, importance: float) -> Statement | None:
    """The change without the values."""
    change = best_change(topic)
    if change is None or not directed(topic):
        return None
    kind = "change" if consistent(topic) else "like_for_like"
    slots = periods(topic) | teller.direction(change.value, size_of(topic), topic.subject)
    return teller.tell(kind, topic, [change], importance, r=reference(change), **slots)


def change_from(teller: Teller, topic: Topic, importance: float) -> Statement | None:
    """The change with the value that it starts from; the target value is stated elsewhere."""
    change, base = best_change(topic), topic.base
    if change is None or base is None or base.value <= 0 or not directed(topic):
        return None
    if not consistent(topic):
        return None
    slots = periods(topic) | teller.direction(change.value, size_of(topic), topic.subject)
    slots |= {"r": reference(change), "w": reference(base)}
    return teller.tell("change_from", topic, [change, base], importance, **slots)


def change_both(teller: Teller, topic: Topic, importance: float) -> Statement | None:
    """Absolute and relative change in one sentence."""
    if topic.change is None or topic.relative is None or not directed(topic):
        return change_alone(teller, topic, importance)
    if not consistent(topic):
        return change_alone(teller, topic, importance)
    slots = periods(topic) | teller.direction(topic.change.value, size_of(topic), topic.subject)
    slots |= {"d": reference(topic.change), "r": reference(topic.relative)}
    return teller.tell("change_both", topic, [topic.change, topic.relative], importance, **slots)


def beside_reference(teller: Teller, topics: Iterable[Topic]) -> Iterator[Statement]:
    """How far values in a scenario are from those in the reference scenario."""
    for place, topic in enumerate(topics):
        told = _beside_reference(teller, topic, 90.0 - 6.0 * place)
        if told is not None:
            yield told


def _beside_reference(teller: Teller, topic: Topic, importance: float) -> Statement | None:
    difference, relative = topic.to_reference, topic.relative_to_reference
    if difference is None or difference.value == 0:
        return None
    is_less = difference.value < 0
    slots = {
        "t": words.when(difference.period),
        "reference": words.clean(difference.derivation.operands[1].scenario),
        "d": reference(difference),
        "lower": "lower" if is_less else "higher",
        "less": "less" if is_less else "more",
    }
    if relative is None:
        return teller.tell("beside_reference_plain", topic, [difference], importance, **slots)
    slots["r"] = reference(relative)
    return teller.tell("beside_reference", topic, [difference, relative], importance, **slots)


def absolute(teller: Teller, topic: Topic, importance: float) -> Statement | None:
    """The absolute change."""
    if topic.change is None or topic.relative is None or not directed(topic):
        return None
    if not consistent(topic):
        return None
    slots = periods(topic) | teller.direction(topic.change.value, size_of(topic), topic.subject)
    return teller.tell(
        "absolute", topic, [topic.change], importance, d=reference(topic.change), **slots
    )
