"""Units: read word by word against a published table, and classed by what may be added.

A unit is ``[multiplier] base [qualifier …] [per …]``, in words, symbols or codes of statistics;
each word must stand in ``units.toml``, or the unit is not known. No library of units is used: those
convert between units of physics, and what is asked here is whether figures may be added, of units
that are mostly no physics ("THS_PER", "births per woman", "CLV20_EUR_HAB").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import prod

from factbook.measures.unit_words import Quantity, Word, unit_words
from factbook.names import plain

Read = tuple[str, Word | None]
"""A word or phrase of a unit, and what it means."""

_IS_CODE = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*").fullmatch
_NEGATIVE_POWER = re.compile(r"[A-Za-z]\^?[-–−]\d").search
_POWER = re.compile(r"(?<=[A-Za-z])\^")
_IS_RANGE = re.compile(
    r"[\s(]*(?:(?:scale|rating|score|mean|points|from)\b[\s:,(]*)*"
    r"[-−+]?\d+(?:\.\d+)?\s*(?:-|–|to)\s*[-−+]?\d+(?:\.\d+)?"
    r"(?:\s*\([^()]*\)|\s*scale|\))?\s*",
    re.IGNORECASE,
).fullmatch
"""``0-10``, ``mean 0–10``, ``1 to 7 (best)``: from where to where a scale goes."""
_SEPARATE = str.maketrans(
    {sign: f" {sign} " for sign in "$€£¥₹%‰°/="}
    | dict.fromkeys("_()[],;:·*×|-–—−", " ")
    | dict.fromkeys("'’\"", "")
)
_BLANK = ("", "-", "–", "—", "n/a", "none", "1")
_LARGE = 1e3
"""Multiplier from which an amount is no longer one person's."""

_MOST = 1e15
"""Multiplier beyond which a unit is no unit."""


@dataclass(frozen=True, slots=True)
class Unit:
    """What is known of a unit.

    Attributes:
        quantity: What a figure in it is. None: it is not known, blank, or a ratio of two.
        scale: Number that multiplies its base: 1e6 in "million EUR".
        is_blank: Whether there is none.
        is_ratio: Whether it is divided by something that is no time, or does not add by itself.
        is_per_time: Whether it is an amount for each year, day or the like.
        is_small: Whether one person's amount is given in it as often as a country's.
        is_chained: Whether it is of chain-linked volumes.
        is_priced: Whether it says at which prices (current US$).
        is_annualised: Whether figures of months or quarters are at a year's rate.
        denominator: Word for what it is divided by, where the table has one.
        unknown: Words that the table lacks, of a unit that is not known.
    """

    quantity: Quantity | None = None
    scale: float = 1.0
    is_blank: bool = False
    is_ratio: bool = False
    is_per_time: bool = False
    is_small: bool = False
    is_chained: bool = False
    is_priced: bool = False
    is_annualised: bool = False
    denominator: str = ""
    unknown: tuple[str, ...] = ()


@lru_cache(maxsize=4096)
def read_unit(text: str) -> Unit:
    """What is known of a unit; any text is taken, in time in proportion to its length."""
    written = plain(text)
    if written.casefold() in _BLANK:
        return Unit(is_blank=True)
    if _IS_RANGE(written):
        return Unit(quantity=unit_words().scale, is_ratio=True)
    is_code = _IS_CODE(written) is not None
    words = _money_multiplied(list(_words(tokens_of(written), is_code=is_code)))
    per = next((at for at, (_, word) in enumerate(words) if word and word.role == "per"), None)
    if per is None:
        read = _undivided(words, is_code=is_code)
    else:
        read = _divided(words[:per], words[per + 1 :])
    is_divided = not read.is_ratio and _NEGATIVE_POWER(written)
    return Unit(is_ratio=True) if is_divided else read


def tokens_of(text: str) -> list[str]:
    """Words, numbers and signs; without the full stops of abbreviations."""
    tokens: list[str] = []
    for token in _POWER.sub("", text.translate(_SEPARATE)).split():
        plain = token if token[0].isdigit() else token.replace(".", "")
        if plain.casefold() == "pa" and "." in token:
            tokens += "per", "annum"
        elif plain:
            tokens.append(plain)
    return tokens


