"""Conversion between units that differ in their scale alone: GWh and TWh, thousand t and Mt.

The words are those of the published table of units. No physics is done: from TWh to PJ, from EUR to
USD a factor must be given.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cache, lru_cache

from factbook.measures.tables import read_table
from factbook.measures.unit_words import unit_words
from factbook.measures.units import tokens_of
from factbook.names import plain

_PREFIXES = {"": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
"""Powers of ten of the SI's prefixes."""

_SPELLINGS = {"tonne": "t", "tonnes": "t", "metric tons": "t", "euro": "EUR", "euros": "EUR"}

LONGEST_TEXT = 200
"""Characters of a unit that is read."""


@lru_cache(maxsize=4096)
def factor_between(unit: str, target: str) -> Fraction | None:
    """What figures in a unit are multiplied by to be in another; None where it is not known.

    Args:
        unit: The unit of the figures: ``GWh``, ``thousand tonnes``, ``g CO2/kWh``.
        target: The unit wanted. They must have the same words, but for prefixes and multipliers.
    """
    if max(len(unit), len(target)) > LONGEST_TEXT:
        return None
    (scale, words), (target_scale, target_words) = _read(unit), _read(target)
    return scale / target_scale if words and words == target_words else None


def _read(text: str) -> tuple[Fraction, tuple[str, ...]]:
    """A unit's scale, and its words without what makes it."""
    scale = Fraction(1)
    words: list[str] = []
    is_divisor = False
    for word, power in _words(text):
        meaning = unit_words().meaning(word, is_code=False)
        role = meaning.role if meaning else ""
        is_divisor = is_divisor or role == "per"
        own = Fraction(10) ** power
        if meaning is not None and role == "multiplier":
            own *= Fraction(meaning.scale)
        elif role != "per" or not words or words[-1] != "per":
            words.append("per" if role == "per" else word)
        scale = scale / own if is_divisor else scale * own
    return scale, tuple(words)


def _words(text: str) -> Iterator[tuple[str, int]]:
    """The words of a unit without the SI's prefixes, each with the power of ten of its prefix."""
    for token in tokens_of(plain(text)):
        word = _SPELLINGS.get(token.casefold(), token)
        yield _prefixed().get(word, (word, 0))


@cache
def _prefixed() -> dict[str, tuple[str, int]]:
    """``TWh`` → ``Wh`` and 12, of all units that take prefixes."""
    return {
        prefix + spelling: (symbol, _PREFIXES[prefix])
        for quantity in read_table("units.toml")["quantities"].values()
        for symbol in quantity.get("prefixed", ())
        for spelling in (symbol, *(("ton", "tons", "tonnes") if symbol == "t" else ()))
        for prefix in quantity.get("prefixes", ())
    }
