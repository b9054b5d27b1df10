"""Two values of one quantity compared over what both of them add up."""

from __future__ import annotations

from typing import NamedTuple

from factbook.data.categories.aggregate_names import TOTAL
from factbook.data.categories.composition import Composition
from factbook.evidence.derivation import MOST_LEFT_OUT, LeftOut
from factbook.evidence.panels import NAME_OF_TOTAL
from factbook.evidence.sums import NOISE, TINIEST, Part, Value, tidy


class Comparison(NamedTuple):
    """Two values that may be compared.

    Attributes:
        before, after: The values, of what both periods have.
        left_out: The first of the summands that they leave out.
        left_out_count: How many they leave out.
    """

    before: float
    after: float
    left_out: tuple[LeftOut, ...] = ()
    left_out_count: int = 0


def compared(before: Value, after: Value, whole: Composition) -> Comparison | None:
    """Two values over the summands that both have; None where they have none in common.

    Args:
        before: The value of the earlier period.
        after: The value of the later period.
        whole: How the categories hold each other.
    """
    if before.parts.keys() == after.parts.keys():
        return Comparison(before.value, after.value)
    same = _alike(before, after, whole)
    first, last = _sums(before, same), _sums(after, same)
    common = [part for part in first if part in last]
    if not common:
        return None
    odd = sorted(set(first).symmetric_difference(last))
    return Comparison(
        tidy(sum(first[part] for part in common)),
        tidy(sum(last[part] for part in common)),
        tuple(
            LeftOut(code, NAME_OF_TOTAL if subject == TOTAL else subject)
            for code, _, subject in odd[:MOST_LEFT_OUT]
        ),
        len(odd),
    )


def _alike(before: Value, after: Value, whole: Composition) -> set[tuple[str, str]]:
    """Place and property of which both values are the same sum, made of other summands.

    A total in one period and its categories in another are the same quantity.
    """
    held: list[dict[tuple[str, str], set[str]]] = [{}, {}]
    for found, one in zip(held, (before, after), strict=True):
        for code, metric, subject in one.parts:
            found.setdefault((code, metric), set()).add(subject)
    first, last = held
    return {
        key
        for key in first.keys() & last.keys()
        if first[key] != last[key]
        and (
            TOTAL in first[key] | last[key] or whole.covered(first[key]) == whole.covered(last[key])
        )
    }


def _sums(value: Value, same: set[tuple[str, str]]) -> dict[Part, float]:
    """The summands of a value, those of `same` as one."""
    found: dict[Part, float] = {}
    for part, point in value.parts.items():
        key = (*part[:2], TOTAL) if part[:2] in same else part
        found[key] = found.get(key, 0.0) + point.value
    return found


def is_growth(pair: Comparison) -> bool:
    """Whether a percentage says how far the later value is from the earlier one.

    Not from zero, from or to a negative value, nor from the noise of binary fractions.
    """
    return pair.before > max(NOISE * abs(pair.after), TINIEST) and pair.after >= 0
