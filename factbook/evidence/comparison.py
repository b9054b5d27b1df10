"""Two values of one quantity compared over what both of them add up."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from factbook.data.table import TOTAL
from factbook.evidence.derivation import MOST_LEFT_OUT, LeftOut
from factbook.evidence.panels import NAME_OF_TOTAL, Part, Value, tidy

NOISE = 1e-9
"""A value so small beside another one is what binary fractions leave of a zero."""

TINIEST = 1e-200
"""A value below it is no figure of a table."""


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


def compared(before: Value, after: Value) -> Comparison | None:
    """Two values over the summands that both have; None where they have none in common."""
    if before.parts.keys() == after.parts.keys():
        return Comparison(before.value, after.value)
    given = {part[:2] for part in (*before.parts, *after.parts) if part[2] == TOTAL}
    first, last = _wholes(before, given), _wholes(after, given)
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


def _wholes(value: Value, given: Collection[tuple[str, str]]) -> dict[Part, float]:
    """The summands of a value, those of places and properties with a given total as their sum.

    A total in one period and the categories in another are the same quantity.
    """
    found: dict[Part, float] = {}
    for part, point in value.parts.items():
        key = (*part[:2], TOTAL) if part[:2] in given else part
        found[key] = found.get(key, 0.0) + point.value
    return found


def is_growth(pair: Comparison) -> bool:
    """Whether a percentage says how far the later value is from the earlier one.

    Not from zero, from or to a negative value, nor from the noise of binary fractions.
    """
    return pair.before > max(NOISE * abs(pair.after), TINIEST) and pair.after >= 0