def _words(tokens: Sequence[str], *, is_code: bool) -> Iterator[Read]:
    """The longest phrases of the table one after the other, and the words that it lacks."""
    known = unit_words()
    start = 0
    while start < len(tokens):
        for length in range(min(known.longest, len(tokens) - start), 0, -1):
            text = " ".join(tokens[start : start + length])
            meaning = known.meaning(text, is_code=is_code)
            if meaning is not None or length == 1:
                yield text, meaning
                start += length
                break


def _money_multiplied(words: list[Read]) -> list[Read]:
    """``€m`` and ``k€``: letters that are units by themselves multiply beside a currency."""
    scales = unit_words().money_multipliers
    for at, (text, _) in enumerate(words):
        beside = (words[at - 1 : at] if at else []) + words[at + 1 : at + 2]
        is_money = any(word and word.quantity and word.quantity.is_money for _, word in beside)
        if is_money and text.casefold() in scales:
            words[at] = text, Word("multiplier", scale=scales[text.casefold()])
    return words


def _undivided(words: Sequence[Read], *, is_code: bool) -> Unit:
    """A unit without "per"; codes have none, and put what divides after what is divided."""
    bases = _bases(words)
    denominator = _divisor_of_code(words) if is_code else ""
    fixed = [one for one in _quantities(bases) if one.adds == "none"]
    if fixed:
        quantity = max(fixed, key=lambda one: (one.share, not one.zero))
        if quantity.share and not is_code:
            denominator = _whole_of_share(words)
        return Unit(quantity=quantity, is_ratio=True, denominator=denominator)
    if denominator or len({one.quantity for one in bases}) > 1 or (is_code and len(bases) > 1):
        return Unit(is_ratio=True, denominator=denominator)
    return _amount(words)


def _divided(head: Sequence[Read], tail: Sequence[Read]) -> Unit:
    """A unit with "per": an amount for a time, a percentage for a time, or a ratio."""
    known = unit_words()
    bases = _quantities(_bases(head))
    share = next((one for one in bases if one.share), None)
    share = share or next((one for one in bases if not one.zero), None)
    is_per_time = bool(tail) and all(
        text.casefold() in known.times or (word and word.role == "qualifiers")
        for text, word in tail
    )
    if share is None and is_per_time and len(bases) == 1 and bases[0].adds == "flow":
        return _amount(head, is_per_time=True)
    divisor = " ".join(
        text.casefold()
        for text, word in tail
        if text.casefold() not in known.times
        and (word is None or word.role not in ("multiplier", "per", "qualifiers"))
    )
    return Unit(quantity=share, is_ratio=True, denominator=known.denominators.get(divisor, ""))


def _amount(words: Sequence[Read], *, is_per_time: bool = False) -> Unit:
    """An amount of one thing, each word of which is known."""
    bases = _bases(words)
    roles = {word.role for _, word in words if word}
    scale = prod(word.scale for _, word in words if word)
    unknown = tuple(text for text, word in words if word is None)
    if unknown or scale > _MOST or (not bases and scale < _LARGE):
        return Unit(unknown=unknown or tuple(text for text, _ in words))
    return Unit(
        quantity=bases[0].quantity if bases else unit_words().number,
        scale=scale,
        is_per_time=is_per_time,
        is_small=bool(bases) and bases[0].is_small and scale < _LARGE,
        is_chained="chained" in roles,
        is_priced="priced" in roles,
        is_annualised="annualised" in roles,
    )


def _bases(words: Sequence[Read]) -> list[Word]:
    """The bases; "number" before another one ("number of persons") says nothing more.

    Nor does a base that stands there again, "terawatt hours (TWh)".
    """
    bases = [word for _, word in words if word and word.quantity]
    named = [one for one in bases if one.quantity and one.quantity.name != "number"]
    return named or bases[:1]


def _quantities(bases: Sequence[Word]) -> list[Quantity]:
    return [one.quantity for one in bases if one.quantity]


def _divisor_of_code(words: Sequence[Read]) -> str:
    """``EUR_HAB`` is divided by heads, ``THS_HW`` is nothing but thousands of hours worked."""
    known = unit_words().denominators
    has_base = False
    for text, word in words:
        if has_base and text.casefold() in known:
            return known[text.casefold()]
        has_base = has_base or bool(word and word.quantity)
    return ""


def _whole_of_share(words: Sequence[Read]) -> str:
    """Word for the whole of a share: of "% of GDP", not of "% of people aged 15"."""
    texts = [text.casefold() for text, _ in words]
    if "of" not in texts:
        return ""
    return unit_words().denominators.get(" ".join(texts[texts.index("of") + 1 :]), "")
