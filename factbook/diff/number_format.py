"""Numbers of two runs, so that a reader sees how they differ."""

from __future__ import annotations

from decimal import Decimal

from factbook.evidence.references import MINUS, NO_BREAK_SPACE, format_number
from factbook.evidence.rounding import with_decimals

_MOST_DECIMALS_OF_SMALL = 6
"""Decimals for the sake of a small number beside a large one."""


def with_unit(number: str, unit: str) -> str:
    """A number with its unit, as it stands in texts: ``67.3 TWh``, ``12.4%``."""
    if unit in ("", "rank"):
        return number
    return f"{number}%" if unit == "%" else f"{number}{NO_BREAK_SPACE}{unit}"


def as_distinct(old: float, new: float) -> tuple[str, str]:
    """Two numbers with as many decimals as give their difference two significant digits.

    Both have the same decimals; the larger has at least three significant digits, and the smaller
    at least one. Zeros at the end of both are left out.
    """
    if old == new:
        return format_number(old), format_number(new)
    before, after = Decimal(repr(old)), Decimal(repr(new))
    small, large = sorted(abs(value) for value in (before, after))
    of_small = min(-small.adjusted(), _MOST_DECIMALS_OF_SMALL) if small else 0
    decimals = max(1 - abs(after - before).adjusted(), 2 - large.adjusted(), of_small, 0)
    shown = [f"{with_decimals(value, decimals):,f}" for value in (old, new)]
    while "." in shown[0] and all(text.endswith(("0", ".")) for text in shown):
        shown = [text[:-1] for text in shown]
    return shown[0].replace("-", MINUS), shown[1].replace("-", MINUS)
