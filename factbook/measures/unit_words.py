"""The words, symbols and codes that units are made of: ``units.toml``, ready to be looked up."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

from factbook.measures.tables import read_table

Adds = Literal["flow", "level", "none"]
"""Over places, categories and time; over places and categories; not at all."""

Role = Literal[
    "base",
    "multiplier",
    "qualifiers",
    "priced",
    "chained",
    "annualised",
    "per",
    "times",
    "denominators",
]
"""What a word is in a unit."""

_CODE_OF_INDEX = re.compile(r"I\d\d(?:\d\d)?").fullmatch
_CODE_OF_VOLUME = re.compile(r"CLV\d{0,4}").fullmatch
_WORD = re.compile(r"[^\W\d_]+")
_YEAR = re.compile(r"(?:19|20)\d\d").fullmatch
_SHORTEST_CURRENCY = 3
_SHORTEST_SINGULAR = 4
"""Letters of a word to which an "s" is added; shorter ones are symbols: "m" is no "ms"."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """An entry of the table.

    Attributes:
        name: Its key.
        what: What a figure is, in words.
        adds: How far figures may be added.
        zero: Whether there is a true zero.
        share: Whether it is in hundredths.
        needs: List of ``names.toml`` of which a measure's name must hold a word.
    """

    name: str
    what: str
    adds: Adds
    zero: bool = True
    share: bool = False
    needs: str = ""

    @property
    def is_money(self) -> bool:
        """Whether it is an amount of money."""
        return self.name in ("money", "money_codes", "local_money")


@dataclass(frozen=True, slots=True)
class Word:
    """What a word or phrase means in a unit.

    Attributes:
        role: Its place.
        quantity: What a base is a unit of.
        scale: What it multiplies by.
        is_small: Whether one person's amount is given in it as often as a country's.
    """

    role: str
    quantity: Quantity | None = None
    scale: float = 1.0
    is_small: bool = False


class UnitWords:
    """All words of the table.

    Attributes:
        money_multipliers: Letters that multiply beside a currency, in small letters.
        times: Words for a time that an amount is given for.
        denominators: What follows "per" → the word for that measure.
        longest: Words of the longest phrase.
    """

    def __init__(self, table: Mapping[str, Any]) -> None:
        self._exact: dict[str, Word] = {}
        self._folded: dict[str, Word] = {}
        self._codes: dict[str, Word] = {}
        for role in ("qualifiers", "priced", "chained", "annualised", "per"):
            self._add(table["words"][role], Word(role))
        for text, scale in table["multipliers"].items():
            self._add([text], Word("multiplier", scale=scale))
        for name, entry in table["quantities"].items():
            self._add_quantity(name, entry)
        self._glued = tuple(table["words"]["glued"])
        self.number = Quantity(
            name="number", what=table["quantities"]["number"]["what"], adds="level"
        )
        scale = table["quantities"]["level_on_a_scale"]
        self.scale = Quantity("level_on_a_scale", scale["what"], "none", zero=False)
        self._suffixes: Mapping[str, float] = table["currency_suffixes"]
        self.money_multipliers: Mapping[str, float] = table["money_multipliers"]
        self.times = frozenset(table["words"]["times"])
        self.denominators: dict[str, str] = {
            word: name for name, words in table["denominators"].items() for word in words
        }
        self.longest = max(text.count(" ") + 1 for text in self._folded)

    def _add_quantity(self, name: str, entry: Mapping[str, Any]) -> None:
        facts = {
            key: entry[key] for key in ("what", "adds", "zero", "share", "needs") if key in entry
        }
        quantity = Quantity(name=name, **facts)
        prefixed = [
            prefix + symbol
            for symbol in entry.get("prefixed", ())
            for prefix in entry.get("prefixes", ())
        ]
        for text in (*prefixed, *entry.get("names", ()), *entry.get("spellings", ())):
            self._add([text], Word("base", quantity, is_small=text in entry.get("small", ())))
        for code, scale in entry.get("codes", {}).items():
            self._codes[code] = Word("base", quantity, scale)

    def _add(self, words: Sequence[str], meaning: Word) -> None:
        """Where two spellings differ in capitals only, the one that adds less has all others."""
        for text in words:
            self._exact[text] = meaning
            known = self._folded.get(text.casefold())
            if known is None or _care(meaning) >= _care(known):
                self._folded[text.casefold()] = meaning

    def meaning(self, text: str, *, is_code: bool) -> Word | None:
        """The meaning of a word or phrase, or None."""
        if is_code and text in self._codes:
            return self._codes[text]
        if is_code and _CODE_OF_INDEX(text):
            return self._codes["INX"]
        if is_code and _CODE_OF_VOLUME(text):
            return Word("chained")
        if _YEAR(text):
            return Word("qualifiers")
        return self._spelled(text) or self._composed(text)

    def begins(self, text: str) -> bool:
        """Whether a text begins with words of the table that are spelled as they are there."""
        words = _WORD.findall(text)[:3]
        starts = (" ".join(words[:count]) for count in range(1, len(words) + 1))
        return any(start in self._exact or f"{start}s" in self._exact for start in starts)

    def _spelled(self, text: str) -> Word | None:
        """As the table has it, or in the singular: "Terajoule", "Kilogram of oil equivalent"."""
        folded = text.casefold()
        found = self._exact.get(text) or self._folded.get(folded)
        if found is not None or len(folded) < _SHORTEST_SINGULAR:
            return found
        first, blank, rest = folded.partition(" ")
        return self._folded.get(f"{folded}s") or self._folded.get(f"{first}s{blank}{rest}")

    def _composed(self, text: str) -> Word | None:
        """``USD2010``, ``EURm`` and ``MtCO2e``: what is written onto a base."""
        if len(text) >= _SHORTEST_CURRENCY + 4 and _YEAR(text[-4:]):
            return self._spelled(text[:-4])
        code, suffix = text[:_SHORTEST_CURRENCY], text[_SHORTEST_CURRENCY:]
        if suffix in self._suffixes and (money := self._exact.get(code)) is not None:
            return replace(money, scale=self._suffixes[suffix])
        gas = next((gas for gas in self._glued if text.casefold().endswith(gas)), None)
        return None if gas is None else self._spelled(text[: -len(gas)])


def _care(word: Word) -> int:
    """How careful a reading is: larger, the less may be added."""
    if word.quantity is None:
        return -1
    return {"flow": 0, "level": 1, "none": 2}[word.quantity.adds]


@cache
def unit_words() -> UnitWords:
    """The table, read once when it is first asked."""
    return UnitWords(read_table("units.toml"))
