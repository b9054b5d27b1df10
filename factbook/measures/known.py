"""What is known of a measure from its name and its unit alone.

Unknown means none: figures are added only where unit and name together leave no doubt.
"""

from __future__ import annotations

import re
from functools import lru_cache

from factbook.measures.bounds import known_bounds
from factbook.measures.measure import Measure
from factbook.measures.names import Name, read_name
from factbook.measures.unit_words import Quantity, unit_words
from factbook.measures.units import Unit, read_unit

LONGEST_TEXT = 1000
"""Characters of a name or a unit that are read; a longer one is not known."""

_THOUSAND = 1e3
"""Multiplier from which expenditure is no longer what one person spends in a day or a month."""

_MILLION = 1e6
"""Multiplier from which money is no longer one person's, and a length not one thing's."""

_SHARE_OF = re.compile(
    r"(?:%|percent|percentage|share|proportion) of (?:the )?(?:total )?(?:.* among )?(.+)",
    re.IGNORECASE,
)
_IS_MONEY_SUPPLY = re.compile(r"M[0-4]").fullmatch
"""``M3`` in a name is an aggregate of money, and no cubic metre."""

_PHYSICAL = ("energy", "mass", "volume", "power", "area", "transport", "work")
_COUNTED = ("persons", "things", "events")


def known_measure(name: str, unit: str) -> Measure:
    """The measure of a name and a unit, with the reasons for what was taken.

    Args:
        name: As the data call it. A unit in parentheses counts where there is no other.
        unit: As the data write it: words, symbols or a code of Eurostat or SDMX; may be empty.

    Returns:
        What may be done with its figures: sums or nothing. Words alone tell of no mean; what would
        weight one is the `denominator`.
    """
    if max(len(name), len(unit)) > LONGEST_TEXT:
        reason = f"its name or unit is longer than {LONGEST_TEXT:,} characters: nothing is added"
        return Measure(name=name, unit=unit, has_true_zero=False, reasons=(reason,))
    return _known(name, unit)


@lru_cache(maxsize=4096)
def _known(name: str, unit: str) -> Measure:
    words = read_name(name)
    read, written = _unit_of(words, unit)
    quantity = read.quantity
    doubt = _doubt(words, read, written)
    time_doubt = doubt or _time_doubt(words, read, written)
    place_doubt = doubt or _currency_doubt(words, read) or _volume_doubt(words, read, "places")
    category_doubt = doubt or _volume_doubt(words, read, "categories")
    what = "" if doubt else _what(words, read, written)
    doubts = dict.fromkeys(filter(None, (place_doubt, category_doubt, time_doubt)))
    return Measure(
        name=name,
        unit=unit,
        over_places="none" if place_doubt else "sum",
        over_categories="none" if category_doubt else "sum",
        over_time="none" if time_doubt else "sum",
        better="neutral" if _is_of_another_whole(name, written) else words.better,
        has_true_zero=_has_true_zero(words, read),
        is_share=quantity is not None and quantity.share,
        denominator=read.denominator or words.denominator,
        bounds=known_bounds(name, written, read),
        reasons=(*filter(None, (what,)), *doubts),
    )


def _unit_of(words: Name, unit: str) -> tuple[Unit, str]:
    """The unit and how it is written; from the name's parentheses where there is no other."""
    read = read_unit(unit)
    if read.is_blank:
        for text in reversed(words.in_parentheses):
            for part in (text, text.rpartition(",")[2].strip()):
                named = Unit(is_blank=True) if _IS_MONEY_SUPPLY(part) else read_unit(part)
                if named.quantity is not None or named.is_ratio:
                    return named, part
    return read, unit


def _what(words: Name, read: Unit, written: str) -> str:
    """In words, what is added."""
    if read.quantity is None:
        return "it has no unit, and its name says that it is a count"
    per_time = " for a time" if read.is_per_time else ""
    return f"unit '{written}' is {read.quantity.what}{per_time}"


def _doubt(words: Name, read: Unit, written: str) -> str:
    """Why nothing is added; empty if something is."""
    for kind, what in (("ratio", "an average or a ratio"), ("extreme", "an extreme")):
        if word := words.word_of(kind):
            return f"its name says '{word}': {what} is not added"
    if divisor := words.divisor:
        return f"its name says '/{divisor}': one thing per another is not added"
    if read.is_ratio:
        what = read.quantity.what if read.quantity else "one thing per another"
        return f"unit '{written}' is {what}: not added"
    if read.quantity is None:
        return _doubt_without_unit(words, read, written)
    return _doubt_of_words(words, read, read.quantity) or _doubt_of_amount(
        words, read, read.quantity, written
    )


