"""What the data say otherwise than when a person wrote a text, in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from factbook.data.cleaning import plural
from factbook.edits.edit import Basis
from factbook.evidence.agreement import FEWEST_DIGITS, MOST_DIGITS
from factbook.evidence.facts import Evidence, Fact
from factbook.evidence.references import format_fact, format_number, references
from factbook.evidence.rounding import SIGNIFICANT_DIGITS
from factbook.report.likeness import folded

MOST_CHANGES = 5
"""Changes that are named; further ones are counted."""

NOT_KNOWN = (
    "it was made with an older report whose data are not kept, so what has changed since is unknown"
)

_MOST_DIGITS = 17


def changes_since(basis: Basis, text: str, evidence: Evidence) -> Iterator[str]:
    """What today's evidence says otherwise than what a text was made against.

    Figures that the text shows come first, by reference or in digits. Where none of them has
    changed one line tells what else has.

    Args:
        basis: What the text was made against.
        text: The text.
        evidence: Today's evidence.
    """
    if not basis.is_known:
        yield NOT_KNOWN
    is_shown = _Shown(basis, text)
    shown: list[str] = []
    own: list[str] = []
    others: list[str] = []
    for fact, words in _changed(basis, evidence, is_shown):
        is_own = fact.is_value and fact.place == evidence.place
        (shown if is_shown(fact) else own if is_own else others).append(words)
    gaps = [gap.rstrip(".") for gap in evidence.gap_sentences if gap not in basis.gaps]
    rest = [*own, *others, *(f"missing now: {gap}" for gap in gaps)]
    yield from shown[:MOST_CHANGES]
    if len(shown) > MOST_CHANGES:
        yield f"and {plural(len(shown) - MOST_CHANGES, 'more figure')} of the text"
    if rest and shown:
        yield f"and {plural(len(rest), 'change')} in what the text does not show"
    elif rest:
        more = f", and {plural(len(rest) - 1, 'more change')}" if len(rest) > 1 else ""
        yield f"no figure that the text shows, but others of its section ({rest[0]}{more})"


def _changed(
    basis: Basis, evidence: Evidence, is_shown: Callable[[Fact], bool]
) -> Iterator[tuple[Fact, str]]:
    """The facts that have changed, come or gone, each as it was if it was there, in words.

    That findings ask for others, or that evidence is cut elsewhere, says nothing of the data; it
    matters where the text shows a figure that is not looked at any more.
    """
    before = by_identity(basis.facts)
    today = by_identity(evidence.facts)
    name = _Names(evidence, (*basis.facts, *evidence.facts))
    for key, fact in today.items():
        old = before.get(key)
        if old is None and basis.is_whole and not fact.is_aside:
            yield fact, f"{name(fact)}: new, {format_fact(fact)}"
        elif old is not None and (old.value, old.among) != (fact.value, fact.among):
            yield old, f"{name(fact)}: {_from_to(old, fact)}"
    for key, old in before.items():
        if key in today:
            continue
        if not old.is_aside and evidence.extent == "all":
            yield old, f"{name(old)}: {format_fact(old)} → not in the data any more"
        elif is_shown(old):
            yield old, f"{name(old)}: {format_fact(old)} → not among the section's figures any more"


class _Shown:
    """Tells whether a text shows a fact: it refers to it, or its value stands there.

    Args:
        basis: What the text was made against.
        text: The text.
    """

    def __init__(self, basis: Basis, text: str) -> None:
        ids = set(references(text))
        self._meant = {identity(fact) for fact in basis.meant if fact.id in ids}
        self._text = folded(text)

    def __call__(self, fact: Fact) -> bool:
        if identity(fact) in self._meant:
            return True
        # Beside others it may have had other digits than it has by itself.
        fewest = SIGNIFICANT_DIGITS if fact.is_value else FEWEST_DIGITS
        forms = {
            re.escape(folded(format_fact(fact, signed=False, digits=digits)))
            for digits in range(fewest, MOST_DIGITS + 1)
        }
        return any(
            re.search(rf"(?<![\w.,]){form}(?!\w|[.,]\d)", self._text) is not None
            for form in sorted(forms)
        )


class _Names:
    """Says in a few words what a fact is about: ``Solar 2021``, ``Wind share of region 2021``."""

    def __init__(self, evidence: Evidence, facts: Iterable[Fact]) -> None:
        self._place = evidence.place
        self._is_one_metric = len({fact.metric for fact in facts if fact.is_value}) < 2

    def __call__(self, fact: Fact) -> str:
        is_plain = fact.is_value and self._is_one_metric
        metric = "" if is_plain else f" {fact.metric}"
        place = "" if fact.place == self._place else f" in {fact.place}"
        return f"{fact.subject}{metric}{place} {fact.period}"


def by_identity(facts: Iterable[Fact]) -> dict[tuple[str, ...], Fact]:
    """Facts by what makes them the same, in their order; of two alike the first."""
    found: dict[tuple[str, ...], Fact] = {}
    for fact in facts:
        found.setdefault(identity(fact), fact)
    return found


def identity(fact: Fact) -> tuple[str, ...]:
    """What makes a fact the same in another evidence, whatever its number there."""
    return (fact.table, fact.place, fact.subject, fact.metric, fact.period, fact.unit)


def _from_to(old: Fact, new: Fact) -> str:
    """Two values with as many digits as tell them apart: ``2.78 → 2.91 TWh``."""
    if new.kind == "rank":
        return f"{format_fact(old)} → {format_fact(new)}"
    digits = SIGNIFICANT_DIGITS
    while digits < _MOST_DIGITS:
        a, b = (format_number(fact.value, digits=digits) for fact in (old, new))
        if a != b:
            break
        digits += 1
    unit = "%" if new.unit == "%" else f" {new.unit}" if new.unit else ""
    return f"{a} → {b}{unit}"
