"""Rounding of the figures that readers see: in texts, in tables and in what has changed."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from functools import lru_cache

SIGNIFICANT_DIGITS = 3
"""Of a figure in prose."""

DIGITS_OF_ANY_FLOAT = 700
"""Decimal digits with which any float can be rounded and written out without an exponent."""


@lru_cache(maxsize=65536)
def rounded(value: float, digits: int = SIGNIFICANT_DIGITS) -> Decimal:
    """A number rounded to some significant digits, half away from zero: 12.25 is 12.3.

    That is how readers round, and how statistics are published; rounding half to even keeps sums of
    many rounded numbers unbiased, which nobody forms of a report's figures. What is rounded is the
    shortest decimal that stands for the float, as the data write it: 1.005 is a half, although the
    nearest binary fraction is a little less.
    """
    return Context(prec=digits, rounding=ROUND_HALF_UP).create_decimal(Decimal(repr(value)))


def with_decimals(value: float, decimals: int) -> Decimal:
    """A number rounded to some decimals in the same way; never a negative zero."""
    with localcontext(prec=DIGITS_OF_ANY_FLOAT):
        step = Decimal(1).scaleb(-decimals)
        return Decimal(repr(value)).quantize(step, rounding=ROUND_HALF_UP) + 0