def _doubt_without_unit(words: Name, read: Unit, written: str) -> str:
    if not read.is_blank:
        unknown = ", ".join(f"'{word}'" for word in read.unknown) or f"'{written}'"
        return f"unit '{written}' is not known (what is {unknown}?): nothing is added"
    if not words.is_count:
        return "it has no unit: nothing is added"
    word = words.word_of("weak")
    return f"its name says '{word}': nothing is added without a unit" if word else ""


def _doubt_of_words(words: Name, read: Unit, quantity: Quantity) -> str:
    """What the name leaves open of an amount that is neither physical nor large."""
    if quantity.name in _PHYSICAL or (quantity.is_money and read.scale >= _MILLION):
        return ""
    if word := words.word_of("weak"):
        return f"its name says '{word}': not added in this unit"
    if quantity.name not in _COUNTED and (word := words.word_of("pay")):
        return f"its name says '{word}': one person's money is not added"
    return ""


def _doubt_of_amount(words: Name, read: Unit, quantity: Quantity, written: str) -> str:
    """What the unit itself leaves open."""
    if quantity.is_money and read.scale < _MILLION and not _is_of_an_economy(words, read):
        return f"'{written}' may be a price or one person's money: nothing is added"
    if quantity.needs and read.scale < _MILLION and not words.word_of(quantity.needs):
        return f"unit '{written}' may be one thing's size: nothing is added"
    if read.is_small and (word := words.word_of("personal")):
        return f"its name says '{word}', and '{written}' may be one person's amount: not added"
    is_wage = quantity.is_money and read.scale < _MILLION
    if read.is_per_time and (read.is_small or is_wage):
        return f"unit '{written}' may be a wage or one person's amount: nothing is added"
    return ""


def _is_of_an_economy(words: Name, read: Unit) -> bool:
    """Whether money below millions is not what one person or household has or spends."""
    if words.word_of("amount"):
        return True
    return bool(words.word_of("expense")) and (read.is_priced or read.scale >= _THOUSAND)


def _currency_doubt(words: Name, read: Unit) -> str:
    is_local = read.quantity is not None and read.quantity.name == "local_money"
    if is_local or words.word_of("local"):
        return "each place has another currency: not added over places"
    return ""


def _volume_doubt(words: Name, read: Unit, parts: str) -> str:
    if read.is_chained or words.word_of("chained"):
        return f"chain-linked volumes of {parts} do not add up to the whole's"
    return ""


def _time_doubt(words: Name, read: Unit, written: str) -> str:
    """Why months do not add up to a year; empty if they do."""
    if word := words.word_of("cumulative"):
        return f"its name says '{word}': not added over time"
    if read.is_per_time or read.is_annualised:
        return f"unit '{written}' is for a time of its own: not added over time"
    level = words.word_of("level")
    if level and not words.word_of("change"):
        return f"its name says '{level}', a level at an instant: not added over time"
    if words.word_of("event"):
        return ""
    if read.quantity is None or read.quantity.adds == "level":
        return "it is a level at an instant: not added over time"
    return ""


def _is_of_another_whole(name: str, written: str) -> bool:
    """Whether it is a share of something else than persons: "% of total emissions"."""
    wholes = [found[1] for found in map(_SHARE_OF.search, (written, name)) if found]
    return bool(wholes) and not read_name(wholes[0]).word_of("people")


def _has_true_zero(words: Name, read: Unit) -> bool:
    """Unknown means no here too: without any knowledge no percentage is made of a change."""
    is_amount = read.quantity is not None and read.quantity.adds != "none"
    is_amount = is_amount and read.quantity != unit_words().number
    if words.word_of("signed") or (words.word_of("no_zero") and not is_amount):
        return False
    if read.quantity is not None:
        return read.quantity.zero
    if not read.is_ratio and words.word_of("hundredths"):
        return False
    return read.is_ratio or words.is_count or bool(words.word_of("ratio") or words.word_of("pay"))
