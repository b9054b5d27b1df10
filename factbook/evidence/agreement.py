"""Agreement: figures beside each other, rounded so that the one follows from the others.

"14.3 TWh in 2015 and 14.5 TWh in 2021, a rise of 1.54%" is right and looks wrong: who computes the
rise of the figures shown gets 1.4 %. So a result that stands in a sentence with both values that it
was computed from is shown with as many digits, and the values with as many, that it is what readers
get: first three significant digits each; then one less of the result; then one more of the values,
with both; and so on.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import lru_cache

from factbook.evidence.facts import Fact
from factbook.evidence.rounding import DIGITS_OF_ANY_FLOAT, SIGNIFICANT_DIGITS, rounded

MOST_DIGITS = 6
"""Of a value that is shown beside a result."""

FEWEST_DIGITS = 2
"""Of a result."""

_Sum = tuple[str, float, float, float]
"""What was done, to which two values, and the result."""

_SUBTRACTED = ("change", "difference", "difference to reference")
_DIVIDED = ("relative change", "relative difference to reference")
_OPERATIONS = (*_SUBTRACTED, *_DIVIDED, "share of category", "share of region")


def digits_that_agree(facts: Sequence[Fact]) -> dict[str, int]:
    """Significant digits of the facts of a sentence, where they are not the usual ones.

    Args:
        facts: The facts, in any order.

    Returns:
        Fact id → digits. Of results and values that agree with no number of digits, as where a
        change leaves out what has no value in one period, nothing.
    """
    values = {
        (fact.place, fact.subject, fact.metric, fact.period, fact.unit): fact
        for fact in facts
        if fact.is_value
    }
    results: list[tuple[Fact, Fact, Fact]] = []
    for fact in facts:
        how = fact.derivation
        if how.operation in _OPERATIONS and len(how.operands) == 2:
            first, second = (values.get(operand[:5]) for operand in how.operands)
            if first is not None and second is not None:
                results.append((fact, first, second))
    if not results:
        return {}
    sums = tuple((r.derivation.operation, a.value, b.value, r.value) for r, a, b in results)
    of_values, of_results = _agreeing(sums)
    found = {one.id: of_values for _, *pair in results for one in pair}
    found.update((r.id, n) for (r, _, _), n in zip(results, of_results, strict=True))
    return {name: digits for name, digits in found.items() if digits != SIGNIFICANT_DIGITS}


@lru_cache(maxsize=65536)
def _agreeing(sums: tuple[_Sum, ...]) -> tuple[int, tuple[int, ...]]:
    """Digits of all values, and of each result; the fewest with which most results follow."""
    best: tuple[int, int, tuple[int, ...]] = (0, SIGNIFICANT_DIGITS, ())
    for of_values in range(SIGNIFICANT_DIGITS, MOST_DIGITS + 1):
        found = [_digits_of_result(one, of_values) for one in sums]
        agreeing = sum(digits > 0 for digits in found)
        if agreeing > best[0]:
            best = (agreeing, of_values, tuple(d or SIGNIFICANT_DIGITS for d in found))
        if agreeing == len(sums):
            break
    return best[1], best[2] or (SIGNIFICANT_DIGITS,) * len(sums)


def _digits_of_result(one: _Sum, of_values: int) -> int:
    """Most digits with which a result follows from its values as they are shown; 0 for none."""
    operation, first, second, result = one
    with localcontext(prec=DIGITS_OF_ANY_FLOAT // 10):
        a, b = rounded(first, of_values), rounded(second, of_values)
        if operation in _SUBTRACTED:
            computed = a - b
        elif b == 0:
            return 0
        else:
            computed = (a if operation.startswith("share") else a - b) / b * 100
        for digits in range(SIGNIFICANT_DIGITS, FEWEST_DIGITS - 1, -1):
            shown = rounded(result, digits).normalize()
            step = Decimal(1).scaleb(int(shown.as_tuple().exponent))
            if shown and computed.quantize(step, rounding=ROUND_HALF_UP) == shown:
                return digits
    return 0
